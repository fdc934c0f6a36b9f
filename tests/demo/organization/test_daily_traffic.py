import datetime as dt

import numpy as np
import pytest

from lib.demo.organization.daily_traffic import DAY_SECONDS, PARTS, DayOfTraffic, SourceTraffic
from lib.demo.organization.workloads import SEEDS
from tests.demo.organization import demo_days
from tests.demo.organization.test_demo_days import KEPT

MONDAY = dt.date(2026, 11, 2)


@pytest.fixture(scope="module")
def embeddings() -> DayOfTraffic:
    return SourceTraffic("embeddings", 0).on(MONDAY)


@pytest.mark.parametrize("day", demo_days.DAYS)
def test_every_metric_of_a_day_is_what_it_was(day: str) -> None:
    assert demo_days.usage_totals(dt.date.fromisoformat(day)) == KEPT["usage"][day]


@pytest.mark.parametrize("source", demo_days.USAGE)
def test_what_happens_in_an_hour_is_what_it_was(source: str) -> None:
    assert demo_days.metric_by_hour(source) == KEPT["hours"][source]


def test_a_day_begins_with_nothing_and_ends_with_all(embeddings: DayOfTraffic) -> None:
    start, end = embeddings.until([0, DAY_SECONDS]).swapaxes(0, 1)

    assert not start.any()
    assert np.array_equal(end, embeddings.totals)


def test_no_second_takes_anything_back(embeddings: DayOfTraffic) -> None:
    so_far = embeddings.until(range(0, DAY_SECONDS + 1, 1800))

    assert (np.diff(so_far, axis=1) >= 0).all()


def test_no_part_is_there_without_a_request(embeddings: DayOfTraffic) -> None:
    so_far = embeddings.until(range(0, DAY_SECONDS + 1, 60))

    assert PARTS[-1] == "requests"
    assert not so_far[so_far[:, :, -1] == 0].any()


def test_what_is_kept_is_there_from_the_first_second_on() -> None:
    day = SourceTraffic("vector_stores", 0).on(MONDAY)
    none, first, last = day.until([0, 1, DAY_SECONDS]).swapaxes(0, 1)

    assert not none.any()
    assert np.array_equal(first, last)
    assert (last[:, -1] == 1).all()


@pytest.mark.parametrize("source", ["embeddings", "vector_stores"])
def test_the_same_day_is_always_the_same(source: str) -> None:
    one, other = (SourceTraffic(source, 7).on(MONDAY) for _ in range(2))

    assert np.array_equal(one.totals, other.totals)
    assert np.array_equal(one.lags, other.lags)


def test_nothing_is_late_after_two_and_a_half_days_and_what_is_kept_never_is() -> None:
    for source in SEEDS:
        day = SourceTraffic(source, 2026).on(MONDAY)
        assert not day.waiting(dt.timedelta(days=2.4)).any()
    assert not SourceTraffic("vector_stores", 2026).on(MONDAY).waiting(dt.timedelta(0)).any()
    assert SourceTraffic("completions", 2026).on(MONDAY).waiting(dt.timedelta(0)).any()

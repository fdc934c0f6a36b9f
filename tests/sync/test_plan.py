"""Which days are asked for: those never fetched, and those that are neither final nor fresh."""

import datetime as dt
from pathlib import Path

import pytest

from lib.catalog.sources import COSTS
from lib.openai_admin.refusals import Refusal, RefusalKind
from lib.openai_admin.spend_limits import LimitList
from lib.periods.widths import Width
from lib.periods.windows import Window
from lib.store.records.coverage import Covered
from lib.store.usage_store import Store
from lib.sync.plan import LIMITS, NAMES, Need, Plan, days_of, limits_due, names_due, plan, windows

NOW = dt.datetime(2026, 11, 23, 12, tzinfo=dt.UTC)
SETTLE, REFRESH = dt.timedelta(days=3), dt.timedelta(minutes=10)
TICK = dt.timedelta(microseconds=1)


def nov(day: int) -> dt.date:
    return dt.date(2026, 11, day)


def nov_noon(day: int) -> dt.datetime:
    return dt.datetime(2026, 11, day, 12, tzinfo=dt.UTC)


def need(first: int, end: int, source: str = "costs", width: Width = Width.DAY) -> Need:
    return Need(source, width, Window(nov(first), nov(end)))


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(str(tmp_path))


def fetched(store: Store, first: int, end: int, at: dt.datetime) -> None:
    store.mark([Covered("costs", Width.DAY, nov(first), nov(end), at)])


def planned(store: Store, *needs: Need) -> Plan:
    return plan(store, needs, now=NOW, settle=SETTLE, refresh=REFRESH)


def test_days_never_fetched_are_missing_and_days_to_come_are_not_asked_for(store: Store) -> None:
    fetched(store, 1, 20, NOW)

    assert planned(store, need(15, 29)) == Plan(missing=(need(20, 24),))


def test_a_day_that_is_not_final_is_asked_for_again_once_it_is_old_enough(store: Store) -> None:
    fetched(store, 1, 24, NOW - REFRESH)

    assert planned(store, need(1, 24)).stale == (need(20, 24),)
    fetched(store, 1, 24, NOW - REFRESH + TICK)
    assert planned(store, need(1, 24)) == Plan()


def test_a_day_about_which_nothing_was_answered_is_asked_for_for_a_week_longer(store: Store) -> None:
    unanswered = (nov(10), nov(12))
    store.mark([Covered("costs", Width.DAY, nov(9), nov(13), nov_noon(19), unanswered=unanswered)])

    assert store.unanswered(COSTS, Width.DAY) == dict.fromkeys(unanswered, nov_noon(19))
    assert planned(store, need(9, 13)).stale == (need(10, 11), need(12, 13))
    fetched(store, 9, 13, nov_noon(22))
    assert store.unanswered(COSTS, Width.DAY) == {}
    assert planned(store, need(9, 13)) == Plan()


def test_days_before_the_history_are_not_asked_for(store: Store) -> None:
    store.remember([Refusal("costs", RefusalKind.LOOKBACK, "no", NOW, until=nov(5))], NOW)

    assert planned(store, need(1, 8)).missing == (need(5, 8),)


def test_an_endpoint_that_is_not_there_is_asked_for_nothing_until_that_lapses(store: Store) -> None:
    known = Refusal("decisions", RefusalKind.ENDPOINT, "no", NOW - dt.timedelta(hours=23))
    lapsed = Refusal("images", RefusalKind.ENDPOINT, "no", NOW - dt.timedelta(hours=24))
    store.remember([known, lapsed], NOW)

    found = planned(store, need(1, 2, "decisions"), need(1, 2, "images"), need(1, 2))
    assert {n.source for n in found.missing} == {"images", "costs"}


def test_a_width_that_a_source_does_not_offer_is_not_asked_for(store: Store) -> None:
    assert planned(store, need(1, 2, "costs", Width.HOUR)) == Plan()


def test_needs_that_overlap_are_one_and_gaps_stay_apart() -> None:
    days = days_of([need(1, 4), need(3, 6), need(9, 10)])

    assert windows(days) == (need(1, 6), need(9, 10))


def test_names_are_due_at_first_and_not_where_the_key_may_not_list_them(store: Store) -> None:
    every = dt.timedelta(hours=1)
    assert names_due(store, now=NOW, every=every) is True

    store.remember(
        [Refusal("costs", RefusalKind.SCOPE, "no", NOW), Refusal(NAMES, RefusalKind.ENDPOINT, "no", NOW)],
        NOW,
    )
    assert names_due(store, now=NOW, every=every) is True

    store.remember([Refusal(NAMES, RefusalKind.SCOPE, "no", NOW, "api.management.read")], NOW)
    assert names_due(store, now=NOW, every=every) is False


EVERY, AGAIN = dt.timedelta(hours=6), dt.timedelta(hours=1)


@pytest.mark.parametrize(
    ("failures", "age", "due"),
    [
        ((), EVERY, True),
        ((), EVERY - TICK, False),
        (("Alerts cannot be read.",), AGAIN, True),
        (("Alerts cannot be read.",), AGAIN - TICK, False),
    ],
)
def test_limits_are_due_sooner_where_they_were_read_in_part(
    store: Store, failures: tuple[str, ...], age: dt.timedelta, *, due: bool
) -> None:
    store.write_limits(LimitList((), failures), NOW - age)

    assert limits_due(store, now=NOW, every=EVERY, again=AGAIN) is due


def test_limits_are_due_at_first(store: Store) -> None:
    assert limits_due(store, now=NOW, every=EVERY, again=AGAIN) is True
    assert LIMITS == "limits"

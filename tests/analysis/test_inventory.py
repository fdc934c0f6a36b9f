import datetime as dt
from typing import Any

import pandas as pd
import pytest

from lib.analysis.inventory import covered, field_definitions, measure_definitions, refused
from lib.catalog.measures import MEASURES
from lib.catalog.sources import SOURCES
from lib.openai_admin.refusals import Kind, Refusal
from lib.periods.finality import DayState

NOON = dt.datetime(2026, 11, 23, 12, tzinfo=dt.UTC)
HOUR = dt.timedelta(hours=1)
FLOOR = dt.date(2025, 12, 6)


def day(number: int) -> dt.date:
    return dt.date(2026, 11, number)


def refusal(kind: Kind, ago: int = 0, source: str = "costs", **rest: Any) -> Refusal:
    return Refusal(source, kind, "The API said no.", NOON - ago * HOUR, **rest)


def test_days_are_counted_by_their_state() -> None:
    states = {"costs": {day(1): DayState.SETTLED, day(2): DayState.SETTLED, day(3): DayState.PROVISIONAL}}
    fetched = {"costs": {day(3): NOON, day(1): NOON - HOUR, dt.date(2026, 1, 1): NOON - HOUR}}

    assert covered(states, fetched).to_dict("records") == [
        {
            "source": "Costs",
            "settled": 2,
            "provisional": 1,
            "missing": 0,
            "first": dt.date(2026, 1, 1),
            "last": day(3),
            "fetched_at": NOON,
        }
    ]


def test_a_source_that_was_never_fetched_is_missing() -> None:
    (row,) = covered({"images": {day(1): DayState.MISSING}}, {"images": {}}).to_dict("records")

    assert (row["source"], row["missing"], row["settled"]) == ("Images", 1, 0)
    assert row["first"] is row["last"] is row["fetched_at"] is None


@pytest.mark.parametrize(
    ("known", "meaning"),
    [
        (
            refusal(Kind.ENDPOINT),
            "This organization has no such endpoint, so the source is empty. It is asked again each day.",
        ),
        (
            refusal(Kind.LOOKBACK, until=FLOOR),
            "Days before 2025-12-06 are no longer served. What was stored earlier stays.",
        ),
        (
            refusal(Kind.FLOOR, dimension="project_id", until=FLOOR),
            "Days before 2025-12-06 are not known by project: their rows go by No project.",
        ),
        (
            refusal(Kind.DIMENSION, dimension="user_id", since=FLOOR, until=day(1)),
            "Rows from 2025-12-06 to before 2026-11-01 are not known by user; everything else about them is.",
        ),
        (
            refusal(Kind.COMBINATION, since=FLOOR, until=day(1)),
            "Rows from 2025-12-06 to before 2026-11-01 are known by project or by user, "
            "but not by both at once.",
        ),
        (
            refusal(Kind.COMBINATION),
            "Rows of the organization are known by project or by user, but not by both at once.",
        ),
        (
            refusal(Kind.SCOPE, source="names", dimension="api.management.read"),
            "The key lacks api.management.read: ids are shown instead of names that were not seen before.",
        ),
    ],
)
def test_a_refusal_says_what_it_means(known: Refusal, meaning: str) -> None:
    (row,) = refused([known]).to_dict("records")

    assert row["meaning"] == meaning
    assert row["said"] == "The API said no."
    assert row["source"] == ("Names" if known.source == "names" else "Costs")


def test_every_kind_of_refusal_has_a_meaning() -> None:
    everything = [refusal(kind, dimension="user_id", since=FLOOR, until=day(1)) for kind in Kind]

    assert all(meaning for meaning in refused(everything)["meaning"])


def test_refusals_come_newest_first() -> None:
    found = refused([refusal(Kind.ENDPOINT, 2), refusal(Kind.ENDPOINT, 0), refusal(Kind.ENDPOINT, 1)])

    assert list(found["learned_at"]) == [NOON, NOON - HOUR, NOON - 2 * HOUR]


def test_without_refusals_there_are_still_columns() -> None:
    assert list(refused([]).columns) == ["source", "meaning", "said", "learned_at"]


def definition(label: str) -> pd.Series:
    found = measure_definitions()
    assert list(found["measure"]) == [m.label for m in MEASURES.values()]
    return found.set_index("measure").loc[label]


def test_a_sum_is_defined_by_its_terms() -> None:
    defined = definition("Uncached input")

    assert defined["computed"] == (
        "completions.input_tokens + decisions.input_tokens "
        "− completions.input_cached_tokens − decisions.input_cached_tokens "
        "− completions.input_cache_write_tokens − decisions.input_cache_write_tokens"
    )
    assert defined["unit"] == "tokens"
    assert defined["by"] == "Project, User, API key, Model, Batch, Service tier, API source"


def test_a_ratio_is_defined_by_both_its_sums() -> None:
    assert definition("Cached share")["computed"] == (
        "(completions.input_cached_tokens + decisions.input_cached_tokens) "
        "÷ (completions.input_tokens + decisions.input_tokens)"
    )
    assert definition("Cost per 1M tokens")["computed"].startswith("(costs.cost_usd) ÷ (")
    assert definition("Cost per 1M tokens")["computed"].endswith(") × 1,000,000")


def test_every_field_that_is_kept_is_defined() -> None:
    found = field_definitions()

    assert len(found) == sum(len(s.metrics) for s in SOURCES.values())
    assert found[found["source"] == "Costs"].to_dict("records")[0] == {
        "source": "Costs",
        "path": "/organization/costs",
        "field": "amount",
        "label": "Billed",
        "unit": "USD",
        "part_of": "",
    }
    cached = found[(found["source"] == "Completions") & (found["field"] == "input_cached_tokens")]
    assert list(cached["part_of"]) == ["input_tokens"]

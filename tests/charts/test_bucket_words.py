"""What a bucket of a chart over time says on hover."""

from typing import Any

import pandas as pd
import pytest

from lib.catalog.units import Unit
from lib.charts.bucket_words import tooltip, with_words
from lib.periods.grains import Grain

FIRST, SECOND = (pd.Timestamp(day, tz="UTC") for day in ("2026-11-02", "2026-11-03"))
BEFORE = pd.DataFrame(
    {"start": [FIRST], "group": ["Total"], "value": [80.0], "was": [pd.Timestamp("2026-10-05", tz="UTC")]}
)
CREDIT = pd.DataFrame(
    {"start": [SECOND], "kind": ["Credit"], "text": ["3 Nov 2026: Promotion\n4 Nov: Other"]}
)


def rows(*values: tuple[pd.Timestamp, str, float]) -> pd.DataFrame:
    return pd.DataFrame(values, columns=["start", "group", "value"]).assign(provisional=False)


WHOLE = rows((FIRST, "Total", 100.0), (SECOND, "Total", 1.5))
GROUPS = rows((FIRST, "a", 100.0), (FIRST, "b", 20.0))


def said(frame: pd.DataFrame, unit: Unit = Unit.USD, **beside: Any) -> pd.DataFrame:
    return with_words(frame, unit, Grain.DAY, **beside)


def lines(frame: pd.DataFrame, unit: Unit = Unit.USD) -> dict[str, str]:
    made = [line.to_dict() for line in tooltip(frame, unit, Grain.DAY, "Billed", "Project")]
    return {line["title"]: line["field"] for line in made}


def test_a_day_stands_beside_the_day_that_it_is_compared_with_and_its_change() -> None:
    found = said(WHOLE, before=BEFORE)

    assert list(found["before"]) == ["$80.00 (Mon 5 Oct 2026)", "–"]
    assert list(found["change"]) == ["+25.0%", "–"]
    assert lines(found) == {"Day (UTC)": "when", "Billed": "value", "Before": "before", "Change": "change"}


def test_groups_stand_beside_the_total_of_the_day_that_it_is_compared_with() -> None:
    found = said(GROUPS, before=BEFORE)

    assert list(found["change"]) == ["+50.0%", "+50.0%"]
    assert list(lines(found))[2:] == ["Billed", "Total", "Share", "Total before", "Change of the total"]


@pytest.mark.parametrize("before", [None, BEFORE.head(0)])
def test_without_a_compared_period_no_line_is_about_it(before: pd.DataFrame | None) -> None:
    assert list(lines(said(WHOLE, before=before))) == ["Day (UTC)", "Billed"]


def test_the_ratio_of_all_groups_is_set_against_none_of_them() -> None:
    assert "before" not in said(GROUPS, Unit.SHARE, before=BEFORE)
    assert "before" in said(WHOLE, Unit.SHARE, before=BEFORE)


def test_what_is_marked_on_a_day_is_said_with_it() -> None:
    found = said(WHOLE, marks=CREDIT)

    assert list(found["marked"]) == ["–", "3 Nov 2026: Promotion; 4 Nov: Other"]
    assert lines(found)["Marks"] == "marked"


def test_marks_of_other_days_take_no_line() -> None:
    assert "marked" not in said(WHOLE.head(1), marks=CREDIT)


def test_provisional_days_are_said_to_be_still_settling() -> None:
    assert list(said(WHOLE.assign(provisional=[False, True]))["when"]) == [
        "Mon 2 Nov 2026",
        "Tue 3 Nov 2026 (still settling)",
    ]

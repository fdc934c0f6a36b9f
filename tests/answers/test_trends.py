import datetime as dt
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pandas as pd
import pytest

from lib.answers import instance, trends
from lib.catalog.measures import MEASURES
from lib.periods.grains import Grain
from lib.periods.presets import Comparison
from lib.periods.widths import Width
from lib.store.records.coverage import Covered
from lib.store.records.notes import Note
from lib.store.records.revisions import Revision
from tests.answers.readings import BEFORE, BILLS, NOW, PERIOD, bill, in_part, november, reading_of, whole

SPEND, REQUESTS, TOKENS = (MEASURES[m] for m in ("spend", "requests", "tokens"))


pytestmark = pytest.mark.usefixtures("afresh")


def test_the_compared_period_lies_on_this_ones_days(tmp_path: Path) -> None:
    before = trends.of(whole(tmp_path), SPEND).before

    assert before is not None
    assert before["start"].iloc[1] == pd.Timestamp("2026-11-09", tz="UTC")
    assert list(before["value"]) == [0, 5, 0, 0, 0, 0, 0]


def test_a_period_that_is_known_in_part_is_not_compared_with(tmp_path: Path) -> None:
    reading = in_part(tmp_path)

    assert reading.coverage_before
    assert reading.coverage_before.missing == {dt.date(2026, 11, 1), dt.date(2026, 11, 2)}
    assert (reading.compared, reading.compared_with) == (None, None)
    assert trends.of(reading, SPEND).before is None
    assert reading.ranking(SPEND, "project_id").compared_with is None


def test_days_that_are_not_known_are_not_drawn_as_zero(tmp_path: Path) -> None:
    fetched = {"costs": [november(8, 10)]}
    rows = {"costs": [bill(9, "3")]}
    trend = trends.of(reading_of(tmp_path, rows, PERIOD, fetched=fetched), SPEND)

    assert [start.day for start in trend.rows["start"]] == [8, 9, 10]
    assert list(trend.rows["value"]) == [0, 3, 0]


def test_a_week_of_which_a_day_is_known_is_drawn(tmp_path: Path) -> None:
    reading = reading_of(
        tmp_path,
        {"costs": BILLS},
        november(2, 15),
        fetched={"costs": [november(2, 3)]},
        comparison=Comparison.NONE,
        grain=Grain.WEEK,
    )

    assert [start.day for start in trends.of(reading, SPEND).rows["start"]] == [2]


def test_nine_groups_are_drawn_over_time_and_the_rest_as_other(tmp_path: Path) -> None:
    rows = {"costs": [bill(9, str(20 - n), f"proj_{n:02}") for n in range(12)]}
    reading = reading_of(tmp_path, rows, PERIOD, fetched={"costs": [PERIOD]})

    nine = [f"proj_{n:02}" for n in range(9)]
    assert trends.of(reading, SPEND, "project_id").groups == (*nine, "Other")
    assert reading.by_group(SPEND, "project_id")[1] == [*nine, "Other"]
    assert trends.of(reading, SPEND, "project_id", 2).groups == ("proj_00", "proj_01", "Other")


def test_a_trend_alone_is_set_against_no_other_period(tmp_path: Path) -> None:
    alone = trends.of(whole(tmp_path), SPEND, alone=True)

    assert (alone.before, alone.compared_with) == (None, None)
    assert trends.of(whole(tmp_path), SPEND).compared_with == "1–7 Nov 2026"


def test_a_trend_is_marked_with_notes_and_revisions_of_its_measure(tmp_path: Path) -> None:
    reading = reading_of(tmp_path, {"costs": BILLS}, PERIOD, fetched={"costs": [PERIOD]})
    store, day = reading.backend.store, dt.date(2026, 11, 9)
    store.write_note(Note("n1", day, day, "deploy", "", NOW), NOW)
    store.write_note(Note("n2", day, day, "expected", "project:a:2026-11-09", NOW), NOW)
    store.revise(
        [
            Revision("costs", Width.DAY, day, "cost_usd", Decimal(1), Decimal(2), NOW, NOW),
            Revision("completions", Width.DAY, day, "input_tokens", Decimal(1), Decimal(2), NOW, NOW),
        ]
    )

    marks = trends.of(reading, SPEND).marks

    assert marks is not None
    assert list(marks["kind"]) == ["Note", "Revised"]
    assert "deploy" in marks["text"][0]
    assert "$1.00" in marks["text"][1]


def test_credits_are_marked_on_the_day_on_which_they_fall(tmp_path: Path) -> None:
    day = {"start": "2026-11-09", "project_id": "a"}
    billed = [
        day | {"line_item": "gpt-6-sol, input", "cost_usd": Decimal(20)},
        day | {"line_item": "Promotional credit", "cost_usd": Decimal("-6.25")},
    ]
    reading = reading_of(tmp_path, {"costs": billed}, PERIOD, fetched={"costs": [PERIOD]})

    marks = trends.of(reading, SPEND).marks

    assert marks is not None
    assert list(zip(marks["kind"], marks["text"], strict=True)) == [
        ("Credit", "9 Nov 2026: Promotional credit −$6.25")
    ]
    assert list(trends.of(reading, MEASURES["requests"]).marks["kind"]) == []  # type: ignore[index]


def test_an_answer_is_kept_until_the_view_s_days_are_fetched_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    reading = whole(tmp_path)
    first = trends.of(reading, SPEND)

    store = reading.backend.store
    store.mark([Covered("costs", Width.DAY, dt.date(2026, 8, 1), dt.date(2026, 8, 2), NOW)])
    assert trends.of(replace(reading), SPEND) is first

    later = NOW + dt.timedelta(days=10)
    monkeypatch.setattr(instance, "now", lambda: later)
    store.mark([Covered("costs", Width.DAY, PERIOD.first, PERIOD.end, later)])
    assert trends.of(replace(reading), SPEND).provisional == frozenset()


def test_a_sum_by_source_is_of_those_that_have_any_the_largest_first(tmp_path: Path) -> None:
    rows = {
        "embeddings": [{"start": "2026-11-09", "num_model_requests": 7}],
        "moderations": [{"start": "2026-11-10", "num_model_requests": 9}],
        "completions": [{"start": "2026-11-10", "num_model_requests": 0}],
    }
    reading = reading_of(tmp_path, rows, PERIOD, fetched={name: [PERIOD] for name in rows})

    found, order = trends.by_source(reading, REQUESTS)

    assert order == ["Moderations", "Embeddings"]
    held = found[[bool(value) for value in found["value"]]]
    assert list(zip(held["start"].dt.day, held["group"], held["value"], strict=True)) == [
        (10, "Moderations", 9),
        (9, "Embeddings", 7),
    ]


def test_sums_that_make_up_one_have_one_earlier_period_all_together(tmp_path: Path) -> None:
    calls = {"start": "2026-11-02", "input_tokens": 7, "output_tokens": 2}
    rows = {"completions": [calls, calls | {"start": "2026-11-09", "input_tokens": 1}]}
    reading = reading_of(tmp_path, rows, PERIOD, fetched={"completions": [BEFORE, PERIOD]})
    members = {"In": MEASURES["input_tokens"], "Out": MEASURES["output_tokens"]}

    trend = trends.of_members(reading, members, TOKENS, "Kind")

    assert trend.groups == ("In", "Out")
    assert trend.earlier is not None
    assert list(trend.earlier["value"]) == [0, 9, 0, 0, 0, 0, 0]

import datetime as dt
from pathlib import Path
from typing import Any

import pytest

from lib.catalog.sources import SOURCES
from lib.engine.execution import answer, page, row_counts
from lib.engine.question import Question
from lib.errors import QuestionError
from lib.periods.grains import Grain
from lib.periods.local_days import day_width
from lib.periods.widths import Width
from lib.periods.windows import ONE_DAY, Window, midnight
from lib.store.usage_store import Store
from tests.stored import filled

BERLIN = "Europe/Berlin"
CHANGES = [
    (BERLIN, dt.date(2026, 3, 29)),
    (BERLIN, dt.date(2026, 10, 25)),
    ("America/New_York", dt.date(2026, 3, 8)),
    ("America/New_York", dt.date(2026, 11, 1)),
    ("Australia/Lord_Howe", dt.date(2026, 4, 5)),
    ("Australia/Lord_Howe", dt.date(2026, 10, 4)),
]
"""Both days of 2026 on which clocks change, in three zones."""


def numbered(folder: Path, window: Window) -> tuple[Store, dict[dt.datetime, int]]:
    """Return a store with a row for each bucket of the UTC days that `window` touches, and what each says.

    No two sums of some of them are alike: each is the bucket's number, squared.
    """
    width, days = day_width(window), window.in_utc
    step = dt.timedelta(seconds=width.seconds)
    starts = [days.begins + n * step for n in range((days.ends - days.begins) // step)]
    tokens = {start: nth * nth for nth, start in enumerate(starts)}
    rows = [{"start": s.isoformat()[:19], "model": "m", "input_tokens": n} for s, n in tokens.items()]
    return filled(folder, "embeddings", *rows, width=width), tokens


def tokens_of(store: Store, window: Window, grain: Grain, *by: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = answer(
        store, Question("embeddings", window, grain, by, ("input_tokens",))
    ).to_pylist()
    return found


@pytest.mark.parametrize(("zone", "day"), CHANGES)
def test_around_a_change_of_clocks_each_row_is_counted_on_its_day_and_once(
    tmp_path: Path, zone: str, day: dt.date
) -> None:
    window = Window(day - ONE_DAY, day + 2 * ONE_DAY, zone=zone)
    store, tokens = numbered(tmp_path, window)

    found = tokens_of(store, window, Grain.DAY)

    days = [Window(one, one + ONE_DAY, zone=zone) for one in window]
    assert found == [
        {
            "start": midnight(one.first),
            "input_tokens": sum(n for start, n in tokens.items() if one.begins <= start < one.ends),
        }
        for one in days
    ]
    whole = sum(n for start, n in tokens.items() if window.begins <= start < window.ends)
    assert sum(row["input_tokens"] for row in found) == whole
    for grain in Grain.TOTAL, Grain.HOUR, Grain.WEEK, Grain.MONTH:
        assert sum(row["input_tokens"] for row in tokens_of(store, window, grain, "model")) == whole


def test_the_hour_that_clocks_go_through_twice_has_two_rows(tmp_path: Path) -> None:
    window = Window(dt.date(2026, 10, 25), dt.date(2026, 10, 26), zone=BERLIN)
    store, _ = numbered(tmp_path, window)

    found = tokens_of(store, window, Grain.HOUR)

    assert len(found) == 25
    assert [row["input_tokens"] for row in found] == [nth * nth for nth in range(22, 47)]


def test_weeks_and_months_are_those_of_the_zone(tmp_path: Path) -> None:
    window = Window(dt.date(2026, 10, 30), dt.date(2026, 11, 3), zone=BERLIN)
    store, tokens = numbered(tmp_path, window)
    november, monday = (Window(dt.date(2026, 11, d), window.end, zone=BERLIN) for d in (1, 2))

    months, weeks = (tokens_of(store, window, grain) for grain in (Grain.MONTH, Grain.WEEK))

    assert [row["start"].date() for row in months] == [dt.date(2026, 10, 1), dt.date(2026, 11, 1)]
    assert [row["start"].date() for row in weeks] == [dt.date(2026, 10, 26), dt.date(2026, 11, 2)]
    for last, since in (months[-1], november), (weeks[-1], monday):
        own = sum(n for start, n in tokens.items() if since.begins <= start < since.ends)
        assert last["input_tokens"] == own


def test_days_of_a_zone_come_in_pages_too(tmp_path: Path) -> None:
    window = Window(dt.date(2026, 10, 24), dt.date(2026, 10, 27), zone=BERLIN)
    store, _ = numbered(tmp_path, window)
    question = Question("embeddings", window, Grain.DAY, ("model",), ("input_tokens",))

    assert sum(row_counts(store, question).values()) == 3
    assert page(store, question, 1, 1) == answer(store, question).slice(1, 1)


def test_days_of_utc_are_not_made_of_hours(tmp_path: Path) -> None:
    window = Window(dt.date(2026, 10, 24), dt.date(2026, 10, 25))
    store = filled(tmp_path, "embeddings", {"start": "2026-10-24", "input_tokens": 7})
    filled(tmp_path, "embeddings", {"start": "2026-10-24T05:00:00", "input_tokens": 1}, width=Width.HOUR)

    assert tokens_of(store, window, Grain.DAY) == [
        {"start": midnight(window.first), "input_tokens": 7},
    ]


def test_costs_are_asked_by_days_of_utc_only() -> None:
    window = Window(dt.date(2026, 10, 24), dt.date(2026, 10, 25), zone=BERLIN)

    with pytest.raises(QuestionError, match="costs comes by UTC day only, not by days of Europe/Berlin"):
        Question("costs", window)
    assert {Question(s.name, window).width for s in SOURCES.values() if not s.is_money} == {Width.HOUR}

import datetime as dt
from decimal import Decimal
from typing import Any

from lib.analysis.marks import changes, marks
from lib.periods.grains import Grain
from lib.periods.windows import Window
from lib.store.records.notes import Note

NOON = dt.datetime(2026, 11, 20, 12, tzinfo=dt.UTC)
NOVEMBER = Window(dt.date(2026, 11, 1), dt.date(2026, 12, 1))


def note(first: int, last: int, text: str) -> Note:
    return Note(text, dt.date(2026, 11, first), dt.date(2026, 11, last), text, "", NOON)


def revised(day: int, old: str, new: str, hour: int = 12, **rest: Any) -> dict[str, Any]:
    bill = {"source": "costs", "width": "1d", "metric": "cost_usd"}
    seen_at = NOON.replace(hour=hour)
    return bill | {
        "day": dt.date(2026, 11, 1) + dt.timedelta(days=day - 1),
        "old": Decimal(old),
        "new": Decimal(new),
        "seen_at": seen_at,
        **rest,
    }


def said(notes: list[Note], changed: list[dict[str, Any]], grain: Grain = Grain.DAY) -> list[tuple[Any, ...]]:
    frame = marks(notes, changed, NOVEMBER, grain)
    return [(f"{start:%Y-%m-%d}", kind, text) for start, kind, text in frame.itertuples(index=False)]


def test_a_note_stands_on_its_first_day_in_the_window() -> None:
    early = Note("x", dt.date(2026, 10, 30), dt.date(2026, 11, 2), "migration", "", NOON)

    assert said([note(5, 5, "deploy"), early], []) == [
        ("2026-11-01", "Note", "30 Oct – 2 Nov 2026: migration"),
        ("2026-11-05", "Note", "5 Nov 2026: deploy"),
    ]


def test_notes_of_other_days_are_not_marked() -> None:
    before = Note("x", dt.date(2026, 10, 1), dt.date(2026, 10, 31), "before", "", NOON)
    after = Note("y", dt.date(2026, 12, 1), dt.date(2026, 12, 1), "after", "", NOON)

    assert said([before, after], [revised(31, "1", "2")]) == []


def test_a_revised_day_says_what_it_was_and_is() -> None:
    assert said([], [revised(5, "10.1", "12.25")]) == [
        ("2026-11-05", "Revised", "5 Nov 2026: Costs, billed was $10.10, is $12.25 since 20 Nov 12:00 UTC")
    ]


def test_a_day_revised_twice_goes_from_the_first_total_to_the_last() -> None:
    twice = [revised(5, "12", "13", hour=15), revised(5, "10", "12", hour=9)]

    (change,) = changes(twice)

    assert (change["before"], change["after"], change["seen_at"].hour) == ("$10.00", "$13.00", 15)


def test_counts_are_written_in_full() -> None:
    (change,) = changes([revised(5, "1000", "1250", source="completions", metric="input_tokens")])

    assert (change["label"], change["before"], change["after"]) == (
        "Completions, input tokens",
        "1,000",
        "1,250",
    )


def test_hourly_revisions_say_nothing_of_their_own() -> None:
    assert changes([revised(5, "1", "2", width="1h")]) == []


def test_marks_of_one_bucket_are_one_mark() -> None:
    notes = [note(day, day, f"n{day}") for day in range(9, 15)]

    ((start, kind, text),) = said(notes, [], Grain.WEEK)

    assert (start, kind) == ("2026-11-09", "Note")
    assert text.split("\n") == [*(f"{day} Nov 2026: n{day}" for day in range(9, 13)), "and 2 more"]

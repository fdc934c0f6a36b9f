import datetime as dt
from decimal import Decimal

from lib.analysis.marks import Credit, Mark, Revision
from lib.store.records.notes import Note
from lib.wording.mark_words import in_words, marks_frame

NOON = dt.datetime(2026, 11, 20, 12, tzinfo=dt.UTC)
START = dt.datetime(2026, 11, 9, tzinfo=dt.UTC)
BILL = Revision(dt.date(2026, 11, 5), "costs", "cost_usd", Decimal("10.1"), Decimal("12.25"), NOON)
INPUT = Revision(dt.date(2026, 11, 5), "completions", "input_tokens", Decimal(1000), Decimal(1250), NOON)


def note(first: dt.date, last: dt.date, text: str) -> Note:
    return Note(text, first, last, text, "", NOON)


def test_a_note_follows_its_days() -> None:
    migration = note(dt.date(2026, 10, 30), dt.date(2026, 11, 2), "migration")

    assert in_words(migration) == "30 Oct – 2 Nov 2026: migration"


def test_a_revised_day_says_what_it_was_and_is() -> None:
    assert in_words(BILL) == "5 Nov 2026: Costs, billed was $10.10, is $12.25 since 20 Nov 12:00 UTC"


def test_a_credit_says_which_and_how_much() -> None:
    credit = Credit(dt.date(2026, 11, 1), "Promotional credit", Decimal(-625))

    assert in_words(credit) == "1 Nov 2026: Promotional credit −$625.00"


def test_counts_are_written_in_full() -> None:
    assert in_words(INPUT) == (
        "5 Nov 2026: Completions, input tokens was 1,000, is 1,250 since 20 Nov 12:00 UTC"
    )


def test_marks_of_one_bucket_and_kind_are_one_row() -> None:
    days = [dt.date(2026, 11, day) for day in range(9, 15)]
    notes = [Mark(START, note(day, day, f"n{day.day}")) for day in days]

    frame = marks_frame([*notes, Mark(START, BILL)])

    assert list(frame["kind"]) == ["Note", "Revised"]
    assert [f"{start:%Y-%m-%d}" for start in frame["start"]] == ["2026-11-09", "2026-11-09"]
    assert frame["text"][0].split("\n") == [
        "9 Nov 2026: n9",
        "10 Nov 2026: n10",
        "11 Nov 2026: n11",
        "12 Nov 2026: n12",
        "and 2 more",
    ]


def test_without_marks_there_are_still_columns() -> None:
    assert list(marks_frame([]).columns) == ["start", "kind", "text"]

import datetime as dt
from decimal import Decimal
from typing import Any

from lib.analysis.marks import Revision, marks, revisions
from lib.periods.grains import Grain
from lib.periods.windows import Window
from lib.store.records.notes import Note

NOON = dt.datetime(2026, 11, 20, 12, tzinfo=dt.UTC)
NOVEMBER = Window(dt.date(2026, 11, 1), dt.date(2026, 12, 1))


def note(first: dt.date, last: dt.date) -> Note:
    return Note("id", first, last, "deploy", "", NOON)


def november(day: int) -> dt.date:
    return dt.date(2026, 11, 1) + dt.timedelta(days=day - 1)


def revised(day: int, old: str, new: str, hour: int = 12, width: str = "1d") -> dict[str, Any]:
    return {
        "source": "costs",
        "width": width,
        "metric": "cost_usd",
        "day": november(day),
        "old": Decimal(old),
        "new": Decimal(new),
        "seen_at": NOON.replace(hour=hour),
    }


def test_a_note_stands_on_its_first_day_in_the_window() -> None:
    early, later = note(dt.date(2026, 10, 30), november(2)), note(november(5), november(5))

    found = marks([later, early], [], NOVEMBER, Grain.DAY)

    assert [(mark.start.date(), mark.kind, mark.about) for mark in found] == [
        (november(1), "Note", early),
        (november(5), "Note", later),
    ]


def test_notes_and_revisions_of_other_days_are_not_marked() -> None:
    before = note(dt.date(2026, 10, 1), dt.date(2026, 10, 31))
    after = note(dt.date(2026, 12, 1), dt.date(2026, 12, 1))

    assert marks([before, after], [revised(31, "1", "2"), revised(0, "1", "2")], NOVEMBER, Grain.DAY) == []


def test_notes_come_before_revisions_of_the_same_bucket() -> None:
    found = marks([note(november(11), november(11))], [revised(9, "1", "2")], NOVEMBER, Grain.WEEK)

    assert [(mark.start.date(), mark.kind) for mark in found] == [
        (november(9), "Note"),
        (november(9), "Revised"),
    ]


def test_a_day_revised_twice_goes_from_the_first_total_to_the_last() -> None:
    twice = [revised(5, "12", "13", hour=15), revised(5, "10", "12", hour=9)]

    assert revisions(twice) == [
        Revision(november(5), "costs", "cost_usd", Decimal(10), Decimal(13), NOON.replace(hour=15))
    ]


def test_revisions_come_by_day() -> None:
    assert [r.day for r in revisions([revised(5, "1", "2"), revised(3, "1", "2", 13)])] == [
        november(3),
        november(5),
    ]


def test_hourly_revisions_say_nothing_of_their_own() -> None:
    assert revisions([revised(5, "1", "2", width="1h")]) == []


def test_revisions_of_the_first_and_the_last_day_are_marked() -> None:
    found = marks([], [revised(1, "1", "2"), revised(30, "1", "2")], NOVEMBER, Grain.DAY)

    assert [mark.start.date() for mark in found] == [november(1), november(30)]


def test_a_note_that_ends_on_the_first_day_or_begins_on_the_last_is_marked() -> None:
    notes = [note(dt.date(2026, 10, 1), november(1)), note(november(30), dt.date(2026, 12, 5))]

    assert [mark.start.date() for mark in marks(notes, [], NOVEMBER, Grain.DAY)] == [
        november(1),
        november(30),
    ]


def test_by_hour_a_note_stands_where_its_day_begins_in_the_zone() -> None:
    days = Window(november(1), november(8), zone="America/New_York")

    (found,) = marks([note(november(3), november(3))], [], days, Grain.HOUR)

    assert found.start == dt.datetime(2026, 11, 3, 5, tzinfo=dt.UTC)

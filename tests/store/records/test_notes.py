import datetime as dt
from pathlib import Path

from lib.store.log import Log
from lib.store.records.notes import NOTES, Note

NOON = dt.datetime(2026, 1, 20, 12, tzinfo=dt.UTC)
HOUR = dt.timedelta(hours=1)


def note(name: str, first: int, last: int, *, text: str = "", hours: int = 0, removed: bool = False) -> Note:
    days = dt.date(2026, 1, first), dt.date(2026, 1, last)
    return Note(name, *days, text, "", NOON + hours * HOUR, removed)


def test_notes_come_by_their_first_day_then_their_last_then_their_id(tmp_path: Path) -> None:
    log = Log(str(tmp_path), NOTES)
    log.append([note("d", 3, 3), note("c", 1, 5), note("b", 1, 2), note("a", 1, 5)])

    assert [n.note_id for n in log.read()] == ["b", "a", "c", "d"]
    assert log.read()[0].written_at.utcoffset() == dt.timedelta(0)


def test_the_note_written_later_holds_and_a_removed_one_is_unseen(tmp_path: Path) -> None:
    log = Log(str(tmp_path), NOTES)
    log.append([note("a", 1, 1, text="new", hours=2), note("a", 1, 1, text="old", hours=1)])
    log.append([note("b", 1, 1, hours=1), note("b", 1, 1, hours=2, removed=True)])

    assert log.read() == (note("a", 1, 1, text="new", hours=2),)


def test_a_removal_is_worth_keeping_so_that_the_note_stays_removed(tmp_path: Path) -> None:
    log = Log(str(tmp_path), NOTES)
    rows = log.rows([note("a", 1, 1, hours=1), note("a", 1, 1, hours=2, removed=True)])

    assert NOTES.fold(rows)["removed"].to_pylist() == [True]

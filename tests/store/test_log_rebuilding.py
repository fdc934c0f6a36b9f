"""A log whose files were damaged goes on with every entry that can be read."""

import datetime as dt
from pathlib import Path

import pyarrow as pa
import pytest

from lib.access.tokens import ApiToken
from lib.periods.widths import Width
from lib.store.log import Log, Rebuilt
from lib.store.records.api_tokens import API_TOKENS
from lib.store.records.coverage import COVERAGE, Covered
from lib.store.records.notes import NOTES, Note
from lib.store.table_failures import DamagedTable

NOON = dt.datetime(2026, 1, 20, 12, tzinfo=dt.UTC)
DAY = dt.date(2026, 1, 2)


def note(note_id: str) -> Note:
    return Note(note_id, DAY, DAY, "deploy", "", NOON)


def test_a_log_that_was_damaged_is_rebuilt_of_its_files(tmp_path: Path) -> None:
    log = Log(str(tmp_path), NOTES)
    log.append([note("a")])
    log.append([note("b")])
    for commit in (tmp_path / "notes/_delta_log").iterdir():
        commit.write_text("{")
    with pytest.raises(DamagedTable, match=r"`python -m lib verify --repair` moves them aside"):
        Log(str(tmp_path), NOTES).read()

    assert log.rebuild() == Rebuilt(f"{tmp_path}/notes_damaged", ())

    assert [n.note_id for n in Log(str(tmp_path), NOTES).read()] == ["a", "b"]
    assert len([*(tmp_path / "notes_damaged").glob("*.parquet")]) == 2


def test_what_a_broken_file_held_is_all_that_a_rebuilt_log_lacks(tmp_path: Path) -> None:
    log = Log(str(tmp_path), NOTES)
    log.append([note("a")])
    first = Path(log._table.files()[0])
    log.append([note("b")])
    first.write_bytes(first.read_bytes()[:40])

    assert log.rebuild().broken == (f"{tmp_path}/notes_damaged/{first.name}",)

    assert [n.note_id for n in log.read()] == ["b"]


def test_every_log_that_is_rebuilt_begins_with_a_folder_of_its_own(tmp_path: Path) -> None:
    log = Log(str(tmp_path), NOTES)
    log.append([note("a")])

    folders = [log.rebuild().folder for _ in range(3)]

    assert folders == [f"{tmp_path}/notes_damaged{n}" for n in ("", "_2", "_3")]
    assert [n.note_id for n in log.read()] == ["a"]


def test_entries_that_make_no_sense_are_damage(tmp_path: Path) -> None:
    log = Log(str(tmp_path), COVERAGE)
    log.append([Covered("costs", Width.DAY, DAY, DAY + dt.timedelta(days=1), NOON)])
    odd = [{"source": "costs", "width": "1x", "first": DAY, "end": DAY}]
    log._table.append(pa.Table.from_pylist(odd, COVERAGE.columns))

    with pytest.raises(DamagedTable, match=r"^The entries of .*coverage make no sense \(ValueError\)"):
        log.read()

    assert len(log.rebuild().broken) == 1
    assert log.read().days == {("costs", Width.DAY): {DAY: NOON}}


def test_a_revocation_that_is_lost_brings_no_token_back(tmp_path: Path) -> None:
    made = ApiToken("1f3c", "Grafana", "ab" * 32, "Ada", NOON, NOON + dt.timedelta(days=1))
    log = Log(str(tmp_path), API_TOKENS)
    log.write([made], NOON)
    before = log._table.files()
    log.write([made.revoked("Bob", NOON)], NOON)
    (revocation,) = (Path(file) for file in log._table.files() if file not in before)
    revocation.write_bytes(revocation.read_bytes()[:40])

    assert len(log.rebuild().broken) == 1
    assert log.read() == ()

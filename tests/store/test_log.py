import datetime as dt
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa

from lib.catalog.schemas import TIME
from lib.store.log import TEXT, Log, Record, in_utc, newest

NOON = dt.datetime(2026, 1, 20, 12, tzinfo=dt.UTC)
TICK = dt.timedelta(microseconds=1)
COLUMNS = pa.schema([("name", TEXT), ("word", TEXT), ("said_at", TIME)])


@dataclass(frozen=True)
class Said:
    name: str
    word: str
    said_at: dt.datetime | None = None


class Reads:
    """Decodes a log's rows, and remembers how often it was asked to."""

    def __init__(self) -> None:
        self.count = 0

    def __call__(self, table: pa.Table) -> list[tuple[str, str]]:
        self.count += 1
        return [(row["name"], row["word"]) for row in table.sort_by("said_at").to_pylist()]


def record(decode: Reads) -> Record[Said, list[tuple[str, str]]]:
    return Record("said", COLUMNS, decode, lambda table: newest(table, ["name"], "said_at"), "said_at")


def table(*rows: tuple[str, str, int]) -> pa.Table:
    """Return rows of a name, a word and the minutes after noon."""
    return pa.Table.from_pylist(
        [{"name": n, "word": w, "said_at": NOON + dt.timedelta(minutes=m)} for n, w, m in rows], COLUMNS
    )


def test_of_rows_that_agree_the_latest_is_kept_in_the_order_of_their_moments() -> None:
    rows = table(("a", "late", 9), ("b", "only", 3), ("a", "early", 1), ("c", "first", 0))

    assert (
        newest(rows, ["name"], "said_at").to_pylist()
        == table(("c", "first", 0), ("b", "only", 3), ("a", "late", 9)).to_pylist()
    )


def test_of_rows_of_one_moment_the_one_written_last_is_kept() -> None:
    rows = table(("a", "one", 0), ("a", "two", 0), ("b", "x", 0), ("a", "three", 0))

    assert newest(rows, ["name"], "said_at")["word"].to_pylist() == ["x", "three"]
    assert newest(rows.slice(0, 0), ["name"], "said_at").to_pylist() == []


def test_rows_agree_in_every_key() -> None:
    rows = table(("a", "x", 0), ("a", "y", 0), ("a", "x", 1))

    assert newest(rows, ["name", "word"], "said_at").num_rows == 2


def test_a_log_is_decoded_again_only_where_something_was_added(tmp_path: Path) -> None:
    reads = Reads()
    log = Log(str(tmp_path), record(reads))
    log.append([Said("a", "one", NOON)])

    assert [log.read(), log.read()] == [[("a", "one")]] * 2
    assert reads.count == 1
    log.append([Said("b", "two", NOON + TICK)])
    assert log.read() == [("a", "one"), ("b", "two")]
    assert reads.count == 2


def test_what_is_written_is_a_tick_later_than_all_before_unless_it_is_later_anyway(tmp_path: Path) -> None:
    reads = Reads()
    log = Log(str(tmp_path), record(reads))
    log.write([Said("a", "one")], NOON)
    log.write([Said("a", "two"), Said("b", "two")], NOON - dt.timedelta(hours=1))
    log.write([Said("a", "three")], NOON + dt.timedelta(hours=1))

    rows = log._table.read().sort_by([("said_at", "ascending"), ("name", "ascending")]).to_pylist()
    assert [(row["name"], row["said_at"]) for row in rows] == [
        ("a", NOON),
        ("a", NOON + TICK),
        ("b", NOON + TICK),
        ("a", NOON + dt.timedelta(hours=1)),
    ]


def test_a_log_that_grew_keeps_what_its_record_says_is_worth_keeping(tmp_path: Path) -> None:
    log = Log(str(tmp_path), record(Reads()))
    for n in range(20):
        log.append([Said("a", str(n), NOON + n * TICK)])

    log.tidy()

    assert log.read() == [("a", "19")]


def test_logs_of_one_folder_are_apart_and_their_versions_too(tmp_path: Path) -> None:
    log, other = Log(str(tmp_path), record(Reads())), Log(str(tmp_path / "other"), record(Reads()))
    before = log.version(), other.version()
    log.append([Said("a", "one", NOON)])

    assert (tmp_path / "said").is_dir()
    assert log.version() != before[0]
    assert other.version() == before[1]


def test_moments_are_read_in_utc() -> None:
    there = dt.timezone(dt.timedelta(hours=2))

    assert in_utc(NOON.astimezone(there)).isoformat() == "2026-01-20T12:00:00+00:00"  # type: ignore[union-attr]
    assert in_utc(None) is None

import errno
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pytest
from deltalake import DeltaTable, write_deltalake
from deltalake.exceptions import CommitFailedError, DeltaError

from lib.errors import StoreError
from lib.store import delta, location
from lib.store.delta import ABSENT, Table
from lib.store.location import Folder, Location
from tests.superseded import put

COLUMNS = pa.schema([("n", pa.int64()), ("text", pa.string())])


@pytest.fixture
def uri(tmp_path: Path) -> str:
    return str(tmp_path / "a table")


def rows(*numbers: int) -> pa.Table:
    return pa.Table.from_pylist([{"n": n, "text": str(n)} for n in numbers], COLUMNS)


def numbers(table: Table) -> list[int]:
    found: list[int] = table.read(["n"])["n"].to_pylist()
    return sorted(found)


def appended(table: Table, times: int) -> None:
    for n in range(times):
        table.append(rows(n))


def counted(monkeypatch: pytest.MonkeyPatch, name: str, module: ModuleType = delta) -> list[object]:
    """Return a list that grows with every call of a function of the module."""
    calls: list[object] = []
    original: Callable[..., object] = getattr(module, name)

    def call(*args: object) -> object:
        calls.append(args)
        return original(*args)

    monkeypatch.setattr(module, name, call)
    return calls


def test_nothing_is_created_until_something_is_written(uri: str) -> None:
    table = Table(uri, COLUMNS)
    table.append(rows())
    put(table, rows(), "n >= 0")

    assert (table.version(), table.files(), table.read().num_rows) == (("", -1), [], 0)
    assert not Path(uri).exists()


def test_the_version_is_the_tables_identity_and_grows_with_every_write(uri: str) -> None:
    table = Table(uri, COLUMNS)
    appended(table, 2)

    assert table.version() == (str(DeltaTable(uri).metadata().id), 2)


def test_files_are_addressed_as_they_are_on_disk(uri: str) -> None:
    table = Table(uri, COLUMNS)
    appended(table, 2)

    assert len(table.files()) == 2
    assert all(Path(file).exists() for file in table.files())
    appended(table, 1)
    assert len(table.files()) == 3


def test_files_are_listed_once_for_each_version(uri: str, monkeypatch: pytest.MonkeyPatch) -> None:
    table = Table(uri, COLUMNS)
    appended(table, 2)
    listed = counted(monkeypatch, "unquote", location)

    assert table.files() == table.files()
    assert len(listed) == 2


def test_the_list_of_files_belongs_to_the_caller(uri: str) -> None:
    table = Table(uri, COLUMNS)
    appended(table, 1)
    table.files().clear()

    assert len(table.files()) == 1


def test_only_the_rows_and_columns_asked_for_are_read(uri: str) -> None:
    table = Table(uri, COLUMNS)
    table.append(rows(1, 2, 3))

    assert table.read(["n"], pc.field("n") > 1).to_pylist() == [{"n": 2}, {"n": 3}]
    assert table.read().schema.names == ["n", "text"]


def test_no_python_code_reads_local_files_for_it_aborts_a_process_that_ends_meanwhile(
    uri: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("deltalake.fs.DeltaStorageHandler", None)
    table = Table(uri, COLUMNS)
    appended(table, 20)
    table.tidy(lambda stored: stored.filter(pc.field("n") < 2))

    assert numbers(table) == [0, 1]


def test_a_column_that_the_table_on_disk_lacks_is_null_and_one_more_is_passed_over(uri: str) -> None:
    Table(uri, pa.schema([("n", pa.int64()), ("gone", pa.int64())])).append(pa.table({"n": [1], "gone": [2]}))

    table = Table(uri, COLUMNS)
    assert table.read().to_pylist() == [{"n": 1, "text": None}]
    table.append(rows(3))
    assert table.read(keep=pc.field("n") > 1).to_pylist() == [{"n": 3, "text": "3"}]


def test_all_that_a_predicate_holds_for_is_replaced(uri: str) -> None:
    table = Table(uri, COLUMNS)
    table.append(rows(1, 5, 6))

    put(table, rows(7), "n >= 5")
    assert numbers(table) == [1, 7]
    put(table, rows(), "n >= 5")
    assert numbers(table) == [1]


def superseding(table: Table, put: pa.Table, **told: str) -> list[list[str]]:
    """Put rows in place of all others; return for each decision the marks of the commits it was given."""
    given: list[list[str]] = []

    def decide(commits: list[delta.Told]) -> tuple[pa.Table, str]:
        given.append([commit.get("mark", "") for commit in commits])
        return put, "n >= 0"

    table.supersede(decide, since=table.version(), told=told, parts=["all"])
    return given


def test_what_supersedes_is_decided_on_what_was_committed_since(uri: str) -> None:
    table, since = Table(uri, COLUMNS), ABSENT
    superseding(table, rows(1), mark="first")
    second = table.version()
    superseding(Table(uri, COLUMNS), rows(2), mark="second")
    table.append(rows(3))

    assert [told.get("mark") for told in table.told(second)] == [None, "second"]
    assert [told["mark"] for told in table.told(since) if "mark" in told] == ["second", "first"]
    assert table.told(table.version()) == []
    assert numbers(table) == [2, 3]


def test_what_supersedes_is_decided_anew_where_another_process_was_faster(uri: str) -> None:
    table = Table(uri, COLUMNS)
    superseding(table, rows(5), mark="first")
    since, given = table.version(), []

    def decide(commits: list[delta.Told]) -> tuple[pa.Table, str] | None:
        given.append([told["mark"] for told in commits])
        if len(given) == 1:
            superseding(Table(uri, COLUMNS), rows(), mark="faster")
        return (rows(9), "n > 8") if len(given) == 1 else None

    table.supersede(decide, since=since, told={"mark": "slower"}, parts=["all"])

    assert given == [[], ["faster"]]
    assert numbers(table) == []


def test_a_table_that_another_process_creates_meanwhile_is_decided_on_too(uri: str) -> None:
    given: list[int] = []

    def decide(commits: list[delta.Told]) -> tuple[pa.Table, str] | None:
        given.append(len(commits))
        if len(given) == 1:
            superseding(Table(uri, COLUMNS), rows(7), mark="faster")
        return (rows(9), "n >= 0") if len(given) == 1 else None

    table = Table(uri, COLUMNS)
    table.supersede(decide, since=ABSENT, told={}, parts=["all"])

    assert given == [0, 2]
    assert numbers(table) == [7]


def test_nothing_is_superseded_by_nothing_where_there_is_no_table(uri: str) -> None:
    superseding(Table(uri, COLUMNS), rows())

    assert not Path(uri).exists()


def test_a_table_that_nobody_changed_is_opened_and_looked_through_once(
    uri: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    appended(Table(uri, COLUMNS), 1)
    opened, updated = counted(monkeypatch, "_opened"), counted(monkeypatch, "_updated")
    table = Table(uri, COLUMNS)

    assert [numbers(table), numbers(table), numbers(table)] == [[0]] * 3
    assert (len(opened), len(updated)) == (1, 0)


def test_what_another_one_wrote_is_read_without_opening_the_table_again(
    uri: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    table, other = Table(uri, COLUMNS), Table(uri, COLUMNS)
    table.append(rows(1))
    numbers(table)
    opened = counted(monkeypatch, "_opened")
    other.append(rows(2))
    opened.clear()

    assert numbers(table) == [1, 2]
    assert opened == []


def test_what_another_one_wrote_within_one_tick_of_the_clock_is_read(uri: str) -> None:
    table, other = Table(uri, COLUMNS), Table(uri, COLUMNS)
    table.append(rows(1))
    numbers(table)
    log = Path(uri) / "_delta_log"
    before = log.stat()
    other.append(rows(2))
    os.utime(log, ns=(before.st_atime_ns, before.st_mtime_ns))

    assert numbers(table) == [1, 2]


def test_another_table_in_the_same_place_is_another_table(uri: str, tmp_path: Path) -> None:
    table = Table(uri, COLUMNS)
    appended(table, 3)
    first = table.version()
    Path(uri).rename(tmp_path / "away")
    Table(uri, COLUMNS).append(rows(9))

    assert numbers(table) == [9]
    assert table.version()[0] != first[0]
    assert table.version()[1] == 1


def test_a_table_that_was_taken_away_is_absent_until_it_is_written_again(uri: str, tmp_path: Path) -> None:
    table = Table(uri, COLUMNS)
    appended(table, 1)
    Path(uri).rename(tmp_path / "away")

    assert (table.version(), table.files()) == (ABSENT, [])
    table.append(rows(4))
    assert numbers(table) == [4]


def test_small_files_are_merged_every_twenty_versions_where_there_are_more_than_five(uri: str) -> None:
    table = Table(uri, COLUMNS)
    for _ in range(15):
        put(table, rows(100), "n >= 100")
    appended(table, 4)
    table.tidy()
    assert (table.version()[1], len(table.files())) == (19, 5)

    table.append(rows(4))
    table.tidy()

    assert len(table.files()) == 1
    assert numbers(table) == [0, 1, 2, 3, 4, 100]
    after = table.version()
    appended(table, 6)
    table.tidy()
    assert len(table.files()) == 7
    assert table.version()[1] == after[1] + 6


def test_a_tidied_table_is_opened_without_what_each_version_before_changed(uri: str) -> None:
    table = Table(uri, COLUMNS)
    appended(table, 20)
    table.tidy()
    for commit in Path(uri, "_delta_log").glob("*.json"):
        if int(commit.stem) < table.version()[1]:
            commit.unlink()

    assert numbers(Table(uri, COLUMNS)) == list(range(20))


def test_five_files_are_few(uri: str) -> None:
    table = Table(uri, COLUMNS)
    for _ in range(16):
        put(table, rows(100), "n >= 100")
    appended(table, 4)

    table.tidy()

    assert len(table.files()) == 5


def test_each_partition_may_have_five_files(uri: str) -> None:
    table = Table(uri, COLUMNS, partition="text")
    for _ in range(10):
        table.append(rows(1, 2))
    for _ in range(10):
        put(table, rows(1, 2), "n >= 1")
    appended(table, 8)

    table.tidy()

    assert len(table.files()) == 10


def test_a_table_that_is_opened_is_not_tidied_for_its_past(uri: str) -> None:
    appended(Table(uri, COLUMNS), 20)

    table = Table(uri, COLUMNS)
    table.tidy()
    assert len(table.files()) == 20
    appended(table, 20)
    table.tidy()
    assert len(table.files()) == 1


def test_what_is_worth_keeping_takes_the_place_of_all(uri: str) -> None:
    table = Table(uri, COLUMNS)
    appended(table, 20)

    table.tidy(lambda every: every.filter(pc.field("n") >= 18))

    assert numbers(table) == [18, 19]
    assert len(table.files()) == 1


@pytest.mark.parametrize(
    ("failure", "begins"),
    [
        (f"Generic error (os error {errno.ENOSPC})", "The disk is full: "),
        (f"Generic error (os error {errno.EDQUOT})", "The disk is full: "),
        ("quota exceeded", "The disk is full: "),
        (f"Generic error (os error {errno.EACCES})", "This account may not write to "),
        (f"Generic error (os error {errno.EROFS})", "This account may not write to "),
        (f"Os {{ code: {errno.EPERM}, kind: x }}", "This account may not write to "),
        ("Permission denied", "This account may not write to "),
        ("Read-only file system", "This account may not write to "),
        ("Could not create local directory", "This account may not write to "),
        ("", "The table {uri} cannot be read or written (no reason was given). "),
        (" \n ", "The table {uri} cannot be read or written (no reason was given). "),
        ("one\ntwo", "The table {uri} cannot be read or written (one). "),
        ("x" * 201, "The table {uri} cannot be read or written (" + "x" * 200 + "). "),
    ],
)
def test_a_failure_is_said_with_what_to_do(
    uri: str, failure: str, begins: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def failing(_: Location) -> None:
        raise OSError(failure)

    monkeypatch.setattr(delta, "_opened", failing)
    with pytest.raises(StoreError) as said:
        Table(uri, COLUMNS).version()

    assert str(said.value).startswith(begins.format(uri=uri))


def test_files_that_no_version_needs_are_deleted_when_their_time_is_over(
    uri: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(delta._CONFIGURATION, "delta.deletedFileRetentionDuration", "interval 0 seconds")
    table = Table(uri, COLUMNS)
    for n in range(20):
        put(table, rows(n), "n >= 0")

    table.tidy()

    assert [str(path) for path in Path(uri).glob("*.parquet")] == table.files()
    assert numbers(table) == [19]


def test_replaced_files_are_kept_for_an_hour_and_the_log_for_a_day(uri: str) -> None:
    appended(Table(uri, COLUMNS), 1)

    assert DeltaTable(uri).metadata().configuration == {
        "delta.deletedFileRetentionDuration": "interval 1 hours",
        "delta.logRetentionDuration": "interval 1 days",
    }


def test_a_table_at_an_address_is_looked_at_again_each_time(uri: str) -> None:
    table, other = Table(f"file://{uri.replace(' ', '')}", COLUMNS), Table(uri.replace(" ", ""), COLUMNS)
    other.append(rows(1))
    assert numbers(table) == [1]

    other.append(rows(2))

    assert numbers(table) == [1, 2]


def losing(monkeypatch: pytest.MonkeyPatch, times: int) -> list[float]:
    """Let so many commits lose to another process; return the pauses taken, each as long as it may be."""
    lost: list[int] = []
    pauses: list[float] = []

    def write(*args: Any, **options: Any) -> None:
        if len(lost) < times:
            lost.append(1)
            msg = "a concurrent transaction added new data"
            raise CommitFailedError(msg)
        write_deltalake(*args, **options)

    monkeypatch.setattr(delta, "write_deltalake", write)
    monkeypatch.setattr(delta.time, "sleep", pauses.append)
    monkeypatch.setattr(delta.random, "uniform", lambda low, high: low + high)
    return pauses


def test_a_commit_that_loses_is_tried_again_each_time_a_little_later(
    uri: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    pauses = losing(monkeypatch, 19)

    table = Table(uri, COLUMNS)
    table.append(rows(1))

    assert numbers(table) == [1]
    assert pauses == pytest.approx([0.06 * attempt for attempt in range(1, 20)])


def test_a_commit_is_tried_twenty_times(uri: str, monkeypatch: pytest.MonkeyPatch) -> None:
    pauses = losing(monkeypatch, 20)

    with pytest.raises(StoreError, match=r"^Other processes kept changing .* Nothing is lost; sync again"):
        Table(uri, COLUMNS).append(rows(1))
    assert len(pauses) == 19


def test_a_table_whose_commits_were_cleaned_away_is_opened_again(uri: str) -> None:
    appended(Table(uri, COLUMNS), 2)

    class Stale:
        def update_incremental(self) -> None:
            raise DeltaError("no such commit")

    handle = delta._updated(Stale(), Folder(uri))  # type: ignore[arg-type]

    assert handle is not None
    assert handle.version() == 2


@pytest.mark.parametrize("harm", ["garbled", "gap", "beginning", "whole", "gone"])
def test_a_log_that_makes_no_sense_is_damaged_and_one_that_is_gone_is_not(uri: str, harm: str) -> None:
    table = Table(uri, COLUMNS)
    for n in range(4):
        table.append(rows(n))
    log = Path(uri) / "_delta_log"
    if harm == "garbled":
        (log / "00000000000000000002.json").write_text("{")
    elif harm == "gone":
        shutil.rmtree(log)
    elif harm != "whole":
        (log / f"0000000000000000000{ {'gap': 2, 'beginning': 0}[harm] }.json").unlink()

    assert Table(uri, COLUMNS).has_damaged_log() == (harm in {"garbled", "gap", "beginning"})


@pytest.mark.parametrize(("looks", "is_damaged"), [("ddd", True), ("dd-", False), ("d-d", False)])
def test_a_log_that_makes_sense_at_a_second_look_was_being_written_only(
    uri: str, monkeypatch: pytest.MonkeyPatch, looks: str, *, is_damaged: bool
) -> None:
    seen = iter(look == "d" for look in looks)
    monkeypatch.setattr(delta, "_is_damaged", lambda _location: next(seen))

    assert Table(uri, COLUMNS).has_damaged_log() == is_damaged


def test_a_table_that_was_moved_aside_begins_anew(uri: str) -> None:
    table = Table(uri, COLUMNS)
    table.append(rows(1, 2))

    moved = table.move_aside()

    assert numbers(Table(moved, COLUMNS)) == [1, 2]
    assert numbers(table) == []
    table.append(rows(3))
    assert numbers(table) == [3]


def test_each_table_that_was_moved_aside_has_a_folder_of_its_own(uri: str) -> None:
    moved = []
    for _ in range(3):
        table = Table(uri, COLUMNS)
        table.append(rows(1))
        moved.append(table.move_aside().uri)

    first = moved[0]
    assert first.startswith(uri)
    assert not first[-1].isdigit()
    assert moved[1:] == [f"{first}_2", f"{first}_3"]


def test_rows_are_added_only_where_none_were_since_a_version(uri: str) -> None:
    table = Table(uri, COLUMNS)

    assert table.append_unless_added(rows(1), since=ABSENT)
    assert not Table(uri, COLUMNS).append_unless_added(rows(2), since=ABSENT)
    assert numbers(table) == [1]
    assert table.append_unless_added(rows(3), since=table.version())
    assert numbers(table) == [1, 3]

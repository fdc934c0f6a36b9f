import os
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pyarrow as pa
import pytest
from deltalake.exceptions import DeltaError

from lib.errors import StoreError
from lib.store import delta, location
from lib.store.delta import Table
from lib.store.table_failures import DamagedTable, explained, is_damage
from tests.superseded import put

COLUMNS = pa.schema([("n", pa.int64()), ("month", pa.string())])
KB = 1024


@pytest.fixture
def free(monkeypatch: pytest.MonkeyPatch) -> Callable[[int], None]:
    """Return what sets how many bytes the disk has left."""
    left: dict[str, int] = {}
    monkeypatch.setattr(location.shutil, "disk_usage", lambda _folder: SimpleNamespace(free=left["free"]))
    return lambda count: left.update(free=count)


def rows(count: int) -> pa.Table:
    return pa.table({"n": range(count), "month": ["2026-01"] * count}, COLUMNS)


def test_a_disk_without_room_for_the_rows_is_full_before_it_is_written(
    tmp_path: Path, free: Callable[[int], None]
) -> None:
    table = Table(str(tmp_path / "not" / "there"), COLUMNS)
    free(300 * KB)

    with pytest.raises(
        StoreError, match=r"^The disk is full: .* Free space and sync again; nothing is lost\.$"
    ):
        table.append(rows(100_000))
    assert list(tmp_path.iterdir()) == []
    table.append(rows(1_000))
    assert table.row_count() == 1_000


def test_what_is_written_anew_beside_the_rows_needs_room_too(
    tmp_path: Path, free: Callable[[int], None]
) -> None:
    table = Table(str(tmp_path), COLUMNS, "month")
    free(2**40)
    table.append(rows(100_000))
    size = sum(Path(file).stat().st_size for file in table.files())
    free(256 * KB + size - 1)

    with pytest.raises(StoreError, match=r"^The disk is full"):
        table.supersede(lambda _: (rows(0), "month = '2026-01'"), since=("", -1), told={}, parts=["2026-01"])
    assert table.row_count() == 100_000


def test_a_full_disk_can_be_cleaned_up(
    tmp_path: Path, free: Callable[[int], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(delta._CONFIGURATION, "delta.deletedFileRetentionDuration", "interval 0 seconds")
    table = Table(str(tmp_path), COLUMNS)
    free(2**40)
    table.append(rows(1))
    for _ in range(20):
        put(table, rows(1), "n >= 0")
    free(0)

    table.tidy()

    assert [str(file) for file in tmp_path.glob("*.parquet")] == table.files()


@pytest.mark.parametrize(("left", "limit", "is_full"), [(63, 1000, True), (64, 1000, False), (0, 0, False)])
def test_a_disk_that_can_hold_no_more_files_is_full(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, left: int, limit: int, is_full: bool
) -> None:
    table = Table(str(tmp_path), COLUMNS)
    told = SimpleNamespace(
        f_favail=left, f_files=limit, f_bavail=2**40, f_blocks=2**40, f_bfree=2**40, f_frsize=1
    )
    monkeypatch.setattr(location.os, "statvfs", lambda _folder: told)

    if is_full:
        with pytest.raises(
            StoreError, match=r"^The disk is full: it can hold no more files, so .*Delete files"
        ):
            table.append(rows(1))
    else:
        table.append(rows(1))
    assert table.row_count() == (0 if is_full else 1)


def test_a_folder_that_became_read_only_says_so_and_keeps_its_rows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    table = Table(str(tmp_path), COLUMNS)
    table.append(rows(1))
    monkeypatch.setattr(location.os, "access", lambda folder, mode: (folder, mode) != (tmp_path, os.W_OK))

    with pytest.raises(StoreError, match=r"^This account may not write to .*\. Give it the right to"):
        table.append(rows(1))
    assert table.row_count() == 1


@pytest.mark.parametrize(
    ("failure", "is_damaged"),
    [
        (DeltaError("Kernel error: Json error: Truncated record whilst reading object"), True),
        (DeltaError("Object at location a.parquet not found: No such file (os error 2)"), True),
        (FileNotFoundError(2, "No such file"), True),
        (OSError("Corrupt snappy compressed data."), True),
        (pa.ArrowInvalid("Invalid flatbuffers message."), True),
        (DeltaError("Generic error: Input/output error (os error 5)"), False),
        (DeltaError("Too many open files (os error 24)"), False),
        (OSError("Kernel error -> Generic LocalFileSystem error"), False),
        (OSError(5, "Input/output error"), False),
        (PermissionError(13, "Permission denied"), False),
        (pa.ArrowMemoryError("malloc of size 10 failed"), False),
    ],
)
def test_only_what_files_hold_is_damage(failure: Exception, *, is_damaged: bool) -> None:
    with pytest.raises(StoreError) as told, explained("/a/table"):
        raise failure

    assert isinstance(told.value, DamagedTable) == is_damaged
    assert ("verify --repair" in str(told.value)) == is_damaged


def test_a_full_or_forbidden_disk_is_no_damage() -> None:
    for told in ("No space left on device", "quota exceeded", "Permission denied", "Read-only file system"):
        assert not is_damage(DeltaError(told))

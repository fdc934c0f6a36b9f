import datetime as dt
import os
import subprocess
import sys
from pathlib import Path

import narwhals as nw
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from lib.engine.duckdb_scan import collected, scan
from lib.errors import StoreError

NUMBERED = pa.schema([("n", pa.int64()), ("tier", pa.string())])
NOON = dt.datetime(2026, 1, 5, 12, tzinfo=dt.UTC)


def parquet(path: Path, **columns: pa.Array) -> str:
    pq.write_table(pa.table(columns), path)
    return str(path)


def test_a_column_that_a_file_lacks_is_null_there(tmp_path: Path) -> None:
    old = parquet(tmp_path / "old.parquet", n=pa.array([1]))
    new = parquet(tmp_path / "new.parquet", n=pa.array([2]), tier=pa.array(["flex"]))

    rows = scan([old, new], NUMBERED).sort("n").collect("pyarrow").to_native()

    assert rows.to_pylist() == [{"n": 1, "tier": None}, {"n": 2, "tier": "flex"}]


def test_a_column_that_every_file_lacks_is_null(tmp_path: Path) -> None:
    file = parquet(tmp_path / "old.parquet", n=pa.array([1]))

    rows = collected(scan([file], NUMBERED))

    assert (rows.to_pylist(), rows.schema.field("tier").type) == ([{"n": 1, "tier": None}], pa.string())


def test_moments_are_in_utc_wherever_the_machine_stands(tmp_path: Path) -> None:
    file = parquet(tmp_path / "a.parquet", start=pa.array([NOON], pa.timestamp("us", tz="UTC")))
    asks = (
        "import narwhals as nw, pyarrow as pa; from lib.engine.duckdb_scan import scan; "
        f"print(scan([{file!r}], pa.schema([])).select(nw.col('start').dt.hour()).collect('pyarrow').item())"
    )

    in_tokyo = os.environ | {"TZ": "Asia/Tokyo"}
    said = subprocess.run(
        [sys.executable, "-c", asks], env=in_tokyo, capture_output=True, text=True, check=True, timeout=60
    )

    assert said.stdout.strip() == "12"


def test_integers_and_decimals_stay_exact(tmp_path: Path) -> None:
    amounts = pa.array([10**18 + 1, 1], pa.int64())
    file = parquet(tmp_path / "a.parquet", n=amounts)

    total = scan([file], NUMBERED).select(nw.col("n").sum()).collect("pyarrow").to_native()

    assert [int(row["n"]) for row in total.to_pylist()] == [10**18 + 2]


@pytest.mark.parametrize("left", [None, b"", b"PAR1", b"\x00" * 600])
def test_a_file_that_is_gone_or_broken_is_said_with_what_to_do(tmp_path: Path, left: bytes | None) -> None:
    file = tmp_path / "a.parquet"
    if left is not None:
        file.write_bytes(left)

    with pytest.raises(StoreError, match=r"^Stored rows cannot be read \(.*verify --repair"):
        collected(scan([str(file)], NUMBERED))


def test_a_file_that_breaks_in_the_middle_is_said_with_what_to_do(tmp_path: Path) -> None:
    file = parquet(tmp_path / "a.parquet", n=pa.array(range(100_000)))
    content = bytearray(Path(file).read_bytes())
    content[4 : len(content) // 2] = bytes(len(content) // 2 - 4)
    Path(file).write_bytes(content)

    with pytest.raises(StoreError, match=r"^Stored rows cannot be read \(.*verify --repair"):
        collected(scan([file], NUMBERED).select(nw.col("n").sum()))

import csv
import datetime as dt
import errno
import io
import os
import stat
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from lib.catalog.schemas import MONEY, TIME
from lib.errors import ExportError
from lib.tables.exports import csv_bytes, parquet_bytes, spreadsheet_csv_bytes, write_file, write_whole

ROOT = Path(__file__).parents[2]


def column(*values: Any, of: Any = None) -> list[str]:
    """Return the cells of a one-column table, as a CSV reader sees them."""
    rows = list(
        csv.reader(io.StringIO(csv_bytes(pa.table({"x": pa.array(values, of)})).decode(), newline=""))
    )
    assert rows[0] == ["x"]
    return [row[0] if row else "" for row in rows[1:]]


def test_a_table_is_a_header_and_a_line_for_each_row() -> None:
    table = pa.table({"model": ["a", "b,c"], "input_tokens": [1, 2]})

    assert csv_bytes(table) == b'model,input_tokens\r\na,1\r\n"b,c",2\r\n'


def test_decimals_are_written_out_whole() -> None:
    numbers = ["0.000000000000000001", "12345678901234567890.000000000000000001", "-3.25", "100", "0", "-0"]

    assert column(*map(Decimal, numbers), of=MONEY) == [*numbers[:-1], "0"]


def test_a_decimal_with_an_exponent_is_written_out() -> None:
    assert csv_bytes(pd.DataFrame({"x": [Decimal("1E+3"), Decimal("1E-7")]})) == b"x\r\n1000\r\n0.0000001\r\n"


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n"])
def test_text_that_looks_like_a_formula_is_made_harmless(start: str) -> None:
    assert column(f"{start}1+1") == [f"'{start}1+1"]


@pytest.mark.parametrize("sign", ["=", "+", "-", "@", "＝", "＋", "－", "＠"])
@pytest.mark.parametrize("before", ["", "\n", " ", "  ", "\u00a0", "\u200b", "\ufeff", "\u2060 ", "\x00"])
def test_a_sign_behind_what_nobody_sees_is_made_harmless(before: str, sign: str) -> None:
    assert column(f"{before}{sign}1+1") == [f"'{before}{sign}1+1"]


@pytest.mark.parametrize("text", ["a=1", " a", "\u200bname", "1-2", "", "’=1"])
def test_other_text_stays_as_it_is(text: str) -> None:
    assert column(text) == [text]


def test_a_download_says_that_it_is_utf_8_and_the_command_line_does_not() -> None:
    table = pa.table({"name": ["Zoë"]})

    assert spreadsheet_csv_bytes(table) == b"\xef\xbb\xbf" + csv_bytes(table)
    assert csv_bytes(table) == "name\r\nZoë\r\n".encode()


def test_negative_numbers_stay_numbers() -> None:
    assert column(-5) == ["-5"]
    assert column(-0.5) == ["-0.5"]


def test_a_header_that_looks_like_a_formula_is_made_harmless() -> None:
    assert csv_bytes(pa.table({"=x": [1]})) == b"'=x\r\n1\r\n"


def test_a_moment_without_a_zone_is_written_as_it_is() -> None:
    assert column(dt.datetime(2026, 11, 1)) == ["2026-11-01T00:00:00"]  # noqa: DTZ001 (that is the point)


def test_moments_have_the_offset_of_their_zone_which_is_a_z_in_utc() -> None:
    assert column(dt.datetime(2026, 11, 1, tzinfo=dt.UTC), of=TIME) == ["2026-11-01T00:00:00Z"]
    paris = dt.datetime(2026, 11, 1, 1, tzinfo=dt.timezone(dt.timedelta(hours=1)))
    assert csv_bytes(pd.DataFrame({"x": [paris]})) == b"x\r\n2026-11-01T01:00:00+01:00\r\n"


def test_days_are_iso_dates() -> None:
    assert column(dt.date(2026, 11, 1)) == ["2026-11-01"]


def test_what_is_missing_is_empty() -> None:
    frame = pd.DataFrame(
        {
            "text": ["a", None],
            "money": pd.Series([Decimal(1), None], dtype=object),
            "share": [0.5, float("nan")],
            "start": [pd.Timestamp("2026-11-01", tz="UTC"), pd.NaT],
            "count": pd.array([1, None], dtype="Int64"),
            "batch": [True, None],
        }
    )

    assert csv_bytes(frame) == (
        b"text,money,share,start,count,batch\r\na,1,0.5,2026-11-01T00:00:00Z,1,true\r\n,,,,,\r\n"
    )


def test_columns_of_the_same_name_are_all_kept() -> None:
    assert csv_bytes(pd.DataFrame([[1, 2]], columns=["x", "x"])) == b"x,x\r\n1,2\r\n"


def test_a_table_without_rows_is_its_header() -> None:
    assert csv_bytes(pa.table({"a": pa.array([], pa.int64()), "b": pa.array([], pa.string())})) == b"a,b\r\n"


def test_text_is_utf_8() -> None:
    assert column("Zoë – 東京") == ["Zoë – 東京"]


def test_parquet_keeps_decimals() -> None:
    table = pa.table({"cost_usd": pa.array([Decimal("0.000000000000000001")], MONEY)})

    assert pq.read_table(io.BytesIO(parquet_bytes(table))) == table


def test_a_file_takes_the_place_of_the_one_before(tmp_path: Path) -> None:
    path = tmp_path / "costs.csv"
    path.write_text("before")

    write_file(b"after", path)

    assert path.read_bytes() == b"after"
    assert list(tmp_path.iterdir()) == [path]


def test_a_full_disk_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "costs.csv"
    path.write_text("before")

    def full(_descriptor: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("lib.tables.exports.os.fsync", full)
    with pytest.raises(ExportError, match=r"costs\.csv could not be written \(No space left on device\)\."):
        write_file(b"after", path)

    assert path.read_text() == "before"
    assert list(tmp_path.iterdir()) == [path]


def test_a_folder_that_does_not_exist_is_said(tmp_path: Path) -> None:
    with pytest.raises(ExportError, match="No such file or directory"):
        write_file(b"after", tmp_path / "nowhere" / "costs.csv")


def test_a_file_keeps_its_mode(tmp_path: Path) -> None:
    path = tmp_path / "costs.csv"
    path.write_text("before")
    path.chmod(0o640)

    write_file(b"after", path)

    assert (path.read_bytes(), stat.S_IMODE(path.stat().st_mode)) == (b"after", 0o640)


def test_a_new_file_has_the_mode_that_new_files_have(tmp_path: Path) -> None:
    before = os.umask(0o027)
    try:
        write_file(b"after", tmp_path / "costs.csv")
    finally:
        os.umask(before)

    assert stat.S_IMODE((tmp_path / "costs.csv").stat().st_mode) == 0o640


@pytest.mark.parametrize("there", [True, False])
def test_a_link_stays_one_and_what_it_leads_to_is_written(tmp_path: Path, there: bool) -> None:
    (tmp_path / "real").mkdir()
    target, link = tmp_path / "real" / "costs.csv", tmp_path / "costs.csv"
    link.symlink_to(Path("real") / "costs.csv")
    if there:
        target.write_text("before")

    write_file(b"after", link)

    assert link.is_symlink()
    assert target.read_bytes() == b"after"
    assert sorted(tmp_path.rglob("*")) == sorted([link, target, target.parent])


def test_links_that_lead_in_a_circle_are_said(tmp_path: Path) -> None:
    (tmp_path / "a").symlink_to(tmp_path / "b")
    (tmp_path / "b").symlink_to(tmp_path / "a")

    with pytest.raises(ExportError, match="Too many levels of symbolic links"):
        write_file(b"after", tmp_path / "a")
    assert (tmp_path / "a").is_symlink()


def test_a_pipe_is_written_to_and_stays(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    with ThreadPoolExecutor() as pool:
        read = pool.submit(pipe.read_bytes)
        write_file(b"x" * 200_000, pipe)

    assert read.result() == b"x" * 200_000
    assert pipe.is_fifo()


def test_a_device_is_written_to_and_stays() -> None:
    write_file(b"after", Path(os.devnull))

    assert Path(os.devnull).is_char_device()


@pytest.mark.parametrize("name", ["/dev/stdout", "/dev/fd/1", "/proc/self/fd/1"])
def test_standard_output_is_written_behind_what_is_there(tmp_path: Path, name: str) -> None:
    log = tmp_path / "log"
    log.write_bytes(b"before,")
    code = f"import pathlib, lib.tables.exports as e; e.write_file(b'after', pathlib.Path({name!r}))"
    with log.open("ab") as stdout:
        subprocess.run([sys.executable, "-c", code], stdout=stdout, check=True, cwd=ROOT, timeout=60)

    assert log.read_bytes() == b"before,after"


def test_a_pipe_that_nobody_reads_any_more_is_said() -> None:
    reading, writing = os.pipe()
    os.close(reading)
    try:
        with pytest.raises(ExportError, match="Broken pipe"):
            write_file(b"after", Path(f"/dev/fd/{writing}"))
    finally:
        os.close(writing)


def test_a_full_device_is_said() -> None:
    with pytest.raises(ExportError, match=r"/dev/full could not be written \(No space left on device\)"):
        write_file(b"after", Path("/dev/full"))


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    with pytest.raises(ExportError, match="Is a directory"):
        write_file(b"after", tmp_path)


def test_a_file_is_written_beside_its_place_so_that_it_takes_it_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "on another disk"))

    write_whole(b"a", tmp_path / "a.csv", 0o600)

    assert [(file.name, file.read_bytes()) for file in tmp_path.iterdir()] == [("a.csv", b"a")]

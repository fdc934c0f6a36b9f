"""Windows of stored rows: which partitions, files and rows they are, and which commits brought them."""

import datetime as dt
from collections.abc import Iterable, Sequence

import pyarrow as pa
import pyarrow.compute as pc

from lib.catalog.schemas import TIME, partition
from lib.periods.widths import Width
from lib.periods.windows import ONE_DAY, Window
from lib.store.delta import Told

DAYS, FETCHED_AT = "days", "fetchedAt"
"""What a commit of rows says of itself: the days (`first/end`) that it replaced, and their fetch (ISO)."""


def of_window(files: Sequence[str], width: Width, window: Window) -> list[str]:
    """Return those of a source's `files` that may hold rows of `window`."""
    first, last = labels(window, width)
    return [f for f in files if first <= part_of_file(f, width) <= last]


def part_of_file(file: str, width: Width) -> str:
    """Return the partition that a file lies in."""
    return file.rpartition(f"/{partition(width)}=")[2].partition("/")[0]


def part_of_day(day: dt.date, width: Width) -> str:
    """Return the partition that holds a day: its month, of hours and minutes the day itself."""
    return day.isoformat()[: 7 if width is Width.DAY else 10]


def between(window: Window) -> pc.Expression:
    """Return what keeps the rows of `window`."""
    first, end = (
        pa.scalar(moment * 1_000_000, pa.int64()).cast(TIME)
        for moment in (window.start_time, window.end_time)
    )
    return (pc.field("start") >= first) & (pc.field("start") < end)


def stored_by(commits: Iterable[Told], fetched_at: dt.datetime | None) -> set[dt.date]:
    """Return the days that those of `commits` stored that were fetched later than `fetched_at`."""
    return {
        day
        for told in commits
        if fetched_at and FETCHED_AT in told and dt.datetime.fromisoformat(told[FETCHED_AT]) > fetched_at
        for day in Window(*map(dt.date.fromisoformat, told[DAYS].split("/")))
    }


def where(window: Window, width: Width) -> str:
    """Return the SQL condition that keeps the rows of `window`, for which delta-rs looks into few files."""
    label, first, last = partition(width), *labels(window, width)
    return (
        f"{label} >= '{first}' and {label} <= '{last}' and "
        f"start >= '{window.first}T00:00:00Z' and start < '{window.end}T00:00:00Z'"
    )


def labels(window: Window, width: Width) -> tuple[str, str]:
    """Return the first and last partition that `window` touches."""
    return part_of_day(window.first, width), part_of_day(window.end - ONE_DAY, width)

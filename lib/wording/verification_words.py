"""What is doubtful about stored rows: days that differ from their record, are gone or were not answered."""

import datetime as dt
from collections.abc import Collection, Iterable, Sequence

from lib.catalog.sources import SOURCES
from lib.periods.widths import Width
from lib.periods.windows import ONE_DAY, runs
from lib.wording.dates import day_range

_SHOWN = 5
_WIDTHS = {Width.DAY: "", Width.HOUR: " by hour", Width.MINUTE: " by minute"}


def found_wrong(
    source: str, width: Width, *, days: Collection[dt.date] = (), files: Sequence[str] = (), failure: str = ""
) -> str:
    """Return what is wrong with a source: days that differ, files that are broken, or why it is not known."""
    name = rows_of(source, width)
    if failure:
        return f"{name}: {failure}"
    if files:
        which = "a file is" if len(files) == 1 else f"{len(files)} files are"
        return f"{name}: {which} gone or broken ({files[0]})."
    return f"{name}: what is stored of {day_ranges(days)} is not what was recorded."


def not_fetched_again(source: str, width: Width, days: Iterable[dt.date]) -> str:
    """Return that days which were stored once are missing for good, or until they can be fetched."""
    return (
        f"{rows_of(source, width)}: what had been stored of {day_ranges(days)} is not there any more and "
        "could not be fetched again. Put back a copy of the store from before, if there is one."
    )


def moved_aside(source: str, width: Width, folder: str) -> str:
    """Return that a table begins anew, and where its files lie."""
    return f"{rows_of(source, width)}: the table begins anew. All of its files are kept in {folder}."


def kept_aside(source: str, width: Width, folder: str) -> str:
    """Return where broken files are kept that no longer belong to a table."""
    return f"{rows_of(source, width)}: what there is of the broken files is kept in {folder}."


def rebuilt(record: str, folder: str, broken: Sequence[str]) -> str:
    """Return that a record, such as the notes, was written anew, and what of it is missing."""
    name = record.capitalize()
    if not broken:
        return f"{name}: every entry was written anew. The files as they were are in {folder}."
    which = "A file" if len(broken) == 1 else f"{len(broken)} files"
    return (
        f"{name}: what can be read was written anew. {which} could not be ({broken[0]}): put back a copy of "
        "the store from before, if something that was written by hand is missing."
    )


def not_answered(source: str, days: Iterable[dt.date]) -> str:
    """Return that the API said nothing about days, not even that they were quiet."""
    return (
        f"{SOURCES[source].label}: OpenAI answered nothing about {day_ranges(days)}, twice, although it "
        "answers quiet days too. Until they are final, a week later than others, they are asked for again."
    )


def rows_of(source: str, width: Width) -> str:
    """Return which rows are meant: `Costs`, `Embeddings by hour`."""
    return f"{SOURCES[source].label}{_WIDTHS[width]}"


def day_ranges(days: Iterable[dt.date]) -> str:
    """Return days as ranges, of many the first five: `1–3 Jan 2026, 9 Jan 2026 and 12 ranges more`."""
    ranges = [day_range(window.first, window.end - ONE_DAY) for window in runs(days)]
    if len(ranges) > _SHOWN:
        ranges = [*ranges[: _SHOWN - 1], f"{len(ranges) - _SHOWN + 1} ranges more"]
    return " and ".join(filter(None, [", ".join(ranges[:-1]), ranges[-1]]))

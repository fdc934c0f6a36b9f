"""Collecting in words: runs, how far back days are stored and why no further, and what is soon lost."""

import datetime as dt
from collections.abc import Mapping, Sequence

from lib.catalog.sources import SOURCES
from lib.sync.reach import End, Expiring, Reach
from lib.wording.dates import day, day_range
from lib.wording.numbers import counted

_ENDS: Mapping[End, str] = {
    End.MEMORY: "The API serves no earlier days.",
    End.QUIET: "The year before had no usage and no costs, so nothing earlier was asked for.",
    End.BEGINNING: "There are no earlier days: the API did not exist.",
    End.ABSENT: "The organization does not have this endpoint.",
}
_NAMED = 2


def reached(one: Reach) -> str:
    """Return how far back a source is stored, and why no further."""
    stored = f"stored from {day(one.first)} on" if one.first else "nothing is stored"
    why = f"Earlier days could not be fetched: {one.said}" if one.end is End.FAILED else _ENDS[one.end]
    return f"{SOURCES[one.source].label}: {stored}. {why}"


def expiring(found: Sequence[Expiring]) -> str:
    """Return which days are about to be lost, and from when on; "" where none are."""
    if not found:
        return ""
    days = day_range(min(one.first for one in found), max(one.last for one in found))
    gone = day(min(one.gone_on for one in found))
    return (
        f"{days} of {_sources([one.source for one in found])} were not all fetched, and from {gone} on the "
        "API serves them no more, a day each day. `python -m lib backfill` fetches what there still is."
    )


def expiring_in_short(found: Sequence[Expiring]) -> str:
    """Return from when on days are lost, for a line among others; "" where none are."""
    return f"▲ Days are lost from {day(min(one.gone_on for one in found))} on" if found else ""


def last_run(finished_at: dt.datetime, holder: str, requests: int, rows: int) -> str:
    """Return when days were last collected, by which process, and what that took."""
    return (
        f"Collected last on {_moment(finished_at)} by {holder}: {counted(requests, 'request')}, "
        f"{counted(rows, 'row')}."
    )


def next_run(due_at: dt.datetime, now: dt.datetime, every: dt.timedelta) -> str:
    """Return when days are collected next."""
    often = counted(int(every.total_seconds() // 60), "minute")
    when = f"next on {_moment(due_at)}" if due_at > now else "next within a minute"
    return f"Collected every {often}, {when}."


def running(holder: str, since: dt.datetime) -> str:
    """Return that a process collects now; it may have died since."""
    return f"{holder} collects days now; it last said so on {_moment(since)}."


def failing_since(since: dt.datetime | None) -> str:
    """Return since when every run failed in part, None where no run was ever good."""
    good = (
        f"the last one without a failure was on {_moment(since)}"
        if since
        else "none was without a failure yet"
    )
    return f"Not all days could be collected; {good}."


def _moment(moment: dt.datetime) -> str:
    return f"{day(moment.date())}, {moment:%H:%M} UTC"


def _sources(names: Sequence[str]) -> str:
    labels = [SOURCES[name].label for name in names]
    more = len(labels) - _NAMED
    if more <= 0:
        return " and ".join(labels)
    return f"{', '.join(labels[:_NAMED])} and {counted(more, 'other source')}"

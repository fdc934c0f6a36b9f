"""Where numbers come from, in words, and as the request that anybody can repeat."""

import datetime as dt
import shlex

from lib.periods.widths import Width
from lib.periods.windows import ONE_DAY, Window
from lib.wording import dates

_BUCKETS = {Width.DAY: "day", Width.HOUR: "hour", Width.MINUTE: "minute"}
KEY = "$OPENAI_ADMIN_KEY"
"""What stands for the key in a request: nobody is shown the key itself."""


def asked(label: str, path: str, width: Width, window: Window) -> str:
    """Return what was asked for: `Costs, by day, 1–7 Nov 2026 (UTC), from /organization/costs`."""
    days = dates.day_range(window.first, window.end - ONE_DAY)
    return f"{label} by {_BUCKETS[width]}, {days} (UTC), from {path}"


def added_up(engine: str) -> str:
    """Return what adds up the rows."""
    return f"The rows are added up by {engine}."


def known(final: int, provisional: int, missing: int) -> str:
    """Return how many days are final, can still change, or are not stored."""
    counts = (
        (final, "is final", "are final"),
        (provisional, "can still change", "can still change"),
        (missing, "is not stored", "are not stored"),
    )
    said = [f"{n} {f'day {one}' if n == 1 else f'days {several}'}" for n, one, several in counts if n]
    return f"{', '.join(said)}."


def fetched(first: dt.datetime | None, last: dt.datetime | None) -> str:
    """Return between which moments the days were fetched."""
    if first is None or last is None:
        return "None of these days has been fetched."
    early, late = _moment(first), _moment(last)
    return f"Fetched {early}." if early == late else f"Fetched between {early} and {late}."


def request(base_url: str, path: str, width: Width, window: Window, limit: int, by: tuple[str, ...]) -> str:
    """Return the request as a command line, with a variable in place of the key.

    The API sends at most `limit` buckets in an answer; the command asks for the first ones.
    """
    buckets = (window.end_time - window.start_time) // width.seconds
    given = [
        f"start_time={window.start_time}",
        f"end_time={window.end_time}",
        f"bucket_width={width.value}",
        f"limit={min(limit, buckets)}",
        *(f"group_by={dimension}" for dimension in by),
    ]
    lines = [f"curl -G {shlex.quote(base_url + path)}", f'-H "Authorization: Bearer {KEY}"']
    return " \\\n  ".join([*lines, *(f"-d {each}" for each in given)])


def _moment(moment: dt.datetime) -> str:
    return f"{dates.day(moment)}, {moment:%H:%M} UTC"

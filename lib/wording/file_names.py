"""The name of a file that leaves the app: the question that it answers, its days, and what it is kept to."""

import re

from lib.periods.windows import ONE_DAY, Window

_LONGEST = 80
"""How many bytes a part may take: with two of them and the days, a name fits every file system."""
_BETWEEN = re.compile(r"[\W_]+")


def file_name(question: str, window: Window | None, kept: str, ending: str) -> str:
    """Return a name such as `who-spent-most_2026-10-01_2026-10-31_search-ada.csv`.

    `window` is None for what has no days of its own, `kept` says what the filters keep, "" for everything.
    Letters of any script and digits stay; whatever else a name holds becomes a hyphen.
    """
    days = (window.first, window.end - ONE_DAY) if window else ()
    parts = (_slug(question) or "file", *(day.isoformat() for day in dict.fromkeys(days)), _slug(kept))
    return "_".join(filter(None, parts)) + f".{ending}"


def _slug(text: str) -> str:
    slug = _BETWEEN.sub("-", text.replace("’", "").casefold())
    return slug.encode()[:_LONGEST].decode(errors="ignore").strip("-")

"""Read the buckets of one window: follow cursors as long as they advance, and never lose a bucket.

The API answers each bucket of a range, quiet ones included, in ascending order. So the end of the
last bucket says how far an answer reached, whatever its cursor claims. Where a chain of pages ends
before the window does (a cursor that is refused, repeats, is missing or skips), the rest is asked for
by `start_time`. Only a query without a cursor that answers no bucket and says that there is no more is
taken as "nothing there"; buckets that are not over yet may be missing.
"""

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from lib.errors import InvalidPageToken, UnexpectedResponse
from lib.periods.widths import Width
from lib.periods.windows import Window

Get = Callable[[Mapping[str, str | int | list[str]]], dict[str, Any]]
MOST_PAGES = 200


@dataclass
class BucketReader:
    """Reads one window; `get` sends parameters and returns the answer, `dimensions` are grouped by."""

    get: Get
    width: Width
    window: Window
    dimensions: tuple[str, ...]
    now: dt.datetime
    _pages: int = field(default=0, init=False)

    def read(self) -> list[dict[str, Any]]:
        """Return the buckets in order; raise UnexpectedResponse where the answer cannot be complete."""
        found: list[dict[str, Any]] = []
        reached, end = self.window.start_time, self.window.end_time
        while reached < end:
            more, said_all = self._chain(reached)
            found += more
            reached = self._after(more[-1]) if more else reached
            due = reached + self.width.seconds <= self.now.timestamp()
            if said_all and not (more and due):
                break
            if not more and due:
                raise UnexpectedResponse(self._told("says that there is more but does not send it"))
            if not more:
                break
        return found

    def _chain(self, start: int) -> tuple[list[dict[str, Any]], bool]:
        """Return the buckets from `start` on, as far as cursors lead, and whether the API called that all."""
        found: list[dict[str, Any]] = []
        cursor: str | None = None
        used: set[str] = set()
        reached = start
        while True:
            try:
                buckets, has_more, following = self._page(start, cursor)
            except InvalidPageToken:
                if cursor is None:
                    raise
                return found, False
            if not buckets:
                return found, not has_more
            if cursor is not None and buckets[0]["start_time"] != reached:
                return found, False
            reached = self._checked(buckets, reached)
            found += buckets
            # Costs say that there is more after a full page that ends with the window: it would be empty.
            if not has_more or reached >= self.window.end_time:
                return found, True
            if following is None or following in used:
                return found, False
            used.add(following)
            cursor = following

    def _page(self, start: int, cursor: str | None) -> tuple[list[dict[str, Any]], bool, str | None]:
        self._pages += 1
        if self._pages > MOST_PAGES:
            raise UnexpectedResponse(self._told(f"came in more than {MOST_PAGES} pages"))
        parameters: dict[str, str | int | list[str]] = {
            "start_time": start,
            "end_time": self.window.end_time,
            "bucket_width": self.width.value,
            "limit": (self.window.end_time - start) // self.width.seconds,
        }
        if self.dimensions:
            parameters["group_by"] = list(self.dimensions)
        if cursor is not None:
            parameters["page"] = cursor
        answer = self.get(parameters)
        buckets, has_more, following = answer.get("data"), answer.get("has_more"), answer.get("next_page")
        if not isinstance(buckets, list) or not isinstance(has_more, bool):
            raise UnexpectedResponse(self._told("lacks `data` or `has_more`"))
        if not all(isinstance(b, dict) and isinstance(b.get("start_time"), int) for b in buckets):
            raise UnexpectedResponse(self._told("holds a bucket without a start time"))
        return buckets, has_more, following if isinstance(following, str) and following else None

    def _checked(self, buckets: list[dict[str, Any]], reached: int) -> int:
        """Return the end of `buckets`; raise where one is not a bucket of the rest of the window."""
        for bucket in buckets:
            start = bucket["start_time"]
            if start < reached or start >= self.window.end_time or start % self.width.seconds:
                raise UnexpectedResponse(self._told(f"holds a bucket that was not asked for ({start})"))
            reached = self._after(bucket)
        return reached

    def _after(self, bucket: dict[str, Any]) -> int:
        start: int = bucket["start_time"]
        return start + self.width.seconds

    def _told(self, what: str) -> str:
        return f"The answer for {self.window.first} to before {self.window.end} {what}; sync again later."

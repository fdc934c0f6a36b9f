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

from lib.errors import InvalidPageToken, UnexpectedResponse
from lib.openai_admin.decoding import Answer
from lib.periods.widths import Width
from lib.periods.windows import Window

Get = Callable[[Mapping[str, str | int | list[str]]], Answer]
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

    def read(self) -> list[Answer]:
        """Return the pages in order; raise UnexpectedResponse where they cannot be complete."""
        found: list[Answer] = []
        reached, end = self.window.start_time, self.window.end_time
        while reached < end:
            more, said_all = self._chain(reached)
            found += more
            reached = self._after(more[-1].starts[-1]) if more else reached
            due = reached + self.width.seconds <= self.now.timestamp()
            if said_all and not (more and due):
                break
            if not more and due:
                raise UnexpectedResponse(self._told("says that there is more but does not send it"))
            if not more:
                break
        return found

    def _chain(self, start: int) -> tuple[list[Answer], bool]:
        """Return the pages from `start` on, as far as cursors lead, and whether the API called that all."""
        found: list[Answer] = []
        cursor: str | None = None
        used: set[str] = set()
        reached = start
        while True:
            try:
                page = self._page(start, cursor)
            except InvalidPageToken:
                if cursor is None:
                    raise
                return found, False
            if not page.starts:
                return found, not page.has_more
            if cursor is not None and page.starts[0] != reached:
                return found, False
            reached = self._checked(page.starts, reached)
            found.append(page)
            # Costs say that there is more after a full page that ends with the window: it would be empty.
            if not page.has_more or reached >= self.window.end_time:
                return found, True
            if page.next_page is None or page.next_page in used:
                return found, False
            used.add(page.next_page)
            cursor = page.next_page

    def _page(self, start: int, cursor: str | None) -> Answer:
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
        return self.get(parameters)

    def _checked(self, starts: tuple[int, ...], reached: int) -> int:
        """Return the end of the last bucket; raise where one is not a bucket of the rest of the window."""
        for start in starts:
            if start < reached or start >= self.window.end_time or start % self.width.seconds:
                raise UnexpectedResponse(self._told(f"holds a bucket that was not asked for ({start})"))
            reached = self._after(start)
        return reached

    def _after(self, start: int) -> int:
        return start + self.width.seconds

    def _told(self, what: str) -> str:
        return f"The answer for {self.window.first} to before {self.window.end} {what}; sync again later."

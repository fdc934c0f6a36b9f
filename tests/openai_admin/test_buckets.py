"""The buckets of a window, however the API pages them: `Api` plays the pages that it is given."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

import pyarrow as pa
import pytest

from lib.errors import InvalidPageToken, UnexpectedResponse
from lib.openai_admin.buckets import MOST_PAGES, BucketReader
from lib.openai_admin.decoding import Answer
from lib.periods.widths import Width
from lib.periods.windows import Window

FIRST = dt.date(2026, 11, 2)
WEEK = Window(FIRST, dt.date(2026, 11, 9))
START, DAY = WEEK.start_time, 86400
LONG_AFTER = dt.datetime(2026, 12, 1, tzinfo=dt.UTC)
GONE = InvalidPageToken("The page token is invalid.")


def answer(first: int, end: int, *, more: bool = False, following: str | None = None) -> Answer:
    """Return an answer that holds the buckets of the days from `first` to before `end`, from 0."""
    return holding(*(START + n * DAY for n in range(first, end)), more=more, following=following)


def holding(*starts: int, more: bool = False, following: str | None = None) -> Answer:
    """Return an answer whose buckets begin at `starts`, without rows."""
    return Answer(starts, pa.table({}), more, following, frozenset(), 0)


class Api:
    """Gives its answers in order, and keeps the day and the cursor that it was asked for."""

    def __init__(self, *answers: Answer | Exception) -> None:
        self._answers = iter(answers)
        self.asked: list[tuple[float, Any]] = []
        self.parameters: list[Mapping[str, Any]] = []

    def get(self, parameters: Mapping[str, Any]) -> Answer:
        self.parameters.append(parameters)
        self.asked.append(((parameters["start_time"] - START) / DAY, parameters.get("page")))
        found = next(self._answers)
        if isinstance(found, Exception):
            raise found
        return found

    def days(self, now: dt.datetime = LONG_AFTER, by: tuple[str, ...] = ()) -> list[int]:
        """Return the days that a reader of the week finds, from 0."""
        found = BucketReader(self.get, Width.DAY, WEEK, by, now).read()
        return [(start - START) // DAY for page in found for start in page.starts]


ALL = list(range(7))


def test_a_window_is_asked_for_whole_and_grouped() -> None:
    api = Api(answer(0, 7))

    assert api.days(by=("model", "batch")) == ALL
    assert api.parameters == [
        {
            "start_time": START,
            "end_time": START + 7 * DAY,
            "bucket_width": "1d",
            "limit": 7,
            "group_by": ["model", "batch"],
        }
    ]


@pytest.mark.parametrize(
    ("answers", "asked"),
    [
        ([answer(0, 3, more=True, following="a"), answer(3, 7)], [(0, None), (0, "a")]),
        ([answer(0, 7, more=True, following="a")], [(0, None)]),
        ([answer(0, 3, more=True, following="a"), GONE, answer(3, 7)], [(0, None), (0, "a"), (3, None)]),
        ([answer(0, 3, more=True), answer(3, 7)], [(0, None), (3, None)]),
        ([answer(0, 3), answer(3, 7)], [(0, None), (3, None)]),
        (
            [answer(0, 3, more=True, following="a"), answer(3, 5, more=True, following="a"), answer(5, 7)],
            [(0, None), (0, "a"), (5, None)],
        ),
        (
            [answer(0, 3, more=True, following="a"), answer(4, 7), answer(3, 7)],
            [(0, None), (0, "a"), (3, None)],
        ),
        (
            [answer(0, 3, more=True, following="a"), answer(0, 3), answer(3, 7)],
            [(0, None), (0, "a"), (3, None)],
        ),
        (
            [answer(0, 3, more=True, following="a"), answer(0, 0), answer(3, 7)],
            [(0, None), (0, "a"), (3, None)],
        ),
    ],
    ids=[
        "a cursor",
        "more beyond the end",
        "a cursor that is refused",
        "no cursor",
        "an end that is none",
        "a cursor that repeats",
        "a cursor that skips",
        "a cursor that goes back",
        "a cursor that leads to nothing",
    ],
)
def test_every_bucket_is_read_once_wherever_cursors_lead(
    answers: list[Answer], asked: list[tuple[float, Any]]
) -> None:
    api = Api(*answers)

    assert (api.days(), api.asked) == (ALL, asked)


def test_nothing_there_is_taken_at_its_word() -> None:
    assert Api(answer(0, 0)).days() == []
    assert Api(answer(0, 3), answer(3, 3)).days() == [0, 1, 2]


def test_more_that_is_not_sent_is_an_error() -> None:
    with pytest.raises(UnexpectedResponse, match="says that there is more but does not send it; sync again"):
        Api(answer(0, 0, more=True)).days()


@pytest.mark.parametrize(("seconds", "asked"), [(-1, 1), (0, 2)])
def test_only_a_bucket_that_is_over_is_missed(seconds: int, asked: int) -> None:
    api = Api(answer(0, 6), answer(6, 6))
    now = dt.datetime.fromtimestamp(START + 7 * DAY + seconds, dt.UTC)

    assert api.days(now) == [0, 1, 2, 3, 4, 5]
    assert len(api.asked) == asked


def test_more_that_is_not_over_yet_may_be_missing() -> None:
    now = dt.datetime.fromtimestamp(START + 3600, dt.UTC)

    assert Api(answer(0, 0, more=True)).days(now) == []


def test_a_refused_start_is_raised() -> None:
    with pytest.raises(InvalidPageToken):
        Api(GONE).days()


@pytest.mark.parametrize("start", [START - DAY, START + 7 * DAY, START + 1])
def test_a_bucket_that_was_not_asked_for_is_an_error(start: int) -> None:
    with pytest.raises(UnexpectedResponse, match=rf"holds a bucket that was not asked for \({start}\)"):
        Api(holding(start)).days()


def test_a_bucket_that_comes_twice_is_an_error() -> None:
    with pytest.raises(UnexpectedResponse, match="not asked for"):
        Api(holding(START, START)).days()


def minutes(pages: int) -> int:
    """Return how many buckets are found of a day of minutes that comes in so many pages."""
    day = Window(FIRST, dt.date(2026, 11, 3))
    sent = 0

    def get(_parameters: Mapping[str, Any]) -> Answer:
        nonlocal sent
        sent += 1
        more = sent < pages
        start = START + 60 * (sent - 1)
        return holding(start, more=more, following=f"page {sent}" if more else None)

    now = dt.datetime.fromtimestamp(START, dt.UTC)
    return sum(len(page.starts) for page in BucketReader(get, Width.MINUTE, day, (), now).read())


def test_pages_without_end_are_given_up() -> None:
    assert minutes(MOST_PAGES) == MOST_PAGES == 200
    with pytest.raises(UnexpectedResponse, match="came in more than 200 pages"):
        minutes(MOST_PAGES + 1)

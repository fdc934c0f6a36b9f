import datetime as dt

from lib.catalog.sources import COSTS
from lib.openai_admin.refusals import Refusal, RefusalKind
from lib.periods.windows import Window
from lib.store.records.coverage import Groupings
from lib.sync.narrowed import narrowed

NOW = dt.datetime(2026, 11, 23, 12, tzinfo=dt.UTC)
LONG_AGO = NOW - dt.timedelta(days=1)
WHOLE: Groupings = (COSTS.dimensions,)
NO_USERS: Groupings = (tuple(d for d in COSTS.dimensions if d != "user_id"),)
APART: Groupings = tuple(s.dimensions for s in COSTS.rungs[1])


def nov(day: int) -> dt.date:
    return dt.date(2026, 11, day)


WEEK = Window(nov(1), nov(8))


def refused(
    first: int | None, end: int, learned_at: dt.datetime, kind: RefusalKind = RefusalKind.DIMENSION
) -> Refusal:
    return Refusal("costs", kind, "no", learned_at, "user_id", first and nov(first), nov(end))


def again(told: Groupings, *refusals: Refusal) -> list[int]:
    """Return which days to ask for again where all of a week is stored as `told`."""
    return sorted(d.day for d in narrowed(COSTS, WEEK, dict.fromkeys(WEEK, told), refusals, NOW))


def test_days_that_nothing_is_known_to_narrow_are_all_asked_for_again() -> None:
    assert again(NO_USERS) == [1, 2, 3, 4, 5, 6, 7]
    assert again(APART) == [1, 2, 3, 4, 5, 6, 7]


def test_days_are_left_alone_that_are_stored_by_all_dimensions_or_of_which_that_is_not_known() -> None:
    assert again(WHOLE) == []
    assert narrowed(COSTS, WEEK, {}, [], NOW) == set()
    assert narrowed(COSTS, WEEK, {nov(2): NO_USERS, nov(9): NO_USERS}, [], NOW) == {nov(2)}


def test_days_are_left_alone_while_what_they_lack_is_refused() -> None:
    assert again(NO_USERS, refused(1, 8, NOW)) == []
    assert again(NO_USERS, refused(3, 5, NOW)) == [1, 2, 5, 6, 7]
    assert again(APART, refused(1, 8, NOW, RefusalKind.COMBINATION)) == []


def test_days_that_are_stored_by_more_than_is_answered_now_are_left_alone() -> None:
    assert again(WHOLE, refused(1, 8, NOW)) == []
    assert again(WHOLE, refused(1, 8, NOW, RefusalKind.COMBINATION)) == []


def test_of_the_days_of_an_expired_refusal_the_last_is_asked_for_first() -> None:
    assert again(NO_USERS, refused(2, 5, LONG_AGO)) == [1, 4, 5, 6, 7]
    assert again(NO_USERS, refused(None, 5, LONG_AGO, RefusalKind.FLOOR)) == [4, 5, 6, 7]
    assert again(NO_USERS, refused(1, 4, LONG_AGO), refused(4, 8, LONG_AGO)) == [3, 7]
    assert again(APART, refused(1, 30, LONG_AGO, RefusalKind.COMBINATION)) == [7]


def test_what_expired_of_another_source_does_not_matter() -> None:
    elsewhere = Refusal("completions", RefusalKind.DIMENSION, "no", LONG_AGO, "user_id", nov(1), nov(8))

    assert again(NO_USERS, elsewhere) == [1, 2, 3, 4, 5, 6, 7]

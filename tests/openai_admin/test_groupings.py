"""What is asked, given what is known to be refused."""

import datetime as dt

from lib.catalog.sources import COSTS
from lib.openai_admin.groupings import Ask, Memory, plan
from lib.openai_admin.refusals import Refusal, RefusalKind
from lib.periods.windows import Window

NOW = dt.datetime(2026, 11, 23, 12, tzinfo=dt.UTC)
WEEK = Window(dt.date(2026, 11, 1), dt.date(2026, 11, 8))


def nov(day: int) -> dt.date:
    return dt.date(2026, 11, day)


def lookback(until: dt.date) -> Refusal:
    return Refusal("costs", RefusalKind.LOOKBACK, "no", NOW, until=until)


def refused(kind: RefusalKind, dimension: str | None = None) -> Refusal:
    return Refusal("costs", kind, "no", NOW, dimension, WEEK.first, WEEK.end)


def test_a_refused_combination_is_asked_as_two_slices() -> None:
    assert plan(COSTS, WEEK, [refused(RefusalKind.COMBINATION)]) == (
        Ask(WEEK, "projects", ("project_id", "line_item", "api_key_id", "api_source")),
        Ask(WEEK, "users", ("user_id", "line_item", "api_key_id", "api_source")),
    )


def test_a_slice_that_is_left_alone_is_the_whole() -> None:
    known = [refused(RefusalKind.COMBINATION), refused(RefusalKind.DIMENSION, "user_id")]

    assert plan(COSTS, WEEK, known) == (
        Ask(WEEK, "whole", ("project_id", "line_item", "api_key_id", "api_source")),
    )


def test_only_a_lookback_refusal_takes_days_out() -> None:
    assert [ask.window for ask in plan(COSTS, WEEK, [lookback(nov(4))])] == [Window(nov(4), nov(8))]
    for kind in (RefusalKind.FLOOR, RefusalKind.DIMENSION, RefusalKind.COMBINATION):
        asks = plan(COSTS, WEEK, [Refusal("costs", kind, "no", NOW, "user_id", None, nov(4))])

        assert {day for ask in asks for day in ask.window} == set(WEEK)


def test_days_that_are_asked_alike_are_asked_together() -> None:
    known = [
        Refusal("costs", RefusalKind.FLOOR, "no", NOW, "user_id", None, nov(3)),
        Refusal("costs", RefusalKind.DIMENSION, "no", NOW, "user_id", nov(3), nov(5)),
    ]

    assert [(ask.window, "user_id" in ask.dimensions) for ask in plan(COSTS, WEEK, known)] == [
        (Window(nov(1), nov(5)), False),
        (Window(nov(5), nov(8)), True),
    ]


def test_other_sources_refusals_do_not_matter() -> None:
    elsewhere = Refusal("completions", RefusalKind.ENDPOINT, "no", NOW)

    assert [ask.window for ask in plan(COSTS, WEEK, [elsewhere])] == [WEEK]


def test_a_window_before_the_history_is_not_asked() -> None:
    assert plan(COSTS, WEEK, [lookback(WEEK.end)]) == ()
    assert [ask.window for ask in plan(COSTS, WEEK, [lookback(nov(7))])] == [Window(nov(7), nov(8))]


def learned(*spans: tuple[int, int], dimension: str = "user_id") -> list[tuple[str | None, int, int]]:
    """Return the refused days that a memory holds after it was told of `spans` of November."""
    memory = Memory([refused(RefusalKind.DIMENSION, "model")], lambda: NOW)
    for first, end in spans:
        memory.remember(
            "costs", RefusalKind.DIMENSION, "no", dimension=dimension, since=nov(first), until=nov(end)
        )
    return [(r.dimension, r.since.day, r.until.day) for r in memory.known if r.since and r.until]


def test_refusals_that_do_not_touch_stay_apart() -> None:
    assert learned((1, 3), (4, 6)) == [("model", 1, 8), ("user_id", 1, 3), ("user_id", 4, 6)]
    assert learned((4, 6), (1, 3)) == [("model", 1, 8), ("user_id", 4, 6), ("user_id", 1, 3)]


def test_refusals_that_adjoin_or_overlap_become_one() -> None:
    assert learned((1, 3), (3, 6)) == [("model", 1, 8), ("user_id", 1, 6)]
    assert learned((3, 6), (1, 3)) == [("model", 1, 8), ("user_id", 1, 6)]
    assert learned((1, 4), (2, 6)) == [("model", 1, 8), ("user_id", 1, 6)]
    assert learned((1, 3), (5, 7), (3, 5)) == [("model", 1, 8), ("user_id", 1, 7)]


def test_a_refusal_without_an_end_is_replaced_and_not_extended() -> None:
    memory = Memory([], lambda: NOW)
    memory.remember("costs", RefusalKind.DIMENSION, "first", dimension="user_id", since=nov(1))
    memory.remember("costs", RefusalKind.DIMENSION, "second", dimension="user_id", since=nov(3), until=nov(5))

    assert [(r.message, r.since, r.until) for r in memory.known] == [("second", nov(3), nov(5))]


def test_a_merged_refusal_is_as_old_as_the_older() -> None:
    then = NOW - dt.timedelta(hours=23)
    old = Refusal("costs", RefusalKind.DIMENSION, "old", then, "user_id", nov(1), nov(3))
    memory = Memory([old], lambda: NOW)
    memory.remember("costs", RefusalKind.DIMENSION, "new", dimension="user_id", since=nov(3), until=nov(5))

    assert memory.known == (Refusal("costs", RefusalKind.DIMENSION, "new", then, "user_id", nov(1), nov(5)),)


def test_what_has_expired_is_kept_but_not_fresh() -> None:
    old = Refusal(
        "costs", RefusalKind.DIMENSION, "old", NOW - dt.timedelta(days=1), "user_id", nov(1), nov(3)
    )
    memory = Memory([old], lambda: NOW)

    assert (memory.known, memory.fresh()) == ((old,), ())
    memory.remember("costs", RefusalKind.DIMENSION, "new", dimension="user_id", since=nov(3), until=nov(5))
    assert [(r.since, r.until) for r in memory.fresh()] == [(nov(3), nov(5))]


def test_what_has_expired_holds_for_all_its_days_again_once_some_of_them_are_refused_again() -> None:
    day_old = NOW - dt.timedelta(days=1)
    old = Refusal("costs", RefusalKind.DIMENSION, "old", day_old, "user_id", nov(1), nov(9))
    memory = Memory([old], lambda: NOW)

    memory.remember("costs", RefusalKind.DIMENSION, "new", dimension="user_id", since=nov(8), until=nov(12))

    assert memory.fresh() == (
        Refusal("costs", RefusalKind.DIMENSION, "new", NOW, "user_id", nov(1), nov(12)),
    )


def test_what_is_known_can_be_replaced_by_what_is_recorded() -> None:
    memory = Memory([refused(RefusalKind.DIMENSION, "user_id")], lambda: NOW)

    memory.know([lookback(nov(3))])

    assert memory.known == (lookback(nov(3)),)

import datetime as dt

import pytest

from lib.periods.finality import (
    DayState,
    bucket_days,
    day_states,
    is_final,
    is_fresh,
    known_part,
    provisional_buckets,
)
from lib.periods.grains import Grain
from lib.periods.windows import Window

SETTLE = dt.timedelta(days=3)
SECOND = dt.timedelta(seconds=1)


def day(number: int) -> dt.date:
    return dt.date(2026, 1, number)


def midnight(number: int, month: int = 1) -> dt.datetime:
    return dt.datetime(2026, month, number, tzinfo=dt.UTC)


def test_a_day_is_final_once_it_was_fetched_as_long_after_its_end_as_settling_takes() -> None:
    assert is_final(day(1), midnight(5), SETTLE, midnight(5))
    assert not is_final(day(1), midnight(5) - SECOND, SETTLE, midnight(30))
    assert is_final(day(1), midnight(2), dt.timedelta(), midnight(30))


def test_a_moment_that_is_still_to_come_proves_nothing() -> None:
    assert not is_final(day(1), midnight(5) + SECOND, SETTLE, midnight(5))
    assert not is_fresh(midnight(5) + SECOND, dt.timedelta(minutes=10), midnight(5))


def test_what_was_fetched_is_fresh_for_as_long_as_the_refresh_time() -> None:
    assert is_fresh(midnight(5), SECOND * 2, midnight(5))
    assert is_fresh(midnight(5), SECOND * 2, midnight(5) + SECOND)
    assert not is_fresh(midnight(5), SECOND * 2, midnight(5) + 2 * SECOND)


def test_a_moment_in_another_time_zone_is_the_same_moment() -> None:
    tokyo = dt.timezone(dt.timedelta(hours=9))

    assert is_final(day(1), dt.datetime(2026, 1, 5, 9, tzinfo=tokyo), SETTLE, midnight(5))
    assert not is_final(day(1), dt.datetime(2026, 1, 5, 8, 59, tzinfo=tokyo), SETTLE, midnight(30))
    assert is_fresh(midnight(5), SECOND, dt.datetime(2026, 1, 5, 9, tzinfo=tokyo))


def test_a_day_is_settled_when_it_was_fetched_long_enough_after_its_end() -> None:
    fetched = {
        day(1): midnight(5),
        day(2): midnight(6) - SECOND,
        day(4): midnight(20),
        day(9): midnight(30),
    }

    assert day_states(Window(day(1), day(5)), fetched, SETTLE, midnight(19)) == {
        day(1): DayState.SETTLED,
        day(2): DayState.PROVISIONAL,
        day(3): DayState.MISSING,
        day(4): DayState.PROVISIONAL,
    }


def test_a_bucket_with_any_unsettled_day_of_any_source_is_provisional() -> None:
    window = Window(day(1), day(20))
    settled = dict.fromkeys(window, DayState.SETTLED)
    states = [settled | {day(4): DayState.PROVISIONAL}, settled | {day(12): DayState.MISSING}]

    assert provisional_buckets(Grain.DAY, window, states) == {midnight(4), midnight(12)}
    assert provisional_buckets(Grain.WEEK, window, states) == {
        dt.datetime(2025, 12, 29, tzinfo=dt.UTC),
        midnight(12),
    }
    assert provisional_buckets(Grain.MONTH, window, states) == {midnight(1)}
    assert provisional_buckets(Grain.DAY, window, [settled]) == set()


def test_every_hour_of_an_unsettled_day_is_provisional() -> None:
    window = Window(day(1), day(3))
    states = [{day(1): DayState.SETTLED, day(2): DayState.PROVISIONAL}]

    found = provisional_buckets(Grain.HOUR, window, states)

    assert found == {midnight(2) + n * dt.timedelta(hours=1) for n in range(24)}


def test_days_outside_the_window_do_not_make_its_buckets_provisional() -> None:
    states = [{day(6): DayState.MISSING, day(5): DayState.SETTLED}]

    assert provisional_buckets(Grain.WEEK, Window(day(5), day(6)), states) == set()


def test_a_bucket_holds_only_the_days_of_the_window() -> None:
    window = Window(day(3), dt.date(2026, 2, 3))

    assert bucket_days(Grain.MONTH, window) == {midnight(1): 29, midnight(1, month=2): 2}
    assert list(bucket_days(Grain.WEEK, window).values()) == [2, 7, 7, 7, 7, 1]
    assert set(bucket_days(Grain.DAY, window).values()) == {1}
    assert set(bucket_days(Grain.HOUR, Window(day(3), day(5))).values()) == {1}
    assert len(bucket_days(Grain.HOUR, Window(day(3), day(5)))) == 48


def test_a_day_about_which_nothing_was_answered_is_final_a_week_later() -> None:
    window, now = Window(day(1), day(2)), dt.datetime(2026, 2, 1, tzinfo=dt.UTC)
    final_from = dt.datetime(2026, 1, 12, tzinfo=dt.UTC)

    def state(fetched_at: dt.datetime, unanswered: dict[dt.date, dt.datetime]) -> DayState:
        return day_states(window, {day(1): fetched_at}, SETTLE, now, unanswered)[day(1)]

    first = {day(1): midnight(2)}
    assert state(final_from - SECOND, {}) is DayState.SETTLED
    assert state(final_from - SECOND, first) is DayState.PROVISIONAL
    assert state(final_from, first) is DayState.SETTLED


def test_a_day_first_left_out_long_after_its_end_is_final_a_week_after_that() -> None:
    window, now = Window(day(1), day(2)), dt.datetime(2026, 6, 1, tzinfo=dt.UTC)
    first = dt.datetime(2026, 3, 10, 12, tzinfo=dt.UTC)
    final_from = dt.datetime(2026, 3, 17, 12, tzinfo=dt.UTC)

    def state(fetched_at: dt.datetime) -> DayState:
        return day_states(window, {day(1): fetched_at}, SETTLE, now, {day(1): first})[day(1)]

    assert state(first) is DayState.PROVISIONAL
    assert state(final_from - SECOND) is DayState.PROVISIONAL
    assert state(final_from) is DayState.SETTLED


BERLIN_DAYS = Window(day(2), day(6), zone="Europe/Berlin")
"""Days that begin at 23:00 UTC of the day before."""


def test_a_day_of_a_zone_is_what_the_lesser_known_of_its_utc_days_is() -> None:
    fetched = {day(1): midnight(20), day(2): midnight(20), day(3): midnight(4), day(4): midnight(4)}

    assert day_states(BERLIN_DAYS, fetched, SETTLE, midnight(20)) == {
        day(2): DayState.SETTLED,
        day(3): DayState.PROVISIONAL,
        day(4): DayState.PROVISIONAL,
        day(5): DayState.MISSING,
    }


def test_the_day_that_it_is_in_a_zone_does_not_wait_for_utc_days_to_come() -> None:
    window = Window(day(2), day(4), zone="America/Los_Angeles")
    now = dt.datetime(2026, 1, 2, 18, tzinfo=dt.UTC)

    assert day_states(window, {day(2): now}, SETTLE, now) == {
        day(2): DayState.PROVISIONAL,
        day(3): DayState.MISSING,
    }


def test_buckets_of_a_zone_are_provisional_with_their_days() -> None:
    states = [{day(2): DayState.SETTLED, day(3): DayState.PROVISIONAL}]
    window = Window(day(2), day(4), zone="Europe/Berlin")

    assert provisional_buckets(Grain.DAY, window, states) == {midnight(3)}
    assert min(provisional_buckets(Grain.HOUR, window, states)) == midnight(2) + dt.timedelta(hours=23)
    assert len(provisional_buckets(Grain.HOUR, window, states)) == 24


@pytest.mark.parametrize(
    ("known", "part"),
    [
        ("-x-x", (3, 6)),
        ("xxxx", (2, 6)),
        ("-xxx", (3, 6)),
        ("xxx-", (2, 5)),
        ("x---", (2, 3)),
        ("---x", (5, 6)),
    ],
)
def test_days_at_either_end_that_are_not_known_are_cut_off(known: str, part: tuple[int, int]) -> None:
    of = {"x": DayState.SETTLED, "-": DayState.MISSING}
    states = {each: of[sign] for each, sign in zip(BERLIN_DAYS, known, strict=True)}

    assert known_part(BERLIN_DAYS, states) == Window(*map(day, part), zone="Europe/Berlin")


def test_of_days_that_are_not_known_there_is_no_known_part() -> None:
    assert known_part(BERLIN_DAYS, dict.fromkeys(BERLIN_DAYS, DayState.MISSING)) is None

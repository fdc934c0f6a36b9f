import datetime as dt

from lib.periods.widths import Width
from lib.periods.windows import Window
from lib.sync.plan import Need
from lib.sync.scheduling import Schedule


def need(first: int, end: int, source: str = "embeddings") -> Need:
    return Need(source, Width.DAY, Window(dt.date(2026, 1, first), dt.date(2026, 1, end)))


def schedule(*needs: Need, known: float | None = None) -> Schedule:
    return Schedule(needs, lambda _source, _width: None if known is None else known / 100)


def asked(of: Schedule) -> list[Need]:
    found = []
    while (one := of.next()) is not None:
        found.append(one)
    return found


def test_windows_are_as_long_as_the_rows_of_a_day_allow() -> None:
    assert asked(schedule(need(1, 11), known=20)) == [need(6, 11), need(1, 6)]


def test_a_window_is_cut_into_pieces_of_about_one_length() -> None:
    assert [n.window.days for n in asked(schedule(need(1, 12), known=10))] == [6, 5]


def test_a_day_is_asked_for_however_many_rows_it_has() -> None:
    assert [n.window.days for n in asked(schedule(need(1, 4), known=1e9))] == [1, 1, 1]


def test_a_quiet_source_is_asked_for_whole_windows() -> None:
    assert asked(schedule(need(1, 31), known=0)) == [need(1, 31)]


def test_nothing_is_asked_beside_the_first_window_of_an_unknown_source() -> None:
    of = schedule(need(1, 8, "costs"), need(8, 31, "costs"), need(1, 5))

    assert asked(of) == [need(25, 31, "costs"), need(1, 5)]


def test_what_was_answered_decides_how_much_is_asked_for_next() -> None:
    of = schedule(need(1, 31, "costs"))
    first = of.next()
    assert first is not None

    of.answered(first, 25 * first.window.days / 100)

    assert {n.window.days for n in asked(of)} == {4}


def test_one_day_is_asked_for_where_a_source_that_never_answered_sends_too_much() -> None:
    of = schedule(need(1, 31))
    assert of.next() == need(1, 31)

    of.too_much(need(1, 31))

    assert asked(of) == [need(30, 31)]


def test_the_rest_follows_once_the_one_day_was_answered() -> None:
    of = schedule(need(1, 31))
    of.next()
    of.too_much(need(1, 31))
    of.next()

    of.answered(need(30, 31), 0.1)

    assert [n.window.days for n in asked(of)] == [10, 10, 9]


def test_half_is_asked_for_where_a_source_that_answered_sends_too_much() -> None:
    of = schedule(need(1, 9), need(9, 17), known=1)
    of.answered(of.next() or need(1, 2), 0.08)

    assert of.next() == need(1, 9)
    of.too_much(need(1, 9))

    assert asked(of) == [need(5, 9), need(1, 5)]


def test_no_window_is_longer_than_one_that_was_too_much() -> None:
    of = schedule(need(1, 9), need(9, 17), need(17, 25), known=1)
    of.answered(of.next() or need(1, 2), 0.08)
    of.too_much(of.next() or need(1, 2))

    assert {n.window.days for n in asked(of)} == {4}


def test_a_source_that_never_answered_is_given_up_at_its_first_failure() -> None:
    of = schedule(need(1, 5), need(5, 9), need(1, 5, "costs"))
    of.failed(of.next() or need(1, 2))

    assert asked(of) == [need(1, 5, "costs")]


def test_a_source_that_answered_is_given_up_at_its_third_failure_in_a_row() -> None:
    of = schedule(*(need(day, day + 1) for day in range(1, 9)), known=1)
    of.answered(of.next() or need(1, 2), 0.01)
    of.failed(of.next() or need(1, 2))
    of.failed(of.next() or need(1, 2))
    of.answered(of.next() or need(1, 2), 0.01)
    of.failed(of.next() or need(1, 2))
    of.failed(of.next() or need(1, 2))
    assert of.next() == need(2, 3)

    of.failed(need(2, 3))

    assert of.next() is None


def test_what_is_dropped_is_not_asked_for() -> None:
    of = schedule(need(1, 5), need(1, 5, "costs"), known=0)
    of.drop("embeddings")
    assert asked(of) == [need(1, 5, "costs")]

    of = schedule(need(1, 5), need(1, 5, "costs"), known=0)
    of.drop()
    assert asked(of) == []


def test_days_are_done_when_they_are_answered_or_given_up() -> None:
    of = schedule(need(1, 5), need(1, 8, "costs"), known=0)
    assert (of.done, of.total) == (0, 11)

    of.answered(of.next() or need(1, 2), 0)
    assert of.done == 4

    of.drop("costs")
    assert of.done == 11


def test_days_that_are_halved_are_not_done() -> None:
    of = schedule(need(1, 9), known=1)
    of.too_much(of.next() or need(1, 2))

    assert of.done == 0

import datetime as dt
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.catalog.sources import COSTS, SOURCES, Source
from lib.periods.widths import Width
from lib.periods.windows import ONE_DAY, Window, cut, runs, unix

COMPLETIONS = SOURCES["completions"]
DATES = st.dates(dt.date(2020, 1, 1), dt.date(2030, 1, 1))
ASKABLE = [(source, width) for source in SOURCES.values() for width in source.widths]


def january(first: int, end: int) -> Window:
    return Window(dt.date(2026, 1, first), dt.date(2026, 1, end))


def test_a_window_holds_its_first_day_and_not_its_end() -> None:
    window = january(30, 31)

    assert list(window) == [dt.date(2026, 1, 30)]
    assert window.days == 1
    assert (window.start_time, window.end_time) == (1769731200, 1769817600)


@pytest.mark.parametrize("end", [5, 4])
def test_a_window_without_a_day_is_refused(end: int) -> None:
    with pytest.raises(ValueError, match="at least one day: 2026-01-05 to before"):
        january(5, end)


def test_a_day_begins_at_midnight_utc() -> None:
    assert unix(dt.date(1970, 1, 2)) == 86400


def test_days_run_together_into_the_fewest_windows() -> None:
    days = [dt.date(2026, 1, d) for d in (7, 2, 3, 3, 1, 9)]

    assert runs(days) == [january(1, 4), january(7, 8), january(9, 10)]
    assert runs([]) == []


@given(st.sets(DATES, max_size=20))
def test_runs_hold_exactly_the_days_and_never_touch(days: set[dt.date]) -> None:
    found = runs(days)

    assert [day for window in found for day in window] == sorted(days)
    assert all(a.end < b.first for a, b in pairwise(found))


def test_a_window_is_cut_to_what_one_answer_holds() -> None:
    quarter = Window(dt.date(2026, 1, 1), dt.date(2026, 4, 1))

    longest = COMPLETIONS.days_in_one_answer
    assert [w.days for w in cut(quarter, longest(Width.DAY))] == [31, 31, 28]
    assert [w.days for w in cut(january(1, 31), longest(Width.HOUR))] == [
        7,
        7,
        7,
        7,
        2,
    ]
    assert [w.days for w in cut(january(1, 4), longest(Width.MINUTE))] == [1, 1, 1]
    assert cut(quarter, COSTS.days_in_one_answer(Width.DAY)) == [quarter]


@given(DATES, st.integers(1, 500), st.sampled_from(ASKABLE))
def test_pieces_cover_the_window_once_and_fit_the_limit(
    day: dt.date, days: int, asked: tuple[Source, Width]
) -> None:
    source, width = asked
    window = Window(day, day + days * ONE_DAY)

    pieces = cut(window, source.days_in_one_answer(width))

    assert [d for piece in pieces for d in piece] == list(window)
    assert all(piece.days * width.per_day <= source.limits[width] for piece in pieces)

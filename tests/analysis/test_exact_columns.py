from decimal import Decimal

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.analysis.exact import WIDE
from lib.analysis.exact_columns import money, quotients, summed_by, summed_by_key, wholes
from lib.catalog.schemas import MONEY

MOST = 10**38 - 1
AMOUNTS = st.lists(st.integers(-MOST, MOST), max_size=5)


@given(AMOUNTS, st.integers(0, 5))
def test_every_amount_is_a_whole_number_of_its_last_decimal_and_comes_back(
    amounts: list[int], first: int
) -> None:
    column = pa.array([WIDE.scaleb(Decimal(n), -18) for n in amounts], MONEY).slice(first)

    assert wholes(column).tolist() == amounts[first:]
    assert money(wholes(column)) == column
    assert wholes(pa.chunked_array([column, column])).tolist() == 2 * amounts[first:]


def test_what_does_not_fit_is_refused() -> None:
    with pytest.raises(OverflowError):
        money(np.array([2**127], object))


@given(st.lists(st.tuples(st.integers(-(10**60), 10**60), st.integers(-(10**30), 10**30).filter(bool))))
def test_quotients_are_rounded_half_to_even(pairs: list[tuple[int, int]]) -> None:
    above, below = (np.array([pair[n] for pair in pairs], object) for n in (0, 1))

    assert quotients(above, below).tolist() == [round_half_even(a, b) for a, b in pairs]


def round_half_even(above: int, below: int) -> int:
    whole, rest = divmod(abs(above), abs(below))
    whole += 2 * rest > abs(below) or (2 * rest == abs(below) and whole % 2)
    return whole if (above < 0) == (below < 0) else -whole


def test_halves_go_to_the_even_neighbour() -> None:
    halves = np.array([1, 3, 5, -1, -3, -5], object)

    assert quotients(halves, 2).tolist() == [0, 2, 2, 0, -2, -2]
    assert quotients(halves, -2).tolist() == [0, -2, -2, 0, 2, 2]


def test_sums_are_by_place_and_zero_where_there_is_nothing() -> None:
    assert summed_by(np.array([2, 0, 2]), np.array([1, 10**40, 3], object), 3).tolist() == [10**40, 0, 4]


def test_values_are_summed_by_key_in_order_and_whatever_their_size() -> None:
    keys, found = summed_by_key(np.array([7, 3, 7]), np.array([1, 2**70, 2], object))

    assert (keys.tolist(), found.tolist()) == ([3, 7], [2**70, 3])


def test_of_nothing_there_are_no_sums() -> None:
    keys, found = summed_by_key(np.zeros(0, np.int64), np.zeros(0, np.int64))

    assert (keys.tolist(), found.tolist()) == ([], [])

from decimal import Decimal

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.analysis.vectors import PRICE, added, codes_of, found_for, minus, sums, times, total
from lib.catalog.schemas import MONEY

TINY = Decimal("1E-18")


def money(*values: str | None) -> pa.Array:
    return pa.array([None if value is None else Decimal(value) for value in values], MONEY)


def test_what_belongs_to_values_is_looked_up_once_for_each_combination() -> None:
    asked = []

    def find(model: str | None, tier: str) -> str | None:
        asked.append((model, tier))
        return None if model is None else f"{model} {tier}"

    models, tiers = pa.array(["a", None, "a", "a"]), pa.chunked_array([["x"], ["x", "x", "y"]])

    assert found_for([models, tiers], find, pa.string()).to_pylist() == ["a x", None, "a x", "a y"]
    assert sorted(asked, key=str) == [("a", "x"), ("a", "y"), (None, "x")]
    assert found_for([pa.array([], pa.string())], find, pa.string()).to_pylist() == []


def test_rows_with_the_same_values_have_the_same_code() -> None:
    codes, first = codes_of([pa.array(["a", "b", "a", None]), pa.array(["x", "x", "x", "x"])])

    assert codes[0] == codes[2]
    assert [codes[row] for row in first] == [0, 1, 2]


@given(st.lists(st.tuples(*[st.sampled_from(["a", "b", None])] * 3)), st.booleans())
def test_codes_number_the_different_rows_and_name_the_first_of_each(
    rows: list[tuple[str | None, ...]], many: bool
) -> None:
    # Of many different values most combinations do not occur, and the codes are found in another way.
    rows = rows + [(str(n),) * 3 for n in range(20)] if many else rows

    codes, first = codes_of([pa.array([row[n] for row in rows], pa.string()) for n in range(3)])

    assert sorted(set(codes.tolist())) == list(range(len(set(rows))))
    assert sorted(first.tolist()) == sorted(rows.index(row) for row in set(rows))
    assert [rows[first[code]] for code in codes.tolist()] == rows


def test_prices_times_units_are_exact_and_null_without_a_price() -> None:
    prices = pa.array([Decimal("0.000000000000001"), None, Decimal("99.999999999999999")], PRICE)

    assert times(prices, pa.array([10**12, 5, 3])).to_pylist() == [
        Decimal("0.001"),
        None,
        Decimal("299.999999999999997"),
    ]


def test_dollars_are_taken_away_and_added_exactly() -> None:
    assert minus(money("1", "3"), money(str(TINY), "5")).to_pylist() == [1 - TINY, -2]
    assert added([(money("1", None), 1), (money("0.5", "2"), -1)]).to_pylist() == [Decimal("0.5"), -2]
    assert added([(pa.array([1, None]), 1), (pa.array([2, 3]), -1)]).to_pylist() == [-1, -3]


def test_the_total_of_nothing_is_zero() -> None:
    assert total(money("1", str(TINY))) == 1 + TINY
    assert total(money()) == 0


@pytest.mark.parametrize("keys", [("key",), ("key", "other")])
def test_sums_are_by_key_in_their_order(keys: tuple[str, ...]) -> None:
    table = pa.table({"key": ["b", "a", "b"], "other": ["x", "x", "x"], "usd": money("1", "2", str(TINY))})

    found = sums(table, keys, ("usd",))

    assert found.column_names == [*keys, "usd"]
    assert found["key"].to_pylist() == ["a", "b"]
    assert found["usd"].to_pylist() == [2, 1 + TINY]

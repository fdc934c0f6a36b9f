import csv
import io
from decimal import Decimal
from typing import Any

import pandas as pd
import pytest

from lib.catalog.units import Unit
from lib.periods.grains import Grain
from lib.tables.columns import Column, ColumnType, change_column, column, start_column, text_column
from lib.tables.spreadsheet import table_csv

NAME, BILLED = text_column("Name"), column("Billed (USD)", Unit.USD)


def rows(table: pd.DataFrame, columns: dict[str, Column]) -> list[list[str]]:
    text = table_csv(table, columns).decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text, newline="")))


def cells(values: list[Any], column: Column) -> list[str]:
    _, *found = rows(pd.DataFrame({"x": pd.Series(values, dtype=object)}), {"x": column})
    return [row[0] for row in found]


def test_amounts_stand_to_the_cent_and_behind_all_columns_exactly() -> None:
    table = pd.DataFrame({"billed": [Decimal("1.005"), Decimal("2.5")], "n": [3, 4], "name": ["=a", "b"]})

    assert rows(table, {"name": NAME, "billed": BILLED, "n": column("Requests", Unit.REQUESTS)}) == [
        ["Name", "Billed (USD)", "Requests", "Billed (USD), exact"],
        ["'=a", "1.01", "3", "1.005"],
        ["b", "2.5", "4", "2.5"],
    ]


@pytest.mark.parametrize(
    ("unit", "value", "expected"),
    [
        (Unit.USD, Decimal("-0.005"), "-0.01"),
        (Unit.USD, Decimal("12345678901234567890.125"), "12345678901234567890.13"),
        (Unit.USD_PER_MILLION, Decimal("1.234"), "1.23"),
        (Unit.USD_PER_REQUEST, Decimal("0.0123456"), "0.01235"),
        (Unit.USD_PER_REQUEST, Decimal("-0.0123456"), "-0.01235"),
        (Unit.SHARE, 1 / 3, "0.3333"),
        (Unit.SHARE, float("inf"), "Infinity"),
        (Unit.SHARE, 1e300, "1" + "0" * 300),
        (Unit.TOKENS, 12, "12"),
        (Unit.AS_LINE_ITEM, Decimal("0.123456789"), "0.123456789"),
    ],
)
def test_a_number_is_rounded_as_its_unit_is_read(unit: Unit, value: Any, expected: str) -> None:
    assert cells([value], column("x", unit)) == [expected]


@pytest.mark.parametrize(
    "column_", [BILLED, change_column(), start_column(Grain.DAY), start_column(Grain.HOUR)]
)
def test_what_is_missing_is_empty(column_: Column) -> None:
    assert cells([None, pd.NaT, float("nan")], column_) == ["", "", ""]


def test_days_and_moments_are_plain() -> None:
    moments = pd.to_datetime(["2026-11-03T14:05:00Z"])

    assert cells(list(moments), start_column(Grain.DAY)) == ["2026-11-03"]
    assert cells(list(moments), Column("Seen", ColumnType.TIME)) == ["2026-11-03 14:05:00"]
    assert cells([moments[0].date()], start_column(Grain.MONTH)) == ["2026-11-03"]


def test_two_columns_of_one_label_both_stay() -> None:
    table = pd.DataFrame({"a": [1], "b": [2]})
    twice = column("Search", Unit.TOKENS)

    assert rows(table, {"a": twice, "b": twice}) == [["Search", "Search"], ["1", "2"]]


def test_a_table_without_rows_has_its_heading() -> None:
    assert rows(pd.DataFrame({"x": []}), {"x": BILLED}) == [["Billed (USD)", "Billed (USD), exact"]]

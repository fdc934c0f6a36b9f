import datetime as dt
from decimal import Decimal
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from lib.answers.cost_per_unit import cost_per_unit
from lib.periods.grains import Grain
from lib.periods.presets import Comparison
from lib.store.records.quantities import Quantity
from tests.answers.readings import november, reading_of

pytestmark = pytest.mark.usefixtures("afresh")
PERIOD, BEFORE = november(8, 14), november(1, 7)


def bill(day: int, dollars: str) -> dict[str, Any]:
    return {"start": f"2026-11-{day:02}", "cost_usd": Decimal(dollars)}


def tickets(day: int, count: int, name: str = "tickets") -> Quantity:
    return Quantity(name, dt.date(2026, 11, day), Decimal(count))


BILLS = {"costs": [bill(2, "6"), bill(9, "3"), bill(10, "4"), bill(14, "1")]}
COUNTED = [tickets(2, 3), tickets(9, 2), tickets(10, 5), tickets(14, 1), tickets(15, 9)]


def test_a_unit_costs_the_bill_of_the_period_over_its_quantity(tmp_path: Path) -> None:
    reading = reading_of(tmp_path, BILLS, PERIOD, fetched={"costs": [BEFORE, PERIOD]})

    found = cost_per_unit(reading, "tickets", [*COUNTED, tickets(9, 100, "documents")])

    assert (found.name, found.grain) == ("tickets", Grain.DAY)
    assert (found.spend, found.quantity) == (Decimal(8), Decimal(8))
    assert (found.now, found.before) == (Decimal(1), Decimal(2))


def test_a_bucket_without_a_quantity_has_no_cost_and_is_not_drawn(tmp_path: Path) -> None:
    reading = reading_of(tmp_path, BILLS, PERIOD, fetched={"costs": [BEFORE, PERIOD]})

    found = cost_per_unit(reading, "tickets", COUNTED)

    assert list(found.rows["cost"]) == [None, Decimal("1.5"), Decimal("0.8"), None, None, None, Decimal(1)]
    assert list(found.rows["quantity"]) == [0, 2, 5, 0, 0, 0, 1]
    assert list(found.drawn["value"]) == [1.5, 0.8, 1.0]
    assert list(found.drawn["start"]) == [pd.Timestamp(f"2026-11-{d:02}", tz="UTC") for d in (9, 10, 14)]
    assert list(found.drawn["provisional"]) == [False, False, False]
    assert found.without_quantity == 4


def test_without_a_quantity_before_there_is_no_cost_before(tmp_path: Path) -> None:
    reading = reading_of(tmp_path, BILLS, PERIOD, fetched={"costs": [BEFORE, PERIOD]})

    assert cost_per_unit(reading, "tickets", COUNTED[1:]).before is None
    assert cost_per_unit(reading, "tickets", COUNTED[:1]).now is None


def test_without_a_comparison_there_is_no_cost_before(tmp_path: Path) -> None:
    fetched = {"costs": [BEFORE, PERIOD]}
    reading = reading_of(tmp_path, BILLS, PERIOD, fetched=fetched, comparison=Comparison.NONE)

    assert cost_per_unit(reading, "tickets", COUNTED).before is None


def test_days_whose_bill_can_still_change_are_drawn_as_provisional(tmp_path: Path) -> None:
    window = november(20, 21)
    rows = {"costs": [bill(20, "2"), bill(21, "2")]}
    reading = reading_of(tmp_path, rows, window, fetched={"costs": [window]}, comparison=Comparison.NONE)

    found = cost_per_unit(reading, "tickets", [tickets(20, 1), tickets(21, 2)])

    assert list(found.drawn["provisional"]) == [True, True]


def test_quantities_of_days_whose_bill_is_not_known_do_not_count(tmp_path: Path) -> None:
    reading = reading_of(tmp_path, BILLS, PERIOD, fetched={"costs": [november(8, 10)]})

    found = cost_per_unit(reading, "tickets", [*COUNTED, tickets(13, 60)])

    assert (found.quantity, len(found.rows)) == (Decimal(7), 3)


def test_only_the_bill_of_a_day_need_be_known_for_its_quantity_to_count(tmp_path: Path) -> None:
    fetched = {"costs": [PERIOD], "completions": [november(8, 9)]}
    reading = reading_of(tmp_path, BILLS, PERIOD, fetched=fetched)

    assert cost_per_unit(reading, "tickets", COUNTED).quantity == Decimal(8)

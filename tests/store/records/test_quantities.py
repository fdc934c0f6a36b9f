import datetime as dt
from decimal import Decimal
from pathlib import Path

from lib.store.log import Log
from lib.store.records.quantities import QUANTITIES, Quantity

NOON = dt.datetime(2026, 1, 20, 12, tzinfo=dt.UTC)


def tickets(day: int, amount: str, hours: int, *, name: str = "tickets", removed: bool = False) -> Quantity:
    written = NOON + dt.timedelta(hours=hours)
    return Quantity(name, dt.date(2026, 1, day), Decimal(amount), "Ada", written, removed)


def test_the_quantity_written_later_holds_and_a_removed_one_is_unseen(tmp_path: Path) -> None:
    log = Log(str(tmp_path), QUANTITIES)
    log.append([tickets(1, "2", 2), tickets(1, "1", 1), tickets(2, "1", 1)])
    log.append([tickets(2, "1", 2, removed=True)])

    assert log.read() == (tickets(1, "2", 2),)


def test_quantities_come_by_name_and_day_to_nine_places(tmp_path: Path) -> None:
    log = Log(str(tmp_path), QUANTITIES)
    log.append([tickets(2, "1", 1), tickets(1, "0.000000001", 1), tickets(3, "1", 1, name="docs")])

    assert [(q.name, q.day.day, q.quantity) for q in log.read()] == [
        ("docs", 3, 1),
        ("tickets", 1, Decimal("0.000000001")),
        ("tickets", 2, 1),
    ]
    assert QUANTITIES.columns.field("quantity").type.precision == 38


def test_a_removal_is_worth_keeping(tmp_path: Path) -> None:
    rows = Log(str(tmp_path), QUANTITIES).rows([tickets(1, "2", 1), tickets(1, "2", 2, removed=True)])

    assert QUANTITIES.fold(rows)["removed"].to_pylist() == [True]

import datetime as dt
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from lib.answers.breaches import check
from lib.openai_admin.spend_limits import LimitKind, LimitList, SpendLimit
from lib.periods.widths import Width
from lib.settings import Settings
from lib.store.budget_file import Balance, Declared
from lib.store.records.budgets import Budget
from lib.store.records.coverage import Covered
from lib.store.usage_store import Store
from tests.stored import filled

TODAY = dt.date(2026, 11, 23)
NOW = dt.datetime(2026, 11, 23, 12, tzinfo=dt.UTC)
FIRST = dt.date(2026, 6, 1)


@pytest.fixture(scope="module")
def bills(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder that holds bills of $2 a day since June: $46 this month, $60 by its end."""
    folder = tmp_path_factory.mktemp("bills")
    days = [FIRST + dt.timedelta(days=n) for n in range((TODAY - FIRST).days + 1)]
    rows: list[dict[str, Any]] = [
        {"start": day.isoformat(), "cost_usd": Decimal(2), "project_id": "proj_a"} for day in days
    ]
    filled(folder, "costs", *rows).mark(
        [Covered("costs", Width.DAY, FIRST, TODAY + dt.timedelta(days=1), NOW)]
    )
    return folder


def checked(folder: Path, *budgets: Budget, balance: Balance | None = None) -> dict[str, Any]:
    store = Store(str(folder))
    settings = Settings("sk-admin-x", "http://127.0.0.1:9/v1", str(folder))
    return check(store, settings, Declared(budgets, balance), TODAY).as_json()


def budget(amount: str, project: str = "") -> Budget:
    return Budget("project_id" if project else "", project, Decimal(amount))


def test_what_holds_is_counted_and_not_listed(bills: Path) -> None:
    found = checked(bills, budget("100"), balance=Balance(dt.date(2026, 11, 1), Decimal(1000)))

    assert found == {"today": "2026-11-23", "checked": 2, "breaches": []}


def test_what_is_exceeded_comes_before_what_is_going_to_be(bills: Path) -> None:
    found = checked(bills, budget("50"), budget("40", "proj_a"), budget("60.01", "proj_b"))

    assert found["checked"] == 3
    assert [each["about"] for each in found["breaches"]] == ["proj_a (project)", "Whole organization"]


def test_a_limit_that_is_set_at_openai_is_checked_and_an_alert_is_not(bills: Path, tmp_path: Path) -> None:
    store = filled(tmp_path, "costs", {"start": "2026-11-02", "cost_usd": Decimal(9)})
    store.mark([Covered("costs", Width.DAY, FIRST, TODAY + dt.timedelta(days=1), NOW)])
    kinds = (LimitKind.LIMIT, LimitKind.ALERT)
    limits = tuple(SpendLimit(kind, "", Decimal(5), True) for kind in kinds)
    store.write_limits(LimitList(limits), NOW)

    found = checked(tmp_path)

    assert (found["checked"], len(found["breaches"])) == (1, 1)
    assert checked(bills)["checked"] == 0

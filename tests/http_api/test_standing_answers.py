"""What stands beside the sums: budgets, forecasts, statements, unusual days, savings, and what is known."""

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest

from lib.http_api.answer_kinds import KINDS
from lib.periods.windows import Window
from lib.store.records.budgets import Budget
from lib.store.records.statement_checks import StatementCheck
from lib.store.usage_store import Store
from tests.http_api.service import NOW, Service, billed, put, used

FIRST = dt.date(2026, 9, 1)
DAYS = [FIRST + dt.timedelta(days=n) for n in range((NOW.date() - FIRST).days + 1)]
ODD = dt.date(2026, 11, 11)


def on(day: dt.date, row: dict[str, Any]) -> dict[str, Any]:
    return {**row, "start": day.isoformat()}


@pytest.fixture
def token(service: Service) -> str:
    """Store eleven weeks at 10 dollars a day, one day of them at 500, and return a token."""
    costs = [on(day, billed(1, "500" if day == ODD else "10", api_key_id="key_a")) for day in DAYS]
    usage = [on(day, used(1, 2_000_000, api_key_id="key_a")) for day in DAYS]
    rows = {"costs": [*costs, on(DAYS[-30], billed(1, "-3", line_item="credit"))], "completions": usage}
    store = put(service.folder, rows, Window(FIRST, NOW.date() + dt.timedelta(days=1)))
    store.write_budget(Budget("", "", Decimal(300), "Ada"), NOW)
    store.write_budget(Budget("project_id", "proj_a", Decimal(5_000), "Ada"), NOW)
    return service.token()


def test_budgets_say_how_they_stand(service: Service, token: str) -> None:
    rows = service.rows("budgets", token)

    assert [(row["dimension"], row["id"], row["amount"], row["billed"], row["status"]) for row in rows] == [
        (None, None, "300", "720", "over"),
        ("project", "proj_a", "5000", "720", "holds"),
    ]
    assert rows[0]["passed_on"] == "2026-11-11"
    assert rows[1]["low80"] <= float(rows[1]["forecast"]) <= rows[1]["high80"]


def test_the_forecast_goes_on_for_three_months(service: Service, token: str) -> None:
    rows = service.rows("forecast", token)

    months = ["2026-10", "2026-11", "2026-12", "2027-01", "2027-02"]
    assert [row["month"] for row in rows] == months
    assert (rows[0]["billed"], rows[0]["forecast"], rows[0]["low80"]) == ("307", "307", None)
    assert Decimal(rows[1]["forecast"]) == 790


def test_without_enough_days_there_is_no_forecast_and_the_answer_says_why(service: Service) -> None:
    answered = service.get("forecast", service.token()).json()

    assert answered["rows"] == []
    assert answered["notes"] == ["A forecast needs a bill and the final days of 7 in a row; there are 0."]


def test_a_statement_adds_up_and_shows_the_invoice(service: Service, token: str) -> None:
    Store(str(service.folder)).write_statement_check(StatementCheck("2026-10", Decimal("300.5"), "Ada"), NOW)

    rows = service.rows("statement", token, month="2026-10")

    told = [(row["part"], row["id"], row["billed"], row["amount"], row["variance"]) for row in rows]
    assert told == [
        ("total", None, "307", None, None),
        ("credits", None, "-3", None, None),
        ("project", "proj_a", "310", None, None),
        ("project", "Credits", "-3", None, None),
        ("line_item", "gpt-6-sol, input", "310", None, None),
        ("line_item", "credit", "-3", None, None),
        ("budget", None, "307", "300", "7"),
        ("budget", "proj_a", "307", "5000", "-4693"),
        ("invoice", None, "307", "300.5", "6.5"),
    ]


def test_unusual_days_say_whose_they_are_and_how_far_off(service: Service, token: str) -> None:
    (row,) = service.rows("anomalies", token)

    assert (row["first"], row["last"], row["project"], row["key"]) == (
        "2026-11-11",
        "2026-11-11",
        "proj_a",
        "key_a",
    )
    assert (row["kinds"], row["above_usual"], row["state"], row["expected"]) == (
        "spend",
        "490",
        "final",
        None,
    )
    assert row["worst_day"] == "$500.00 on 11 Nov 2026 instead of $10.00"


def test_savings_say_what_to_do_and_what_that_rests_on(service: Service, token: str) -> None:
    answered = service.get("savings", token).json()

    assert answered["period"] == {"from": "2026-10-23", "to": "2026-11-19"}
    assert answered["notes"] == [
        "At most $365.25 a month and likely $73.05, counting of each key only its largest saving, and none "
        "that is done: those of one key overlap."
    ]
    assert all(row["title"] and row["assumption"] and Decimal(row["a_month"]) > 0 for row in answered["rows"])


def test_coverage_tells_each_day_of_each_source(service: Service, token: str) -> None:
    rows = service.rows("coverage", token, from_="2026-11-19", to="2026-11-20")

    assert [(row["day"], row["state"]) for row in rows if row["source"] == "costs"] == [
        ("2026-11-19", "final"),
        ("2026-11-20", "provisional"),
    ]
    assert {(row["state"], row["fetched_at"]) for row in rows if row["source"] == "images"} == {
        ("missing", None)
    }


def test_provenance_tells_what_was_asked_and_when(service: Service, token: str) -> None:
    rows = {row["source"]: row for row in service.rows("provenance", token, period="7d")}

    costs = rows["costs"]
    assert (costs["path"], costs["final"], costs["provisional"], costs["missing"]) == (
        "/organization/costs",
        3,
        4,
        0,
    )
    assert costs["first_fetched"] == "2026-11-23T12:00:00Z"
    assert rows["images"]["missing"] == 7


def test_a_column_may_be_empty_where_it_is_so_in_some_answer(service: Service, token: str) -> None:
    """Of anomalies and savings no column is empty that must not be: what is about nobody is not made here."""
    Store(str(service.folder)).write_budget(Budget("project_id", "proj_new", Decimal(5), "Ada"), NOW)
    asked: list[tuple[str, dict[str, Any]]] = [
        *((path, {"by": "project"} if path == "ranking" else {}) for path in KINDS),
        ("ranking", {"by": "model", "measure": "cost_per_million"}),
        ("ranking", {"by": "project", "from_": "2026-09-01", "to": "2026-09-07"}),
        ("totals", {"measure": "cost_per_million", "from_": "2026-08-01", "to": "2026-08-02"}),
    ]
    empty: dict[str, set[str]] = {path: set() for path in KINDS}
    for path, query in asked:
        for row in service.rows(path, token, **query):
            empty[path] |= {name for name, value in row.items() if value is None}

    may_be = {path: {c.name for c in kind.columns if c.is_nullable} for path, kind in KINDS.items()}
    for path in ("anomalies", "savings"):
        assert empty.pop(path) <= may_be.pop(path)
    assert empty == may_be

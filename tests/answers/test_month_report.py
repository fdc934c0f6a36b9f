"""The report of a month: of all that was billed, or of a part of it, which says that it is one."""

import datetime as dt
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from lib.answers.month_report import MonthReport, month_report
from lib.answers.reading import Reading
from lib.engine.filters import Filters
from lib.openai_admin.name_lists import Name
from lib.periods.widths import Width
from lib.periods.windows import Window
from lib.store.records.budgets import Budget
from lib.store.records.revisions import Revision
from lib.store.records.statement_checks import StatementCheck
from tests.answers.readings import NOW, november, reading_of

pytestmark = pytest.mark.usefixtures("afresh")
KNOWN = Window(dt.date(2026, 9, 1), dt.date(2026, 11, 24))
LONG_AGO = dt.datetime(2026, 9, 1, tzinfo=dt.UTC)
FINAL = "Billed by OpenAI, in US dollars, days in UTC. Every day of October 2026 is final."


def billed(start: str, dollars: int, project: str | None, **more: Any) -> dict[str, Any]:
    line = {"line_item": "gpt-6-sol, input", "project_id": project, "cost_usd": Decimal(dollars)}
    return {"start": start, **line, **more}


@pytest.fixture
def reading(tmp_path: Path) -> Reading:
    """Two projects and a credit in October, one in November, budgets, an invoice and a revised day."""
    rows = [
        billed("2026-10-05", 30, "proj_a", api_key_id="key_a"),
        billed("2026-10-06", 12, "proj_b"),
        billed("2026-10-06", -2, None, line_item="credit"),
        billed("2026-11-02", 5, "proj_a"),
    ]
    found = reading_of(tmp_path, {"costs": rows}, november(1, 20), fetched={"costs": [KNOWN]})
    store = found.backend.store
    store.merge_names([Name("project", "proj_a", "Search")], NOW)
    for budget in (Budget("", "", Decimal(50)), Budget("project_id", "proj_a", Decimal(20))):
        store.write_budget(budget, LONG_AGO)
    store.write_statement_check(StatementCheck("2026-10", Decimal(39), "Ada"), NOW)
    return found


def report(reading: Reading, month: str = "2026-10", **filters: str) -> MonthReport:
    view = replace(reading.view, filters=Filters.of({name: [value] for name, value in filters.items()}))
    found = month_report(reading.backend, view, month)
    assert found is not None
    return found


def cells(found: MonthReport) -> dict[str, list[list[Any]]]:
    """Return the rows of each table that has any, by its heading."""
    return {t.heading: t.rows[[*t.columns]].to_numpy().tolist() for t in found.tables if len(t.rows)}


def test_a_report_says_of_all_what_was_billed_to_whom_and_against_what(reading: Reading) -> None:
    found = report(reading)

    assert found.title == "Statement of October 2026"
    assert found.lines == (FINAL, "Invoice: $39.00 · Bill less invoice: $1.00")
    assert found.numbers == {"Billed": "$40.00", "Of that, credits": "−$2.00", "September 2026": "$0.00"}
    assert cells(found) == {
        "By project": [["Search", 30, 30 / 42, 0], ["proj_b", 12, 12 / 42, 0], ["Credits", -2, None, 0]],
        "By line item": [["gpt-6-sol, input", 42, 1.0, 0], ["credit", -2, None, 0]],
        "By model": [["gpt-6-sol", 42, 1.0, 0], ["Credits", -2, None, 0]],
        "Against budgets": [["Whole organization", 50, 40, -10], ["Search (project)", 20, 30, 10]],
        "Credits": [["credit", -2]],
    }


def test_a_report_of_a_part_has_its_own_budgets_and_no_invoice(reading: Reading) -> None:
    found = report(reading, project_id="proj_a")

    assert found.title == "Statement of October 2026: Search"
    assert found.lines == (
        FINAL,
        "Only what is billed to it: credits and costs of the whole organization are not in it.",
    )
    assert cells(found) == {
        "By API key": [["key_a", 30, 1.0, 0]],
        "By line item": [["gpt-6-sol, input", 30, 1.0, 0]],
        "By model": [["gpt-6-sol", 30, 1.0, 0]],
        "Against budgets": [["Search (project)", 20, 30, 10]],
    }


def test_days_that_were_revised_are_listed_in_the_report_of_all(reading: Reading) -> None:
    october = dt.date(2026, 10, 5)
    revised = Revision("costs", Width.DAY, october, "cost_usd", Decimal(29), Decimal(30), LONG_AGO, NOW)
    reading.backend.store.revise([revised])

    assert [row[2] for row in cells(report(reading))["Revised days"]] == [october]
    assert "Revised days" not in cells(report(reading, project_id="proj_a"))


def test_a_month_that_is_not_over_can_still_change(reading: Reading) -> None:
    found = report(reading, "2026-11")

    (said,) = found.lines
    assert said.endswith(" Days of November 2026 can still change: it is not final.")
    assert (found.is_final, report(reading).is_final) == (False, True)


def test_a_month_of_which_nothing_was_billed_has_no_report(reading: Reading) -> None:
    assert month_report(reading.backend, reading.view, "2026-09") is None


def test_the_picture_says_what_it_shows(reading: Reading) -> None:
    said = report(reading, project_id="proj_a").picture.decode()

    assert "October 2026: Search, days in UTC" in said
    assert "Total: $30.00" in said


def test_a_report_says_whose_it_is(reading: Reading) -> None:
    store, backend = reading.backend.store, reading.backend
    of_one = replace(backend, settings=replace(backend.settings, organization="acme"))
    store.organizations = ("labs", "acme")

    several = report(reading)

    assert several.lines[1] == "Of these organizations together: acme, labs."
    assert "By organization" in [table.heading for table in several.tables]
    store.organizations = ("acme",)
    one = report(replace(reading, backend=of_one))
    assert one.lines[1] == "Of the organization acme."
    assert "By organization" not in [table.heading for table in one.tables]

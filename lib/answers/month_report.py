"""The report of a month: its statement as something that stands by itself, whoever opens it and when."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

import pandas as pd

from lib import tables
from lib.answers import budget_months, statement, stored_data, the_bill, trends
from lib.answers.instance import Backend
from lib.answers.pictures import drawn_over_time
from lib.answers.reading import Reading
from lib.answers.results import OverTime
from lib.answers.view import View
from lib.catalog.dimensions import DIMENSIONS, ORGANIZATION
from lib.catalog.sources import COSTS
from lib.charts.picture import PictureFormat, picture
from lib.engine.filters import Filters
from lib.periods.presets import month_window
from lib.tables.columns import Column, text_column
from lib.tables.print_sheet import PrintedTable
from lib.wording import dates, statement_words
from lib.wording import numbers as fmt

SPEND = statement.SPEND
_OF_ALL, _OF_PART = ("project_id", "line_item", "model"), ("api_key_id", "line_item", "model")
"""By what the bill is told: of whole organizations, and of a part of them."""
_GROUPS = 8


@dataclass(frozen=True)
class MonthReport:
    """A month in words, numbers, tables, and a picture (SVG); `is_final` where nothing of it can change."""

    title: str
    lines: tuple[str, ...]
    numbers: Mapping[str, str]
    tables: tuple[PrintedTable, ...]
    picture: bytes
    is_final: bool


def month_report(backend: Backend, view: View, month: str) -> MonthReport | None:
    """Return the report of what the view's filters keep of a month (2026-10); None where nothing was billed.

    It says the same each time once the month is final and nobody changes a budget or enters an invoice.
    """
    whole = replace(statement.view_of(view, month), filters=view.filters)
    reading = Reading(backend.at_once(), whole, (COSTS,))
    items = reading.ranking(SPEND, "line_item")
    if not items.any:
        return None
    name, is_final = dates.month(month), not statement.open_days(reading)
    credited, numbers = the_bill.credits_given(items), statement.numbers(reading)
    final, still_open = f"Every day of {name} is final.", f"Days of {name} can still change: it is not final."
    of = _whose(reading)
    lines = [f"Billed by OpenAI, in US dollars, days in UTC. {final if is_final else still_open}"]
    named = sorted(filter(None, backend.store.organizations))
    of_several = len(named) > 1
    if of_several:
        lines.append(f"Of these organizations together: {', '.join(named)}.")
    elif backend.settings.organization:
        lines.append(f"Of the organization {backend.settings.organization}.")
    if view.filters:
        lines.append("Only what is billed to it: credits and costs of the whole organization are not in it.")
    budgets = budget_months.declarations(backend).held_in(month_window(month), view.today)
    own = tuple(b for b in budgets if not view.filters or _is_about(b.dimension, b.about, view.filters))
    revised = stored_data.revisions(reading) if not view.filters else pd.DataFrame()
    split = (*((ORGANIZATION,) if of_several else ()), *(_OF_PART if view.filters else _OF_ALL))
    return MonthReport(
        f"Statement of {name}{of}",
        (*lines, *_checked(reading, month)),
        numbers,
        (
            *(_by(reading, dimension) for dimension in split),
            PrintedTable("Against budgets", statement.variances(reading, own), tables.VARIANCES),
            PrintedTable("Credits", credited, tables.CREDITS_GIVEN),
            PrintedTable("Revised days", revised, tables.REVISIONS),
        ),
        _picture(trends.of(reading, SPEND, split[0], _GROUPS, alone=True), f"{name}{of}", numbers["Billed"]),
        is_final,
    )


def _whose(reading: Reading) -> str:
    named = (
        reading.labels.of(dimension, value or "")
        for dimension, values in reading.view.filters
        for value in values
    )
    names = ", ".join(named)
    return f": {names}" if names else ""


def _is_about(dimension: str, about: str, filters: Filters) -> bool:
    return about in filters.values(dimension)


def _checked(reading: Reading, month: str) -> list[str]:
    """Return how far the invoice is off, where somebody has entered its total."""
    if reading.view.filters:
        return []
    standing = statement.standing(reading.backend.store.statement_checks(), month)
    if standing.invoice is None:
        return []
    off = Decimal(reading.change(SPEND).now) - standing.invoice
    return statement_words.printed(
        {"Invoice": fmt.usd(standing.invoice, 2), "Bill less invoice": fmt.usd(off, 2)}
    )


def _by(reading: Reading, dimension: str) -> PrintedTable:
    about = DIMENSIONS[dimension]
    columns: dict[str, Column] = {
        **tables.BILLED_BY_PROJECT,
        "group": text_column(about.label, pinned=True),
    }
    rows = statement.by_label(reading.ranking(SPEND, dimension))
    return PrintedTable(f"By {about.in_words}", rows, columns)


def _picture(answer: OverTime, about: str, total: str) -> bytes:
    _, drawing = drawn_over_time(answer, "Billed")
    lines = [f"{about}, days in UTC", f"Total: {total}"]
    return picture({"": drawing.to_dict()}, "Billed by day", lines, PictureFormat.SVG)

"""Sets of columns of the tables on single pages, described without drawing."""

from collections.abc import Mapping
from dataclasses import replace

from lib.catalog.units import Unit
from lib.tables.columns import Column, ColumnType, change_column, column, text_column

_MOMENT = "D MMM YYYY, HH:mm"
_DAY = "D MMM YYYY"

COVERAGE: Mapping[str, Column] = {
    "source": text_column("Source", pinned=True),
    "settled": column("Settled days", Unit.CALLS, "Fetched long enough after their end to be final"),
    "provisional": column("Provisional days", Unit.CALLS, "Fetched again when they grow old"),
    "missing": column("Missing days", Unit.CALLS, "Not in the store"),
    "first": Column("First day ever", ColumnType.DATE, _DAY),
    "last": Column("Last day ever", ColumnType.DATE, _DAY),
    "fetched_at": Column("Last fetched (UTC)", ColumnType.TIME, _MOMENT),
}
"""Which days of each source are stored."""

MEASURE_DEFINITIONS: Mapping[str, Column] = {
    "measure": text_column("Measure", pinned=True),
    "unit": text_column("Unit"),
    "definition": text_column("Definition"),
    "computed": text_column("Computed from"),
    "by": text_column("Can be broken down by"),
}
"""What every measure means."""

FIELD_DEFINITIONS: Mapping[str, Column] = {
    "source": text_column("Source", pinned=True),
    "path": text_column("Endpoint"),
    "field": text_column("Field"),
    "label": text_column("Meaning"),
    "unit": text_column("Unit"),
    "part_of": text_column("Included in", "Never added to it"),
}
"""What every field means."""

REFUSALS: Mapping[str, Column] = {
    "source": text_column("Source", pinned=True),
    "meaning": text_column("What it means"),
    "said": text_column("What the API said"),
    "learned_at": Column("Learned (UTC)", ColumnType.TIME, _MOMENT),
}
"""What the API refused, and what that means."""

BILLED_BY_PROJECT: Mapping[str, Column] = {
    "group": text_column("Project", pinned=True),
    "now": column("Billed (USD)", Unit.USD),
    "now_part": change_column("Share"),
    "before": column("The month before (USD)", Unit.USD),
}
"""A month's bill by project, as it is printed."""

BILLED_BY_TEAM: Mapping[str, Column] = {**BILLED_BY_PROJECT, "group": text_column("Team", pinned=True)}
"""The bill of a month by team."""

CREDITS_GIVEN: Mapping[str, Column] = {
    "line_item": text_column("Line item", pinned=True),
    "now": column("Credit (USD)", Unit.USD),
}
"""The credits of a month."""

VARIANCES: Mapping[str, Column] = {
    "about": text_column("Budget for", pinned=True),
    "amount": column("Budget (USD)", Unit.USD),
    "billed": column("Billed (USD)", Unit.USD),
    "variance": column("Billed less budget (USD)", Unit.USD),
}
"""A month's bill against its budgets."""

BUDGET_VARIANCES: Mapping[str, Column] = {
    "variance": replace(column("Billed less budget (USD)", Unit.USD), pinned=True),
    "about": text_column("Budget for"),
    "billed": column("Billed (USD)", Unit.USD),
    "amount": column("Budget (USD)", Unit.USD),
    "part": change_column("Variance", "Billed less budget, over the budget"),
    "origin": text_column("Set by"),
}
"""What was billed in a month against the budgets of that time."""

BUDGET_HISTORY: Mapping[str, Column] = {
    "month": replace(Column("Month", ColumnType.DATE, "MMM YYYY"), pinned=True),
    "variance": column("Billed less budget (USD)", Unit.USD),
    "billed": column("Billed (USD)", Unit.USD),
    "amount": column("Budget (USD)", Unit.USD),
    "part": change_column("Variance", "Billed less budget, over the budget"),
    "days": text_column("Days known", "Of how many days of the month the bill is known"),
    "origin": text_column("Set by"),
}
"""What was billed month by month against one budget."""

REVISIONS: Mapping[str, Column] = {
    "source": text_column("Source", pinned=True),
    "width": text_column("Buckets"),
    "day": Column("Day (UTC)", ColumnType.DATE, _DAY),
    "metric": text_column("Metric"),
    "old": column("Before", Unit.AS_LINE_ITEM),
    "new": column("After", Unit.AS_LINE_ITEM),
    "first_fetched_at": Column("First fetched (UTC)", ColumnType.TIME, _MOMENT),
    "seen_at": Column("Seen (UTC)", ColumnType.TIME, _MOMENT),
}
"""Finished days whose totals changed."""

WATERFALL_STEPS: Mapping[str, Column] = {
    "group": text_column("Step", pinned=True),
    "value": column("Dollars (USD)", Unit.USD),
    "meaning": text_column("What it means"),
}
"""Steps from list prices to the bill."""

BY_MODEL: Mapping[str, Column] = {
    "model": text_column("Model", pinned=True),
    "token_class": text_column("Class"),
    "billed": column("Billed (USD)", Unit.USD),
    "at_list": column("At list prices, estimate (USD)", Unit.USD),
    "difference": column("Difference (USD)", Unit.USD),
    "discount": change_column(
        "Discount", "One minus billed over list, without what is still settling; below zero is above list"
    ),
    "mainly": text_column("Mainly because of"),
}
"""Billed and list dollars by model and class."""

UNCOUNTED: Mapping[str, Column] = {
    "line_item": text_column("Line item, as on the bill", pinned=True),
    "billed": column("Billed (USD)", Unit.USD),
    "why": text_column("What it is"),
    "days": Column("Days", ColumnType.NUMBER, "%d"),
}
"""What the bill charges that usage does not count."""

SAVINGS: Mapping[str, Column] = {
    "a_month": replace(column("Saved a month, estimate (USD)", Unit.USD), pinned=True),
    "title": text_column("What to do"),
    "project_id": text_column("Project"),
    "api_key_id": text_column("API key"),
    "confidence": text_column("Confidence"),
    "decision": text_column("Decision", "Whether somebody has planned it or marked it as done"),
}
"""What could be saved, and where."""

FOLLOWED_SAVINGS: Mapping[str, Column] = {
    "expected": replace(
        column("Expected a month (USD)", Unit.USD, "The estimate when the saving was first marked"),
        pinned=True,
    ),
    "a_month": column(
        "Measured a month (USD)", Unit.USD, "What was saved a day so far, times the days of a month"
    ),
    "verdict": text_column("Did it work?"),
    "title": text_column("What was done"),
    "project_id": text_column("Project"),
    "api_key_id": text_column("API key"),
    "decision": text_column("Decision"),
}
"""What came of savings that somebody planned or carried out."""

SAVING_ROWS: Mapping[str, Column] = {
    "day": Column("Day (UTC)", ColumnType.DATE, _DAY, pinned=True),
    "saved": column("Saved, estimate (USD)", Unit.USD),
    "project_id": text_column("Project"),
    "api_key_id": text_column("API key"),
    "model": text_column("Model"),
    "tier": text_column("Tier"),
    "what": text_column("Tokens or line item"),
    "now": column("Now, at list (USD)", Unit.USD),
    "then": column("Then, at list (USD)", Unit.USD),
}
"""The rows of one saving."""

EFFECTIVE_PRICES: Mapping[str, Column] = {
    "model": text_column("Model", pinned=True),
    "token_class": text_column("Token class"),
    "billed": column(Unit.USD, Unit.USD),
    "tokens": column("Tokens used", Unit.TOKENS),
    "per_million": column("USD per 1M tokens", Unit.USD_PER_MILLION),
}
"""What a million tokens really cost."""

OTHER_CURRENCIES: Mapping[str, Column] = {
    "currency": text_column("Currency"),
    "line_item": text_column("Line item"),
    "amount": column("Amount", Unit.AS_LINE_ITEM),
}
"""Bills in other currencies."""

_SIDES = {
    "low80": column("80 %, from (USD)", Unit.USD),
    "high80": column("80 %, to (USD)", Unit.USD),
    "low95": column("95 %, from (USD)", Unit.USD),
    "high95": column("95 %, to (USD)", Unit.USD),
}
FORECAST_COURSE: Mapping[str, Column] = {
    "day": Column("Day (UTC)", ColumnType.DATE, _DAY),
    "state": text_column("State", "Final, provisional (the bill may still change) or forecast"),
    "billed": column("Billed (USD)", Unit.USD),
    "total": column("Running total, forecast (USD)", Unit.USD),
    **_SIDES,
}
FORECAST_MONTHS: Mapping[str, Column] = {
    "month": text_column("Month", pinned=True),
    "billed": column("Billed so far (USD)", Unit.USD),
    "rest": column("Still to come, forecast (USD)", Unit.USD),
    "forecast": column("In all, forecast (USD)", Unit.USD),
    **_SIDES,
}
BACK_TEST: Mapping[str, Column] = {
    "month": Column("Month", ColumnType.DATE, "MMM YYYY"),
    "on_day": text_column("Made on day"),
    "method": text_column("Method"),
    "forecast": column("Forecast (USD)", Unit.USD),
    "actual": column("Actual (USD)", Unit.USD),
    "error": change_column("Off by", "Forecast over actual, minus one"),
    "in80": text_column("In the 80 % band"),
    "in95": text_column("In the 95 % band"),
}

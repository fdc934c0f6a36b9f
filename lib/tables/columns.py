"""Columns of tables, described without drawing: the label, how numbers read, what they mean."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from lib.catalog.dimensions import Dimension
from lib.catalog.measures import Measure
from lib.catalog.units import Unit
from lib.periods.grains import Grain
from lib.periods.zones import UTC
from lib.wording.numbers import titled

_FORMATS = {
    Unit.USD: "dollar",
    Unit.USD_PER_MILLION: "dollar",
    Unit.USD_PER_REQUEST: "dollar",
    Unit.SHARE: "percent",
    Unit.BYTES: "bytes",
    Unit.AS_LINE_ITEM: "localized",
}
_DECIMALS = {"dollar": 2, "percent": 4, "%.2f×": 2}
_PER_REQUEST = 5


class ColumnType(StrEnum):
    """How a column is drawn."""

    TEXT = "text"
    NUMBER = "number"
    DATE = "date"
    TIME = "time"
    LINK = "link"


@dataclass(frozen=True)
class Column:
    """One column: `format` is a number, date or time format of Streamlit, None where its own will do.

    A column of links holds addresses, and its `format` is what they read in every row.
    """

    label: str
    kind: ColumnType = ColumnType.TEXT
    format: str | None = None
    help: str | None = None
    pinned: bool = False
    small: int | None = None
    """How many decimals dollars have that are too small for cents."""

    @property
    def decimals(self) -> int | None:
        """Return how many decimals its numbers keep in files, of shares as parts of one; None for all."""
        return self.small or _DECIMALS.get(self.format or "")

    @property
    def is_number(self) -> bool:
        """Return whether it holds numbers, which stand at the right."""
        return self.kind is ColumnType.NUMBER


def column(label: str, unit: Unit, help: str | None = None) -> Column:  # noqa: A002 - Streamlit's word
    """Return the column of a measure: money with cents, counts with separators, shares as percent."""
    small = _PER_REQUEST if unit is Unit.USD_PER_REQUEST else None
    return Column(label, ColumnType.NUMBER, _FORMATS.get(unit, "%,d"), help, small=small)


def small_dollars_column(label: str, decimals: int) -> Column:
    """Return the column of amounts that are too small for cents."""
    return Column(label, ColumnType.NUMBER, "dollar", small=decimals)


def change_column(label: str = "Change", help: str | None = None) -> Column:  # noqa: A002
    """Return the column of a relative change, where 0.123 reads 12.3%."""
    return Column(label, ColumnType.NUMBER, "percent", help)


def text_column(label: str, help: str | None = None, *, pinned: bool = False) -> Column:  # noqa: A002
    """Return a column of names; a pinned one stays in sight when the table scrolls sideways."""
    return Column(label, ColumnType.TEXT, None, help, pinned)


def link_column(label: str, words: str, help: str | None = None) -> Column:  # noqa: A002
    """Return a column of addresses, each of which reads `words` and opens in a tab of its own."""
    return Column(label, ColumnType.LINK, words, help)


def start_column(grain: Grain, zone: str = UTC) -> Column:
    """Return the column of bucket starts: a day or month of `zone`, or a day and hour, always in UTC."""
    if grain is Grain.MONTH:
        return Column(f"Month ({zone})", ColumnType.DATE, "MMM YYYY", pinned=True)
    if grain in {Grain.DAY, Grain.WEEK}:
        return Column(
            f"Day ({zone})" if grain is Grain.DAY else f"Week from ({zone})",
            ColumnType.DATE,
            "D MMM YYYY",
            pinned=True,
        )
    return Column("Start (UTC)", ColumnType.TIME, "D MMM YYYY, HH:mm", pinned=True)


def movers_columns(dimension: Dimension, measure: Measure, compared_with: str | None) -> dict[str, Column]:
    """Return the columns of a movers table (`lib.analysis.comparison`).

    The part of the whole is among them where the measure adds up, the change where there is a comparison.
    """
    columns = {
        dimension.name: text_column(dimension.label, pinned=True),
        "now": column(titled(measure.label, measure.unit), measure.unit, measure.definition),
    }
    if not measure.is_ratio:
        columns["now_part"] = column("Share", Unit.SHARE, "Of all that is above zero")
    if compared_with:
        columns["before"] = column(titled("Before", measure.unit), measure.unit, f"In {compared_with}")
        columns["difference"] = column(titled("Change", measure.unit), measure.unit)
        columns["share"] = change_column("Change, %")
    return columns


def explored_columns(
    by: Iterable[Dimension], measures: Iterable[Measure], compared_with: str | None
) -> dict[str, Column]:
    """Return the columns of a wide table (`lib.analysis.wide_table`)."""
    columns = {d.name: text_column(d.label, pinned=nth == 0) for nth, d in enumerate(by)}
    for m in measures:
        columns[m.slug] = column(titled(m.label, m.unit), m.unit, m.definition)
        if not m.is_ratio:
            columns[f"{m.slug}:share"] = column(f"{m.label}, share", Unit.SHARE, "Of all that is above zero")
        if compared_with:
            columns[f"{m.slug}:change"] = change_column(f"{m.label}, change", f"Against {compared_with}")
    return columns


def steps_columns(title: str) -> dict[str, Column]:
    """Return the columns of a table of steps from one total to another (`lib.analysis.contributions`)."""
    return {
        "group": text_column(title, pinned=True),
        "value": column("Change (USD)", Unit.USD, "In the first and the last row: the total"),
        "from": column("From (USD)", Unit.USD),
        "to": column("To (USD)", Unit.USD),
    }


def spenders_columns(
    dimension: Dimension, measure: Measure, compared_with: str | None, *, estimated: bool
) -> dict[str, Column]:
    """Return the columns of spenders (`lib.analysis.allocation.shares`); `estimated` where any is."""
    columns = movers_columns(dimension, measure, compared_with)
    if estimated:
        note = "What of it was allocated by usage, because the bill does not say whose it is"
        columns["estimated"] = column("Of it allocated, estimate (USD)", Unit.USD, note)
    return columns


def peers_columns(name: str) -> dict[str, Column]:
    """Return the columns of a table of peers (`lib.analysis.peers`) of what goes by `name`."""
    return {
        "measure": text_column("Measure", pinned=True),
        "own": Column(name, ColumnType.NUMBER, "localized"),
        "others": Column("The others", ColumnType.NUMBER, "localized"),
        "rank": Column("Rank", ColumnType.NUMBER, "%d"),
        "of": Column("Of", ColumnType.NUMBER, "%d", "How many have a value"),
        "unit": text_column("Unit"),
    }


def price_volume_mix_columns(dimension: Dimension, words: Mapping[str, str]) -> dict[str, Column]:
    """Return the columns of effects (`lib.analysis.price_volume_mix`), each called as `words` says."""
    return {
        dimension.name: text_column(dimension.label, pinned=True),
        **{name: column(f"{label} (USD)", Unit.USD) for name, label in words.items()},
    }


def budget_columns(origin: str) -> dict[str, Column]:
    """Return the columns of `lib.analysis.forecasting.burn_rate.table`, its `origin` so called."""
    return {
        "status": text_column("How it stands", pinned=True),
        "used": column("Used", Unit.SHARE, "Billed so far over the amount"),
        "about": text_column("For"),
        "origin": text_column(origin),
        "amount": column("A month (USD)", Unit.USD),
        "billed": column("Billed so far (USD)", Unit.USD),
        "burn_rate": Column(
            "Burn rate",
            ColumnType.NUMBER,
            "%.2f×",
            "The used share over the share of the month that has passed, both up to yesterday. At 1 the "
            "amount is used up on the month's last day",
        ),
        "forecast": column("Month end, forecast (USD)", Unit.USD),
        "runs_out": Column(
            "Passed on",
            ColumnType.DATE,
            "D MMM YYYY",
            "The day on which the total passes the amount: forecast, where it is still to come",
        ),
        "low80": column("80 %, from (USD)", Unit.USD, "The month ends between this …"),
        "high80": column("80 %, to (USD)", Unit.USD, "… and this in 8 of 10 cases, as forecast"),
    }


def course_columns(total: str) -> dict[str, Column]:
    """Return the columns of `lib.analysis.forecasting.burn_rate.course`, its running `total` so called."""
    return {
        "day": Column("Day (UTC)", ColumnType.DATE, "D MMM YYYY", pinned=True),
        "state": text_column("State", "Final, provisional (the bill may still change) or forecast"),
        "billed": column("Billed (USD)", Unit.USD),
        "total": column(total, Unit.USD),
        "low80": column("80 %, from (USD)", Unit.USD),
        "high80": column("80 %, to (USD)", Unit.USD),
        "low95": column("95 %, from (USD)", Unit.USD),
        "high95": column("95 %, to (USD)", Unit.USD),
    }


def turnover_columns(dimension: Dimension) -> dict[str, Column]:
    """Return the columns of a table of what came and went (`lib.analysis.turnover`)."""
    return {
        dimension.name: text_column(dimension.label, pinned=True),
        "state": text_column("What happened"),
        "before": column("Before (USD)", Unit.USD),
        "now": column("Now (USD)", Unit.USD),
        "first": Column(
            "First billed (UTC)", ColumnType.DATE, "D MMM YYYY", "The first stored day with a bill"
        ),
        "last": Column("Last billed (UTC)", ColumnType.DATE, "D MMM YYYY", "The last stored day with a bill"),
    }


def reconciled_columns(grain: Grain, causes: Iterable[str]) -> dict[str, Column]:
    """Return the columns of bill and list prices by bucket, with one for each cause."""
    return {
        "start": start_column(grain),
        "billed": column("Billed (USD)", Unit.USD),
        "at_list": column("At list prices, estimate (USD)", Unit.USD),
        **{cause: column(f"{cause} (USD)", Unit.USD) for cause in causes},
    }

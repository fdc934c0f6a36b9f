"""Charges: the bill's lines as FOCUS has them, one row for each line of a day, project and key."""

import datetime as dt
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from lib.analysis.exact import exactly, rounded
from lib.analysis.reconciliation.causes import Price
from lib.analysis.reconciliation.lines import STANDARD, TIERS, metered
from lib.analysis.vectors import found_for
from lib.catalog.billing import LineItemKind
from lib.catalog.focus_columns import FOCUS_SCHEMA
from lib.catalog.line_items import OTHER, LineItem, base_model, parse, service
from lib.catalog.schemas import MONEY, TIME

ISSUER = "OpenAI"
USAGE, CREDIT = "Usage", "Credit"
_UNITS = {
    "tokens": ("Tokens", 1),
    "1000_tokens": ("1000 Tokens", 1000),
    "duration_seconds": ("Seconds", 1),
    "duration_minutes": ("Minutes", 60),
    "duration_hours": ("Hours", 3600),
    "gibibyte_hours": ("GiB-Hours", 1),
    "images": ("Images", 1),
    "characters": ("Characters", 1),
}
"""What FOCUS calls the units of the bill, and how many of those that have a list price each is."""
_ANY = "Units"
_NOTHING = Decimal(0)


@dataclass(frozen=True)
class Account:
    """Whose bill it is, what ids are called, and the days that are final."""

    organization: str
    projects: Mapping[str, str]
    keys: Mapping[str, str]
    final: Collection[dt.date] = ()


@exactly()
def charges(lines: pa.Table, account: Account, price: Price) -> pa.Table:
    """Return `lines` (`lib.engine.execution.bill_lines`) in the columns of FOCUS, in the same order.

    `BilledCost` sums to the bill in each currency. The unit price is the list's where it knows the line;
    everywhere else `ListCost`, which must not be null, is what was billed, as `ContractedCost` always is:
    what was negotiated is not known.
    """
    rows = _Rows(lines, account, price)
    return pa.Table.from_arrays([rows.column(field) for field in FOCUS_SCHEMA], schema=FOCUS_SCHEMA)


@dataclass(frozen=True)
class _Line:
    """What a line item and its unit say, whoever was charged."""

    item: LineItem | None
    unit: str
    per: int

    @staticmethod
    def of(text: str | None, unit: str | None) -> "_Line":
        item = parse(text) if text else None
        if unit in _UNITS:
            return _Line(item, *_UNITS[unit])
        if unit is None and item is not None:
            return _Line(item, *_usual_unit(item))
        return _Line(item, unit or _ANY, 1)

    @property
    def meter(self) -> str | None:
        """Return what is counted, in words: `input tokens`; None where nothing names it."""
        if self.item is None:
            return None
        if self.item.token_class == OTHER:
            return self.item.text
        return " ".join(filter(None, (self.item.modality, self.item.counted_as, "tokens")))

    def price(self, day: dt.date, price: Price) -> Decimal | None:
        """Return the list price of a unit on `day`, at the tier of the line; None where there is none."""
        found = metered(self.item.text) if self.item else None
        if self.item is None or found is None:
            return None
        model, token_class, modality, lane = found
        tier = TIERS.get(lane, STANDARD)
        one = price(
            self.item.model or model,
            day,
            token_class,
            tier=tier,
            modality=modality,
            long_context=self.item.long_context,
        )
        return None if one is None else one * self.per


def _usual_unit(item: LineItem) -> tuple[str, int]:
    source = service(item)
    if source and source.billing:
        return source.metric(source.billing.metric).unit.capitalize(), 1
    return _UNITS["tokens"] if item.token_class != OTHER else (_ANY, 1)


class _Rows:
    """The columns of FOCUS, each made from those of the bill."""

    def __init__(self, lines: pa.Table, account: Account, price: Price) -> None:
        self._lines, self._account, self._price = lines.combine_chunks(), account, price

    def column(self, field: pa.Field) -> pa.Array:
        """Return the column of `field`."""
        made = self._made.get(field.name)
        found = self._same(made) if made is None or isinstance(made, str) else made
        return (found.combine_chunks() if isinstance(found, pa.ChunkedArray) else found).cast(field.type)

    @cached_property
    def _made(self) -> dict[str, Any]:
        lines, account = self._lines, self._account
        billed, start = self._billed, lines["start"]
        return {
            "BilledCost": billed,
            "BillingAccountId": account.organization,
            "BillingAccountType": "Organization",
            "BillingCurrency": pc.utf8_upper(lines["currency"]),
            "BillingPeriodEnd": self._of_day(_next_month),
            "BillingPeriodStart": pc.floor_temporal(start, unit="month"),
            "ChargeCategory": self._category,
            "ChargeDescription": lines["line_item"],
            "ChargeFrequency": pc.if_else(self._is_usage, "Usage-Based", "One-Time"),
            "ChargePeriodEnd": self._of_day(lambda day: day + dt.timedelta(days=1)),
            "ChargePeriodStart": start,
            "ConsumedQuantity": self._quantity,
            "ConsumedUnit": self._unit,
            "ContractedCost": billed,
            "EffectiveCost": billed,
            "InvoiceIssuerName": ISSUER,
            "ListCost": self._list_cost,
            "ListUnitPrice": self._unit_price,
            "PricingCategory": self._of_usage(self._same("Standard")),
            "PricingQuantity": self._quantity,
            "PricingUnit": self._unit,
            "ProviderName": ISSUER,
            "PublisherName": ISSUER,
            "ServiceCategory": "AI and Machine Learning",
            "ServiceName": "OpenAI API",
            "ServiceSubcategory": "Generative AI",
            "SkuId": self._of_usage(lines["line_item"]),
            "SkuMeter": self._of_usage(self._of_line(lambda line: line.meter)),
            "SkuPriceId": self._of_usage(lines["line_item"]),
            "SubAccountId": lines["project_id"],
            "SubAccountName": self._named("project_id", account.projects),
            "SubAccountType": pc.if_else(lines["project_id"].is_valid(), "Project", None),
            "x_ApiKeyId": lines["api_key_id"],
            "x_ApiKeyName": self._named("api_key_id", account.keys),
            "x_IsFinal": self._of_day(lambda day: day.date() in account.final, pa.bool_()),
            "x_Model": self._of_line(
                lambda line: line.item and line.item.model and base_model(line.item.model)
            ),
            "x_TokenClass": self._of_line(_token_class),
        }

    @cached_property
    def _billed(self) -> Any:
        is_usd = pc.equal(self._lines["currency"], "usd")
        return pc.if_else(is_usd, self._lines["cost_usd"], self._lines["other_amount"])

    @cached_property
    def _category(self) -> Any:
        is_named = self._of_line(
            lambda line: line.item is not None and line.item.kind is LineItemKind.CREDIT, pa.bool_()
        )
        is_credit = pc.or_(is_named, pc.less(self._billed, pa.scalar(_NOTHING, MONEY)))
        return pc.if_else(is_credit, CREDIT, USAGE)

    @cached_property
    def _is_usage(self) -> Any:
        return pc.equal(self._category, USAGE)

    @cached_property
    def _quantity(self) -> Any:
        counted = pc.not_equal(self._lines["quantity"], pa.scalar(_NOTHING, MONEY))
        return self._of_usage(pc.if_else(counted, self._lines["quantity"], None))

    @cached_property
    def _unit(self) -> Any:
        return pc.if_else(self._quantity.is_valid(), self._of_line(lambda line: line.unit), None)

    @cached_property
    def _unit_price(self) -> Any:
        lines = self._lines
        columns = [lines["line_item"], lines["quantity_unit"], lines["start"]]
        prices = found_for(
            columns, lambda text, unit, start: _Line.of(text, unit).price(start.date(), self._price), MONEY
        )
        in_dollars = pc.and_(self._quantity.is_valid(), pc.equal(lines["currency"], "usd"))
        return pc.if_else(in_dollars, prices, None)

    @cached_property
    def _list_cost(self) -> pa.Array:
        columns = (column.to_pylist() for column in (self._unit_price, self._quantity, self._billed))
        costs = [
            billed if price is None else rounded(price * quantity)
            for price, quantity, billed in zip(*columns, strict=True)
        ]
        return pa.array(costs, MONEY)

    def _of_line(self, find: Callable[[_Line], Any], kind: pa.DataType = pa.string()) -> pa.Array:  # noqa: B008
        columns = [self._lines["line_item"], self._lines["quantity_unit"]]
        return found_for(columns, lambda text, unit: find(_Line.of(text, unit)), kind)

    def _of_day(self, find: Callable[[dt.datetime], Any], kind: pa.DataType = TIME) -> pa.Array:
        return found_for([self._lines["start"]], find, kind)

    def _of_usage(self, column: Any) -> Any:
        return pc.if_else(self._is_usage, column, None)

    def _named(self, column: str, names: Mapping[str, str]) -> pa.Array:
        return found_for([self._lines[column]], names.get, pa.string())

    def _same(self, text: str | None) -> pa.Array:
        return pa.array([text], pa.string()).take(pa.array([0] * self._lines.num_rows, pa.int64()))


def _next_month(day: dt.datetime) -> dt.datetime:
    return (day.replace(day=28) + dt.timedelta(days=4)).replace(day=1)


def _token_class(line: _Line) -> str | None:
    return None if line.item is None or line.item.token_class == OTHER else line.item.counted_as

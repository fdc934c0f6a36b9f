"""Reconciliation: how usage at list prices becomes the bill, each dollar of difference under a name."""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from decimal import Decimal
from enum import StrEnum
from typing import Protocol

import pandas as pd
import pyarrow as pa

from lib.analysis.exact import exactly, rounded
from lib.analysis.reconciliation.lines import (
    STANDARD,
    TIERS,
    Billed,
    Meter,
    Used,
    billed_lines,
    image_model,
    reported_images,
    used_units,
)
from lib.catalog.billing import LineItemKind
from lib.catalog.line_items import base_model, untuned


class Cause(StrEnum):
    """Why the bill differs from usage at list prices."""

    HALF_RATE = "Batch and flex rates"
    PRIORITY = "Priority tier"
    LONG_CONTEXT = "Long context"
    FINE_TUNE = "Fine-tuned models"
    OTHER_PRICE = "Another price than list"
    IMAGES = "Images, billed by token"
    UNREPORTED_IMAGES = "Images that usage does not report"
    TOOLS = "Tools and storage"
    EVALUATIONS = "Evaluations and training"
    NO_PRICE = "Models without a list price"
    UNKNOWN = "Line items that cannot be read"
    CREDITS = "Credits"
    TIMING = "Days that are still settling"
    UNEXPLAINED = "Unexplained"


CAUSES = tuple(Cause)
_COLUMNS = ("day", "model", "token_class", "line_item", "billed", "at_list", *CAUSES)
_TIER_CAUSES = {"batch": Cause.HALF_RATE, "flex": Cause.HALF_RATE, "priority": Cause.PRIORITY}
Row = tuple[object, ...]
_NOTHING = Decimal(0)
_NO_CAUSE = dict.fromkeys(CAUSES, _NOTHING)


class Price(Protocol):
    """A price list; see `lib.catalog.list_prices.unit_price`."""

    def __call__(
        self,
        model: str,
        day: dt.date,
        token_class: str,
        *,
        tier: str = ...,
        modality: str = ...,
        long_context: bool = ...,
    ) -> Decimal | None:
        """Return the price of one unit, None where the list has none."""


@exactly()
def reconcile(
    costs: pa.Table,
    usage: Mapping[str, pa.Table],
    price: Price,
    unsettled: Collection[dt.date] = (),
) -> pd.DataFrame:
    """Return `day`, `model`, `token_class`, `line_item`, `billed`, `at_list` and one column for each cause.

    In USD, and exactly `billed = at_list + the causes` in every row. `at_list` is an estimate: units that
    usage counts times the standard list price of the day. For each meter (see
    `lib.analysis.reconciliation.lines`): tier = units × (tier price − standard price); long context =
    billed long units × what it adds; another price = billed − long context − billed units × price; the
    rest is what more was billed than used.
    What usage cannot count is named whole, with its `line_item`, which is empty for everything else.
    """
    lines = billed_lines(costs)
    images = reported_images(usage["images"]) if "images" in usage else set()
    used = _by_meter(used_units(usage, lines))
    metered: dict[Meter, list[Billed]] = defaultdict(list)
    rows = []
    for line in lines:
        if line.meter:
            metered[line.meter].append(line)
        else:
            rows.append(_line_row(line, _named(line, images)))
    prices = _Prices(price)
    for meter in dict.fromkeys([*used, *metered]):
        account = _Account(meter, used.get(meter, []), metered.get(meter, []), prices)
        rows += account.rows(meter.day in unsettled)
    return pd.DataFrame(rows, columns=list(_COLUMNS), dtype=object)


def _by_meter(units: Sequence[Used]) -> dict[Meter, list[Used]]:
    found: dict[Meter, list[Used]] = defaultdict(list)
    for used in units:
        found[used.meter].append(used)
    return found


def _named(line: Billed, images: Collection[tuple[dt.date, str, str]]) -> Cause:
    """Return the one cause of a line that usage cannot count."""
    kind = line.item.kind
    if kind is LineItemKind.TRAINING or line.item.surface == "evals":
        return Cause.EVALUATIONS
    if kind is LineItemKind.CREDIT or line.dollars < 0:
        return Cause.CREDITS
    if kind is LineItemKind.IMAGES:
        reported = (line.day, line.project, image_model(line.item)) in images
        return Cause.IMAGES if reported else Cause.UNREPORTED_IMAGES
    return Cause.TOOLS if kind is LineItemKind.TOOL else Cause.UNKNOWN


def _line_row(line: Billed, cause: Cause) -> Row:
    """Return the row of a line that is named whole."""
    model = line.item.model
    about = (line.day, base_model(model) if model else "", line.item.token_class, line.item.text)
    return (*about, line.dollars, _NOTHING, *(_NO_CAUSE | {cause: line.dollars}).values())


class _Prices:
    """A price list that is asked once for each price."""

    def __init__(self, price: Price) -> None:
        self._price = price
        self._found: dict[tuple[str, Meter, str, bool], Decimal | None] = {}

    def of(self, name: str, meter: Meter, tier: str, *, long_context: bool = False) -> Decimal | None:
        """Return the price of a unit of `meter` for the model `name`."""
        key = (name, meter, tier, long_context)
        if key not in self._found:
            self._found[key] = self._price(
                untuned(name),
                meter.day,
                meter.token_class,
                tier=tier,
                modality=meter.modality,
                long_context=long_context,
            )
        return self._found[key]


class _Account:
    """One meter in both ledgers, at the prices of its day."""

    def __init__(self, meter: Meter, used: Sequence[Used], lines: Sequence[Billed], prices: _Prices) -> None:
        self.meter, self.used, self.lines, self._prices = meter, used, lines, prices
        self.billed = sum([line.dollars for line in lines], _NOTHING)

    def rows(self, unsettled: bool) -> list[Row]:
        at_list, causes = _NOTHING, dict[Cause, Decimal]()
        names = [u.model for u in self.used] or [line.item.model or self.meter.model for line in self.lines]
        prices = [self._price(name) for name in names]
        if None in prices:
            return [_line_row(line, Cause.NO_PRICE) for line in self.lines]
        for used, price in zip(self.used, prices, strict=False):
            worth = rounded(used.units * (price or _NOTHING))
            at_list += worth
            if cause := _TIER_CAUSES.get(used.tier):
                ordered = rounded(used.units * (self._price(used.model, used.tier) or _NOTHING))
                causes[cause] = causes.get(cause, _NOTHING) + ordered - worth
        ordered = at_list + sum(causes.values(), _NOTHING)
        longer = [self._longer(line, ordered) for line in self.lines if line.item.long_context]
        long_context = sum(longer, _NOTHING)
        same_units = self._expected(self.lines, ordered)
        why = self._why_priced_otherwise()
        if same_units is None:
            # without billed units, a price that is known to differ accounts for all of the difference
            same_units = ordered if why is not Cause.OTHER_PRICE else self.billed - long_context
        causes[Cause.LONG_CONTEXT] = long_context
        causes[why] = self.billed - long_context - same_units
        causes[Cause.TIMING if unsettled else Cause.UNEXPLAINED] = same_units - ordered
        about = (self.meter.day, self.meter.model, self.meter.words, "")
        return [(*about, self.billed, at_list, *(_NO_CAUSE | causes).values())]

    def _longer(self, line: Billed, ordered: Decimal) -> Decimal:
        """Return what long context adds to a line: all above its units' price where the list has none."""
        model = line.item.model or self.meter.model
        short, long = self._price(model), self._price(model, long_context=True)
        expected = self._expected([line], ordered)
        if short and long:
            share = long / short - 1
            return (
                rounded(expected * share)
                if expected is not None
                else line.dollars - rounded(line.dollars / (1 + share))
            )
        return _NOTHING if expected is None else line.dollars - expected

    def _expected(self, lines: Sequence[Billed], ordered: Decimal) -> Decimal | None:
        """Return what the units of `lines` cost at the price that used units do; None without units."""
        if any(line.dollars and not line.units for line in lines):
            return None
        units = sum([used.units for used in self.used])
        if units:
            billed = sum([line.units for line in lines], _NOTHING)
            return ordered if billed == units else rounded(billed * ordered / units)
        tier = TIERS.get(self.meter.lane, STANDARD)
        prices = [self._price(line.item.model or self.meter.model, tier) or _NOTHING for line in lines]
        return sum((rounded(b.units * p) for b, p in zip(lines, prices, strict=True)), _NOTHING)

    def _why_priced_otherwise(self) -> Cause:
        return Cause.FINE_TUNE if self.meter.model != untuned(self.meter.model) else Cause.OTHER_PRICE

    def _price(self, name: str, tier: str = STANDARD, *, long_context: bool = False) -> Decimal | None:
        return self._prices.of(name, self.meter, tier, long_context=long_context)

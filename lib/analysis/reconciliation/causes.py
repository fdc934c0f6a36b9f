"""Reconciliation: how usage at list prices becomes the bill, each dollar of difference under a name."""

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from decimal import Decimal
from enum import StrEnum
from typing import Any, NamedTuple, Protocol

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from lib.analysis.exact_columns import ONE, Wholes, money, quotients, summed_by, wholes
from lib.analysis.reconciliation.lines import (
    METER,
    STANDARD,
    TIERS,
    billed_lines,
    image_model,
    reported_images,
    used_units,
)
from lib.analysis.vectors import codes_of, found_for
from lib.catalog.billing import LineItemKind
from lib.catalog.line_items import base_model, parse, untuned
from lib.catalog.schemas import MONEY


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
_ABOUT = ("day", "model", "token_class", "line_item")
_AMOUNTS = ("billed", "at_list", *CAUSES)
_ROWS = pa.schema(
    [("day", pa.date32()), *((n, pa.string()) for n in _ABOUT[1:]), *((str(n), MONEY) for n in _AMOUNTS)]
)
_TIER_CAUSES = {"batch": Cause.HALF_RATE, "flex": Cause.HALF_RATE, "priority": Cause.PRIORITY}
_FINE = 10**36
"""To so many parts of a dollar is the price of a unit known: the list has 15 decimals."""
Places = NDArray[np.int64]
Flags = NDArray[np.bool_]


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


def reconcile(
    costs: pa.Table,
    usage: Mapping[str, pa.Table],
    price: Price,
    unsettled: Collection[dt.date] = (),
) -> pa.Table:
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
    used = used_units(usage, lines)
    counted = pc.is_valid(lines["lane"])
    apart, billed = lines.filter(pc.invert(counted)), lines.filter(counted)
    return pa.concat_tables(
        [_named_rows(apart, _causes_of(apart, images)), *_Accounts(used, billed, price).rows(unsettled)]
    )


def _causes_of(lines: pa.Table, images: Collection[tuple[dt.date, str, str]]) -> pa.Array:
    """Return the one cause of each of `lines` that usage cannot count."""

    def is_reported(day: dt.date, project: str, text: str) -> bool:
        item = parse(text)
        return item.kind is LineItemKind.IMAGES and (day, project, image_model(item)) in images

    reported = found_for([lines[c] for c in ("day", "project_id", "line_item")], is_reported, pa.bool_())
    below = pc.less(lines["cost_usd"], pa.scalar(Decimal(0), MONEY))
    return found_for([lines["line_item"], below, reported], _cause, pa.string())


def _cause(text: str, is_below_zero: bool, is_reported: bool) -> Cause:
    item = parse(text)
    if item.kind is LineItemKind.TRAINING or item.surface == "evals":
        return Cause.EVALUATIONS
    if item.kind is LineItemKind.CREDIT or is_below_zero:
        return Cause.CREDITS
    if item.kind is LineItemKind.IMAGES:
        return Cause.IMAGES if is_reported else Cause.UNREPORTED_IMAGES
    return Cause.TOOLS if item.kind is LineItemKind.TOOL else Cause.UNKNOWN


def _named_rows(lines: pa.Table, causes: pa.Array) -> pa.Table:
    """Return the rows of lines that are named whole, each by its cause."""
    texts, nothing = lines["line_item"], pa.scalar(Decimal(0), MONEY)
    about = [
        lines["day"],
        found_for([texts], lambda text: base_model(parse(text).model or ""), pa.string()),
        found_for([texts], lambda text: parse(text).token_class, pa.string()),
        texts,
    ]
    dollars = lines["cost_usd"]
    amounts = {c: pc.if_else(pc.equal(causes, c), dollars, nothing) for c in pc.unique(causes).to_pylist()}
    return _table(about, {"billed": dollars} | amounts)


def _table(about: Sequence[Any], amounts: Mapping[str, Any]) -> pa.Table:
    """Return rows in which all that is not among `amounts` is zero."""
    nothing = pa.repeat(pa.scalar(Decimal(0), MONEY), len(about[0]))
    named = dict(zip(_ABOUT, about, strict=True))
    return pa.table(named | {str(n): amounts.get(n, nothing) for n in _AMOUNTS}, schema=_ROWS)


class _Prices(NamedTuple):
    """What a unit costs, in 1 / `_FINE` dollars, and whether the list has a price at all."""

    of_unit: Wholes
    are_known: Flags


class _Accounts:
    """Every meter in both ledgers, at the prices of its day: a row for each, amounts as multiples of 1E-18.

    Lines and rows of usage know the place of their meter among all. A meter without a list price for some of
    its names has no account, and its lines are named whole.
    """

    def __init__(self, used: pa.Table, lines: pa.Table, price: Price) -> None:
        both = pa.concat_tables([used.select(METER), lines.select(METER)])
        places, first = codes_of([both[name] for name in METER])
        self.meters, self._price = both.take(pa.array(first)), price
        self.used, self.of_used = used, places[: used.num_rows]
        self.lines, self.of_line = lines, places[used.num_rows :]
        names = found_for([lines["line_item"], lines["model"]], _model_of, pa.string())
        of_lines = self._prices(names, self.of_line)
        of_used = self._prices(used["name"], self.of_used)
        is_used = self._any(self.of_used, np.ones(used.num_rows, np.bool_))
        self.is_unpriced = self._any(self.of_used, ~of_used.are_known) | (
            ~is_used & self._any(self.of_line, ~of_lines.are_known)
        )
        self.names, self.line_prices, self.used_prices = names, of_lines, of_used

    def rows(self, unsettled: Collection[dt.date]) -> list[pa.Table]:
        """Return the rows of all meters, and those of the lines without a list price."""
        unpriced = self.lines.filter(pa.array(self.is_unpriced[self.of_line]))
        without = _named_rows(unpriced, pa.repeat(str(Cause.NO_PRICE), unpriced.num_rows))
        meters, amounts = self.meters, self._amounts(unsettled)
        words = found_for([meters["token_class"], meters["modality"]], _words, pa.string())
        about = [meters["day"], meters["model"], words, pa.repeat("", meters.num_rows)]
        table = _table(about, {name: money(column) for name, column in amounts.items()})
        return [table.filter(pa.array(~self.is_unpriced)), without]

    def _amounts(self, unsettled: Collection[dt.date]) -> dict[str, Wholes]:
        units = self.used["units"].to_numpy().astype(object)
        tiers = found_for([self.used["tier"]], _TIER_CAUSES.get, pa.string())
        worth = _worth(units, self.used_prices)
        ordered_for = _worth(units, self._prices(self.used["name"], self.of_used, self.used["tier"]))
        at_list = self._sums(self.of_used, worth)
        by_tier = {
            cause: self._sums(self.of_used, np.where(_is(tiers, cause), ordered_for - worth, 0))
            for cause in (Cause.HALF_RATE, Cause.PRIORITY)
        }
        ordered = at_list + by_tier[Cause.HALF_RATE] + by_tier[Cause.PRIORITY]

        dollars, counted = wholes(self.lines["cost_usd"]), wholes(self.lines["quantity"])
        without_units = ((dollars != 0) & (counted == 0)).astype(np.bool_)
        lanes = found_for([self.lines["lane"]], lambda lane: TIERS.get(lane, STANDARD), pa.string())
        at_tier = quotients(counted * self._prices(self.names, self.of_line, lanes).of_unit, _FINE)
        all_used = self._sums(self.of_used, units)

        billed = self._sums(self.of_line, dollars)
        expected = _expected(
            self._sums(self.of_line, counted), all_used, ordered, self._sums(self.of_line, at_tier)
        )
        expected_of_line = _expected(counted, all_used[self.of_line], ordered[self.of_line], at_tier)
        longer = self._longer(dollars, expected_of_line, without_units)
        is_long = found_for([self.lines["line_item"]], lambda text: parse(text).long_context, pa.bool_())
        long_context = self._sums(self.of_line, np.where(_flags(is_long), longer, 0))

        tuned = _flags(found_for([self.meters["model"]], lambda model: model != untuned(model), pa.bool_()))
        # Without billed units, a price that is known to differ accounts for all of the difference.
        otherwise = np.where(tuned, ordered, billed - long_context)
        same_units = np.where(self._any(self.of_line, without_units), otherwise, expected)
        priced_otherwise, rest = billed - long_context - same_units, same_units - ordered
        early = _flags(pc.is_in(self.meters["day"], pa.array(unsettled, pa.date32())))
        return by_tier | {
            "billed": billed,
            "at_list": at_list,
            Cause.LONG_CONTEXT: long_context,
            Cause.FINE_TUNE: np.where(tuned, priced_otherwise, 0),
            Cause.OTHER_PRICE: np.where(tuned, 0, priced_otherwise),
            Cause.TIMING: np.where(early, rest, 0),
            Cause.UNEXPLAINED: np.where(early, 0, rest),
        }

    def _longer(self, dollars: Wholes, expected: Wholes, without_units: Flags) -> Wholes:
        """Return what long context adds to a line: all above its units' price where the list has none."""
        short = self.line_prices.of_unit
        long = self._prices(self.names, self.of_line, long_context=True).of_unit
        listed = ((short != 0) & (long != 0)).astype(np.bool_)
        short, long = np.where(listed, short, 1), np.where(listed, long, 1)
        added = np.where(
            without_units,
            dollars - quotients(dollars * short, long),
            quotients(expected * (long - short), short),
        )
        found: Wholes = np.where(listed, added, np.where(without_units, 0, dollars - expected))
        return found

    def _prices(
        self, names: Any, places: Places, tiers: Any = None, *, long_context: bool = False
    ) -> _Prices:
        """Return what a unit of the meters at `places` costs, by the models' `names`; asked for once each."""
        tiers = pa.repeat(STANDARD, len(names)) if tiers is None else tiers
        meters = self.meters.take(pa.array(places))
        columns = [names, *(meters[name] for name in ("day", "token_class", "modality")), tiers]
        codes, first = codes_of(columns)
        values = zip(*(column.take(pa.array(first)).to_pylist() for column in columns), strict=True)
        found = [
            self._price(untuned(name), day, of, tier=tier, modality=modality, long_context=long_context)
            for name, day, of, modality, tier in values
        ]
        whole = np.array([0 if one is None else int(one.scaleb(36)) for one in found], object)
        return _Prices(whole[codes], np.array([one is not None for one in found], np.bool_)[codes])

    def _sums(self, places: Places, amounts: Wholes) -> Wholes:
        return summed_by(places, amounts, self.meters.num_rows)

    def _any(self, places: Places, flags: Flags) -> Flags:
        found = np.zeros(self.meters.num_rows, np.bool_)
        found[places[flags]] = True
        return found


def _expected(counted: Wholes, used: Wholes, ordered: Wholes, at_tier: Wholes) -> Wholes:
    """Return what `counted` units cost at the price that `used` ones do, else at that of their tier."""
    is_used = (used != 0).astype(np.bool_)
    found: Wholes = np.where(is_used, quotients(counted * ordered, np.where(is_used, used, 1) * ONE), at_tier)
    return found


def _worth(units: Wholes, prices: _Prices) -> Wholes:
    """Return the dollars of whole units."""
    return quotients(units * prices.of_unit, _FINE // ONE)


def _model_of(text: str, model: str) -> str:
    """Return the model of a line as it names it, else as its meter does."""
    return parse(text).model or model


def _words(token_class: str, modality: str) -> str:
    """Return the class with its modality, where that is not text: `audio input`."""
    return token_class if modality == "text" else f"{modality} {token_class}"


def _is(column: Any, value: str) -> Flags:
    return _flags(pc.fill_null(pc.equal(column, value), False))


def _flags(column: Any) -> Flags:
    found: Flags = (
        column.to_numpy(zero_copy_only=False) if isinstance(column, pa.Array) else column.to_numpy()
    )
    return found

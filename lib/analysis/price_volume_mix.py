"""Price, volume and mix: how much of a change in spend is volume, how much mix and how much unit price.

A price-volume-mix decomposition, as in variance analysis (Horngren, Datar and Rajan, "Cost Accounting",
sales-quantity, sales-mix and sales-price variances), here of what is bought. Old prices weigh the mix,
new quantities weigh the prices. The mix is told level by level: with Q and A the quantity and the bill of
a node before, and q its quantity now,

    V(level) = sum over the nodes of that level of A / Q x q     (a node that is new: its bill now)

    volume = V(all) - bill before             the new quantity at the old average price
    mix    = V(line items) - V(all)           one difference for each level in between
    price  = bill now - V(line items)         the same line items at other prices

Each V is rounded to 18 decimal places and every part is a difference of two neighbours, so the parts
sum to the change exactly.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise

import pandas as pd

from lib.analysis.exact import exactly, rounded
from lib.catalog.line_items import OTHER, base_model, parse
from lib.catalog.measures import MEASURES, Measure, Term
from lib.catalog.units import Unit

QUANTITY = Measure(
    "quantity", "Quantity", Unit.AS_LINE_ITEM, "What a line item bills for.", (Term("costs", "quantity"),)
)
SPEND = MEASURES["spend"]
BILLED = (SPEND, QUANTITY)
"""The measures whose parts, by line item, are split."""

MIX = ("mix_model", "mix_tier", "mix_direction", "mix_cache", "mix_variant")
"""The levels of the mix, each within the one before it."""

PARTS = ("volume", *MIX, "price", "unsplit")
"""The parts of a change, which sum to it."""

COLUMNS = ("difference", "before", "now", "volume", "mix", "price", "unsplit", *MIX)
"""What is said of each group."""


@dataclass(frozen=True)
class _Line:
    """A line item's quantity and bill, before and now."""

    text: str
    quantity_before: Decimal
    before: Decimal
    quantity: Decimal
    now: Decimal

    @property
    def splits(self) -> bool:
        """Return whether both bills are for a quantity; credits, for one, are for none."""
        return _is_priced(self.quantity_before, self.before) and _is_priced(self.quantity, self.now)

    @property
    def path(self) -> tuple[str, ...]:
        """Return the line's node at each level: all tokens are of one kind, other units are not added up."""
        item = parse(self.text)
        kind = item.token_class
        if item.model is None or kind == OTHER:
            return (self.text,) * (len(MIX) + 1)
        side = kind if kind == "output" else "input"
        return ("tokens", base_model(item.model), item.surface or "", side, kind, self.text)


@exactly()
def by_group(now: pd.DataFrame, before: pd.DataFrame, key: str) -> pd.DataFrame:
    """Return `key` and the `COLUMNS`: how much of each group's change is volume, mix and price.

    All in USD. Takes parts of `BILLED` by `key` and line item. Each row is split within itself:
    `volume` + `mix` + `price` + `unsplit` is its `difference`, and the levels sum to its `mix`. What began
    or ended as a whole is volume: all tokens of a group, or a service that is billed in a unit of its own.
    `unsplit` is what line items without a quantity changed by, such as credits. Largest difference first.
    """
    splits = {name: _split(lines) for name, lines in _lines(now, before, key).items()}
    order = sorted(splits, key=lambda name: (-abs(splits[name]["difference"]), name))
    rows = [(name, *(splits[name][column] for column in COLUMNS)) for name in order]
    return pd.DataFrame(rows, columns=[key, *COLUMNS]).astype(object)


@exactly()
def whole(now: pd.DataFrame, before: pd.DataFrame) -> dict[str, Decimal]:
    """Return each of `PARTS` (USD) on everything together: they sum to the change of the total.

    These are not the sums of `effects` by group: between groups, a shift is mix here.
    """
    together = _lines(now.assign(group=""), before.assign(group=""), "group")
    split = _split(together.get("", ()))
    return {name: split[name] for name in PARTS}


def _lines(now: pd.DataFrame, before: pd.DataFrame, key: str) -> dict[str, list[_Line]]:
    cells: dict[tuple[str, str], list[Decimal]] = {}
    for at, frame in ((0, before), (2, now)):
        amounts = (QUANTITY.of(frame), SPEND.of(frame))
        for name, text, *values in zip(frame[key], frame["line_item"], *amounts, strict=True):
            cell = cells.setdefault((name, text), [Decimal(0)] * 4)
            for offset, value in enumerate(values):
                cell[at + offset] += value
    found: dict[str, list[_Line]] = {}
    for (name, text), cell in cells.items():
        found.setdefault(name, []).append(_Line(text, *cell))
    return found


def _split(lines: Iterable[_Line]) -> dict[str, Decimal]:
    lines = list(lines)
    whole_before, whole_now = _sum(line.before for line in lines), _sum(line.now for line in lines)
    priced = [line for line in lines if line.splits]
    steps = [_sum(line.before for line in priced), *_ladder(priced), _sum(line.now for line in priced)]
    taken = [after - earlier for earlier, after in pairwise(steps)]
    volume, *mix, price = taken
    difference = whole_now - whole_before
    return {
        "before": whole_before,
        "now": whole_now,
        "difference": difference,
        "volume": volume,
        "mix": _sum(mix),
        **dict(zip(MIX, mix, strict=True)),
        "price": price,
        "unsplit": difference - _sum(taken),
    }


def _ladder(lines: list[_Line]) -> list[Decimal]:
    """Return what the quantities of now cost at the old average prices of each level, coarsest first."""
    paths = [line.path for line in lines]
    values = []
    for depth in range(1, len(MIX) + 2):
        nodes: dict[tuple[str, ...], list[_Line]] = {}
        for path, line in zip(paths, lines, strict=True):
            nodes.setdefault(path[:depth], []).append(line)
        values.append(_sum(_at_old_price(node) for node in nodes.values()))
    return values


def _at_old_price(node: list[_Line]) -> Decimal:
    before = _sum(line.quantity_before for line in node)
    if not before:
        return _sum(line.now for line in node)
    return rounded(_sum(line.before for line in node) * _sum(line.quantity for line in node) / before)


def _is_priced(quantity: Decimal, amount: Decimal) -> bool:
    return quantity > 0 or (not quantity and not amount)


def _sum(values: Iterable[Decimal]) -> Decimal:
    return sum(values, start=Decimal(0))

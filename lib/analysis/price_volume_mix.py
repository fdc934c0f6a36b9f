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

from collections.abc import Iterator, Mapping
from decimal import Decimal
from functools import cache
from itertools import pairwise
from typing import NamedTuple

import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.typing import NDArray

from lib.analysis.exact import PLACES, exactly
from lib.analysis.exact_columns import Wholes, quotients, summed_by, wholes
from lib.catalog.line_items import OTHER, base_model, parse
from lib.catalog.measures import MEASURES, Measure, Term
from lib.catalog.schemas import MONEY
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


_Totals = Mapping[str, Wholes]
"""What is said of each group, by column, as multiples of 1E-18."""


class _Lines(NamedTuple):
    """A line item of a group in each place: its quantity and bill, before and now, as multiples of 1E-18."""

    texts: NDArray[np.object_]
    groups: NDArray[np.int64]
    quantity_before: Wholes
    before: Wholes
    quantity: Wholes
    now: Wholes

    @property
    def splits(self) -> NDArray[np.bool_]:
        """Return whether both bills are for a quantity; credits, for one, are for none."""
        return _is_priced(self.quantity_before, self.before) & _is_priced(self.quantity, self.now)

    def where(self, kept: NDArray[np.bool_]) -> "_Lines":
        """Return some of the lines."""
        amounts = (self.quantity_before, self.before, self.quantity, self.now)
        return _Lines(self.texts[kept], self.groups[kept], *(column[kept] for column in amounts))


@exactly()
def by_group(now: pd.DataFrame, before: pd.DataFrame, key: str) -> pd.DataFrame:
    """Return `key` and the `COLUMNS`: how much of each group's change is volume, mix and price.

    All in USD. Takes parts of `BILLED` by `key` and line item. Each row is split within itself:
    `volume` + `mix` + `price` + `unsplit` is its `difference`, and the levels sum to its `mix`. What began
    or ended as a whole is volume: all tokens of a group, or a service that is billed in a unit of its own.
    `unsplit` is what line items without a quantity changed by, such as credits. Largest difference first.
    """
    names, lines = _lines(now, before, key)
    split = _split(lines, len(names))
    order = sorted(range(len(names)), key=lambda n: (-abs(split["difference"][n]), names[n]))
    rows = [(names[n], *(_dollars(split[column][n]) for column in COLUMNS)) for n in order]
    return pd.DataFrame(rows, columns=[key, *COLUMNS]).astype(object)


@exactly()
def whole(now: pd.DataFrame, before: pd.DataFrame) -> dict[str, Decimal]:
    """Return each of `PARTS` (USD) on everything together: they sum to the change of the total.

    These are not the sums of `effects` by group: between groups, a shift is mix here.
    """
    _, lines = _lines(now.assign(group=""), before.assign(group=""), "group")
    split = _split(lines, 1)
    return {name: _dollars(split[name][0]) for name in PARTS}


def _lines(now: pd.DataFrame, before: pd.DataFrame, key: str) -> tuple[list[str], _Lines]:
    """Return the groups, and the lines of all of them."""
    frames = (before, now)
    names, texts = (np.concatenate([f[c].to_numpy(object) for f in frames]) for c in (key, "line_item"))
    groups, group_names = pd.factorize(names)
    items, item_texts = pd.factorize(texts)
    cells, places = np.unique(groups * max(len(item_texts), 1) + items, return_inverse=True)
    sums = [
        summed_by(of, wholes(pa.array(measure.of(frame), MONEY)), len(cells))
        for frame, of in zip(frames, np.split(places, [len(before)]), strict=True)
        for measure in (QUANTITY, SPEND)
    ]
    of_group, of_item = np.divmod(cells, max(len(item_texts), 1))
    return list(group_names), _Lines(item_texts[of_item], of_group, *sums)


def _split(lines: _Lines, count: int) -> _Totals:
    """Return the columns of `count` groups."""
    priced = lines.where(lines.splits)
    before, now = (summed_by(lines.groups, amounts, count) for amounts in (lines.before, lines.now))
    ends = [summed_by(priced.groups, amounts, count) for amounts in (priced.before, priced.now)]
    steps = [ends[0], *_ladder(priced, count), ends[1]]
    volume, *mix, price = (after - earlier for earlier, after in pairwise(steps))
    difference = now - before
    return {
        "before": before,
        "now": now,
        "difference": difference,
        "volume": volume,
        "mix": sum(mix, np.zeros(count, object)),
        **dict(zip(MIX, mix, strict=True)),
        "price": price,
        "unsplit": difference - (ends[1] - ends[0]),
    }


def _ladder(lines: _Lines, count: int) -> Iterator[Wholes]:
    """Yield what each group's quantities of now cost at old average prices: by level, coarsest first."""
    items, texts = pd.factorize(lines.texts)
    paths = [_path(text) for text in texts]
    for depth in range(1, len(MIX) + 2):
        nodes = pd.factorize(pd.Series([path[:depth] for path in paths], dtype=object))[0]
        cells, of_line = np.unique(lines.groups * max(len(paths), 1) + nodes[items], return_inverse=True)
        yield summed_by(cells // max(len(paths), 1), _at_old_price(lines, of_line, len(cells)), count)


def _at_old_price(lines: _Lines, nodes: NDArray[np.int64], count: int) -> Wholes:
    """Return what the quantity of each node now cost at the price before; its bill now where it is new."""
    quantity_before, before, quantity, now = (
        summed_by(nodes, amounts, count)
        for amounts in (lines.quantity_before, lines.before, lines.quantity, lines.now)
    )
    is_new = (quantity_before == 0).astype(np.bool_)
    found: Wholes = np.where(is_new, now, quotients(before * quantity, np.where(is_new, 1, quantity_before)))
    return found


@cache
def _path(text: str) -> tuple[str, ...]:
    """Return a line's node at each level: all tokens are of one kind, other units are not added up."""
    item = parse(text)
    kind = item.token_class
    if item.model is None or kind == OTHER:
        return (text,) * (len(MIX) + 1)
    side = kind if kind == "output" else "input"
    return ("tokens", base_model(item.model), item.surface or "", side, kind, text)


def _is_priced(quantity: Wholes, amount: Wholes) -> NDArray[np.bool_]:
    found: NDArray[np.bool_] = ((quantity > 0) | ((quantity == 0) & (amount == 0))).astype(np.bool_)
    return found


def _dollars(amount: int) -> Decimal:
    return Decimal(amount) * PLACES

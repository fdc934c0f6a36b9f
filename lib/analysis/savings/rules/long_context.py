"""Long context: what tokens of long prompts cost above the price of short ones."""

from collections.abc import Iterator
from decimal import Decimal

import pandas as pd

from lib.analysis.reconciliation.causes import Price
from lib.analysis.savings.candidates import KEY, as_traffic, groups, saving_of
from lib.analysis.savings.saving import Confidence, Saving, SavingRule, SavingsInput
from lib.catalog.line_items import parse


def find(read: SavingsInput) -> Iterator[Saving]:
    """Yield keys billed for long contexts: what those tokens cost above the price of short ones."""
    lines = read.bill.loc[[parse(text).long_context for text in read.bill["line_item"]]]
    for key, rows in groups(lines, KEY):
        then = [
            _short(text, start, dollars, read.price)
            for text, start, dollars in zip(rows["line_item"], rows["start"], rows["cost_usd"], strict=True)
        ]
        yield saving_of(RULE, read, key, as_traffic(rows), then, Confidence.LOW)


def _short(text: str, start: pd.Timestamp, dollars: Decimal, price: Price) -> Decimal | None:
    item = parse(text)
    asked = (item.model or "", start.date(), item.counted_as)
    short, long = price(*asked), price(*asked, long_context=True)
    return dollars * short / long if short and long else None


RULE = SavingRule(
    "context",
    "Long context",
    "Keep prompts below the long-context limit",
    "The same tokens at the price of short contexts, as if every long prompt were cut or split.",
    find,
)

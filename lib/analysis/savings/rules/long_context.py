"""Long context: what tokens of long prompts cost above the price of short ones."""

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal
from functools import partial

import pyarrow as pa

from lib.analysis.exact import exactly, rounded
from lib.analysis.reconciliation.causes import Price
from lib.analysis.savings.candidates import KEY, as_traffic, groups, shown_rows, with_then
from lib.analysis.savings.saving import Confidence, Saving, SavingRule, SavingsInput
from lib.analysis.vectors import found_for
from lib.catalog.line_items import parse
from lib.catalog.schemas import MONEY


def find(read: SavingsInput) -> Iterator[Saving]:
    """Yield keys billed for long contexts: what those tokens cost above the price of short ones."""
    for (project, key), saved in groups(_rows(read), KEY, "saved").items():
        shown = partial(shown_rows, _rows, read, project_id=project, api_key_id=key)
        yield Saving(RULE, project, key, "", {}, Confidence.LOW, read.days, saved, shown)


@exactly()
def _rows(read: SavingsInput) -> pa.Table:
    long = found_for([read.bill["line_item"]], lambda text: parse(text).long_context, pa.bool_())
    lines = as_traffic(read.bill.filter(long))
    columns = (lines[name].to_pylist() for name in ("token_class", "day", "worth"))
    then = [_short(text, day, dollars, read.price) for text, day, dollars in zip(*columns, strict=True)]
    return with_then(lines, pa.array(then, MONEY))


def _short(text: str, day: dt.date, dollars: Decimal, price: Price) -> Decimal | None:
    item = parse(text)
    asked = (item.model or "", day, item.counted_as)
    short, long = price(*asked), price(*asked, long_context=True)
    return rounded(dollars * short / long) if short and long else None


RULE = SavingRule(
    "context",
    "Long context",
    "Keep prompts below the long-context limit",
    "The same tokens at the price of short contexts, as if every long prompt were cut or split.",
    find,
)

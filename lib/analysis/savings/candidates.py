"""Candidates: the rows of traffic or of the bill that a saving rule looks at, and what they could cost."""

from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from lib.analysis.savings.priced_traffic import TRAFFIC
from lib.analysis.savings.saving import ROWS, SavingsInput
from lib.analysis.vectors import found_for, minus, sums
from lib.catalog.line_items import parse

KEY = ["project_id", "api_key_id"]
SATURDAY = 5


def with_then(rows: pa.Table, then: pa.Array) -> pa.Table:
    """Return those of `rows` that would cost less `then`, with `then` and `saved` (USD).

    Rows keep what they cost where there is no price, or a higher one.
    """
    less = pc.fill_null(pc.less(then, rows["worth"]), False)
    kept, then = rows.filter(less), then.filter(less.combine_chunks())
    return kept.append_column("then", then).append_column("saved", minus(kept["worth"], then))


def groups(rows: pa.Table, by: Sequence[str], column: str) -> dict[tuple[Any, ...], Decimal]:
    """Return the exact sum of `column` for the ids of each group, in their order."""
    found = sums(rows, by, (column,))
    ids = zip(*(found[name].to_pylist() for name in by), strict=True)
    return dict(zip(ids, found[column].to_pylist(), strict=True))


def shown_rows(rows: Callable[[SavingsInput], pa.Table], read: SavingsInput, **ids: str) -> pd.DataFrame:
    """Return `ROWS` of what a rule looks at (its `rows`, see `with_then`) of the given ids.

    They are made anew, so that nothing has to keep those of every saving.
    """
    own = rows(read.narrowed(**ids)).rename_columns({"token_class": "what", "worth": "now"})
    return pd.DataFrame({c: pd.Series(own[c].to_pylist(), dtype=object) for c in ROWS})


def on_weekends(rows: pa.Table) -> pa.ChunkedArray:
    """Return which rows are of a Saturday or Sunday (UTC)."""
    return pc.greater_equal(pc.day_of_week(rows["day"]), SATURDAY)


def as_traffic(bill: pa.Table) -> pa.Table:
    """Return rows of the bill in the columns of traffic: their line item as class, without units."""
    text = pa.nulls(bill.num_rows, pa.string()).fill_null("")
    columns = {
        "day": bill["start"].cast(pa.date32()),
        **{name: bill[name] for name in KEY},
        "model": found_for([bill["line_item"]], lambda item: parse(item).model or "", pa.string()),
        "tier": text,
        "token_class": bill["line_item"],
        "modality": text,
        "units": pa.array(np.zeros(bill.num_rows, np.int64)),
        "worth": bill["cost_usd"],
    }
    return pa.table(columns).cast(TRAFFIC)

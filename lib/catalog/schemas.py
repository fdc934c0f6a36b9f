"""The columns in which rows of a source are kept."""

import pyarrow as pa

from lib.catalog.sources import Source
from lib.periods.widths import Width

MONEY = pa.decimal128(38, 18)
TIME = pa.timestamp("us", tz="UTC")


def partition(width: Width) -> str:
    """Return the column by which tables of `width` are partitioned: `month` or `day`."""
    return "month" if width is Width.DAY else "day"


def schema(source: Source, width: Width = Width.DAY) -> pa.Schema:
    """Return the columns of a source's table.

    `start` (UTC), the dimensions (text, null where there is none), the metrics (counts, or decimals
    with `cost_usd` in USD), `slice`, and the partition `month` (YYYY-MM) or `day` (YYYY-MM-DD). Costs
    also hold `currency`, `other_amount` (the amount where the currency is not USD, and then `cost_usd`
    is 0) and `quantity_unit`.
    """
    number = MONEY if source.is_money else pa.int64()
    extras = [("currency", pa.string()), ("other_amount", MONEY), ("quantity_unit", pa.string())]
    return pa.schema(
        [
            ("start", TIME),
            *((name, pa.string()) for name in source.dimensions),
            *((name, number) for name in source.metric_names),
            *(extras if source.is_money else []),
            ("slice", pa.string()),
            (partition(width), pa.string()),
        ]
    )

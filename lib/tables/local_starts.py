"""Local starts: when buckets of a time zone begin, as its clocks show it."""

import pyarrow as pa

from lib.periods.grains import Grain
from lib.periods.widths import Width
from lib.periods.zones import UTC, begins

_START = "start"


def with_offsets(table: pa.Table, grain: Grain, zone: str) -> pa.Table:
    """Return `table` with its starts as moments of `zone`; nothing is changed in UTC, and of a total.

    Starts of days come as `lib.periods.local_days` has them: each is the name of a day.
    """
    if zone == UTC or grain is Grain.TOTAL:
        return table
    starts = table[_START].to_pylist()
    moments = [begins(start.date(), zone) for start in starts] if grain.width is Width.DAY else starts
    at = table.schema.get_field_index(_START)
    return table.set_column(at, _START, pa.array(moments, pa.timestamp("us", tz=zone)))

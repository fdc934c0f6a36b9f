"""Rows and cells written down as frames and dicts, as the columns that panels are made of."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from lib.analysis.anomalies.panel import Cells, Scope


def rows(frame: pd.DataFrame) -> pa.Table:
    """Return a frame as a table."""
    table = pa.Table.from_pandas(frame, preserve_index=False)
    return pa.table(
        {
            n: table[n].cast(pa.int64()) if table[n].null_count == len(table[n]) else table[n]
            for n in table.schema.names
        }
    )


def cells(first: dt.date, values: Mapping[Scope, Mapping[dt.date, Any]]) -> Cells:
    """Return what each scope has of each day, from the `first` on."""
    listed = [
        (nth, (day, value)) for nth, of in enumerate(values.values()) for day, value in sorted(of.items())
    ]
    scope = np.array([nth for nth, _ in listed], np.int64)
    day = np.array([(day - first).days for _, (day, _) in listed], np.int64)
    return Cells(first, list(values), scope, day, pa.array([value for _, (_, value) in listed]))

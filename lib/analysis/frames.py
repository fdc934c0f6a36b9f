"""Arrow tables as frames in which every number stays what it is."""

import pandas as pd
import pyarrow as pa


def framed(table: pa.Table) -> pd.DataFrame:
    """Return `table` as a frame: texts and Decimals as objects."""
    return pd.DataFrame({name: series(table[name]) for name in table.schema.names})


def series(column: pa.ChunkedArray) -> pd.Series:
    """Return a column of `framed`."""
    if pa.types.is_string(column.type):
        return pd.Series(column.to_numpy(), dtype=object)
    if pa.types.is_decimal(column.type):
        return pd.Series(column.to_pylist(), dtype=object)
    return pd.Series(column.to_pandas())


def exact_series(column: pa.ChunkedArray) -> pd.Series:
    """Return a column of numbers as objects: whole ones as int, dollars as Decimal, null as zero."""
    values = [0 if value is None else value for value in column.to_pylist()]
    if pa.types.is_decimal(column.type) and not column.type.scale:
        values = list(map(int, values))
    return pd.Series(values, dtype=object)

"""Specifications: charts in Vega-Lite's terms, made once and kept small.

Of the data behind a chart only the columns that it names are sent, and a few rows as plain values.
"""

import copy
import hashlib
import pickle
import re
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

import altair as alt
import pandas as pd
import pyarrow as pa
from altair.utils.schemapi import disable_debug_mode

from lib.charts import inline_rows

# The tests check charts against Vega-Lite's schema; doing so at each draw takes half of a page's time.
disable_debug_mode()

Chart = alt.Chart | alt.LayerChart | alt.HConcatChart | alt.VConcatChart | alt.FacetChart


_FEW = 3
"""So many rows take less as values within the specification than as a table beside it."""
_SHORT = 2**7
_NAMING = {"field", "fields", "groupby"}
_IN_EXPRESSIONS = re.compile(r"datum\.(\w+)")


class Drawing:
    """A chart that gives Streamlit the same specification, with the same data, each time it is asked.

    Making one takes 15 to 40 ms, mostly of copies, and Streamlit lets nobody else make one meanwhile: so it
    is made here.
    """

    def __init__(self, chart: Chart) -> None:
        with _apart() as frames:
            made = chart.to_dict(validate=False)
        made.pop("config", None)  # of Altair's own theme: Streamlit has another
        named = set(_columns_named(made))
        tables = {
            name: _table(frame, {column for data, column in named if data in (name, None)})
            for name, frame in frames.items()
        }
        few = {name: inline_rows.values(table) for name, table in tables.items() if table.num_rows <= _FEW}
        self._made: dict[str, Any] = _inlined(made, few)
        self._datasets = {name: _bytes(table) for name, table in tables.items() if name not in few}

    @property
    def nbytes(self) -> int:
        """Return about how many bytes it takes."""
        return 20_000 + sum(map(len, self._datasets.values()))

    def enlarged(self, height: int) -> "Drawing":
        """Return the same drawing with a plot `height` pixels high; bars under each other stay as high."""
        there = self._made.get("height")
        if not isinstance(there, int) or there >= height or _is_of_rows(self._made):
            return self
        larger = copy.copy(self)
        larger._made = {**self._made, "height": height}
        return larger

    def to_dict(self) -> dict[str, Any]:
        """Return the specification, unchecked, with its data as Arrow streams by name."""
        return {**self._made, "datasets": dict(self._datasets)}


def _is_of_rows(spec: Mapping[str, Any]) -> bool:
    layers = (spec, *spec.get("layer", ()))
    return any(layer.get("encoding", {}).get("y", {}).get("type") == "nominal" for layer in layers)


_frames: ContextVar[dict[str, pd.DataFrame] | None] = ContextVar("frames", default=None)


@contextmanager
def _apart() -> Iterator[dict[str, pd.DataFrame]]:
    """Have charts name their data; yield the dictionary into which it is put under these names."""
    frames: dict[str, pd.DataFrame] = {}
    token = _frames.set(frames)
    try:
        yield frames
    finally:
        _frames.reset(token)


def _named(data: Any) -> Any:
    """Return a name in place of a frame, as Altair asks for wherever a chart has data of its own."""
    frames = _frames.get()
    if frames is None or not isinstance(data, pd.DataFrame):
        return alt.default_data_transformer(data)
    name = hashlib.sha256(pickle.dumps(data)).hexdigest()[:16]
    frames[name] = data
    return {"name": name}


alt.data_transformers.register("apart", _named)
alt.data_transformers.enable("apart")


def _columns_named(spec: Any, data: str | None = None) -> Iterator[tuple[str | None, str]]:
    """Yield each column that a specification draws, says or asks for, after the data that it is of."""
    if isinstance(spec, str):
        yield from ((data, column) for column in _IN_EXPRESSIONS.findall(spec))
    elif isinstance(spec, list):
        for part in spec:
            yield from _columns_named(part, data)
    elif isinstance(spec, dict):
        own = spec.get("data", {}).get("name", data)
        for name, part in spec.items():
            if name in _NAMING:
                yield from ((own, column) for column in ([part] if isinstance(part, str) else part))
            yield from _columns_named(part, own)


def _table(frame: pd.DataFrame, named: Collection[str]) -> pa.Table:
    """Return the columns of `frame` that are named, each different text once."""
    kept = [column for column in frame.columns if column in named]
    table = pa.table({column: pa.array(frame[column], from_pandas=True) for column in kept})
    for at, field in enumerate(table.schema):
        if pa.types.is_string(field.type) or pa.types.is_large_string(field.type):
            texts = table.column(at).cast(pa.string()).combine_chunks().dictionary_encode()
            short = pa.int8() if len(texts.dictionary) < _SHORT else pa.int32()
            table = table.set_column(at, field.name, texts.cast(pa.dictionary(short, pa.string())))
    return table


def _inlined(spec: Any, few: Mapping[str, list[dict[str, Any]]]) -> Any:
    """Return a specification with the values of `few` in place of their names."""
    if isinstance(spec, list):
        return [_inlined(part, few) for part in spec]
    if not isinstance(spec, dict):
        return spec
    return {
        name: {"values": few[part["name"]]}
        if name == "data" and part.get("name") in few
        else _inlined(part, few)
        for name, part in spec.items()
    }


def _bytes(table: pa.Table) -> bytes:
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, table.schema) as stream:
        stream.write_table(table)
    return bytes(sink.getvalue())

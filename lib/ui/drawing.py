"""Drawings: charts whose specification is made once, however often they are drawn."""

import hashlib
import pickle
from collections.abc import Callable, Hashable, Mapping
from typing import Any

import altair as alt
import pandas as pd
from altair.utils.schemapi import disable_debug_mode

from lib.answers.caching import kept

# The tests check charts against Vega-Lite's schema; doing so at each draw takes half of a page's time.
disable_debug_mode()

Chart = alt.Chart | alt.LayerChart | alt.HConcatChart | alt.VConcatChart | alt.FacetChart


class Drawing:
    """A chart that gives Streamlit the same specification, with the same data, each time it is asked.

    Making one takes 15 to 40 ms, mostly of copies. Streamlit collects a chart's data aside while it asks
    for the specification; here both are kept.
    """

    nbytes = 50_000
    """About what a specification with its data takes."""

    def __init__(self, chart: Chart) -> None:
        self._chart: Chart | None = chart
        self._made: dict[str, Any] = {}

    def to_dict(self) -> dict[str, Any]:
        """Return the specification, unchecked."""
        chart = self._chart
        if chart is not None:
            made = chart.to_dict(validate=False)
            collected = alt.data_transformers.options.get("datasets", {})
            self._made = {**made, "datasets": {**made.get("datasets", {}), **collected}}
            self._chart = None
        return dict(self._made)


def drawn(make: Callable[..., Chart], *given: Any, **how: Any) -> Drawing:
    """Return the chart that `make` draws of frames and words, from memory where it drew the same before."""
    named = tuple((name, _key(part)) for name, part in how.items())
    key = ("drawing", make, tuple(map(_key, given)), named)
    return kept(key, lambda: Drawing(make(*given, **how)))


def _key(part: Any) -> Hashable:
    """Return what stands for a part of a drawing: of a frame a digest, much smaller than its chart."""
    if isinstance(part, pd.DataFrame):
        return hashlib.sha256(pickle.dumps(part)).digest()
    if isinstance(part, Mapping):
        return tuple(part.items())
    return tuple(part) if isinstance(part, list) else part

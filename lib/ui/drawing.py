"""Drawings: charts whose specification is made once, however often they are drawn."""

from collections.abc import Callable
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


class Same:
    """A frame as part of a key: it equals itself only."""

    def __init__(self, frame: pd.DataFrame) -> None:
        self._frame = frame

    def __eq__(self, other: object) -> bool:
        """Return whether `other` holds the very same frame."""
        return isinstance(other, Same) and other._frame is self._frame

    def __hash__(self) -> int:
        """Return a number for the frame, whatever it holds."""
        return id(self._frame)


def drawn(make: Callable[..., Chart], *frames: pd.DataFrame, **how: Any) -> Drawing:
    """Return the chart that `make` draws of frames, from memory where it drew the very same before."""
    key = ("drawing", make, tuple(map(Same, frames)), tuple(how.items()))
    return kept(key, lambda: Drawing(make(*frames, **how)))

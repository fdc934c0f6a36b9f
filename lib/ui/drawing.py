"""Drawings: charts whose specification is made once, however often they are drawn."""

from typing import Any

import altair as alt
from altair.utils.schemapi import disable_debug_mode

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

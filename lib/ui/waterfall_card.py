"""A card for a waterfall: steps from one amount of dollars to another."""

from collections.abc import Mapping

import pandas as pd

from lib import charts
from lib.catalog.units import Unit
from lib.tables.columns import Column
from lib.ui.cards import show_figure
from lib.ui.drawing import drawn
from lib.ui.picks import Pick


def waterfall_card(
    question: str,
    steps: pd.DataFrame,
    columns: Mapping[str, Column],
    *,
    title: str,
    value_title: str,
    name: str,
    note: str,
    pick: Pick | None = None,
) -> None:
    """Draw steps (`group`, `kind`, `value`, `from`, `to` in USD), each beginning where the last one ended."""
    show_figure(
        question,
        drawn(charts.waterfall_chart, steps, unit=Unit.USD, value_title=value_title, group_title=title),
        steps,
        columns,
        name=name,
        alt_text=charts.describe_waterfall(steps, Unit.USD, value_title=value_title),
        note=" ".join(filter(None, (note, charts.broken_axis(steps, Unit.USD)))),
        pick=pick,
    )

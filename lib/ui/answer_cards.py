"""Cards that take an answer and a question: over time, as a ranking, as a table.

Each draws the figure, the table behind it, its description for those who cannot see it, and its
download; what a page adds is the question and a note. Frames are exact, ids are called by `labels`.
"""

from collections.abc import Collection, Mapping, Sequence
from typing import Any, Literal

import pandas as pd

from lib import charts, tables
from lib.analysis import ranking, series
from lib.catalog.dimensions import Dimension
from lib.catalog.measures import Measure
from lib.catalog.units import Unit
from lib.periods.grains import Grain
from lib.tables.columns import Column
from lib.ui.cards import show_figure, show_table
from lib.ui.picks import Pick, pick_of
from lib.wording.numbers import titled

PROVISIONAL = "Paler days are provisional: fetched before the bill for them is final."
NO_MARKS = pd.DataFrame({"start": [], "kind": [], "text": []})
Shape = Literal["stacked", "lines", "side by side"]


def over_time_card(
    question: str,
    rows: pd.DataFrame,
    *,
    measure: Measure,
    grain: Grain,
    name: str,
    groups: Sequence[str] | None = None,
    labels: Mapping[str, str] | None = None,
    group_title: str | None = None,
    value_title: str | None = None,
    provisional: Collection[object] = (),
    comparison: pd.DataFrame | None = None,
    comparison_title: str | None = None,
    marks: pd.DataFrame | None = None,
    shape: Shape = "stacked",
    note: str | None = None,
    pick: Pick | None = None,
    height: int = 300,
) -> None:
    """Draw a measure over time: `rows` hold `start`, `group` and the exact `value`.

    `groups` are the ids of `rows`, largest first; None for a single total, whose table then also says
    what is provisional, noted and compared with. `comparison` (start moved onto this period, value) is
    drawn dashed, and called `comparison_title`. `provisional` holds the starts of buckets that can still
    change.
    """
    title, called = value_title or measure.label, labels or {}
    drawn = series.drawn(rows, called, provisional)
    order = None if groups is None else [called.get(g, g) for g in groups]
    drawing: dict[str, Any] = {
        "unit": measure.unit,
        "grain": grain,
        "value_title": title,
        "order": order,
    }
    chart = (
        charts.multiples_charts(drawn, **drawing)
        if shape == "side by side"
        else charts.time_chart(
            drawn,
            kind="bars" if shape == "stacked" else "lines",
            group_title=group_title,
            comparison=None if comparison is None else series.drawn(comparison, {}),
            comparison_title=comparison_title or "",
            marks=marks,
            height=height,
            **drawing,
        )
    )
    start = {"start": tables.start_column(grain)}
    if groups is None:
        before = comparison_title if comparison is not None else None
        table = series.marked(rows, provisional, NO_MARKS if marks is None else marks, comparison)
        columns = start | _total_columns(title, measure.unit, before)
    else:
        table = series.wide(rows, groups)
        columns = start | {g: tables.column(called.get(g, g), measure.unit) for g in groups}
    said = [note, PROVISIONAL if provisional and measure.unit is Unit.USD else None]
    show_figure(
        question,
        chart,
        table,
        columns,
        name=name,
        alt_text=charts.describe(drawn, measure.unit, grain=grain, value_title=title),
        note=" ".join(filter(None, said)) or None,
        pick=pick,
    )


def ranking_card(
    question: str,
    movers: pd.DataFrame,
    *,
    dimension: Dimension,
    measure: Measure,
    labels: Mapping[str, str],
    compared_with: str | None,
    name: str,
    most: int = 8,
    value_title: str | None = None,
    note: str | None = None,
    ranked: pd.DataFrame | None = None,
    columns: Mapping[str, Column] | None = None,
    pick: Pick | None = None,
) -> None:
    """Draw the largest `most` of a movers frame (`lib.analysis.comparison`), with all of it as the table.

    A click narrows every page to what was clicked, unless `pick` says otherwise. `ranked` stands in for the
    ranking where the rest is not simply Other, `columns` for the table's columns.
    """
    few = ranking.ranked(movers, dimension.name, labels, most) if ranked is None else ranked
    drawn = ranking.drawn(few, compared=compared_with is not None)
    title = value_title or measure.label
    show_figure(
        question,
        charts.ranking_chart(
            drawn,
            unit=measure.unit,
            value_title=title,
            group_title=dimension.label,
            previous_title=compared_with or "",
        ),
        _named(movers, dimension, measure, labels),
        columns or tables.movers_columns(dimension, measure, compared_with),
        name=name,
        alt_text=charts.describe_ranking(drawn, measure.unit, value_title=title),
        note=note,
        pick=pick or pick_of(dimension.name, labels),
    )


def table_card(
    question: str,
    movers: pd.DataFrame,
    *,
    dimension: Dimension,
    measure: Measure,
    labels: Mapping[str, str],
    compared_with: str | None,
    name: str,
    note: str | None = None,
    pick: Pick | None = None,
) -> None:
    """Draw a movers frame (`lib.analysis.comparison`) as a table, whose rows narrow every page to them."""
    show_table(
        question,
        _named(movers, dimension, measure, labels),
        tables.movers_columns(dimension, measure, compared_with),
        name=name,
        note=note,
        pick=pick or pick_of(dimension.name, labels),
    )


def _named(
    movers: pd.DataFrame, dimension: Dimension, measure: Measure, labels: Mapping[str, str]
) -> pd.DataFrame:
    """Return the movers under their labels, each with its part of the whole where the measure has one."""
    return ranking.labelled(movers, dimension.name, labels, () if measure.is_ratio else ("now",))


def _total_columns(title: str, unit: Unit, before: str | None) -> dict[str, Column]:
    columns = {"value": tables.column(_headed(title, unit), unit)}
    if before:
        columns["before"] = tables.column(_headed(before, unit), unit)
    return columns | {
        "state": tables.text_column("State", "Provisional days can still change"),
        "marks": tables.text_column("Notes and revisions"),
    }


def _headed(title: str, unit: Unit) -> str:
    return f"{title} (USD)" if unit is Unit.USD else titled(title, unit)

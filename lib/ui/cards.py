"""How a figure is laid out: the question it answers, the chart, and the same numbers as a table."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, cast

import altair as alt
import pandas as pd
import streamlit as st
from altair.utils.schemapi import disable_debug_mode

from lib.analysis.comparison import Change, Number
from lib.answers.reading import Headline
from lib.catalog.dimensions import CREDITS, OTHER, UNATTRIBUTED
from lib.catalog.measures import Measure
from lib.catalog.units import Unit
from lib.tables.columns import Column, Kind, link_column
from lib.tables.exports import csv_bytes
from lib.ui import address_bar
from lib.ui.address import SHORT
from lib.ui.sidebar import narrow
from lib.wording import numbers as fmt

# The tests check charts against Vega-Lite's schema; doing so at each draw takes half of a page's time.
disable_debug_mode()

Chart = alt.Chart | alt.LayerChart | alt.HConcatChart | alt.VConcatChart | alt.FacetChart


_PROFILE = link_column("Profile", "Open", "Everything about it on a page of its own, in a new tab")


@dataclass(frozen=True)
class _Unchecked:
    """A chart that gives Streamlit its specification without checking it against the schema."""

    chart: Chart

    def to_dict(self) -> dict[str, Any]:
        return self.chart.to_dict(validate=False)


@dataclass(frozen=True)
class Pick:
    """What a click on a mark or a row narrows to: a dimension, and the id behind each label."""

    dimension: str
    ids: Mapping[str, str]

    def narrow(self, label: str | None) -> None:
        """Narrow the view to what `label` names, where it names one thing."""
        if label is not None and label in self.ids:
            narrow(self.dimension, self.ids[label])

    def profile(self, label: object) -> str | None:
        """Return the address of the page about the project, user or key that `label` names, if it does."""
        about = self.ids.get(str(label), UNATTRIBUTED)
        if self.dimension not in SHORT or about == UNATTRIBUTED:
            return None
        return address_bar.link("profile", kind=SHORT[self.dimension], id=about)


def show_figure(
    question: str,
    chart: Chart | dict[str, alt.LayerChart],
    table: pd.DataFrame,
    columns: Mapping[str, Column],
    *,
    name: str,
    alt_text: str,
    note: str | None = None,
    pick: Pick | None = None,
) -> None:
    """Draw a card: the question, the chart (or a grid of small ones), the table behind it, its download.

    `table` holds what the chart shows, `columns` says which of its columns are shown and how; `name` is
    the download's file name and must be unique on the page.
    """
    table = table[list(columns)]
    with st.container(border=True):
        _heading(question, table, columns, name, note)
        events: dict[str, Any] = {}
        if pick:
            events = {"on_select": _on_chart(f"chart:{name}", pick), "selection_mode": "pick"}
        if isinstance(chart, dict):
            _grid_of_charts(chart, name, alt_text)
        else:
            _draw(chart, f"chart:{name}", alt_text, **events)
        with st.expander("Table", icon=":material/table:", key=f"open:{name}", on_change="rerun") as box:
            if box.open:
                _grid(table, columns, name, pick)


def show_table(
    question: str,
    table: pd.DataFrame,
    columns: Mapping[str, Column],
    *,
    name: str,
    note: str | None = None,
    pick: Pick | None = None,
    height: int | Literal["auto"] = "auto",
) -> None:
    """Draw a card with a table that can be sorted, searched and downloaded, and narrowed to by its rows."""
    table = table[list(columns)]
    with st.container(border=True):
        _heading(question, table, columns, name, note)
        _grid(table, columns, name, pick, height)


def show_metrics(headlines: Sequence[Headline], compared_with: str | None) -> None:
    """Draw one card for each headline: its value, its change (where compared) and its course over time."""
    with st.grid(len(headlines), min_column_width=150):
        for headline in headlines:
            measure, change = headline.measure, headline.change
            moved = change and compared_with and change.before and change.now is not None
            st.metric(
                measure.label,
                fmt.by_unit(change.now, measure.unit) if change else "–",
                _moved(measure, change) if change and moved else None,
                delta_color="inverse" if measure.lower_is_better else "off",
                chart_data=headline.course or None,
                chart_type="area",
                border=True,
                help=_explained(measure, change, compared_with),
            )


def _moved(measure: Measure, change: Change[Number | None]) -> str:
    """Return the change in words; shares change by points. Streamlit's arrow wants a plain minus sign."""
    if measure.unit is Unit.SHARE and change.difference is not None:
        return f"{float(change.difference) * 100:+.1f} pts"
    return fmt.change(change.now, change.before).replace("−", "-")


def _explained(measure: Measure, change: Change[Number | None] | None, compared_with: str | None) -> str:
    if change is None:
        return f"{measure.definition} The filters name something that it is not recorded by."
    before = fmt.by_unit(change.before, measure.unit)
    return measure.definition + (f" In {compared_with}: {before}." if compared_with else "")


def _grid_of_charts(charts: dict[str, alt.LayerChart], name: str, alt_text: str) -> None:
    across = 3
    for at in range(0, len(charts), across):
        for column, (group, chart) in zip(
            st.columns(across), list(charts.items())[at : at + across], strict=False
        ):
            with column:
                st.markdown(f"**{group}**")
                _draw(chart, f"chart:{name}:{group}", f"{group}. {alt_text}")


def _draw(chart: Chart, key: str, alt_text: str, **events: Any) -> None:
    st.altair_chart(cast("alt.Chart", _Unchecked(chart)), key=key, alt=alt_text, width="stretch", **events)


def _heading(
    question: str, table: pd.DataFrame, columns: Mapping[str, Column], name: str, note: str | None
) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        st.subheader(question, anchor=False, width="stretch")
        st.download_button(
            "CSV",
            _csv(table, columns),
            file_name=f"{name}.csv",
            mime="text/csv",
            icon=":material/download:",
            on_click="ignore",
            key=f"csv:{name}",
            type="tertiary",
            help="The table behind this figure, with exact numbers",
        )
    if note:
        st.caption(note)


def _csv(table: pd.DataFrame, columns: Mapping[str, Column]) -> Callable[[], bytes]:
    def make() -> bytes:
        return csv_bytes(_labelled(table, columns))

    return make


def _labelled(table: pd.DataFrame, columns: Mapping[str, Column]) -> pd.DataFrame:
    return table.rename(columns={name: column.label for name, column in columns.items()})


def _grid(
    table: pd.DataFrame,
    columns: Mapping[str, Column],
    name: str,
    pick: Pick | None,
    height: int | Literal["auto"] = "auto",
) -> None:
    shown = table.assign(**{str(c): _number(table[c]) for c in table if _is_number(c, columns)})
    profiles = [pick.profile(label) for label in table.iloc[:, 0]] if pick else []
    if any(profiles):
        # Second, where it is in sight however far a table scrolls sideways.
        shown.insert(1, _PROFILE.label, pd.Series(profiles, index=table.index, dtype=object))
        columns = {**columns, _PROFILE.label: _PROFILE}
    if pick:
        st.caption("Tick a row to narrow every page to it.")
    st.dataframe(
        shown,
        column_config={c: _config(d) for c, d in columns.items()},
        hide_index=True,
        key=f"grid:{name}",
        width="stretch",
        height=height,
        placeholder=fmt.MISSING,
        on_select=_on_row(f"grid:{name}", table, pick) if pick else "ignore",
        selection_mode="single-row",
    )


def _is_number(name: Any, columns: Mapping[str, Column]) -> bool:
    return name in columns and columns[name].kind is Kind.NUMBER


def _number(column: pd.Series) -> pd.Series:
    """Return floats for drawing; what is exported stays exact."""
    return pd.Series([None if pd.isna(v) else float(v) for v in column], index=column.index, dtype="float64")


def _config(column: Column) -> Any:
    kinds = st.column_config
    shared: dict[str, Any] = {"label": column.label, "help": column.help, "pinned": column.pinned}
    match column.kind:
        case Kind.NUMBER:
            return kinds.NumberColumn(format=column.format, **shared)
        case Kind.DATE:
            return kinds.DateColumn(format=column.format, **shared)
        case Kind.TIME:
            return kinds.DatetimeColumn(format=column.format, timezone="UTC", **shared)
        case Kind.LINK:
            return kinds.LinkColumn(display_text=column.format, **shared)
    return kinds.TextColumn(**shared)


def _on_chart(key: str, pick: Pick) -> Callable[[], None]:
    def chosen() -> None:
        picked = st.session_state[key].selection.get("pick", [])
        if len(picked) == 1:
            pick.narrow(next(iter(picked[0].values())))

    return chosen


def _on_row(key: str, table: pd.DataFrame, pick: Pick) -> Callable[[], None]:
    def chosen() -> None:
        rows = st.session_state[key].selection.rows
        if rows:
            pick.narrow(table.iloc[rows[0], 0])

    return chosen


def pick_of(dimension: str, labels: Mapping[str, str]) -> Pick:
    """Return the pick of a dimension whose ids have `labels`."""
    ids = {label: value for value, label in labels.items() if value not in {OTHER, CREDITS}}
    return Pick(dimension, ids | {UNATTRIBUTED: UNATTRIBUTED})

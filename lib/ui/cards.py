"""How a figure is laid out: the question it answers, the chart, and the same numbers as a table."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from typing import Any, Literal, cast

import altair as alt
import pandas as pd
import pyarrow as pa
import streamlit as st

from lib.analysis.comparison import Compared
from lib.answers.results import Headline
from lib.answers.stored_data import StoredRows
from lib.catalog.measures import Measure
from lib.catalog.units import Unit
from lib.charts.canvas import MARKED, PICK
from lib.charts.specification import Chart, Drawing
from lib.tables.columns import Column
from lib.tables.exports import spreadsheet_csv_bytes
from lib.tables.figure_files import TableFile, figure_files, row_files
from lib.tables.spreadsheet import table_csv
from lib.ui import text
from lib.ui.enlarging import offer_enlarged
from lib.ui.exits import about_file, offer_csv, offer_files
from lib.ui.grid import choose_page, show_grid
from lib.ui.picks import Pick
from lib.ui.session import session
from lib.ui.zoom import Zoom
from lib.wording import numbers as fmt
from lib.wording.contradiction_words import impossible_share
from lib.wording.escaping import markdown_text

_NO_POINTS = "0.0 pts"
_STILL = (_NO_POINTS, fmt.NO_CHANGE)
"""Changes that have no direction."""


def show_figure(
    question: str,
    chart: Chart | Drawing | Mapping[str, Chart | Drawing],
    table: pd.DataFrame,
    columns: Mapping[str, Column],
    *,
    name: str,
    alt_text: str,
    note: str | None = None,
    pick: Pick | None = None,
    zoom: Zoom | None = None,
    controls: Callable[[], None] | None = None,
) -> None:
    """Draw a card: the question, the chart (or a grid of small ones), the table behind it, its downloads.

    `table` holds what the chart shows, `columns` says which of its columns are shown and how; `name` must be
    unique on the page. `zoom` says what a chart over time narrows the period to. `controls` draws choices
    above the chart.
    """
    table = table[list(columns)]
    several = chart if isinstance(chart, Mapping) else {"": chart}
    charts = {n: c if isinstance(c, Drawing) else Drawing(c) for n, c in several.items()}

    def draw(charts: Mapping[str, Drawing], kind: str) -> None:
        if several is chart:
            _grid_of_charts(charts, f"{kind}:{name}", alt_text)
        else:
            key = _chart_key(kind, name)
            _draw(charts[""], key, alt_text, **_events(key, name, pick, zoom))

    with st.container(border=True):
        with _heading(question, note):
            offer_files(question, lambda: _files(question, table, columns), name, charts, alt_text)
            offer_csv(question, lambda: table_csv(table, columns), name)
            offer_enlarged(question, charts, name, note, partial(draw, kind="large"))
        if controls:
            controls()
        draw(charts, "chart")
        with st.expander("Table", icon=":material/table:", key=f"open:{name}", on_change="rerun") as box:
            if box.open:
                show_grid(table, columns, name, pick)


def show_table(
    question: str,
    table: pd.DataFrame,
    columns: Mapping[str, Column],
    *,
    name: str,
    note: str | None = None,
    pick: Pick | None = None,
    height: int | Literal["auto"] = "auto",
    opens: Callable[[Any], None] | None = None,
) -> None:
    """Draw a card with a table that can be sorted, searched and downloaded, and narrowed to by its rows.

    `opens` shows a row that is ticked, by its index.
    """
    table = table[list(columns)]
    with st.container(border=True):
        with _heading(question, note):
            offer_files(question, lambda: _files(question, table, columns), name)
            offer_csv(question, lambda: table_csv(table, columns), name)
        show_grid(table, columns, name, pick, height, opens)


def show_rows(
    question: str, rows: StoredRows, columns: Mapping[str, Column], *, name: str, note: str | None = None
) -> None:
    """Draw a card with stored rows, a page of them at a time; the download holds all."""
    with st.container(border=True):
        names = {name: column.label for name, column in columns.items()}
        with _heading(question, note):
            about = partial(about_file, question)
            offer_files(question, lambda: row_files(lambda: _whole(rows, names), about), name)
            offer_csv(question, lambda: spreadsheet_csv_bytes(_whole(rows, names)), name)
        nth = choose_page(rows.total, name)
        show_grid(rows.page(nth)[list(columns)], columns, name, None)


def _files(question: str, table: pd.DataFrame, columns: Mapping[str, Column]) -> list[TableFile]:
    return figure_files(table, columns, partial(about_file, question))


def _whole(rows: StoredRows, names: Mapping[str, str]) -> pa.Table:
    return rows.everything().select(list(names)).rename_columns(list(names.values()))


def show_metrics(headlines: Sequence[Headline], compared_with: str | None) -> None:
    """Draw one card for each headline: its value, its change (where compared) and its course over time."""
    with st.grid(len(headlines), min_column_width=150):
        for headline in headlines:
            measure, change = headline.measure, headline.change
            moved = change and compared_with and change.before and change.now is not None
            delta = _moved(measure, change) if change and moved else None
            still = delta in _STILL
            text.metric(
                measure.label,
                fmt.by_unit(change.now, measure.unit) if change else "–",
                None if delta == fmt.MISSING else delta,
                delta_color="inverse" if measure.lower_is_better and not still else "off",
                delta_arrow="off" if still else "auto",
                chart_data=headline.course or None,
                chart_type="area",
                help=_explained(measure, change, compared_with),
            )
    for headline in headlines:
        if headline.contradicts:
            text.caption(impossible_share(headline.measure))
        if headline.contradicts_before and compared_with:
            text.caption(impossible_share(headline.measure, days=compared_with))


def _moved(measure: Measure, change: Compared) -> str:
    """Return the change in words; shares change by points. Streamlit's arrow wants a plain minus sign."""
    if measure.unit is Unit.SHARE:
        points = round((float(change.now or 0) - float(change.before or 0)) * 100, 1)
        return f"{points:+.1f} pts" if points else _NO_POINTS
    return fmt.change(change.now, change.before).replace("−", "-")


def _explained(measure: Measure, change: Compared | None, compared_with: str | None) -> str:
    if change is None:
        return f"{measure.definition} The filters name something that it is not recorded by."
    before = fmt.by_unit(change.before, measure.unit)
    return measure.definition + (f" In {compared_with}: {before}." if compared_with else "")


def _grid_of_charts(charts: Mapping[str, Drawing], key: str, alt_text: str) -> None:
    across = 3
    for at in range(0, len(charts), across):
        for column, (group, chart) in zip(
            st.columns(across), list(charts.items())[at : at + across], strict=False
        ):
            with column:
                st.markdown(f"**{markdown_text(group)}**")
                _draw(chart, f"{key}:{group}", f"{group}. {alt_text}")


def _draw(chart: Drawing, key: str, alt_text: str, **events: Any) -> None:
    st.altair_chart(cast("alt.Chart", chart), key=key, alt=alt_text, width="stretch", **events)


@contextmanager
def _heading(question: str, note: str | None) -> Iterator[None]:
    """Draw the question, at its end what is drawn within the block, and below the note."""
    with st.container(horizontal=True, vertical_alignment="center"):
        text.subheading(question, width="stretch")
        with st.container(horizontal=True, width="content", gap="small"):
            yield
    if note:
        text.caption(note)


def _chart_key(kind: str, name: str) -> str:
    """Return the key of a chart: another, with nothing selected, after each click that counted."""
    times = session().clicked.get(name, 0)
    return f"{kind}:{name}:{times}" if times else f"{kind}:{name}"


def _events(key: str, name: str, pick: Pick | None, zoom: Zoom | None) -> dict[str, Any]:
    if not (pick or zoom):
        return {}
    modes = [PICK, MARKED] if zoom else [PICK]
    return {"on_select": _on_chart(key, name, pick, zoom), "selection_mode": modes}


def _on_chart(key: str, name: str, pick: Pick | None, zoom: Zoom | None) -> Callable[[], None]:
    def chosen() -> None:
        selection = st.session_state[key].selection
        picked, marked = selection.get(PICK, []), selection.get(MARKED, {})
        stretch = next(iter(marked.values()), ())
        if len(stretch) != 2 and len(picked) == 1 and "start" in picked[0]:
            stretch = [picked[0]["start"]] * 2
        if zoom and len(stretch) == 2:
            zoom.to(*stretch)
        elif len(picked) == 1 and pick:
            pick.narrow(next(iter(picked[0].values())))
        else:
            return
        clicked = session().clicked
        clicked[name] = clicked.get(name, 0) + 1

    return chosen

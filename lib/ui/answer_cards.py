"""Cards that draw an answer under the question that it answers: over time, ranked, in parts, as a table."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any
from zlib import crc32

import pandas as pd
import streamlit as st

from lib import charts, tables
from lib.analysis import breakdown, ranking, series
from lib.answers.caching import made
from lib.answers.results import OverTime, Ranking, Shares, TwoWay
from lib.catalog.line_items import base_model
from lib.catalog.units import Unit
from lib.charts.specification import Drawing
from lib.ui import text
from lib.ui.cards import show_figure, show_table
from lib.ui.look import PLAIN, Look, choose_look, log_note, look_at, looked_at
from lib.ui.picks import Pick, pick_of
from lib.ui.session import session
from lib.ui.zoom import Zoom
from lib.wording.contradiction_words import impossible_share
from lib.wording.numbers import titled

SETTLING = "Paler days are provisional: fetched before the bill for them is final."
Table = tuple[pd.DataFrame, Mapping[str, tables.Column]]


@dataclass(frozen=True)
class Figure:
    """A finished figure: what is drawn, the same numbers as a table, and the chart in words."""

    chart: Drawing | Mapping[str, Drawing]
    table: pd.DataFrame
    columns: Mapping[str, tables.Column]
    alt_text: str


def over_time_card(
    question: str,
    answer: OverTime,
    *,
    name: str,
    value_title: str,
    shape: str = "stacked",
    note: str | None = None,
    height: int = 300,
    table: Table | None = None,
    shades: Mapping[str, str] | None = None,
    looks: bool = False,
) -> None:
    """Draw a measure over time: as bars, lines or small charts, with the compared period and the marks.

    `table` stands in for the table of the same numbers where an answer has a fuller one, `shades` for the
    colours by rank where groups have their own. With `looks` people choose whether totals so far, shares or
    a log axis are drawn; one card of a page can have them.
    """
    look = look_at(answer, shape) if looks else PLAIN
    about, own = answer.dimension, tuple((shades or {}).items())
    figure = made(answer, _over_time, value_title, shape, height, own, look)
    if look.log:
        note = " ".join(filter(None, (note, log_note(looked_at(answer, look)))))
    show_figure(
        question,
        figure.chart,
        *(table or (figure.table, figure.columns)),
        name=name,
        alt_text=figure.alt_text,
        note=note,
        pick=pick_of(about.name, answer.labels) if about else None,
        zoom=_zoom(answer) if shape != "side by side" else None,
        controls=partial(choose_look, answer, shape) if looks else None,
    )


def _zoom(answer: OverTime) -> Zoom | None:
    view = session().view
    return Zoom(answer.grain, view.window) if view else None


def _over_time(
    answer: OverTime,
    value_title: str,
    shape: str,
    height: int,
    own_shades: tuple[tuple[str, str], ...],
    look: Look,
) -> Figure:
    measure, about = answer.measure, answer.dimension
    plain = series.drawn(answer.rows, dict(answer.labels), answer.provisional)
    said = charts.describe(plain, measure.unit, grain=answer.grain, value_title=value_title)
    answer = looked_at(answer, look)
    if look.so_far:
        value_title = f"{value_title} so far"
    labels = dict(answer.labels)
    drawn = series.drawn(answer.rows, labels, answer.provisional)
    order = [labels.get(group, group) for group in answer.groups]
    shades = dict(own_shades) or (_shades(labels, answer.groups, answer.ranks) if about else None)
    shared: dict[str, Any] = {
        "unit": measure.unit,
        "grain": answer.grain,
        "value_title": value_title,
        "order": order,
        "zone": answer.zone,
    }
    chart: Drawing | dict[str, Drawing]
    if shape == "side by side":
        several = charts.multiples_charts(drawn, shades=shades, **shared)
        chart = {group: Drawing(one) for group, one in several.items()}
    else:
        one = charts.time_chart(
            drawn,
            kind="bars" if shape == "stacked" else "lines",
            shades=shades,
            group_title=about.label if about else answer.group_title,
            comparison=None if answer.before is None else series.drawn(answer.before, {}),
            comparison_title=answer.compared_with or "",
            marks=answer.marks,
            height=height,
            zoom=True,
            share=look.share,
            log=look.log,
            **shared,
        )
        chart = Drawing(one)
    table = _share_table(answer) if look.share else _bucket_table(answer, value_title)
    return Figure(chart, *table, said)


def ranking_card(
    question: str, answer: Ranking, *, name: str, value_title: str = "Billed", most: int = 8
) -> None:
    """Draw the largest of a dimension as bars, the rest as Other; the table holds all of them."""
    figure = made(answer, _ranked, value_title, most)
    pick = pick_of(answer.dimension.name, answer.labels)
    show_figure(
        question, figure.chart, figure.table, figure.columns, name=name, alt_text=figure.alt_text, pick=pick
    )


def _ranked(answer: Ranking, value_title: str, most: int) -> Figure:
    about, measure = answer.dimension, answer.measure
    few = ranking.ranked(answer.rows, about.name, answer.labels, most, about.plural)
    drawn = ranking.drawn(few, compared=answer.compared_with is not None)
    chart = charts.ranking_chart(
        drawn,
        unit=measure.unit,
        value_title=value_title,
        group_title=about.label,
        previous_title=answer.compared_with or "",
    )
    said = charts.describe_ranking(drawn, measure.unit, value_title=value_title)
    return Figure(Drawing(chart), *_ranking_table(answer), said)


def ranking_table_card(question: str, answer: Ranking, *, name: str, note: str | None = None) -> None:
    """Draw all of a dimension as a table, largest first."""
    pick = pick_of(answer.dimension.name, answer.labels)
    table, columns = made(answer, _ranking_table)
    say_contradictions(answer)
    show_table(question, table, columns, name=name, note=note, pick=pick)


def say_contradictions(answer: Ranking) -> None:
    """Say of which groups there is no share, as the API reports more of the part than of the whole."""
    if answer.contradicting:
        text.caption(impossible_share(answer.measure, [answer.labels[i] for i in answer.contradicting]))
    if answer.contradicting_before:
        names = [answer.labels[i] for i in answer.contradicting_before]
        text.caption(impossible_share(answer.measure, names, answer.compared_with))


def two_way_card(
    question: str,
    answer: TwoWay,
    *,
    name: str,
    value_title: str,
    note: str | None = None,
    pick: Pick | None = None,
) -> None:
    """Draw a sum by two dimensions as stacked bars."""
    figure = made(answer, _two_way, value_title)
    show_figure(
        question,
        figure.chart,
        figure.table,
        figure.columns,
        name=name,
        alt_text=figure.alt_text,
        note=note,
        pick=pick or pick_of(answer.first.name, answer.first_labels),
    )


def _two_way(answer: TwoWay, value_title: str) -> Figure:
    first, second, measure = answer.first, answer.second, answer.measure
    labels = {"first": answer.first_labels, "second": answer.second_labels}
    drawn = breakdown.relabelled(answer.rows, labels)
    table = ranking.labelled(answer.rows, "first", answer.first_labels)
    chart = charts.stacked_chart(
        drawn,
        unit=measure.unit,
        value_title=value_title,
        first_title=first.label,
        second_title=second.label,
        shades=_shades(answer.second_labels, answer.rows["second"], answer.ranks),
    )
    columns = {
        "first": tables.text_column(first.label, pinned=True),
        "second": tables.text_column(second.label),
        "value": tables.column(_headed(value_title, measure.unit), measure.unit, measure.definition),
    }
    said = charts.describe_ranking(drawn, measure.unit, value_title=value_title, field="first")
    return Figure(Drawing(chart), ranking.labelled(table, "second", answer.second_labels), columns, said)


def shares_cards(question: str, answer: Shares, *, order: list[str], name: str) -> None:
    """Draw the parts of a whole, and beside them what is in Other."""
    labels = answer.labels
    pick = pick_of(answer.dimension.name, labels)
    figure = made(answer, _shares, tuple(order))
    left, right = st.columns(2)
    with left:
        show_figure(
            question,
            figure.chart,
            figure.table,
            figure.columns,
            name=name,
            alt_text=figure.alt_text,
            note="Everything below 5% of the whole is in Other."
            if len(answer.other)
            else "Every part is at least 5% of the whole.",
            pick=pick,
        )
    if answer.other.empty:
        return
    with right:
        show_table(
            "What is in Other?",
            ranking.labelled(answer.other, "group", labels),
            figure.columns,
            name="other",
            pick=pick,
        )


def _shares(answer: Shares, order: tuple[str, ...]) -> Figure:
    about, measure, labels = answer.dimension, answer.measure, answer.labels
    columns = {
        "group": tables.text_column(about.label, pinned=True),
        "value": tables.column(titled(measure.label, measure.unit), measure.unit, measure.definition),
        "share": tables.column("Share", Unit.SHARE),
    }
    drawn = breakdown.relabelled(answer.rows, {"group": labels})
    chart = charts.donut_chart(
        drawn,
        unit=measure.unit,
        value_title=measure.label,
        group_title=about.label,
        order=list(order),
        shades=_shades(labels, answer.rows["group"], answer.ranks),
    )
    said = charts.describe_ranking(drawn, measure.unit, value_title=measure.label)
    return Figure(Drawing(chart), ranking.labelled(answer.rows, "group", labels), columns, said)


def _shades(labels: Mapping[str, str], ids: Iterable[str], ranks: Sequence[str]) -> dict[str, str]:
    """Return the colour of each label: by the rank of its id, or of the model as billed, else by its name."""
    places = {name: place for place, name in enumerate(ranks)}

    def place(name: str) -> int:
        return places.get(name, places.get(base_model(name), len(places) + crc32(name.encode())))

    return charts.by_rank({labels.get(name, name): place(name) for name in dict.fromkeys(ids)})


def named(frame: pd.DataFrame, dimension: str, labels: Mapping[str, str]) -> pd.DataFrame:
    """Return `frame` with labels in place of the ids of a dimension."""
    return ranking.labelled(frame, dimension, labels)


def _ranking_table(answer: Ranking) -> Table:
    about, measure = answer.dimension, answer.measure
    parts = () if measure.is_ratio else ("now",)
    return (
        ranking.labelled(answer.rows, about.name, answer.labels, parts),
        tables.movers_columns(about, measure, answer.compared_with),
    )


def _bucket_table(answer: OverTime, value_title: str) -> Table:
    """Return a column for each group, or for a whole the value, the compared one, its state and marks."""
    measure = answer.measure
    start = {"start": tables.start_column(answer.grain, answer.zone)}
    if answer.groups != (series.TOTAL,):
        labels = answer.labels
        columns = {
            g: tables.column(labels.get(g, g), measure.unit, measure.definition if g in labels else None)
            for g in answer.groups
        }
        return series.wide(answer.rows, answer.groups), start | columns
    value = {"value": tables.column(_headed(value_title, measure.unit), measure.unit, measure.definition)}
    if answer.marks is None:
        return answer.rows[["start", "value"]], start | value
    before = (
        {"before": tables.column(_headed(answer.compared_with, measure.unit), measure.unit)}
        if answer.compared_with and answer.before is not None
        else {}
    )
    said = {
        "state": tables.text_column("State", "Provisional days can still change"),
        "marks": tables.text_column("Notes and revisions"),
    }
    table = series.marked(answer.rows, answer.provisional, answer.marks, answer.before)
    return table, start | value | before | said


def _share_table(answer: OverTime) -> Table:
    """Return a column for each group with its part of what is above zero in the bucket."""
    columns = {g: tables.column(f"{answer.labels.get(g, g)}, share", Unit.SHARE) for g in answer.groups}
    table = series.wide(series.in_parts(answer.rows), answer.groups)
    return table, {"start": tables.start_column(answer.grain, answer.zone)} | columns


def _headed(title: str, unit: Unit) -> str:
    """Return the heading of a column with its unit once: `Billed (USD)`."""
    return f"{title} (USD)" if unit is Unit.USD else titled(title, unit)

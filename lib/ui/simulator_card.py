"""The simulator of Savings: what the next months would cost otherwise; all of it an estimate."""

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal

import streamlit as st

from lib import charts, tables
from lib.analysis.savings.rules import batching, cheaper_models, prompt_caching
from lib.analysis.savings.saving import Saving
from lib.answers import loading, savings_found
from lib.answers.reading import Reading
from lib.catalog.measures import MEASURES
from lib.catalog.units import Unit
from lib.ui import text
from lib.ui.address_bar import asked_for, choose
from lib.ui.cards import show_figure
from lib.ui.drawing import drawn
from lib.ui.messages import show_empty
from lib.ui.moves_form import choose_moves
from lib.wording import numbers as fmt

MONTHS = 6
_ALL = "all"
_SPLIT = ":"


def show_simulator(reading: Reading) -> None:
    """Draw the controls that change the traffic of `reading`, and what the next months would cost."""
    reading = _chosen_traffic(reading)
    found = savings_found.simulated(reading)
    if found.is_empty:
        show_empty(reading.view, "tokens with a list price", reading.any_rows(MEASURES["tokens"]))
        return
    board = found.months(choose_moves(found), MONTHS)
    now, then = sum(board["as_is"]), sum(board["then"])
    with st.grid(3, min_column_width=190):
        text.metric(f"{MONTHS} months as it is (estimate)", fmt.usd(now, 0))
        text.metric(f"{MONTHS} months then (estimate)", fmt.usd(then, 0))
        text.metric("Difference (estimate)", fmt.usd(then - now, 0), help=fmt.change(then, now))
    show_figure(
        "What would the next months cost?",
        drawn(charts.what_if_chart, board),
        board,
        {
            "month": tables.Column("Month", tables.ColumnType.DATE, "MMM YYYY"),
            "as_is": tables.column("As it is, estimate (USD)", Unit.USD),
            "then": tables.column("Then, estimate (USD)", Unit.USD),
            "difference": tables.column("Difference, estimate (USD)", Unit.USD),
        },
        name="what-if",
        alt_text=f"Spend by month: {fmt.usd(now, 0)} in {MONTHS} months as it is, {fmt.usd(then, 0)} then.",
        note="A token moved costs what the price list says of its new model, class and tier. Quality, longer "
        "answers and prices to come are not in it.",
    )


def parameters_of(saving: Saving) -> dict[str, str]:
    """Return the parameters of the simulator that try a saving: whose traffic, and what changes of it."""
    ids = (saving.project, saving.key, *([saving.model] if saving.model else []))
    return {"of": _SPLIT.join(ids), **moves_of(saving)}


def moves_of(saving: Saving) -> Mapping[str, str]:
    """Return the parameters that apply a saving to its traffic, none where the simulator has no such move."""
    match saving.rule.slug:
        case batching.RULE.slug:
            return {"batched": "100"}
        case cheaper_models.RULE.slug:
            return {"move": saving.model, "onto": str(saving.facts["other"]), "moved": "100"}
        case prompt_caching.RULE.slug:
            return {"cached": f"{Decimal(str(saving.facts['theirs'])) * 100:.2f}"}
    return {}


def _chosen_traffic(reading: Reading) -> Reading:
    """Return the reading of all traffic, or of that which a saving is about where somebody tries one."""
    of = asked_for("of")
    if of is None or of == _ALL:
        return reading
    # The names of models may hold what splits the three.
    project, key, model = [*of.split(_SPLIT, 2), "", ""][:3]
    ids = {"project_id": project, "api_key_id": key, "model": model}
    names = [reading.labels.apart(d, [i])[i] for d, i in ids.items() if i]
    chosen = choose(
        "Traffic",
        [_ALL, of],
        name="of",
        default=_ALL,
        words=lambda o: "All" if o == _ALL else " · ".join(names),
    )
    if chosen == _ALL:
        return reading
    models = loading.load_values(reading.backend)["model"]
    filters = savings_found.narrowed(reading.view.filters, models, project, key, model)
    return replace(reading, view=replace(reading.view, filters=filters))

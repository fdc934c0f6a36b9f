"""Cards of the Savings page: what could be saved by kind, and one saving's rows."""

from collections.abc import Collection, Mapping

import pandas as pd
import streamlit as st

from lib import charts, tables
from lib.analysis.savings.saving import Saving
from lib.answers import loading, savings_found
from lib.answers.reading import Reading
from lib.answers.savings_found import Savings
from lib.catalog.dimensions import TEAM
from lib.catalog.units import Unit
from lib.ui import text
from lib.ui.cards import show_figure, show_table
from lib.ui.drawing import drawn
from lib.ui.navigation import show_page_link
from lib.ui.picks import pick_of
from lib.ui.simulator_card import moves_of, parameters_of
from lib.wording import numbers as fmt
from lib.wording import savings_words

_SAVED = "Saved a month, estimate"


def show_savings(savings: Savings, done: Collection[str]) -> None:
    """Draw what is likely to be saved without the savings that are `done`, and what it would be saved of."""
    with st.grid(3, min_column_width=190):
        text.metric("Likely to be saved a month (estimate)", fmt.usd(savings.likely(done), 0))
        text.metric("At most (estimate)", fmt.usd(savings.at_most(done), 0))
        text.metric("That traffic a month, at list (estimate)", fmt.usd(savings.worth_a_month, 0))


def saving_kinds_card(savings: Savings) -> None:
    """Draw what each kind of saving could save by itself."""
    rows: pd.DataFrame = savings.by_kind_drawn
    show_figure(
        "Which kinds of savings were found?",
        drawn(charts.ranking_chart, rows, unit=Unit.USD, value_title=_SAVED, group_title="Kind"),
        savings.by_kind,
        {
            "group": tables.text_column("Kind", pinned=True),
            "value": tables.column(f"{_SAVED} (USD)", Unit.USD),
        },
        name="kinds",
        alt_text=charts.describe_ranking(rows, Unit.USD, value_title=_SAVED),
    )


def saving_teams_card(reading: Reading, done: Collection[str]) -> None:
    """Draw what each team could save, where there are teams, without the savings that are `done`."""
    rows = savings_found.savings_by_team(reading, frozenset(done))
    if not loading.offered(reading.backend, [TEAM]) or rows.empty:
        return
    labels = reading.labels.apart(TEAM, rows["group"])
    named = rows.assign(group=[labels[team] for team in rows["group"]])
    shown = named.assign(value=[float(value) for value in named["value"]])
    show_figure(
        "Which teams could save most?",
        charts.ranking_chart(shown, unit=Unit.USD, value_title=_SAVED, group_title="Team"),
        named,
        {
            "group": tables.text_column("Team", pinned=True),
            "value": tables.column(f"{_SAVED} (USD)", Unit.USD),
        },
        name="teams",
        alt_text=charts.describe_ranking(shown, Unit.USD, value_title=_SAVED),
        note="At most, counting only the largest saving of each key. What several teams share is split by "
        "what each was billed of it, or by its tokens where the bill does not tell keys.",
        pick=pick_of(TEAM, labels),
    )


def saving_card(one: Saving, projects: Mapping[str, str], keys: Mapping[str, str]) -> None:
    """Draw the rows that one saving is made of, and where they lead on to."""
    show_table(
        f"{savings_words.title(one)}: {fmt.usd(one.a_month, 0)} a month (estimate)",
        savings_found.named(one.rows, projects, {**keys, **projects}),
        tables.SAVING_ROWS,
        name="rows",
        note=f"{savings_words.assumption(one)} Confidence: {one.confidence}. "
        f"These rows save {fmt.usd(one.saved, 2)} in "
        f"{one.days} days, which is {fmt.usd(one.a_month, 2)} in a month of 30.4 days.",
    )
    with st.container(horizontal=True):
        if moves_of(one):
            show_page_link(
                "savings", "Try it in the simulator", shared=None, open="simulator", **parameters_of(one)
            )
        about = {"kind": "key", "id": one.key} if one.key else {"kind": "project", "id": one.project}
        show_page_link("profile", "See the profile", shared=None, **about)

"""Cards that say whose dollars the bill's are: billed where it names somebody, else allocated by usage."""

import streamlit as st

from lib import charts, tables
from lib.answers import instance, loading, spending
from lib.answers.allocated_spend import AllocatedSpend, allocated_spend, by_two
from lib.answers.spending import SPEND, SPENDERS
from lib.answers.view import View
from lib.catalog.dimensions import DIMENSIONS, Dimension
from lib.catalog.sources import COSTS
from lib.catalog.units import Unit
from lib.ui import text
from lib.ui.address_bar import choose
from lib.ui.answer_cards import two_way_card
from lib.ui.cards import show_figure, show_table
from lib.ui.drawing import drawn
from lib.ui.fetching import require
from lib.ui.messages import dimension_words, show_empty
from lib.ui.picks import Pick, pick_of
from lib.wording import numbers as fmt
from lib.wording.allocation_words import LABELS, MEANINGS, estimated, explained

_NOTHING = "nothing"
_THEN_BY = ("model", "project_id", "user_id", "api_key_id", "team")
_FIRST_FEW = 15


def show_allocation(view: View, whose: str) -> None:
    """Draw whose dollars the bill's are, by one of `SPENDERS` and then by another dimension if wanted."""
    offered = loading.offered(instance.open_backend(), _THEN_BY)
    others = [_NOTHING, *(d for d in offered if d != whose)]
    also = choose("Then by", others, name="also", default=_NOTHING, words=dimension_words)
    by = (whose,) if also == _NOTHING else (whose, also)
    reading = require(view, [COSTS], asks_again=True)
    reading = require(view, spending.sources_of(reading, by), asks_again=True)
    found = allocated_spend(reading, by)
    if not found.any:
        show_empty(view, "costs", reading.any_rows(SPEND))
        return
    about = SPENDERS[whose]
    _show_bases(found, about)
    pick = pick_of(whose, found.nameable) if whose in DIMENSIONS else None
    _spenders_card(found, about, pick)
    if also != _NOTHING:
        two_way_card(
            f"On which {DIMENSIONS[also].plural}?",
            by_two(reading, found, also),
            name="who-also",
            value_title="Spend",
            pick=pick,
        )
    if len(found.left_over):
        show_table(
            "What could not be allocated, and why?",
            found.left_over,
            {
                "line_item": tables.text_column("Line item", pinned=True),
                "reason": tables.text_column("Why"),
                "costs.cost_usd": tables.column("Billed (USD)", Unit.USD),
            },
            name="not-allocated",
        )


def _show_bases(found: AllocatedSpend, about: Dimension) -> None:
    bases = found.by_basis
    if len(bases) > 1:
        with st.grid(len(bases), min_column_width=190):
            for basis, dollars in bases.items():
                part = fmt.share(dollars / sum(bases.values()))
                text.metric(f"{LABELS[basis]}, {part}", fmt.usd(dollars, 2), help=MEANINGS[basis])
        text.caption(explained(about.in_words))
    elif found.unnamed:
        what = "credits" if found.unnamed < 0 else "the bill"
        text.caption(
            f"All of it is billed. {fmt.usd(abs(found.unnamed), 2)} of {what} belong to no {about.in_words}."
        )
    else:
        text.caption(f"All of it is billed: the bill itself names the {about.in_words} of every dollar.")


def _spenders_card(found: AllocatedSpend, about: Dimension, pick: Pick | None) -> None:
    compared_with, ranked = found.compared_with, found.ranked(_FIRST_FEW)
    show_figure(
        f"Which {about.plural} spent most?",
        drawn(
            charts.ranking_chart,
            ranked,
            unit=Unit.USD,
            value_title="Spend",
            group_title=about.label,
            previous_title=compared_with or "",
        ),
        found.table,
        tables.spenders_columns(about, SPEND, compared_with, estimated=found.has_estimates),
        name="who",
        alt_text=charts.describe_ranking(ranked, Unit.USD, value_title="Spend"),
        note=f"The grey mark is {compared_with}{estimated(found.allocated_before)}."
        if compared_with
        else None,
        pick=pick,
    )

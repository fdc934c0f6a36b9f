"""Cards of budgets in a month: one for each budget, the amount first, and how the months before went."""

from collections.abc import Iterable, Sequence

import streamlit as st

from lib import tables
from lib.answers import budget_months
from lib.answers.budget_status import Watched
from lib.answers.reading import Reading
from lib.periods.windows import Window
from lib.ui import text
from lib.ui.cards import show_table
from lib.wording import budget_words
from lib.wording import numbers as fmt

_CARDS = 12
"""Of more budgets than these, the table alone tells."""


def show_budget_cards(watched: Sequence[Watched], *, is_over: bool) -> None:
    """Draw a card for each budget, the fullest first; `is_over` says that their month is."""
    fullest = sorted(watched, key=lambda one: -one.budget_status.used)
    with st.grid(3, min_column_width=260):
        for one in fullest[:_CARDS]:
            s = one.budget_status
            text.metric(
                one.label,
                fmt.usd(s.billed, 2),
                budget_words.on_card(s, is_over=is_over),
                delta_color="off",
                delta_arrow="off",
                help=f"{'' if is_over else f'{budget_words.MEANINGS[s.status]} '}Set by: {one.origin}",
            )
    if len(fullest) > _CARDS:
        text.caption(f"These are the {_CARDS} fullest of {len(fullest)} budgets; the table below has all.")


def show_variances(watched: Iterable[Watched], month: str) -> None:
    """Draw the table of a month that is over: what was billed against each budget."""
    show_table(
        f"What was billed in {month} against each budget?",
        budget_months.variances(watched),
        tables.BUDGET_VARIANCES,
        name="budget-variances",
        note="Against the budget that held at the end of the month, or the first one after where there was "
        "none. Budgets of the file count as the file has them now.",
    )


def say_open_days(reading: Reading, month: Window) -> None:
    """Say how many days of a month that is over can still change, or are not known."""
    coverage = reading.known_days(month)
    if coverage.unknown:
        text.caption(f"The bill of {len(coverage.unknown)} of its {month.days} days is not known.")
    if coverage.provisional:
        text.caption(f"{len(coverage.provisional)} of its days can still change.")


def show_history(reading: Reading, one: Watched) -> None:
    """Draw how a budget did month by month."""
    rows = budget_months.history(reading, one)
    if len(rows):
        show_table(
            f"How did the months turn out: {one.label}?",
            rows,
            tables.BUDGET_HISTORY,
            name="budget-history",
            note="The latest first. A month counts the days of which the bill is known.",
        )

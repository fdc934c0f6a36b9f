"""What surrounds every page: navigation, sidebar, fetching, messages, and cards."""

from lib.ui.address_bar import asked_for, choose
from lib.ui.answer_cards import (
    SETTLING,
    named,
    over_time_card,
    ranking_card,
    ranking_table_card,
    shares_cards,
    two_way_card,
)
from lib.ui.budget_cards import show_balance, show_limits
from lib.ui.budget_editor import show_budget_editor, show_changes
from lib.ui.cards import show_figure, show_metrics, show_rows, show_table
from lib.ui.fetching import require, require_hours, require_limits
from lib.ui.messages import dimension_words, say_left_out, show_empty, total_words
from lib.ui.navigation import current_view, halt, navigation, run, show_page_link, show_page_links
from lib.ui.picks import pick_of
from lib.ui.quantity_editor import show_quantity_editor
from lib.ui.sidebar import choose_view, narrow
from lib.ui.text import caption, heading, info, metric, sentence, subheading, success, warning

__all__ = [
    "SETTLING",
    "asked_for",
    "caption",
    "choose",
    "choose_view",
    "current_view",
    "dimension_words",
    "halt",
    "heading",
    "info",
    "metric",
    "named",
    "narrow",
    "navigation",
    "over_time_card",
    "pick_of",
    "ranking_card",
    "ranking_table_card",
    "require",
    "require_hours",
    "require_limits",
    "run",
    "say_left_out",
    "sentence",
    "shares_cards",
    "show_balance",
    "show_budget_editor",
    "show_changes",
    "show_empty",
    "show_figure",
    "show_limits",
    "show_metrics",
    "show_page_link",
    "show_page_links",
    "show_quantity_editor",
    "show_rows",
    "show_table",
    "subheading",
    "success",
    "total_words",
    "two_way_card",
    "warning",
]

"""What surrounds every page: navigation, sidebar, waiting, notices, and how figures are laid out."""

from lib.shell.address_bar import asked_for, choose
from lib.shell.budget_cards import show_balance, show_limits
from lib.shell.budget_desk import show_budget_desk, show_changes
from lib.shell.figures import pick_of, show_figure, show_metrics, show_table
from lib.shell.frame import current_view, halt, navigation, run, show_way, show_ways
from lib.shell.notices import dimension_words, say_left_out, show_empty, show_error, total_words
from lib.shell.quantity_desk import show_quantity_desk
from lib.shell.sidebar import choose_view, narrow
from lib.shell.waiting import require, require_hours, require_limits

__all__ = [
    "asked_for",
    "choose",
    "choose_view",
    "current_view",
    "dimension_words",
    "halt",
    "narrow",
    "navigation",
    "pick_of",
    "require",
    "require_hours",
    "require_limits",
    "run",
    "say_left_out",
    "show_balance",
    "show_budget_desk",
    "show_changes",
    "show_empty",
    "show_error",
    "show_figure",
    "show_limits",
    "show_metrics",
    "show_quantity_desk",
    "show_table",
    "show_way",
    "show_ways",
    "total_words",
]

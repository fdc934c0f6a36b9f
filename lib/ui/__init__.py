"""What surrounds every page: navigation, sidebar, fetching, messages, and cards."""

from lib.ui.address_bar import ask, asked_for, choose, choose_several, keep
from lib.ui.alerts_card import show_alerts
from lib.ui.allocation_cards import show_allocation
from lib.ui.answer_cards import (
    SETTLING,
    named,
    over_time_card,
    ranking_card,
    ranking_table_card,
    say_contradictions,
    shares_cards,
    two_way_card,
)
from lib.ui.budget_cards import (
    budget_course_card,
    show_balance,
    show_limits,
    spend_course_card,
)
from lib.ui.budget_editor import show_budget_editor, show_changes
from lib.ui.budget_month_card import say_open_days, show_budget_cards, show_history, show_variances
from lib.ui.cards import show_figure, show_metrics, show_rows, show_table
from lib.ui.collecting_card import show_collecting
from lib.ui.connection_panel import STEPS as KEY_STEPS
from lib.ui.connection_panel import is_here, may_connect, show_engine, show_key_form, show_keys_in_use
from lib.ui.decision_card import show_decision, show_followed
from lib.ui.drawing import drawn
from lib.ui.exits import about
from lib.ui.explore_card import explore_card
from lib.ui.fetching import require, require_hours, require_limits
from lib.ui.filter_chips import filter_words
from lib.ui.forecast_cards import show_forecast, show_next_months
from lib.ui.messages import dimension_words, say_left_out, show_empty, total_words
from lib.ui.navigation import current_view, halt, navigation, run, show_page_link, show_page_links
from lib.ui.picks import pick_of
from lib.ui.quantity_editor import show_quantity_editor
from lib.ui.saving_cards import saving_card, saving_kinds_card, saving_teams_card, show_savings
from lib.ui.sidebar import choose_view, narrow
from lib.ui.simulator_card import show_simulator
from lib.ui.statement_card import show_print_sheet, show_standing
from lib.ui.status_line import show_status
from lib.ui.team_preview import show_team_preview
from lib.ui.text import caption, heading, info, metric, sentence, subheading, success, warning
from lib.ui.tokens_card import show_tokens
from lib.ui.waterfall_card import waterfall_card

__all__ = [
    "KEY_STEPS",
    "SETTLING",
    "about",
    "ask",
    "asked_for",
    "budget_course_card",
    "caption",
    "choose",
    "choose_several",
    "choose_view",
    "current_view",
    "dimension_words",
    "drawn",
    "explore_card",
    "filter_words",
    "halt",
    "heading",
    "info",
    "is_here",
    "keep",
    "may_connect",
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
    "saving_card",
    "saving_kinds_card",
    "saving_teams_card",
    "say_contradictions",
    "say_left_out",
    "say_open_days",
    "sentence",
    "shares_cards",
    "show_alerts",
    "show_allocation",
    "show_balance",
    "show_budget_cards",
    "show_budget_editor",
    "show_changes",
    "show_collecting",
    "show_decision",
    "show_empty",
    "show_engine",
    "show_figure",
    "show_followed",
    "show_forecast",
    "show_history",
    "show_key_form",
    "show_keys_in_use",
    "show_limits",
    "show_metrics",
    "show_next_months",
    "show_page_link",
    "show_page_links",
    "show_print_sheet",
    "show_quantity_editor",
    "show_rows",
    "show_savings",
    "show_simulator",
    "show_standing",
    "show_status",
    "show_table",
    "show_team_preview",
    "show_tokens",
    "show_variances",
    "spend_course_card",
    "subheading",
    "success",
    "total_words",
    "two_way_card",
    "warning",
    "waterfall_card",
]

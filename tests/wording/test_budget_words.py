import datetime as dt
from decimal import Decimal

import pandas as pd

from lib.analysis.forecasting.burn_rate import BudgetStatus, Status
from lib.analysis.forecasting.outlook import Sum
from lib.periods.windows import Window
from lib.wording.budget_words import MEANINGS, SIGNS, WORDS, in_words, on_card


def test_no_two_statuses_read_the_same() -> None:
    assert len({f"{SIGNS[status]} {WORDS[status]}" for status in Status}) == len(Status)
    assert set(MEANINGS) == set(Status)


def status(billed: int, kind: Status = Status.HOLDS, ends: int | None = 60) -> BudgetStatus:
    month = Window(dt.date(2026, 11, 1), dt.date(2026, 12, 1))
    total = None if ends is None else Sum(month, Decimal(billed), Decimal(ends), ())
    return BudgetStatus(Decimal(50), month, Decimal(billed), None, total, None, kind)


def test_a_card_says_how_a_running_month_stands_and_where_it_ends() -> None:
    assert on_card(status(46, Status.COMING), is_over=False) == "of $50.00 · ▲ Going over, ends at about $60"
    assert on_card(status(46, Status.UNKNOWN, None), is_over=False) == "of $50.00 · – No forecast"


def test_a_card_of_a_month_that_is_over_says_what_is_over_or_left() -> None:
    assert on_card(status(62, Status.OVER), is_over=True) == "of $50.00 · ✕ $12.00 (24.0%) over"
    assert on_card(status(38), is_over=True) == "of $50.00 · ✓ $12.00 (24.0%) left"
    assert on_card(status(50), is_over=True) == "of $50.00 · ✓ $0.00 (0%) left"


def test_a_table_of_budgets_says_each_status() -> None:
    table = pd.DataFrame({"status": [Status.OVER, Status.HOLDS], "about": ["Search", "Shop"]})

    assert in_words(table).to_dict("list") == {
        "status": ["✕ Exceeded", "✓ Holds"],
        "about": ["Search", "Shop"],
    }


def test_a_table_without_budgets_stays_empty() -> None:
    assert in_words(pd.DataFrame()).empty

"""The cards of budgets in a month: the fullest first, and no more than can be looked at."""

import datetime as dt
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pandas as pd
import pytest

from lib import tables
from lib.analysis.forecasting.burn_rate import BudgetStatus, Status
from lib.answers import budget_months
from lib.answers.budget_status import Watched
from lib.periods.windows import Window
from lib.ui import budget_month_card
from lib.wording import budget_words
from tests.ui.drawn import drawn, layout, values

OCTOBER = Window(dt.date(2026, 10, 1), dt.date(2026, 11, 1))


def watched(label: str, billed: int, amount: int = 100) -> Watched:
    status = BudgetStatus(Decimal(amount), OCTOBER, Decimal(billed), None, None, None, Status.OVER)
    look: Any = None
    return Watched(("", ""), label, "the file", status, look)


def shown_cards(*given: Watched, is_over: bool = True) -> Any:
    return drawn(lambda: budget_month_card.show_budget_cards(given, is_over=is_over))


def test_the_fullest_budget_comes_first_by_what_is_used_of_it() -> None:
    app = shown_cards(watched("Half", 50), watched("Full", 10, 10), watched("Most", 99))

    assert [(m.label, m.value) for m in app.metric] == [
        ("Full", "$10.00"),
        ("Most", "$99.00"),
        ("Half", "$50.00"),
    ]
    assert len(app.caption) == 0


@pytest.mark.parametrize(("count", "said"), [(12, []), (13, ["12 fullest of 13"])])
def test_of_more_than_twelve_budgets_the_fullest_have_cards(count: int, said: list[str]) -> None:
    app = shown_cards(*(watched(f"Budget {n}", n) for n in range(count)))

    assert len(app.metric) == 12
    assert app.metric[0].label == f"Budget {count - 1}"
    captions = values(app.caption)
    assert len(captions) == len(said)
    assert all(words in caption for words, caption in zip(said, captions, strict=True))


@pytest.mark.parametrize("is_over", [True, False])
def test_a_card_says_how_its_budget_stands_and_who_set_it(is_over: bool) -> None:
    one = watched("Full", 150)
    (card,) = shown_cards(one, is_over=is_over).metric

    meaning = "" if is_over else f"{budget_words.MEANINGS[Status.OVER]} "
    assert card.help == f"{meaning}Set by: the file"
    assert values([SimpleNamespace(value=card.delta)]) == [
        budget_words.on_card(one.budget_status, is_over=is_over)
    ]
    assert card.proto.color == card.proto.MetricColor.GRAY


@pytest.mark.parametrize(
    ("unknown", "provisional", "said"),
    [
        (0, 0, []),
        (2, 0, ["The bill of 2 of its 31 days is not known."]),
        (0, 3, ["3 of its days can still change."]),
        (2, 3, ["The bill of 2 of its 31 days is not known.", "3 of its days can still change."]),
    ],
)
def test_days_that_can_change_or_are_not_known_are_said(
    unknown: int, provisional: int, said: list[str]
) -> None:
    coverage = SimpleNamespace(unknown=range(unknown), provisional=range(provisional))
    reading: Any = SimpleNamespace(known_days=lambda _month: coverage)

    app = drawn(lambda: budget_month_card.say_open_days(reading, OCTOBER))

    assert values(app.caption) == said


@pytest.fixture
def laid_out(monkeypatch: pytest.MonkeyPatch) -> list[tuple[Any, ...]]:
    """Return the tables that are drawn: their question, rows, columns and name."""
    drawn_tables: list[tuple[Any, ...]] = []

    def table(*given: Any, name: str, note: str) -> None:
        assert note
        drawn_tables.append((*given, name))

    monkeypatch.setattr(budget_month_card, "show_table", table)
    return drawn_tables


def test_a_month_that_is_over_has_a_table_of_variances(
    laid_out: list[tuple[Any, ...]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(budget_months, "variances", list)

    budget_month_card.show_variances((watched("Full", 5),), "October 2026")

    assert laid_out == [
        (
            "What was billed in October 2026 against each budget?",
            [watched("Full", 5)],
            tables.BUDGET_VARIANCES,
            "budget-variances",
        )
    ]


@pytest.mark.parametrize("months", [0, 1])
def test_a_budget_has_a_history_once_a_month_is_over(
    laid_out: list[tuple[Any, ...]], monkeypatch: pytest.MonkeyPatch, months: int
) -> None:
    rows = pd.DataFrame({"month": ["2026-10"] * months})
    monkeypatch.setattr(budget_months, "history", lambda _reading, _one: rows)
    reading: Any = None

    budget_month_card.show_history(reading, watched("Full", 5))

    assert (
        laid_out
        == [("How did the months turn out: Full?", rows, tables.BUDGET_HISTORY, "budget-history")] * months
    )


def test_three_cards_stand_in_a_line() -> None:
    assert layout(shown_cards(watched("Half", 50))) == ["grid of 3"]

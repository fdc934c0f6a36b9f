"""What is said of the prepaid balance, and of the limits that are set at OpenAI."""

import datetime as dt
import json
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from lib.analysis.forecasting.outlook import Outlook, known
from lib.answers import budget_status
from lib.openai_admin.spend_limits import LimitKind, LimitList, SpendLimit
from lib.store.budget_file import Balance
from lib.store.records.budgets import Budget
from lib.ui import budget_cards
from lib.ui.budget_cards import show_balance, show_limits, spend_course_card
from lib.wording.labels import Labels
from tests.charts.drawn_data import rows_of
from tests.shown import shown
from tests.ui.drawn import layout

TODAY = dt.date(2026, 11, 23)
FIRST = dt.date(2026, 8, 1)
READ_AT = dt.datetime(2026, 11, 23, 9, 5, tzinfo=dt.UTC)
LIMIT = SpendLimit(LimitKind.LIMIT, "", Decimal(50), True)


def look(*_key: object) -> Outlook:
    """Return a bill of $2 a day."""
    days = [FIRST + dt.timedelta(days=n) for n in range((TODAY - FIRST).days + 1)]
    return Outlook(known(dict.fromkeys(days, Decimal(2)), set(days[:-4]), TODAY))


def page(draw: object) -> None:
    """Run what draws a card."""
    draw()  # type: ignore[operator]  # AppTest runs this without the imports


def drawn(draw: Callable[[], None]) -> AppTest:
    app = AppTest.from_function(page, default_timeout=20, args=(draw,)).run()
    assert not app.exception
    return app


def limits(listed: LimitList) -> AppTest:
    return drawn(lambda: show_limits(listed, Labels([]), look))


def captions(app: AppTest) -> list[str]:
    return [shown(caption.value) for caption in app.caption]


def test_a_balance_shows_what_is_left_paid_and_billed() -> None:
    app = drawn(lambda: show_balance(Balance(dt.date(2026, 11, 1), Decimal(60)), look()))

    assert [(shown(m.label), m.value) for m in app.metric] == [
        ("Balance left, estimate", "$14.00"),
        ("Paid in", "$60.00"),
        ("Billed since 1 Nov 2026", "$46.00"),
    ]
    assert shown(app.markdown[0].value).startswith("▲ Gone soon. $14.00 of the prepaid $60.00 is left.")
    assert [shown(heading.value) for heading in app.header] == ["How long does the prepaid balance last?"]


def test_a_balance_of_a_day_that_is_not_read_is_a_warning() -> None:
    app = drawn(lambda: show_balance(Balance(dt.date(2020, 1, 1), Decimal(60)), look()))

    assert shown(app.warning[0].value).startswith("The balance of 1 Jan 2020 cannot be followed")
    assert len(app.metric) == 0


def test_without_a_balance_nothing_is_drawn() -> None:
    assert len(drawn(lambda: show_balance(None, look())).main) == 0


def test_limits_are_tabled_with_when_they_were_told() -> None:
    app = limits(LimitList((LIMIT,), ("Alerts cannot be read.",), READ_AT))

    (table,) = app.dataframe
    assert table.value["status"].tolist() == ["▲ Going over"]
    assert table.value["origin"].tolist() == ["OpenAI limit, enforced"]
    assert captions(app)[0] == "Alerts cannot be read."
    assert captions(app)[1].startswith("As read from OpenAI on 23 Nov 2026, 09:05 UTC")


def test_it_is_said_where_none_are_set() -> None:
    app = limits(LimitList(read_at=READ_AT))

    assert captions(app) == ["No limits or alerts are set at OpenAI, as of 23 Nov 2026, 09:05 UTC."]
    assert len(app.dataframe) == 0


def test_what_could_not_be_read_is_not_said_to_be_none() -> None:
    assert captions(limits(LimitList((), ("Limits cannot be read.",), READ_AT))) == ["Limits cannot be read."]


def test_of_many_that_could_not_be_read_a_few_are_said() -> None:
    refused = tuple(f"The spend limit of project {n} could not be read." for n in range(2_000))

    assert captions(limits(LimitList((), refused, READ_AT))) == [
        *refused[:3],
        "1,997 more spend limits could not be read.",
    ]


def test_before_anything_was_read_nothing_is_said() -> None:
    assert captions(limits(LimitList())) == []


def test_a_month_has_a_course_once_something_is_billed() -> None:
    days = [FIRST + dt.timedelta(days=n) for n in range((TODAY - FIRST).days + 1)]
    nothing = Outlook(known(dict.fromkeys(days, Decimal(0)), set(days), TODAY))

    course = drawn(lambda: spend_course_card(look()))

    assert [shown(heading.value) for heading in course.header] == ["How is this month's spend going?"]
    assert len(drawn(lambda: spend_course_card(nothing)).main) == 0


def test_three_numbers_of_a_balance_stand_beside_each_other() -> None:
    app = drawn(lambda: show_balance(Balance(dt.date(2026, 11, 1), Decimal(60)), look()))

    assert "grid of 3" in layout(app)


class Figure:
    """The figure that a card draws: what it says of the chart as JSON, its table and columns."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, draw: Callable[[], None]) -> None:
        made: list[Any] = []
        monkeypatch.setattr(budget_cards, "show_figure", lambda *given, **more: made.append((*given, more)))
        self.page = drawn(draw)
        ((self.question, drawing, self.table, self.columns, self.more),) = made
        self.spec = json.dumps(drawing.to_dict() | {"datasets": rows_of(drawing)}, default=str)


def test_what_is_left_of_a_balance_ends_at_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    balance = Balance(dt.date(2026, 11, 1), Decimal(60))

    figure = Figure(monkeypatch, lambda: show_balance(balance, look()))

    assert figure.more["alt_text"] == shown(figure.page.markdown[0].value)
    assert "Nothing left" in figure.spec
    assert '"datum": 0.0' in figure.spec or '"y": 0.0' in figure.spec or '"value": 0.0' in figure.spec


@pytest.mark.parametrize(
    ("left", "title", "line"),
    [(False, "Running total", "Budget $60"), (True, "Left of the budget", "Nothing left")],
)
def test_a_budget_is_used_up_beside_an_even_burn_rate(
    monkeypatch: pytest.MonkeyPatch, left: bool, title: str, line: str
) -> None:
    (one,) = budget_status.watched([Budget("", "", Decimal(60))], Labels([]), look)

    figure = Figure(monkeypatch, lambda: budget_cards.budget_course_card(one, left=left))

    assert figure.question == "How fast is the budget used up: Whole organization?"
    assert figure.more["alt_text"] == shown(figure.page.markdown[0].value)
    assert all(words in figure.spec for words in ("Even burn rate", line))
    assert list(figure.columns.values())[-1].label == "At an even burn rate (USD)"
    assert any(column.label == f"{title}, forecast (USD)" for column in figure.columns.values())
    assert list(figure.table["even"]) == list(budget_status.course(one, left=left).even["total"])

"""Where the month ends, what the next ones cost, and how far off forecasts were."""

import datetime as dt
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from lib import tables
from lib.analysis.forecasting.forecast import Band
from lib.analysis.forecasting.outlook import Sum
from lib.answers.forecasts import FEWEST_DAYS, MonthEnd
from lib.answers.view import View
from lib.periods.windows import Window
from lib.ui import forecast_cards
from tests.ui.drawn import drawn, layout, values

NOVEMBER = Window(dt.date(2026, 11, 1), dt.date(2026, 12, 1))
OCTOBER = Window(dt.date(2026, 10, 1), dt.date(2026, 11, 1))
COURSE = pd.DataFrame(
    {
        "day": [dt.date(2026, 11, 1), dt.date(2026, 11, 2)],
        "state": ["final", "forecast"],
        "billed": [Decimal(10), Decimal(0)],
        "total": [10.0, 60.0],
        "low80": [10.0, 55.0],
        "high80": [10.0, 65.0],
        "low95": [10.0, 50.0],
        "high95": [10.0, 70.0],
    }
)
MONTHS = pd.DataFrame(
    {
        "month": ["Nov 2026"],
        "billed": [Decimal(10)],
        "rest": [Decimal(50)],
        "forecast": [Decimal(60)],
        "low80": [55.0],
        "high80": [65.0],
        "low95": [50.0],
        "high95": [70.0],
    }
)


def sum_of(window: Window, forecast: int, *bands: tuple[float, int, int]) -> Sum:
    return Sum(window, Decimal(10), Decimal(forecast), tuple(Band(*sides) for sides in bands))


def end(ended: int = 40, *bands: tuple[float, int, int]) -> MonthEnd:
    return MonthEnd(
        NOVEMBER,
        OCTOBER,
        sum_of(NOVEMBER, 60, *bands),
        sum_of(OCTOBER, ended),
        sum_of(NOVEMBER, 180),
        COURSE,
        COURSE[["day", "total"]].head(0),
        MONTHS,
    )


BANDS = (0.8, 55, 65), (0.95, 50, 70)
IN_WORDS = "Between $55 and $65 in 8 of 10 cases, between $50 and $70 in 19 of 20."
TOO_SHORT = "The history is too short or too uneven to say how far off this may be."


def test_the_end_of_the_month_is_four_numbers_and_a_sentence() -> None:
    app = drawn(lambda: forecast_cards.show_month_end(end(40, *BANDS)))

    assert [(m.label, m.value, m.delta) for m in app.metric] == [
        ("November, forecast", "$60", "+50.0% on October"),
        ("November, billed so far", "$10", ""),
        ("Next 90 days, forecast", "$180", ""),
        ("October", "$40", ""),
    ]
    assert values(app.markdown) == [f"November ends at about $60, as forecast. {IN_WORDS}"]


def test_a_fall_has_a_plain_minus_sign_that_streamlit_reads() -> None:
    app = drawn(lambda: forecast_cards.show_month_end(end(80)))

    assert app.metric[0].delta == "-25.0% on October"
    assert values(app.markdown) == [f"November ends at about $60, as forecast. {TOO_SHORT}"]


@pytest.fixture
def cards(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """Return the cards that are drawn: the question, chart, table and columns, and what else is said."""
    made: list[Any] = []
    monkeypatch.setattr(forecast_cards, "show_figure", lambda *given, **more: made.append((*given, more)))
    return made


def test_the_months_course_is_drawn_beside_that_of_the_month_before(cards: list[Any]) -> None:
    forecast_cards.month_end_card(end())

    ((question, drawing, table, columns, more),) = cards
    assert (question, columns, more["name"]) == (
        "Where will November end?",
        tables.FORECAST_COURSE,
        "month-end",
    )
    assert table is COURSE
    assert "datasets" in drawing.to_dict()
    assert more["alt_text"] == "A running total: $10.00 so far, $60.00 by the end, as forecast."


def test_the_next_months_are_drawn(cards: list[Any]) -> None:
    forecast_cards.next_months_card(end())

    ((question, drawing, table, columns, more),) = cards
    assert (question, columns, more["name"]) == (
        "What will the next three months cost?",
        tables.FORECAST_MONTHS,
        "months",
    )
    assert table is MONTHS
    assert "Nov 2026" in str(drawing.to_dict())
    assert more["alt_text"] == "Spend by month, billed and forecast: Nov 2026 $60.00."


def test_how_far_off_forecasts_were_is_drawn_and_judged(cards: list[Any]) -> None:
    tried = pd.DataFrame({"on_day": [dt.date(2026, 11, 5)], "method": ["A"], "error": [0.1]})
    found: Any = SimpleNamespace(
        by_day=pd.DataFrame({"on_day": [5], "method": ["A"], "error": [0.1]}), tried=tried
    )

    forecast_cards.back_test_card(found, "“A” is used.")

    ((question, _, table, columns, more),) = cards
    assert (question, columns, more["name"]) == (
        "How far off were earlier forecasts?",
        tables.BACK_TEST,
        "back-test",
    )
    assert list(table["on_day"]) == ["2026-11-05"]
    assert more["alt_text"] == "“A” is used."
    assert more["note"].startswith("“A” is used. Each forecast knew only")


def test_four_numbers_stand_beside_each_other() -> None:
    assert layout(drawn(lambda: forecast_cards.show_month_end(end()))) == ["grid of 4"]


class Page:
    """The forecast over a bill as far as it is known; `drawn` are the parts that are drawn of it."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, *, fetching: int = 0, **found: Any) -> None:
        usual = {
            "has_spend": True,
            "has_credits_alone": False,
            "is_enough": True,
            "has_bands": True,
            "final_days": 20,
        }
        self.found = SimpleNamespace(**{**usual, **found}, month_end=lambda: "the end")
        self.asked: list[Any] = []
        self.drawn: list[Any] = []
        reading = SimpleNamespace(
            backend="backend",
            coverage=SimpleNamespace(fetching=range(fetching)),
            any_rows=lambda measure: measure.slug,
        )
        monkeypatch.setattr(
            forecast_cards, "require", lambda view, sources: self._require(view, sources, reading)
        )
        monkeypatch.setattr(forecast_cards, "say_left_out", lambda *_given: None)
        monkeypatch.setattr(forecast_cards.loading, "load_forecast", lambda *_given: self.found)
        for name in ("show_empty", "show_month_end", "month_end_card"):
            monkeypatch.setattr(
                forecast_cards, name, lambda *given, name=name: self.drawn.append((name, given[-1]))
            )

    def _require(self, view: View, sources: Any, reading: Any) -> Any:
        self.asked.append((view.window.end, [source.name for source in sources]))
        return reading

    def opened(self) -> AppTest:
        view = View(NOVEMBER, dt.date(2026, 11, 23))

        def page() -> None:
            self.returned = forecast_cards.show_forecast(view)

        return drawn(page)


def test_a_forecast_is_drawn_once_enough_is_known(monkeypatch: pytest.MonkeyPatch) -> None:
    page = Page(monkeypatch)

    app = page.opened()

    assert page.returned is page.found
    assert page.drawn == [("show_month_end", "the end"), ("month_end_card", "the end")]
    assert (len(app.info), [sources for _, sources in page.asked]) == (0, [["costs"]])


@pytest.mark.parametrize(
    ("known", "said"),
    [
        ({"fetching": 3}, "The bill of 3 days is still being fetched."),
        (
            {"is_enough": False},
            f"A forecast needs the final bill of {FEWEST_DAYS} days in a row; there are 20 so far.",
        ),
    ],
)
def test_without_enough_days_it_is_said_what_is_missing(
    monkeypatch: pytest.MonkeyPatch, known: dict[str, Any], said: str
) -> None:
    page = Page(monkeypatch, **known)

    app = page.opened()

    assert (page.returned, page.drawn) == (None, [])
    assert values(app.info)[0].startswith(said)


def test_of_a_short_history_the_forecast_is_drawn_with_a_warning(monkeypatch: pytest.MonkeyPatch) -> None:
    page = Page(monkeypatch, has_bands=False)

    app = page.opened()

    assert page.returned is page.found
    assert values(app.info)[0].startswith("The final bill of only 20 days is known")


def test_without_a_bill_there_is_no_forecast(monkeypatch: pytest.MonkeyPatch) -> None:
    page = Page(monkeypatch, has_spend=False)

    page.opened()

    assert (page.returned, page.drawn) == (None, [("show_empty", "spend")])


def test_credits_alone_are_not_forecast(monkeypatch: pytest.MonkeyPatch) -> None:
    page = Page(monkeypatch, has_spend=False, has_credits_alone=True)

    app = page.opened()

    assert (page.returned, page.drawn) == (None, [])
    assert values(app.info) == [
        "Only credits were billed on these days, so there is no spending to forecast."
    ]


@pytest.mark.parametrize("is_tried", [True, False])
def test_how_far_off_forecasts_were_is_drawn_where_any_were_tried(
    monkeypatch: pytest.MonkeyPatch, is_tried: bool
) -> None:
    made: list[Any] = []
    monkeypatch.setattr(forecast_cards, "verdict", lambda scores: f"judged by {scores}")
    monkeypatch.setattr(forecast_cards, "next_months_card", made.append)
    monkeypatch.setattr(forecast_cards, "back_test_card", lambda _found, judged: made.append(judged))
    found: Any = SimpleNamespace(
        month_end=lambda: "the end", scores="scores", tried=pd.DataFrame({"error": [0.1] * is_tried})
    )

    app = drawn(lambda: forecast_cards.show_next_months(found))

    said = "judged by scores"
    assert (made, values(app.info)) == ((["the end", said], []) if is_tried else (["the end"], [said]))

import datetime as dt
from collections.abc import Callable

from streamlit.testing.v1 import AppTest

from tests.loopback import Request, Response
from tests.pages.conftest import Open
from tests.pages.organization import empty, ready


def test_the_month_ends_where_its_days_lead(open_page: Open, words: Callable[[AppTest], str]) -> None:
    app = open_page("forecast", ready)

    assert {m.label: m.value for m in app.metric} == {
        "November, forecast": "$60",
        "November, billed so far": "$46",
        "Next 90 days, forecast": "$180",
        "October": "$62",
    }
    assert "**November ends at about \\$60, as forecast.** Between \\$60 and \\$60 in 8 of 10" in words(app)


def test_the_back_test_says_which_method_is_used(open_page: Open, words: Callable[[AppTest], str]) -> None:
    app = open_page("forecast", ready)

    assert "“By weekday and trend” is used: it was off by 0% on average; “Run rate” was off by 0%." in words(
        app
    )


def test_filters_count_and_dates_do_not(open_page: Open) -> None:
    app = open_page("forecast", ready, project="proj_b", period="7d")

    assert [m.value for m in app.metric[:2]] == ["$23", "$17"]


def test_a_short_history_is_no_ground_for_a_forecast(
    open_page: Open, words: Callable[[AppTest], str]
) -> None:
    def young(request: Request) -> Response:
        first = int(dt.datetime(2026, 11, 10, tzinfo=dt.UTC).timestamp())
        response = ready(request)
        if isinstance(response.body, dict) and response.body["object"] == "page":
            for bucket in response.body["data"]:
                bucket["results"] = bucket["results"] if bucket["start_time"] >= first else []
        return response

    app = open_page("forecast", young)

    assert "A forecast needs the final bill of 28 days in a row; there are 10." in words(app)
    assert not app.metric


def test_without_a_bill_the_page_says_so(open_page: Open, words: Callable[[AppTest], str]) -> None:
    app = open_page("forecast", empty)

    assert "1 Nov 2025 – 23 Nov 2026" in words(app)
    assert not app.metric

"""What no page may say about days that are not known."""

import datetime as dt
from collections.abc import Callable

import pytest
from streamlit.testing.v1 import AppTest

from tests.loopback import Request, Response
from tests.pages.conftest import Open
from tests.pages.organization import ready

SERVED_FROM = dt.datetime(2026, 10, 20, tzinfo=dt.UTC)


def short_history(request: Request) -> Response:
    """Answer as the organization does, but for days before the API's history."""
    if "start_time" in request.query and request.number("start_time") < SERVED_FROM.timestamp():
        error = {
            "message": "start_time is before the earliest available data, which starts at 2026-10-20.",
            "type": "invalid_request_error",
            "param": "start_time",
            "code": "reporting_lookback_exceeded",
        }
        return Response({"error": error}, status=400)
    return ready(request)


@pytest.mark.parametrize("page", ["overview", "breakdown", "costs", "who", "profile"])
def test_nothing_is_compared_with_days_before_the_apis_history(
    page: str, open_page: Open, words: Callable[[AppTest], str]
) -> None:
    app = open_page(page, short_history)

    said = "Not compared with 25 Sep – 24 Oct 2026: 25 of 30 days are before the API’s history."
    assert words(app).count(said) == 1
    assert "25 Sep" not in words(app).replace("Not compared with 25 Sep", "")
    assert not any(metric.delta for metric in app.metric)
    assert not any("before" in frame.value.columns for frame in app.dataframe)


def test_no_change_is_explained_against_days_before_the_apis_history(
    open_page: Open, words: Callable[[AppTest], str]
) -> None:
    app = open_page("changes", short_history)

    assert "A change is shown once every day of both periods is known." in words(app)
    assert not app.get("vega_lite_chart")


def test_a_period_that_begins_before_the_history_says_so(
    open_page: Open, words: Callable[[AppTest], str]
) -> None:
    app = open_page("overview", short_history, period="90d")

    assert "Not all of the period is known: 55 of 90 days are before the API’s history." in words(app)
    assert len(app.get("vega_lite_chart")) == 4


def test_where_all_days_are_known_they_are_compared(open_page: Open, words: Callable[[AppTest], str]) -> None:
    app = open_page("overview", ready)

    assert "Not compared" not in words(app)
    assert "the same as in 25 Sep – 24 Oct 2026 ($60.00)" in words(app)

import datetime as dt
from collections.abc import Callable
from functools import partial

from streamlit.testing.v1 import AppTest

from lib.demo.server.entitlements import user_with_project
from lib.periods.windows import Window, unix
from tests.loopback import Request, Response
from tests.pages.conftest import Open
from tests.pages.organization import empty, ready


def test_the_month_ends_where_its_days_lead(open_page: Open, words: Callable[[AppTest], str]) -> None:
    app = open_page("budgets", ready)

    assert {m.label: m.value for m in app.metric} == {
        "November, forecast": "$60",
        "November, billed so far": "$46",
        "Next 90 days, forecast": "$180",
        "October": "$62",
    }
    assert "November ends at about $60, as forecast. Between $60 and $60 in 8 of 10" in words(app)


def test_the_back_test_says_which_method_is_used(open_page: Open, words: Callable[[AppTest], str]) -> None:
    app = open_page("budgets", ready)

    assert "“By weekday and trend” is used: it was off by 0% on average; “Run rate” was off by 0%." in words(
        app
    )


def test_filters_count_and_dates_do_not(open_page: Open) -> None:
    app = open_page("budgets", ready, project="proj_b", period="7d")

    assert [m.value for m in app.metric[:2]] == ["$23", "$17"]


def since(first: dt.date, request: Request) -> Response:
    """Answer as the organization, had it begun on `first`."""
    response = ready(request)
    if isinstance(response.body, dict) and response.body["object"] == "page":
        for bucket in response.body["data"]:
            bucket["results"] = bucket["results"] if bucket["start_time"] >= unix(first) else []
    return response


def test_a_short_history_is_forecast_at_its_run_rate_and_said_to_be(
    open_page: Open, words: Callable[[AppTest], str]
) -> None:
    app = open_page("budgets", partial(since, dt.date(2026, 11, 10)))

    # $28 billed in 14 days, and seven days to come at $2.
    assert app.metric[0].value == "$42"
    assert "The final bill of only 10 days is known. The forecast is the average of a day" in words(app)
    assert "No complete month could be tried yet" in words(app)


def test_a_few_days_are_no_ground_for_a_forecast(open_page: Open, words: Callable[[AppTest], str]) -> None:
    app = open_page("budgets", partial(since, dt.date(2026, 11, 15)))

    assert "A forecast needs the final bill of 7 days in a row; there are 5 so far." in words(app)
    assert not app.metric


def test_without_a_bill_the_page_says_so(open_page: Open, words: Callable[[AppTest], str]) -> None:
    app = open_page("budgets", empty)

    assert "1 Nov 2025 – 23 Nov 2026" in words(app)
    assert not app.metric


def test_days_whose_bill_does_not_tell_the_filter_are_no_history(
    open_page: Open, words: Callable[[AppTest], str]
) -> None:
    refused = Window(dt.date(2026, 10, 20), dt.date(2026, 11, 1))

    def apart(request: Request) -> Response:
        grouped = set(request.query.get("group_by", []))
        touched = (
            request.path.endswith("/costs")
            and {"user_id", "project_id"} <= grouped
            and request.number("start_time") < refused.end_time
            and request.number("end_time") > refused.start_time
        )
        said = user_with_project()
        return Response(said.body, status=said.status) if touched else ready(request)

    app = open_page("budgets", apart, user="user-a", project="proj_b")

    # Of November, the first 19 days are final; before it, nothing is known of users in projects.
    assert "only 19 days is known" in words(app)

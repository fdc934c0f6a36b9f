"""Costs by project, person, key or key owner: billed where the bill says so, else allocated by usage."""

import datetime as dt
from collections.abc import Callable

from streamlit.testing.v1 import AppTest

from lib.demo.server.entitlements import keys_too_far_back
from lib.periods.windows import unix
from tests.loopback import Request, Response
from tests.pages.conftest import Open
from tests.pages.organization import empty, ready

FLOOR = dt.date(2026, 11, 9)


def floored(request: Request) -> Response:
    """Answer as the organization whose bill tells keys since FLOOR only."""
    keys = "api_key_id" in request.query.get("group_by", [])
    if request.path.endswith("/costs") and keys and request.number("start_time") < unix(FLOOR):
        refused = keys_too_far_back(FLOOR)
        return Response(refused.body, status=refused.status)
    return ready(request)


def test_a_bill_that_tells_whose_it_is_is_not_estimated(
    open_page: Open, words: Callable[[AppTest], str]
) -> None:
    app = open_page("costs", ready, stack="project_id")

    assert "All of it is billed: the bill itself names the project of every dollar." in words(app)
    assert not app.metric


def test_days_before_the_key_floor_are_allocated_and_said_to_be(
    open_page: Open, words: Callable[[AppTest], str]
) -> None:
    app = open_page("costs", floored, stack="api_key_id", **{"from": "2026-11-02", "to": "2026-11-15"})

    # Of 14 days, 7 are told; the other 7 at $2 a day match the day's tokens of that project and model.
    assert [(m.label, m.value) for m in app.metric] == [
        ("Billed, 50.0%", "$14.00"),
        ("Allocated (estimate), 50.0%", "$14.00"),
        ("Not allocated, 0%", "$0.00"),
    ]
    assert "On some of these days the bill does not name the API key." in words(app)


def test_a_comparison_with_days_that_are_allocated_says_so(
    open_page: Open, words: Callable[[AppTest], str]
) -> None:
    days = {"from": "2026-11-09", "to": "2026-11-15", "compare": "previous"}

    app = open_page("costs", floored, stack="api_key_id", **days)

    assert "All of it is billed" in words(app)
    assert "The grey mark is 2–8 Nov 2026, of which 100% is allocated (estimate)." in words(app)


def test_what_finds_no_usage_is_listed_with_the_reason(open_page: Open) -> None:
    def unused(request: Request) -> Response:
        return floored(request) if request.path.endswith("/costs") else empty(request)

    app = open_page("costs", unused, stack="api_key_id", **{"from": "2026-11-02", "to": "2026-11-08"})

    (table,) = (d.value for d in app.dataframe if "reason" in d.value)
    assert list(zip(table["line_item"], table["costs.cost_usd"], strict=True)) == [
        ("gpt-6-sol-2026-05-01, input", 8.75),
        ("gpt-6-luna, output", 5.25),
    ]
    assert set(table["reason"]) == {"No matching usage in that project on that day"}


def test_an_owner_stands_for_the_keys(open_page: Open, words: Callable[[AppTest], str]) -> None:
    app = open_page("costs", ready, stack="owner", also="model")

    assert not app.exception
    assert "Which key owners spent most?" in words(app)
    assert "On which models?" in words(app)


def test_an_empty_period_says_so(open_page: Open, words: Callable[[AppTest], str]) -> None:
    assert "25 Oct – 23 Nov 2026. Nothing was used or billed on any day that is known." in words(
        open_page("costs", empty, stack="project_id")
    )


def test_what_the_bill_gives_to_nobody_is_not_called_told(
    open_page: Open, words: Callable[[AppTest], str]
) -> None:
    def without_project(request: Request) -> Response:
        response = ready(request)
        if request.path.endswith("/costs"):
            for bucket in response.body["data"]:
                for row in bucket["results"]:
                    row.pop("project_id", None)
        return response

    said = words(open_page("costs", without_project, stack="project_id"))

    assert "All of it is billed. $60.00 of the bill belong to no project." in said
    assert "of every dollar" not in said


def test_refreshing_costs_asks_for_all_that_the_page_read(open_page: Open) -> None:
    days = {"from": "2026-11-02", "to": "2026-11-15"}

    app = open_page("costs", floored, stack="api_key_id", **days)

    needed = {need.source for need in app.session_state["session"].required}
    assert {"costs", "completions", "embeddings", "images"} <= needed

from collections.abc import Callable
from functools import partial

import pytest
from streamlit.testing.v1 import AppTest

from lib.answers import instance
from tests.loopback import Request, Response
from tests.pages.conftest import Open, visit
from tests.pages.organization import empty, ready
from tests.pages.test_allocation import floored


def billing(line_item: str, request: Request) -> Response:
    """Answer as the organization with one more line on each day's bill."""
    response = ready(request)
    if request.path.endswith("/costs") and isinstance(response.body, dict):
        for bucket in response.body["data"]:
            bucket["results"].append(
                {"line_item": line_item, "project_id": "proj_a", "amount": {"value": 0.5, "currency": "usd"}}
            )
    return response


def test_what_cannot_be_read_is_shown_as_it_stands(open_page: Open, words: Callable[[AppTest], str]) -> None:
    app = open_page("reconciliation", partial(billing, "Quantum tokens"), period="7d")

    table = app.dataframe[-1].value
    assert table["line_item"].iloc[0] == "Quantum tokens"
    assert table["why"].iloc[0] == "Line items that cannot be read"
    assert table["billed"].iloc[0] == 3.5
    assert "Names that this app does not know come first: 1." in words(app)


def test_the_bill_stands_beside_list_prices(open_page: Open) -> None:
    app = open_page("reconciliation", ready)

    assert [m.label for m in app.metric] == [
        "Billed",
        "Usage at list prices (estimate)",
        "Explained",
        "Effective discount",
    ]
    assert app.metric[0].value == "$60.00"


@pytest.mark.parametrize(
    ("dimension", "value", "billed"),
    [
        ("project", "proj_b", "$22.50"),
        ("key", "key_a", "$60.00"),
        ("model", "gpt-6-sol", "$37.50"),
        ("model", "gpt-6-sol-2026-05-01", "$37.50"),
    ],
)
def test_both_ledgers_are_narrowed_by_what_both_know(
    open_page: Open, dimension: str, value: str, billed: str
) -> None:
    app = open_page("reconciliation", ready, **{dimension: value})

    (models,) = (d.value for d in app.dataframe if "mainly" in d.value.columns)
    assert app.metric[0].value == billed
    assert sum(models["at_list"]) > 0


def test_a_filter_that_only_usage_knows_is_said(open_page: Open, words: Callable[[AppTest], str]) -> None:
    app = open_page("reconciliation", ready, batch="true")

    assert "Usage and bill do not both know batch" in words(app)
    assert not app.metric


def test_days_whose_bill_does_not_know_keys_are_left_out_of_both(
    open_page: Open, words: Callable[[AppTest], str]
) -> None:
    days = {"from": "2026-11-02", "to": "2026-11-15"}
    app = open_page("reconciliation", floored, key="key_a", **days)
    since = open_page("reconciliation", floored, key="key_a", **days | {"from": "2026-11-09"})

    assert "On 7 of these days the bill does not know these filters" in words(app)
    assert "these filters" not in words(since)
    assert [m.value for m in app.metric] == [m.value for m in since.metric]


def test_a_bill_of_nothing_but_usage_says_so(open_page: Open, words: Callable[[AppTest], str]) -> None:
    app = open_page("reconciliation", ready, model="gpt-6-sol")

    assert "The bill charges nothing here that usage does not count." in words(app)
    assert all("line_item" not in d.value.columns for d in app.dataframe)


def test_an_empty_period_says_so(open_page: Open, words: Callable[[AppTest], str]) -> None:
    assert "25 Oct – 23 Nov 2026. Nothing was used or billed on any day that is known." in words(
        open_page("reconciliation", empty)
    )


@pytest.mark.usefixtures("store")
def test_all_of_a_month_of_the_demo_organization_is_explained() -> None:
    app = visit("reconciliation", **{"from": "2026-10-01", "to": "2026-10-31"})
    instance.open_backend().syncer.request(app.session_state["session"].required).wait(60)
    app.run()

    shown = {m.label: m.value for m in app.metric}
    table = app.dataframe[-1].value
    assert shown["Explained"] == "100%"
    assert "Line items that cannot be read" not in set(table["why"])

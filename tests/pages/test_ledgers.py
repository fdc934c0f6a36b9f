from collections.abc import Callable
from decimal import Decimal
from functools import partial

import pytest
from streamlit.testing.v1 import AppTest

from lib import data
from tests.loopback import Request, Response
from tests.pages.conftest import Open, visit
from tests.pages.organization import empty, ready


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
    app = open_page("ledgers", partial(billing, "Quantum tokens"), period="7d")

    table = app.dataframe[-1].value
    assert table["line_item"].iloc[0] == "Quantum tokens"
    assert table["why"].iloc[0] == "Line items that cannot be read"
    assert table["billed"].iloc[0] == 3.5
    assert "1 of them cannot be read, and come first." in words(app)


def test_the_bill_stands_beside_list_prices(open_page: Open) -> None:
    app = open_page("ledgers", ready)

    assert [m.label for m in app.metric] == [
        "Billed",
        "Usage at list prices (estimate)",
        "Explained",
        "Effective discount",
    ]
    assert app.metric[0].value == "$60.00"


def test_an_empty_period_says_so(open_page: Open, words: Callable[[AppTest], str]) -> None:
    assert "25 Oct – 23 Nov 2026. Try a longer period." in words(open_page("ledgers", empty))


@pytest.mark.usefixtures("store")
def test_a_month_of_the_demo_organization_is_explained() -> None:
    app = visit("ledgers", **{"from": "2026-10-01", "to": "2026-10-31"})
    data.open_backend().syncer.request(app.session_state["required"]).wait(60)
    app.run()

    shown = {m.label: m.value for m in app.metric}
    table = app.dataframe[-1].value
    assert Decimal(shown["Explained"].strip("%>")) >= Decimal("99.9")
    assert "Line items that cannot be read" not in set(table["why"])

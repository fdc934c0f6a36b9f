"""Organizations of an odd shape: the pages that judge and plan never fail, and claim nothing."""

import datetime as dt
from typing import Any

import pytest

from tests.loopback import Handler, Request, Response
from tests.pages.conftest import Open
from tests.pages.organization import NOW, ready

PAGES = ("overview", "anomalies", "savings", "budgets", "statement")
CREDIT = {"line_item": "Promotional credit", "amount": {"value": "-10", "currency": "usd"}}
NOBODY = {"project_id": None, "user_id": None, "api_key_id": None}


def changed(rows: Any) -> Handler:
    """Return the answers of the organization with what `rows` makes of the results of each day."""

    def answer(request: Request) -> Response:
        found = ready(request)
        body: Any = found.body
        for bucket in body.get("data", ()):
            if "start_time" in bucket:
                day = dt.datetime.fromtimestamp(bucket["start_time"], dt.UTC).date()
                bucket["results"] = rows(day, bucket["results"])
        return found

    return answer


def is_bill(results: list[dict[str, Any]]) -> bool:
    return any("amount" in row for row in results)


def only_credits(_day: dt.date, results: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{**results[0], **CREDIT}] if is_bill(results) else []


def a_week_old(day: dt.date, results: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return results if NOW.date() - day < dt.timedelta(days=7) else []


def only_today(day: dt.date, results: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return results if day == NOW.date() else []


def nobody(_day: dt.date, results: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [row | {name: None for name in NOBODY if name in row} for row in results]


def no_bill(_day: dt.date, results: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [] if is_bill(results) else results


@pytest.mark.parametrize("shape", [only_credits, a_week_old, only_today, nobody, no_bill])
@pytest.mark.parametrize("page", PAGES)
def test_a_page_says_something_about_an_organization_of_any_shape(
    page: str, shape: Any, open_page: Open
) -> None:
    app = open_page(page, changed(shape))

    assert not app.exception
    assert not app.error


def test_a_young_organization_is_not_called_as_usual(open_page: Open) -> None:
    app = open_page("anomalies", changed(a_week_old))

    said = " ".join(heading.value for heading in (*app.header, *app.subheader))
    assert "oo little history to judge" in said
    assert "Nothing unusual" not in said

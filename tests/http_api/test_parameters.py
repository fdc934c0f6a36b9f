"""A parameter that is wrong is named, with what it takes; nothing is put right in silence."""

from typing import Any

import pytest

from lib.catalog.measures import MEASURES
from tests.http_api.service import Service, billed, november, put


def wrong(service: Service, token: str, path: str, **query: Any) -> tuple[str, str, list[str] | None]:
    answered = service.get(path, token, **query)
    assert answered.status_code == 400, answered.text
    said = answered.json()
    assert said["code"] == "wrong_parameter"
    return said["parameter"], said["detail"], said.get("allowed")


@pytest.fixture
def token(service: Service) -> str:
    put(service.folder, {"costs": [billed(2, "1")]}, november(1, 20))
    return service.token()


@pytest.mark.parametrize(
    ("path", "query", "named", "said"),
    [
        ("totals", {"period": "decade"}, "period", "“decade” is none. Allowed are today, yesterday, 7d,"),
        ("totals", {"measure": "money"}, "measure", "“money” is none. Allowed are spend, requests,"),
        ("totals", {"period": ["7d", "30d"]}, "period", "may be given once at most."),
        ("totals", {"shoe": "42"}, "shoe", "There is no such parameter here. Allowed are measure,"),
        ("totals", {"from_": "2026-02-30", "to": "2026-03-01"}, "from", "must be a date like 2026-01-31."),
        ("totals", {"from_": "20260101", "to": "2026-03-01"}, "from", "must be a date like 2026-01-31."),
        ("totals", {"from_": "2026-01-01"}, "to", "is needed with from."),
        ("totals", {"to": "2026-01-01"}, "from", "is needed with to."),
        ("totals", {"from_": "2026-01-02", "to": "2026-01-01"}, "from", "The range was the wrong way round."),
        ("totals", {"from_": "2026-11-01", "to": "2026-12-01"}, "from", "The range ended in the future."),
        ("totals", {"from_": "1999-01-01", "to": "2026-11-01"}, "from", "The range began before"),
        ("totals", {"period": "7d", "from_": "2026-11-01"}, "period", "and from are two"),
        ("totals", {"compare": "year", "against_from": "2026-01-01"}, "compare", "and against-from are two"),
        ("totals", {"against_from": "2026-01-01"}, "against-to", "is needed with against-from."),
        ("totals", {"grain": "day"}, "grain", "There is no such parameter here."),
        ("totals", {"measure": "tokens", "line_item": "x"}, "line_item", "tokens cannot be filtered by it,"),
        ("totals", {"organization": "acme"}, "organization", "The one organization has no name here."),
        ("totals", {"team": "Growth"}, "team", "spend cannot be filtered by it, but by project,"),
        ("series", {"grain": "hour", "period": "7d"}, "grain", "spend comes by day at the finest. Allowed"),
        ("series", {"grain": "minute", "measure": "tokens"}, "grain", "The period is too long"),
        ("series", {"by": ["project", "model"]}, "by", "may be given once at most."),
        ("series", {"by": "size"}, "by", "spend cannot be grouped by size. Allowed are project,"),
        ("series", {"by": "team"}, "by", "spend cannot be grouped by team."),
        ("ranking", {}, "by", "is needed. Allowed are project,"),
        ("ranking", {"by": "project", "limit": "0"}, "limit", "must be a whole number from 1 to 100000."),
        ("ranking", {"by": "project", "limit": "٣"}, "limit", "must be a whole number from 1 to 100000."),
        ("rows/costs", {"by": "size"}, "by", "“size” is none. Allowed are project, line_item,"),
        ("rows/costs", {"grain": "hour", "period": "7d"}, "grain", "costs comes by day at the finest."),
        ("budgets", {"month": "October"}, "month", "must be like 2026-10."),
        ("statement", {"month": "2020-01"}, "month", "cannot be looked at. Allowed are 2026-11, 2026-10,"),
    ],
)  # fmt: skip
def test_a_wrong_parameter_is_named(
    service: Service, token: str, path: str, query: dict[str, Any], named: str, said: str
) -> None:
    parameter, detail, _ = wrong(service, token, path, **query)

    assert parameter == named
    assert detail.startswith(f"{named}: {said}")


def test_what_is_allowed_is_listed_for_programs(service: Service, token: str) -> None:
    assert wrong(service, token, "series", measure="money")[2] == list(MEASURES)


def test_what_somebody_sends_is_not_sent_back_without_end(service: Service, token: str) -> None:
    _, detail, _ = wrong(service, token, "series", period="x" * 5_000)

    assert len(detail) < 500

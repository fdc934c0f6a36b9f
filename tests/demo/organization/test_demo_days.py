import datetime as dt
import json
from typing import Any

import pytest

from lib.demo.organization.sample_quantities import quantities
from tests.demo.organization import demo_days

KEPT: dict[str, dict[str, Any]] = json.loads(demo_days.FILE.read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def made() -> dict[str, dict[str, Any]]:
    return demo_days.everything()


@pytest.mark.parametrize("day", demo_days.DAYS)
def test_every_metric_of_a_day_is_what_it_was(day: str, made: dict[str, Any]) -> None:
    assert made["usage"][day] == KEPT["usage"][day]


def test_what_a_day_costs_is_what_it_was(made: dict[str, Any]) -> None:
    assert made["spend"] == KEPT["spend"]


@pytest.mark.parametrize("day", demo_days.BILLED_DAYS)
def test_every_line_item_of_a_day_is_what_it_was(day: str, made: dict[str, Any]) -> None:
    assert made["bill"][day] == KEPT["bill"][day]


def test_who_sends_how_many_requests_is_what_it_was(made: dict[str, Any]) -> None:
    assert made["requests"] == KEPT["requests"]


def test_who_is_billed_how_much_is_what_it_was(made: dict[str, Any]) -> None:
    assert made["billed to"] == KEPT["billed to"]


def test_usage_names_what_asked_the_api_since_june_2026(made: dict[str, Any]) -> None:
    assert made["api sources"] == KEPT["api sources"]
    assert list(made["api sources"]["2026-05-31"]) == ["None"]
    assert "None" not in made["api sources"]["2026-06-01"]


def test_who_is_in_the_directory_is_who_was(made: dict[str, Any]) -> None:
    assert made["directory"] == KEPT["directory"]


def test_what_is_counted_beside_the_api_is_what_it_was(made: dict[str, Any]) -> None:
    assert made["counted"] == KEPT["counted"]


def test_quantities_reach_from_november_2025_to_yesterday() -> None:
    days = [q.day.isoformat() for q in quantities(dt.date(2025, 11, 4)) if q.name == "documents"]

    assert days == ["2025-11-01", "2025-11-02", "2025-11-03"]


def test_what_happens_in_an_hour_is_what_it_was(made: dict[str, Any]) -> None:
    assert made["hours"] == KEPT["hours"]


def test_what_is_known_of_a_young_day_is_what_it_was(made: dict[str, Any]) -> None:
    assert made["known after hours"] == KEPT["known after hours"]

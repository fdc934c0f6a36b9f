import datetime as dt
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

import pytest

from lib.demo.server.http_server import DemoServer
from lib.periods.windows import Window
from tests.benchmarks import __main__ as command
from tests.benchmarks.loops import Api, Outcome, Totals
from tests.benchmarks.report import table
from tests.benchmarks.rounds import FETCHED, OPENED, SDK, TUTORIAL, Disagreement, Medians, check, run

NOW = dt.datetime(2026, 11, 23, 12, tzinfo=dt.UTC)
LONGER_THAN_A_TUTORIAL_PAGE = Window(dt.date(2026, 11, 1), dt.date(2026, 11, 9))
FOUND = Totals(3, 500, Decimal("1.25"))
AGREED = {way: Outcome(1.0, 1, FOUND) for way in (TUTORIAL, SDK, FETCHED, OPENED)}


@pytest.fixture(scope="module")
def medians() -> Iterator[Medians]:
    with DemoServer(now=lambda: NOW) as demo:
        yield run(Api(demo.base_url, demo.admin_key, NOW), LONGER_THAN_A_TUTORIAL_PAGE, rounds=1)


def test_all_ways_read_the_same_rows(medians: Medians) -> None:
    assert medians.totals.requests > 0
    assert medians.totals.input_tokens > 0
    assert medians.totals.cost > 0


def test_the_tutorial_asks_for_a_page_a_week_of_each_source(medians: Medians) -> None:
    assert medians.requests[TUTORIAL] == 2 * 12


def test_a_settled_range_is_opened_again_without_a_request(medians: Medians) -> None:
    assert medians.requests[OPENED] == 0


@pytest.mark.parametrize("way", [TUTORIAL, SDK, FETCHED, OPENED])
@pytest.mark.parametrize("other", [{"requests": 4}, {"input_tokens": 501}, {"cost": Decimal("1.26")}])
def test_a_way_that_finds_other_totals_ends_the_run(way: str, other: dict[str, Decimal | int]) -> None:
    wrong = Outcome(0.1, 1, replace(FOUND, **other))

    with pytest.raises(Disagreement, match="found"):
        check(AGREED | {way: wrong})


def test_the_noise_of_floats_is_forgiven_the_sdk_alone() -> None:
    noisy = Outcome(1.0, 1, replace(FOUND, cost=Decimal("1.2500000000000001")))

    check(AGREED | {SDK: noisy})
    with pytest.raises(Disagreement):
        check(AGREED | {FETCHED: noisy})


def test_a_quarter_of_history_is_measured_with_a_slow_answer() -> None:
    assert (command.DAYS.days, command.LATENCY_MS) == (90, 150)


def test_the_table_tells_ratios_beside_their_aims() -> None:
    seconds = {TUTORIAL: 25.0, SDK: 7.0, FETCHED: 2.0, OPENED: 0.1}
    requests = {TUTORIAL: 156, SDK: 34, FETCHED: 34, OPENED: 0}

    lines = table(Medians(seconds, requests, FOUND), drawn=3.14, warm=0.256, rounds=3).splitlines()

    assert [line.split(" | ")[1:] for line in lines[2:7]] == [
        ["12.5 times faster (34 requests, not 156)", "8 times |"],
        ["3.5 times faster (34 requests, not 34)", "3 times |"],
        ["0.050 of the time, no request", "0.1, no request |"],
        ["0.26 s", "under 0.5 s |"],
        ["3.1 s", "within 5 s |"],
    ]

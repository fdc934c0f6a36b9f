import datetime as dt
import logging
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from lib.catalog.sources import SOURCES
from lib.demo.server.http_server import DemoServer
from lib.engine.execution import answer
from lib.engine.question import Question
from lib.openai_admin.name_lists import NAMES, Name
from lib.periods.widths import Width
from lib.periods.windows import ONE_DAY, Window
from lib.store.records.coverage import Covered
from lib.store.usage_store import Store
from lib.sync.plan import LIMITS
from tests.benchmarks import __main__ as command
from tests.benchmarks import a_year, large, large_fetch, objects, pages, people, replicas, scale, ways
from tests.benchmarks.a_year import Year
from tests.benchmarks.apart import apart
from tests.benchmarks.heavy_questions import heaviest
from tests.benchmarks.large_fetch import Times
from tests.benchmarks.outcomes import Api, Outcome, Totals
from tests.benchmarks.pages import Opened
from tests.benchmarks.report import table
from tests.benchmarks.rounds import FETCHED, OPENED, SDK, TUTORIAL, Disagreement, Medians, check, run
from tests.benchmarks.ways import WAYS, agree
from tests.stored import filled

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
        ["12.5 times faster (34 requests, not 156)", "10 times |"],
        ["3.5 times faster (34 requests, not 34)", "4 times |"],
        ["0.050 of the time, no request", "0.1, no request |"],
        ["0.26 s", "under 0.5 s |"],
        ["3.1 s", "within 5 s |"],
    ]


def test_the_large_organization_is_read_alike_by_every_way_and_by_the_floor() -> None:
    times = large_fetch.measured(days=2, latency_ms=0, rounds=1)

    assert set(times.seconds) == {TUTORIAL, SDK, FETCHED}
    assert times.floor > 0


def test_a_year_says_how_many_rows_were_stored() -> None:
    assert a_year.measured(days=1).rows == 16_000 + 8_000 + 10 * 100


def test_the_table_of_the_large_organization_tells_ratios_beside_their_aims() -> None:
    times = Times({TUTORIAL: 80.0, SDK: 150.0, FETCHED: 10.0}, 5.0, {FETCHED: 70})

    assert [
        line.split(" | ")[1:] for line in large_fetch.said(times, Year(600_000, 8.0, 650.4)).splitlines()[3:8]
    ] == [
        ["8.0 times", "8 |"],
        ["15.0 times", "14 |"],
        ["2.0 times as long", "3 |"],
        ["75,000", "60,000 |"],
        ["650 MB", "700 MB |"],
    ]


def test_a_large_organization_is_the_small_one_many_times_over(tmp_path: Path) -> None:
    rows = [
        {
            "start": "2026-11-09",
            "project_id": "p",
            "api_key_id": "k",
            "line_item": line,
            "cost_usd": Decimal(2),
        }
        for line in ("gpt-4.1-2025-04-14, input", "whisper")
    ]
    small, grown = filled(tmp_path / "small", "costs", *rows), Store(str(tmp_path / "large"))
    week = Window(dt.date(2026, 11, 8), dt.date(2026, 11, 15))

    assert large.grow(small, grown, week, NOW) == 2 * large.COPIES["costs"]
    total = answer(grown, Question("costs", week, metrics=("cost_usd",)))["cost_usd"][0].as_py()
    keys = answer(grown, Question("costs", week, by=("api_key_id", "line_item"), metrics=("cost_usd",)))
    assert total == 4 * large.factor("costs")
    assert len(set(keys["api_key_id"].to_pylist())) == large.KEYS
    assert len(set(keys["line_item"].to_pylist())) == 1 + large.COPIES["costs"] // large.KEYS


def test_each_branch_of_a_large_organization_has_keys_projects_and_names_of_its_own(tmp_path: Path) -> None:
    row = {"start": "2026-11-09", "project_id": "p", "api_key_id": "k", "line_item": "whisper"}
    small = filled(tmp_path / "small", "costs", row | {"cost_usd": Decimal(2)})
    small.merge_names({Name("api_key", "k", "Key", "p", "u")}, NOW)
    grown, week = Store(str(tmp_path / "large")), Window(dt.date(2026, 11, 8), dt.date(2026, 11, 15))

    assert large.grow(small, grown, week, NOW, branches=2) == 2 * large.COPIES["costs"]
    found = answer(grown, Question("costs", week, by=("api_key_id", "project_id"), metrics=("cost_usd",)))
    assert sum(found["cost_usd"].to_pylist()) == 2 * large.factor("costs", 2)
    keys = set(found["api_key_id"].to_pylist())
    assert keys == {"k", *(f"k-{nth}" for nth in range(1, 2 * large.KEYS))}
    assert len(set(found["project_id"].to_pylist())) == 2 * large.PROJECTS
    assert {name.id for name in grown.names()} == keys


def test_every_page_has_a_row_in_the_table_of_pages() -> None:
    demo, grown = Opened("costs", 0.5, 0.04, 0.2, 400), Opened("costs", 1.5, 0.1, 0.6, 900)

    said = pages.table([demo], [grown], 7_000_000)

    assert "| costs | 0.50 | 0.040 | 0.20 | 1.50 | 0.100 | 0.60 |" in said
    assert "has 7,000,000 rows; the process took 900 MB" in said
    assert "savings" in pages.PAGES


def test_a_page_is_opened_drawn_again_and_narrowed_in_a_process_of_its_own(tmp_path: Path) -> None:
    now = dt.datetime.now(dt.UTC)
    day = (now.date() - ONE_DAY).isoformat()
    row = {"start": day, "project_id": "p", "line_item": "whisper", "cost_usd": Decimal(2)}
    store = filled(tmp_path / "store", "costs", row)
    long_ago = now.date() - dt.timedelta(days=200)
    store.mark(Covered(s, Width.DAY, long_ago, now.date() + ONE_DAY, now) for s in (*SOURCES, NAMES, LIMITS))

    with DemoServer() as demo:
        (one,) = apart(
            pages.all_opened, Api(demo.base_url, demo.admin_key, now), tmp_path / "store", ["costs"]
        )

    assert one.page == "costs"
    assert min(one.first, one.again, one.filtered) > 0
    assert 50 < one.megabytes < 2_000


def test_a_crowd_waits_for_every_page_that_it_opens(tmp_path: Path) -> None:
    waited = people.crowd(tmp_path, people=2, every=0.1, acts=2, pages=["costs"])

    assert (len(waited.seconds), waited.failures) == (4, 0)
    assert 0 < waited.median <= waited.p95


@pytest.mark.xdist_group("proxy")
def test_a_crowd_on_replicas_is_measured_beside_what_happens(tmp_path: Path) -> None:
    found = list(replicas.measured(tmp_path, people=2, acts=3, every=0.5, pages=["costs"]))

    assert [(each.what, len(each.waited.seconds), each.waited.failures) for each in found] == [
        ("nothing", 6, 0),
        ("the latest days are fetched again", 6, 0),
        ("the rest of a year is fetched", 6, 0),
        ("a replica is killed", 6, 0),
    ]
    assert all(each.before > 100 < each.after for each in found)


def test_what_a_crowd_waited_is_said_with_its_failures() -> None:
    said = people.said(people.Waited((0.1, 0.2, 0.3), failures=1))

    assert "half of the pages took less than 0.20 s" in said
    assert said.endswith("and 1 of 4 failed.\n")


def test_pages_of_a_bucket_stand_beside_those_of_a_folder() -> None:
    near, cold, warm = (
        [objects.Opened("costs", *told)] for told in ((1.0, 0, 0.1, 0), (3.0, 25, 0.2, 2), (2.0, 1, 0.125, 1))
    )

    assert objects.table(near, cold, warm).splitlines()[2:] == [
        "| costs | 1.00 s | 0.100 s | 3.00 s | 25 | 2.00 s | 1 | 0.125 s | 1 |"
    ]


def test_all_ways_of_asking_a_heavy_question_find_the_same(tmp_path: Path) -> None:
    today = NOW.date()
    who = {"project_id": "p", "api_key_id": "k"}
    rows = [who | {"start": (today - nth * ONE_DAY).isoformat()} for nth in (0, 0, 20, 300)]
    costs = [row | {"line_item": line} for row in rows for line in ("gpt-4.1-2025-04-14, input", "whisper")]
    store = filled(tmp_path, "costs", *(row | {"cost_usd": Decimal("0.1")} for row in costs))
    filled(store, "completions", *(row | {"model": "o3", "input_tokens": 7} for row in rows))

    for heavy in heaviest(today):
        found = {way: ask(store, heavy) for way, ask in WAYS.items()}
        assert found["app"] == found["sql"], heavy.name
        assert agree(found["sql"], found["pandas"], floats=True), heavy.name
    assert found["app"] == ways.Totals(3, (Decimal("0.8"),))


def test_ways_that_differ_by_more_than_the_noise_of_floats_do_not_agree() -> None:
    exact = ways.Totals(1, (Decimal("0.3"),))

    assert not agree(exact, ways.Totals(1, (Decimal("0.30000000000000004"),)))
    assert agree(exact, ways.Totals(1, (Decimal("0.30000000000000004"),)), floats=True)
    assert not agree(exact, ways.Totals(1, (Decimal("0.300001"),)), floats=True)
    assert not agree(exact, ways.Totals(2, (Decimal("0.3"),)), floats=True)


def test_a_heavy_question_is_asked_first_and_again_and_beside_plain_sql(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(logging, "disable", lambda _level: None)  # which would outlast the test
    row = {"start": NOW.date().isoformat(), "line_item": "whisper", "cost_usd": Decimal(2)}
    filled(tmp_path, "costs", row)
    year = heaviest(NOW.date())[-1]

    ours = scale.taken("app", str(tmp_path), None, year, times=1)
    sql, ratio = scale.in_turns(str(tmp_path), year, times=1)

    assert ours.totals == sql.totals == ways.Totals(1, (Decimal(2),))
    assert min(ours.first, ours.again, ours.processor, ours.megabytes, ratio) > 0


def test_every_heavy_question_has_a_row_with_all_who_answered_it() -> None:
    def taken(first: float, again: float, megabytes: float) -> scale.Taken:
        return scale.Taken(first, again, again, megabytes, ways.Totals(1_200, (Decimal(1),)))

    near = {"app": taken(0.2, 0.05, 300), "sql": taken(0.1, 0.04, 200)}
    far = {"pandas": taken(3, 2.5, 1_500), "spark": taken(9, 1.5, 300)}

    assert scale.line(scale.Row("A year", near | far, 1.25)) == (
        "| A year | 1,200 | 200 ms | 50 ms | 40 ms | 1.25 | 300 MB | 2.5 s | 1,500 MB | 9.0 s | 1.5 s |\n"
    )
    assert scale.line(scale.Row("A year", near, 1.25)).endswith(" | 300 MB |  |  |  |  |\n")


def test_a_store_at_size_is_made_once_and_says_what_it_took(tmp_path: Path) -> None:
    now = dt.datetime.now(dt.UTC)
    row = {"start": now.date().isoformat(), "line_item": "whisper", "cost_usd": Decimal(2)}
    small = filled(tmp_path / "small", "costs", row)
    ever = now.date() - dt.timedelta(days=800)
    small.mark(Covered(s, Width.DAY, ever, now.date() + ONE_DAY, now) for s in (*SOURCES, NAMES, LIMITS))

    with DemoServer() as demo:
        about = scale.made(Api(demo.base_url, demo.admin_key, now), tmp_path, 2 * large.BRANCH)

    assert about.rows == 2 * large.COPIES["costs"]
    assert scale.heading(about).startswith("\n96 rows of a year in ")
    assert scale.made(Api("", "", now), tmp_path, 1) == about

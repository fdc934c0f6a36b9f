import datetime as dt
import subprocess
import sys
from collections import Counter
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lib.catalog.line_items import parse
from lib.catalog.sources import SOURCES
from lib.demo.organization.generator import Organization, Row
from lib.demo.organization.incidents import INCIDENTS
from lib.demo.organization.workloads import SEEDS, WORKLOADS

NOW = dt.datetime(2026, 11, 23, 20, tzinfo=dt.UTC)
DAY = dt.date(2026, 11, 11)
ORGANIZATION = Organization()
USAGE = [name for name in SOURCES if name != "costs"]
DAYS = st.dates(dt.date(2024, 12, 1), dt.date(2026, 11, 23))
SPEND = Decimal("1424.5465")
FIRST_METRIC = {
    "completions": 895_606_903,
    "embeddings": 61_008_152,
    "moderations": 8_465_015,
    "images": 505,
    "audio_speeches": 285_252,
    "audio_transcriptions": 225_569,
    "vector_stores": 200_334_639_104,
    "code_interpreter_sessions": 285,
    "file_search_calls": 11_971,
    "web_search_calls": 4_263,
    "decisions": 935_416,
}
REVERSED = f"""
import datetime, sys
from decimal import Decimal

from lib.catalog import sources

sources.SOURCES = dict(reversed(sources.SOURCES.items()))

from lib.demo.organization.generator import Organization

organization, names = Organization(), sorted(sources.SOURCES)
sys.stdout.write(repr({{name: organization.rows(name, {DAY!r}, {NOW!r}) for name in names}}))
"""
"""Write the rows of DAY, made with the sources declared in reverse."""


def totals(source: str, rows: list[Row]) -> Counter[Any]:
    """Return the sum of each metric for each combination of dimensions."""
    sums: Counter[Any] = Counter()
    for row in rows:
        key = tuple(row[d] for d in SOURCES[source].dimensions)
        for metric in SOURCES[source].metric_names:
            sums[key, metric] += row[metric]
    return +sums


def spend(organization: Organization, day: dt.date, now: dt.datetime) -> Decimal:
    return sum((row["amount"] for row in organization.rows("costs", day, now)), Decimal(0))


@given(st.sampled_from(USAGE), DAYS, st.integers(0, 86400))
@settings(max_examples=30, deadline=None)
def test_pieces_of_a_day_sum_to_the_day_wherever_it_is_cut(source: str, day: dt.date, second: int) -> None:
    hours = sorted({*range(0, 86401, 3600), second})

    pieces = ORGANIZATION.slices(source, day, hours, NOW)

    assert len(pieces) == len(hours) - 1
    whole = totals(source, ORGANIZATION.rows(source, day, NOW))
    assert totals(source, [row for rows in pieces for row in rows]) == whole


def test_minutes_sum_to_their_hour() -> None:
    hours = ORGANIZATION.slices("completions", DAY, (8 * 3600, 9 * 3600), NOW)
    minutes = ORGANIZATION.slices("completions", DAY, range(8 * 3600, 9 * 3600 + 1, 60), NOW)

    assert totals("completions", [r for rows in minutes for r in rows]) == totals("completions", hours[0])


@pytest.mark.parametrize("source", SOURCES)
def test_the_same_seed_makes_the_same_organization_in_any_order(source: str) -> None:
    one, other = Organization(seed=7), Organization(seed=7)
    other.rows("completions", DAY + dt.timedelta(days=3), NOW)

    assert one.rows(source, DAY, NOW) == other.rows(source, DAY, NOW)


def test_another_seed_makes_another_organization() -> None:
    assert spend(Organization(seed=1), DAY, NOW) != spend(Organization(seed=2), DAY, NOW)


@pytest.mark.parametrize("source", ["completions", "decisions"])
def test_token_classes_add_up_as_the_api_defines_them(source: str) -> None:
    rows = ORGANIZATION.rows(source, DAY, NOW)

    assert rows
    for row in rows:
        cached, written = row["input_cached_tokens"], row["input_cache_write_tokens"]
        assert row["input_tokens"] == cached + written + row["input_uncached_tokens"]
        assert row["num_model_requests"] > 0


@pytest.mark.parametrize("source", USAGE)
def test_a_row_is_one_combination_of_dimensions(source: str) -> None:
    rows = ORGANIZATION.rows(source, DAY, NOW)
    keys = [tuple(row[d] for d in SOURCES[source].dimensions) for row in rows]

    assert rows
    assert len(keys) == len(set(keys))


def test_billed_tokens_are_the_tokens_used() -> None:
    used = sum(
        row["input_uncached_tokens"]
        for row in ORGANIZATION.rows("completions", DAY, NOW)
        if row["model"] == "gpt-5.6-sol" and row["service_tier"] == "default" and not row["batch"]
    )

    billed = sum(
        row["quantity"]
        for row in ORGANIZATION.rows("costs", DAY, NOW)
        if row["line_item"] in {"gpt-5.6-sol, input", "gpt-5.6-sol, input, long context"}
    )

    assert billed == used


def test_a_billed_amount_is_quantity_times_list_price() -> None:
    row = next(
        r for r in ORGANIZATION.rows("costs", DAY, NOW) if r["line_item"] == "gpt-5.6-sol, cached input"
    )
    batch = next(
        r
        for r in ORGANIZATION.rows("costs", DAY, NOW)
        if r["line_item"] == "batch | gpt-5-mini-2025-08-07, output"
    )

    assert row["amount"] == row["quantity"] * Decimal("0.0000004")
    assert batch["amount"] == batch["quantity"] * Decimal("0.000001")


def test_the_organization_spends_between_25_and_45_thousand_a_month() -> None:
    days = [dt.date(2026, 10, 1) + dt.timedelta(days=n) for n in range(31)]

    assert 25_000 < sum(spend(ORGANIZATION, day, NOW) for day in days) < 45_000


def test_line_items_cover_the_grammar() -> None:
    items = {
        r["line_item"] for n in range(31) for r in ORGANIZATION.rows("costs", dt.date(2026, 10, 1 + n), NOW)
    }

    assert {
        "gpt-5.6-sol, cached input",
        "gpt-5.6-sol, cache writes",
        "priority | gpt-5.6-sol, output",
        "gpt-6-sol, output, long context",
        "gpt-audio-mini-2025-12-15 audio, input",
        "gpt-image-1 image, output",
        "gpt-image-2-2026-04-21 text, input",
        "ft-gpt-4o-2024-08-06, input",
        "evals | gpt-4o-mini-2024-07-18, input",
        "assistants api | file search",
        "web search tool calls",
        "whisper",
        "tts hd",
        "Vector storage",
        "Promotional credit",
    } <= items
    assert parse("priority | gpt-5.6-sol, output").surface == "priority"


def test_credits_are_negative_once_a_month() -> None:
    credit = [r for r in ORGANIZATION.rows("costs", dt.date(2026, 11, 1), NOW) if r["amount"] < 0]

    assert [(r["line_item"], r["amount"], r["project_id"]) for r in credit] == [
        ("Promotional credit", Decimal(-625), None)
    ]


def test_today_holds_only_what_is_over() -> None:
    morning, evening = (dt.datetime(2026, 11, 20, hour, tzinfo=dt.UTC) for hour in (9, 21))

    def requests(now: dt.datetime) -> int:
        return sum(r["num_model_requests"] for r in ORGANIZATION.rows("completions", now.date(), now))

    assert 0 < requests(morning) < requests(evening)
    assert ORGANIZATION.slices("completions", morning.date(), (10 * 3600, 11 * 3600), morning) == [[]]


def test_costs_of_today_lag_behind_usage() -> None:
    early = dt.datetime(2026, 11, 20, 4, 30, tzinfo=dt.UTC)

    assert ORGANIZATION.rows("completions", early.date(), early)
    assert ORGANIZATION.rows("costs", early.date(), early) == []
    assert spend(ORGANIZATION, early.date(), early + dt.timedelta(hours=2)) > 0


def test_costs_begin_to_show_five_hours_after_their_day_began() -> None:
    first_seen = dt.datetime(2026, 11, 20, 5, tzinfo=dt.UTC)
    day, moment = first_seen.date(), dt.timedelta(seconds=1)

    assert ORGANIZATION.rows("costs", dt.date(2026, 10, 1), dt.datetime(2026, 10, 1, 5, tzinfo=dt.UTC)) == []
    assert ORGANIZATION.rows("costs", dt.date(2026, 10, 1), dt.datetime(2026, 10, 1, 5, 0, 1, tzinfo=dt.UTC))
    assert ORGANIZATION.rows("costs", day, first_seen) == []
    assert ORGANIZATION.rows("completions", day, first_seen.replace(hour=0)) == []
    assert ORGANIZATION.slices("vector_stores", day, (0, 1), first_seen.replace(hour=0) + moment) != [[]]


@pytest.mark.parametrize("source", SOURCES)
def test_the_future_is_empty(source: str) -> None:
    assert ORGANIZATION.rows(source, dt.date(2026, 11, 24), NOW) == []


def test_a_young_day_grows_until_it_is_settled() -> None:
    day_end = dt.datetime(2026, 11, 12, tzinfo=dt.UTC)
    ages = [dt.timedelta(hours=h) for h in (6, 30, 60, 24 * 30)]

    amounts = [spend(ORGANIZATION, DAY, day_end + age) for age in ages]

    assert amounts[0] < amounts[1] < amounts[2] == amounts[3]
    assert amounts[0] > amounts[2] * Decimal("0.7")


def test_a_few_rows_find_their_user_late() -> None:
    day_end = dt.datetime(2026, 11, 12, tzinfo=dt.UTC)

    def owners(age: dt.timedelta) -> dict[Any, Any]:
        rows = ORGANIZATION.rows("completions", DAY, day_end + age)
        others = [d for d in SOURCES["completions"].dimensions if d != "user_id"]
        return {tuple(row[d] for d in others): row["user_id"] for row in rows if row["api_key_id"]}

    young, settled = owners(dt.timedelta(0)), owners(dt.timedelta(days=3))
    moved = [row for row, user in young.items() if user is None and settled[row] is not None]

    assert moved
    assert all(settled[row] == user for row, user in young.items() if row not in moved)


def test_deleted_keys_and_archived_projects_leave_usage() -> None:
    directory = ORGANIZATION.directory
    for key in directory.keys:
        if key.deleted:
            rows = ORGANIZATION.rows("completions", key.deleted, NOW)
            assert key.id not in {r["api_key_id"] for r in rows}
    retired = next(k for k in directory.keys if k.name == "retired-gateway")
    rows = ORGANIZATION.rows("completions", dt.date(2026, 6, 17), NOW)
    assert retired.id in {r["api_key_id"] for r in rows}


def test_different_things_share_names() -> None:
    names = Counter(p.name for p in ORGANIZATION.directory.projects)
    keys = Counter(k.name for k in ORGANIZATION.directory.keys)

    assert names["Sandbox"] == 2
    assert keys["production"] == 2


def test_the_agent_loop_multiplies_a_keys_requests_and_starves_its_outputs() -> None:
    loop = next(p for p in INCIDENTS if p.name == "agent-loop")

    def of_key(day: dt.date) -> list[int]:
        rows = [r for r in ORGANIZATION.rows("completions", day, NOW) if r["api_key_id"] == loop.key]
        return [sum(r[m] for r in rows) for m in ("num_model_requests", "input_tokens", "output_tokens")]

    before, during = of_key(loop.first - dt.timedelta(days=1)), of_key(loop.first)

    assert 8 < during[0] / before[0] < 12
    assert 8 < during[1] / before[1] < 12
    assert during[2] < before[2]


def test_the_caching_improvement_stays() -> None:
    caching = next(p for p in INCIDENTS if p.name == "search-caching")

    def cached_share(day: dt.date) -> float:
        rows = [r for r in ORGANIZATION.rows("completions", day, NOW) if r["project_id"] == caching.project]
        return sum(r["input_cached_tokens"] for r in rows) / sum(r["input_tokens"] for r in rows)

    assert cached_share(caching.first - dt.timedelta(days=3)) < 0.2
    assert cached_share(caching.first) > 0.55
    assert cached_share(dt.date(2026, 11, 16)) > 0.55


def test_the_migration_replaces_the_old_model() -> None:
    migration = next(p for p in INCIDENTS if p.name == "assistant-migration")

    def models(day: dt.date) -> set[str]:
        rows = [r for r in ORGANIZATION.rows("completions", day, NOW) if r["project_id"] == migration.project]
        return {r["model"] for r in rows}

    both = {"gpt-5.4-2026-03-05", "gpt-5.6-sol"}
    assert both & models(migration.first) == {"gpt-5.4-2026-03-05"}
    assert both <= models(dt.date(2026, 8, 20))
    assert both & models(migration.last) == {"gpt-5.6-sol"}


def test_the_days_of_the_demo_are_what_they_were() -> None:
    first_metric = {
        source: sum(row[SOURCES[source].metric_names[0]] for row in ORGANIZATION.rows(source, DAY, NOW))
        for source in USAGE
    }

    assert first_metric == FIRST_METRIC
    assert spend(ORGANIZATION, DAY, NOW).quantize(Decimal("0.0001")) == SPEND


def test_the_demo_does_not_depend_on_the_order_of_the_sources() -> None:
    said = subprocess.run(
        [sys.executable, "-c", REVERSED], check=True, capture_output=True, text=True, timeout=60
    )

    rows = {name: ORGANIZATION.rows(name, DAY, NOW) for name in sorted(SOURCES)}
    assert said.stdout == repr(rows)


def test_a_source_without_workloads_has_no_demo_traffic() -> None:
    assert ORGANIZATION.rows("video_generations", DAY, NOW) == []
    assert ORGANIZATION.slices("video_generations", DAY, (0, 3600, 7200), NOW) == [[], []]


def test_every_source_with_workloads_has_a_seed_of_its_own() -> None:
    assert {workload.source for workload in WORKLOADS} == set(SEEDS)
    assert len(set(SEEDS.values())) == len(SEEDS)

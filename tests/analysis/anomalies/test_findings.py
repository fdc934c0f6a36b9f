import datetime as dt
from decimal import Decimal
from typing import Any

import pytest

from lib.analysis.anomalies.findings import (
    LEVELS,
    PATTERNS,
    AnomalyKind,
    Finding,
    fallen,
    retried,
    risen,
    smallest_spread,
)
from lib.analysis.anomalies.panel import ORGANIZATION, Panel, Scope
from lib.catalog.measures import MEASURES
from lib.periods.windows import Window
from tests.analysis.anomalies.columns import cells

DAY = dt.date(2026, 11, 16)
WINDOW = Window(dt.date(2026, 9, 1), dt.date(2026, 11, 20))
SHOWN = Window(dt.date(2026, 11, 1), WINDOW.end)
LEVEL = {level.kind: level for level in LEVELS}
PATTERN = {pattern.kind: pattern for pattern in PATTERNS}
A, KEY, OTHER_KEY, BOTH = Scope("a"), Scope("a", "k"), Scope("a", "l"), Scope("a", "k", "m")
Days = dict[dt.date, Any]


def steady(value: Any, **other: Any) -> Days:
    """Return the same value on every day, and others on those named dMMDD."""
    days = dict.fromkeys(WINDOW, value)
    return days | {dt.date(2026, int(d[1:3]), int(d[3:])): v for d, v in other.items()}


def of(kind: AnomalyKind, values: dict[Scope, Days], below: dict[Scope, Days] | None = None) -> Panel:
    under = cells(WINDOW.first, below or {})
    return Panel(MEASURES[kind.slug], WINDOW, frozenset(WINDOW), cells(WINDOW.first, values), under)


def spending(**scopes: Any) -> list[tuple[Scope, dt.date, Any]]:
    names = {"organization": ORGANIZATION, "a": A, "key": KEY, "other": OTHER_KEY}
    watched = of(AnomalyKind.SPEND, {names[name]: days for name, days in scopes.items()})
    return [(f.scope, f.baseline.day, f.amount) for f in risen(LEVEL[AnomalyKind.SPEND], watched, SHOWN)]


def usd(value: int, **other: int) -> Days:
    return steady(Decimal(value), **{d: Decimal(v) for d, v in other.items()})


def test_a_day_six_spreads_above_its_baseline_is_unusual() -> None:
    assert spending(organization=usd(100, d1116=160)) == [(ORGANIZATION, DAY, Decimal(60))]
    assert spending(organization=usd(100, d1116=159)) == []


def test_a_day_far_below_is_no_rise() -> None:
    assert spending(organization=usd(100, d1116=0)) == []


def test_only_days_of_the_window_are_said() -> None:
    assert spending(organization=usd(100, d1030=500)) == []


def test_an_excess_below_twenty_dollars_does_not_matter() -> None:
    assert spending(organization=usd(1, d1116=20)) == []
    assert spending(organization=usd(1, d1116=21)) == [(ORGANIZATION, DAY, Decimal(20))]


def test_an_excess_below_four_percent_of_the_organizations_baseline_does_not_matter() -> None:
    assert spending(organization=usd(1000), a=usd(10, d1116=49)) == []
    assert spending(organization=usd(1000), a=usd(10, d1116=50)) == [(A, DAY, Decimal(40))]


def test_a_move_between_the_keys_of_a_project_is_not_unusual() -> None:
    found = spending(organization=usd(100), a=usd(100), key=usd(50, d1116=100), other=usd(50, d1116=0))

    assert found == []


def test_a_key_is_unusual_by_itself_where_its_project_rose_too() -> None:
    found = spending(organization=usd(100), a=usd(100, d1116=130), key=usd(10, d1116=40))

    assert found == [(KEY, DAY, Decimal(30))]


def test_a_charge_that_came_a_month_before_too_is_not_unusual() -> None:
    once, again = usd(100, d1116=400), usd(100, d1016=400, d1116=400)

    assert spending(organization=once) == [(ORGANIZATION, DAY, Decimal(300))]
    assert spending(organization=again) == []


def test_a_new_level_is_unusual_until_it_is_the_baseline() -> None:
    since = dt.date(2026, 10, 19)
    raised = {d: Decimal(100 if d < since else 300) for d in WINDOW}
    watched = of(AnomalyKind.SPEND, {ORGANIZATION: raised})

    days = [f.baseline.day for f in risen(LEVEL[AnomalyKind.SPEND], watched, Window(since, WINDOW.end))]

    assert days == [d for d in Window(since, dt.date(2026, 11, 19)) if d - since < dt.timedelta(weeks=4)]


def test_nothing_used_is_nothing_unusual() -> None:
    assert spending() == []


def test_output_that_collapses_on_a_busy_day_is_found_with_the_tokens_missing() -> None:
    output = of(AnomalyKind.OUTPUT, {BOTH: steady(100.0, d1116=10.0)}, {BOTH: steady(500)})

    (found,) = fallen(PATTERN[AnomalyKind.OUTPUT], output, SHOWN)

    assert (found.kind, found.scope, found.baseline.day) == (AnomalyKind.OUTPUT, BOTH, DAY)
    assert found.baseline.score == pytest.approx(-9.0)
    assert found.amount == 90 * 500


def test_a_ratio_of_few_requests_says_nothing() -> None:
    output = of(AnomalyKind.OUTPUT, {BOTH: steady(100.0, d1116=10.0)}, {BOTH: steady(199)})

    assert list(fallen(PATTERN[AnomalyKind.OUTPUT], output, SHOWN)) == []


def test_a_cached_share_is_far_down_at_half_of_its_baseline() -> None:
    def days(share: float) -> list[dt.date]:
        cached = of(AnomalyKind.CACHED, {BOTH: steady(0.6, d1116=share)}, {BOTH: steady(1_000_000)})
        return [f.baseline.day for f in fallen(PATTERN[AnomalyKind.CACHED], cached, SHOWN)]

    assert days(0.04) == [DAY]
    assert days(0.35) == []


def test_requests_without_the_tokens_to_match_look_like_calls_that_fail() -> None:
    def kinds(tokens: int) -> list[AnomalyKind]:
        requests = of(AnomalyKind.REQUESTS, {ORGANIZATION: steady(1000, d1116=9000)})
        findings: list[Finding] = list(risen(LEVEL[AnomalyKind.REQUESTS], requests, SHOWN))
        used = of(AnomalyKind.TOKENS, {ORGANIZATION: steady(1_000_000, d1116=tokens)})
        return [f.kind for f in retried(findings, used)]

    assert kinds(1_300_000) == [AnomalyKind.RETRIES]
    assert kinds(1_400_000) == [AnomalyKind.REQUESTS]


def test_every_kind_has_a_measure_and_a_smallest_spread() -> None:
    for kind in AnomalyKind:
        assert kind.slug in MEASURES
        assert smallest_spread(kind) > 0
    assert smallest_spread(AnomalyKind.RETRIES) == smallest_spread(AnomalyKind.REQUESTS) == 100


def test_what_falls_is_a_ratio_and_what_rises_a_sum() -> None:
    assert [kind for kind in AnomalyKind if kind.is_ratio] == [AnomalyKind.OUTPUT, AnomalyKind.CACHED]


@pytest.mark.parametrize(
    ("kind", "spread"),
    [
        (AnomalyKind.SPEND, Decimal(2)),
        (AnomalyKind.TOKENS, 100_000),
        (AnomalyKind.RETRIES, 100),
        (AnomalyKind.REQUESTS, 100),
        (AnomalyKind.OUTPUT, 1),
        (AnomalyKind.CACHED, 0.03),
    ],
)
def test_a_spread_is_never_below(kind: AnomalyKind, spread: Any) -> None:
    assert smallest_spread(kind) == spread


@pytest.mark.parametrize(("kind", "least"), [(AnomalyKind.TOKENS, 1_000_000), (AnomalyKind.REQUESTS, 1_000)])
def test_an_excess_matters_from_a_million_tokens_or_a_thousand_requests_on(
    kind: AnomalyKind, least: int
) -> None:
    def found(value: int) -> list[Any]:
        watched = of(kind, {ORGANIZATION: steady(0, d1116=value)})
        return [f.amount for f in risen(LEVEL[kind], watched, SHOWN)]

    assert found(least) == [least]
    assert found(least - 1) == []


@pytest.mark.parametrize(
    ("kind", "before", "then", "least"),
    [(AnomalyKind.OUTPUT, 100.0, 10.0, 200), (AnomalyKind.CACHED, 0.5, 0.0, 1_000_000)],
)
def test_a_ratio_counts_from_two_hundred_requests_or_a_million_tokens_on(
    kind: AnomalyKind, before: float, then: float, least: int
) -> None:
    def found(size: int) -> list[Any]:
        watched = of(kind, {BOTH: steady(before, d1116=then)}, {BOTH: steady(size)})
        return [f.amount for f in fallen(PATTERN[kind], watched, SHOWN)]

    assert found(least) == [round((before - then) * least)]
    assert found(least - 1) == []


def test_a_ratio_is_unusual_from_six_spreads_below_its_baseline_on() -> None:
    def found(ratio: float) -> list[dt.date]:
        output = of(AnomalyKind.OUTPUT, {BOTH: steady(100.0, d1116=ratio)}, {BOTH: steady(500)})
        return [f.baseline.day for f in fallen(PATTERN[AnomalyKind.OUTPUT], output, SHOWN)]

    assert found(40.0) == [DAY]
    assert found(40.1) == []


@pytest.mark.parametrize(("project", "found"), [(115, [(KEY, DAY, Decimal(30))]), (114, [])])
def test_a_key_is_unusual_where_its_project_shows_half_of_the_rise(project: int, found: list[Any]) -> None:
    assert spending(organization=usd(100), a=usd(100, d1116=project), key=usd(10, d1116=40)) == found


@pytest.mark.parametrize(
    ("project", "key", "found"),
    [
        (130, 59, [(KEY, DAY, Decimal(39))]),
        (129, 59, []),
        (129, 60, [(KEY, DAY, Decimal(40))]),
    ],
)
def test_a_key_is_unusual_from_three_spreads_of_its_project_or_three_times_its_highest_on(
    project: int, key: int, found: list[Any]
) -> None:
    assert spending(organization=usd(100), a=usd(100, d1116=project), key=usd(20, d1116=key)) == found


@pytest.mark.parametrize(("value", "found"), [(250, []), (251, [(ORGANIZATION, DAY, Decimal(151))])])
def test_a_monthly_charge_may_rise_by_half(value: int, found: list[Any]) -> None:
    assert spending(organization=usd(100, d1016=200, d1116=value)) == found


def test_requests_without_any_tokens_are_no_retries() -> None:
    requests = of(AnomalyKind.REQUESTS, {ORGANIZATION: steady(1000, d1116=9000)})
    findings = list(risen(LEVEL[AnomalyKind.REQUESTS], requests, SHOWN))
    tokens = of(AnomalyKind.TOKENS, {ORGANIZATION: steady(1_000_000, d1116=0)})

    assert [f.kind for f in retried(findings, tokens)] == [AnomalyKind.REQUESTS]
    assert [f.kind for f in retried(findings, of(AnomalyKind.TOKENS, {}))] == [AnomalyKind.REQUESTS]


def test_nothing_but_requests_becomes_retries() -> None:
    findings = list(
        risen(LEVEL[AnomalyKind.SPEND], of(AnomalyKind.SPEND, {ORGANIZATION: usd(100, d1116=900)}), SHOWN)
    )
    tokens = of(AnomalyKind.TOKENS, {ORGANIZATION: steady(1_000_000)})

    assert [f.kind for f in retried(findings, tokens)] == [AnomalyKind.SPEND]

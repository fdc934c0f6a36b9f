import datetime as dt
from decimal import Decimal
from typing import Any

import pandas as pd
import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from lib.analysis.anomalies.detection import (
    READS,
    Anomaly,
    Watched,
    expected,
    history,
    responsible,
    watch,
)
from lib.analysis.anomalies.findings import AnomalyKind
from lib.analysis.anomalies.panel import ORGANIZATION, Scope, ScopedRows, panel
from lib.catalog.measures import MEASURES
from lib.catalog.schemas import TIME
from lib.periods.windows import Window
from lib.store.records.notes import Note
from tests.analysis.anomalies.columns import rows as table

NOVEMBER = Window(dt.date(2026, 11, 1), dt.date(2026, 11, 21))
READ = history(NOVEMBER)
SPEND, REQUESTS, TOKENS = "costs.cost_usd", "completions.num_model_requests", "completions.input_tokens"
COLUMNS = ("start", "project_id", "api_key_id", "model", SPEND, REQUESTS, TOKENS)


def november(day: int) -> dt.date:
    return dt.date(2026, 11, day)


def used(who: str, baseline: int, **other: int) -> list[tuple[Any, ...]]:
    """Return daily rows of "project key model", a request and ten tokens for each cent; dDD is November's."""
    rows = []
    for day in READ:
        dollars = other.get(f"d{day.day}", baseline) if day.month == 11 else baseline
        start = pd.Timestamp(day, tz="UTC")
        rows.append((start, *who.split(), Decimal(dollars), 100 * dollars, 1000 * dollars))
    return rows


def parts(rows: list[tuple[Any, ...]]) -> pa.Table:
    return table(pd.DataFrame(rows, columns=list(COLUMNS)).astype(dict.fromkeys(COLUMNS[4:], object)))


def watched(
    *rows: list[tuple[Any, ...]],
    open_: frozenset[dt.date] = frozenset(),
    early: frozenset[dt.date] = frozenset(),
) -> Watched:
    """Return what is found: `open_` days are not known, `early` ones can still grow."""
    held = frozenset(READ) - open_ - early
    found = parts([row for of in rows for row in of])
    return watch([found], NOVEMBER, {m.slug: held for m in READS}, {m.slug: early for m in READS})


def note(about: str, first: int, last: int) -> Note:
    return Note(
        "n", november(first), november(last), "load test", about, dt.datetime(2026, 11, 23, tzinfo=dt.UTC)
    )


def one(*rows: list[tuple[Any, ...]]) -> Anomaly:
    (anomaly,) = watched(*rows).anomalies
    return anomaly


LEAK = (
    used("shop web big", 40, d10=340),
    used("shop web small", 30),
    used("shop cron big", 10, d10=40),
    used("docs web big", 100),
)


def test_eight_weeks_before_the_window_are_read() -> None:
    assert Window(dt.date(2026, 9, 6), dt.date(2026, 11, 21)) == READ


def test_an_unusual_day_names_the_project_key_and_model_and_by_how_much() -> None:
    anomaly = one(*LEAK)

    assert (anomaly.scope, anomaly.first, anomaly.last) == (Scope("shop"), november(10), november(10))
    assert anomaly.key == "project:shop:2026-11-10"
    assert anomaly.kinds == (AnomalyKind.SPEND, AnomalyKind.REQUESTS)
    assert anomaly.lead.scope == Scope("shop")
    assert anomaly.amount == Decimal(330)
    assert responsible(anomaly).to_dict("split")["data"] == [
        ["project_id", "shop", Decimal(330)],
        ["api_key_id", "web", Decimal(300)],
        ["model", "big", Decimal(300)],
    ]


def test_the_arithmetic_of_the_worst_day_can_be_redone() -> None:
    found = one(*LEAK).lead

    assert (found.baseline.day, found.baseline.value) == (november(10), Decimal(410))
    assert (found.baseline.median, found.baseline.mad, found.baseline.spread) == (
        Decimal(80),
        Decimal(0),
        8.0,
    )
    assert found.baseline.score == 330 / 8


def test_unusual_days_over_a_weekend_are_one_anomaly_and_later_ones_another() -> None:
    found = watched(used("shop web big", 40, d6=400, d9=500, d13=400)).anomalies

    assert [(a.first, a.last) for a in found] == [
        (november(13), november(13)),
        (november(6), november(9)),
    ]
    assert found[1].days == (november(6), november(9))
    assert found[1].amount == Decimal(820)
    assert found[1].lead.baseline.day == november(9)


def test_where_no_project_is_unusual_the_organization_is() -> None:
    many = [used(f"p{n} k{n} m", 10, d10=19) for n in range(30)]

    anomaly = one(*many)

    assert (anomaly.scope, anomaly.key) == (ORGANIZATION, "organization:2026-11-10")
    assert anomaly.amount == Decimal(270)


def test_days_that_are_not_known_are_not_judged() -> None:
    found = watched(*LEAK, open_=frozenset({november(10)}))

    assert found.anomalies == ()
    assert found.unjudged(NOVEMBER) == [november(10)]


def test_a_day_that_can_still_grow_and_is_above_usual_already_is_an_early_signal() -> None:
    (anomaly,) = watched(*LEAK, early=frozenset({november(10)})).anomalies

    assert anomaly.is_early
    assert (anomaly.key, anomaly.early) == ("project:shop:2026-11-10", {november(10)})
    assert anomaly.impact == Decimal(330)
    assert [(part.name, part.amount) for part in anomaly.keys] == [("web", Decimal(300))]


def test_a_day_that_can_still_grow_and_is_not_above_usual_is_not_judged() -> None:
    found = watched(used("shop web big", 40, d10=0, d11=41), early=frozenset({november(10), november(11)}))

    assert found.anomalies == ()
    assert found.unjudged(NOVEMBER) == [november(10), november(11)]


def test_a_final_day_and_an_early_one_are_one_anomaly_that_can_still_grow() -> None:
    (anomaly,) = watched(
        used("shop web big", 40, d10=340, d11=440), early=frozenset({november(11)})
    ).anomalies

    assert (anomaly.first, anomaly.last, anomaly.is_early) == (november(10), november(11), False)
    assert anomaly.early == {november(11)}
    assert anomaly.impact == Decimal(700)


def test_days_that_can_still_grow_are_compared_with_final_ones_only() -> None:
    (anomaly,) = watched(
        used("shop web big", 40, d3=340, d10=340), early=frozenset({november(3), november(10)})
    ).anomalies[:1]

    assert november(3) not in [day for day, _ in anomaly.lead.baseline.before]


def test_on_a_day_that_can_still_grow_missing_tokens_may_be_late() -> None:
    rows = [
        (*row[:5], 8 * row[5] if row[0].date() == november(10) else row[5], row[6])
        for row in used("shop web big", 40)
    ]

    assert watched(rows).anomalies[0].kinds == (AnomalyKind.RETRIES,)
    assert watched(rows, early=frozenset({november(10)})).anomalies[0].kinds == (AnomalyKind.REQUESTS,)


def test_the_impact_is_in_dollars_whatever_was_unusual() -> None:
    rows = [
        (*row[:4], row[4] + (3 if row[0].date() == november(10) else 0), 8 * row[5], row[6])
        if row[0].date() == november(10)
        else row
        for row in used("shop web big", 40)
    ]

    (anomaly,) = watched(rows).anomalies

    assert anomaly.kinds == (AnomalyKind.RETRIES,)
    assert anomaly.impact == Decimal(3)


def test_without_a_bill_the_impact_is_not_known() -> None:
    rows = [(*row[:4], None, row[5], row[6]) for row in used("shop web big", 40, d10=340)]

    (anomaly,) = watched(rows).anomalies

    assert anomaly.impact is None


def test_anomalies_are_ranked_by_their_impact() -> None:
    found = watched(used("shop web big", 40, d6=340), used("docs web big", 40, d10=200)).ranked

    assert [(a.scope.project, a.impact) for a in found] == [("shop", 300), ("docs", 160)]


def test_days_with_too_little_history_before_them_are_named() -> None:
    rows = [row for row in used("shop web big", 40) if row[0].date() >= dt.date(2026, 10, 8)]
    found = watched(rows, early=frozenset({november(20)}))

    assert found.young(NOVEMBER) == [november(day) for day in range(1, 5)]
    assert found.unjudged(NOVEMBER) == [november(20)]
    assert watched(used("shop web big", 40)).young(NOVEMBER) == []


def test_a_new_key_is_not_judged_in_its_first_four_weeks() -> None:
    new = [row for row in used("shop web big", 40, d19=900) if row[0].date() >= dt.date(2026, 10, 23)]
    older = [row for row in used("shop web big", 40, d19=900) if row[0].date() >= dt.date(2026, 10, 22)]

    assert watched(new).anomalies == ()
    assert one(older).first == november(19)


def test_nothing_used_is_said_so() -> None:
    assert not watched().used(NOVEMBER)
    assert watched(*LEAK).used(NOVEMBER)


def test_a_note_about_the_same_subject_that_shares_a_day_calls_it_expected() -> None:
    anomaly = one(*LEAK)

    assert expected(anomaly, [note(anomaly.key, 10, 10)]) is not None
    assert expected(anomaly, [note("project:shop:2026-11-08", 8, 11)]) is not None
    assert expected(anomaly, [note("project:shop:2026-11-08", 8, 9)]) is None
    assert expected(anomaly, [note("project:docs:2026-11-10", 10, 10)]) is None
    assert expected(anomaly, [note("", 10, 10)]) is None


@given(st.lists(st.decimals(0, 10_000, places=4), min_size=1, max_size=6))
def test_the_keys_sum_exactly_to_their_project(extra: list[Decimal]) -> None:
    rows = [
        (start, "shop", f"k{n}", "m", value + (more if start.date() == november(10) else 0), requests, tokens)
        for n, more in enumerate(extra)
        for start, _, _, _, value, requests, tokens in used("shop k m", 10)
    ]

    spend = panel(ScopedRows([parts(rows)], READ), MEASURES["spend"], READ, frozenset(READ))

    keys = [scope for scope in spend.values if scope.key and not scope.model]
    whole = spend.values[Scope("shop")][november(10)]
    assert sum(spend.values[key][november(10)] for key in keys) == whole == sum(extra) + 10 * len(extra)
    assert spend.measure is MEASURES["spend"]


def keys_of(rise: int) -> list[str]:
    anomaly = one(used("shop web m", 40, d10=440), used("shop cron m", 10, d10=10 + rise))
    return [part.name for part in anomaly.keys]


def test_a_key_is_named_from_a_fifth_of_the_rise_on_the_most_first() -> None:
    assert keys_of(100) == ["web", "cron"]
    assert keys_of(99) == ["web"]
    assert keys_of(500) == ["cron", "web"]


def test_the_organization_names_the_projects_that_rose_most_and_looks_into_the_first() -> None:
    rises = {"p0": 18, "p1": 19, "p2": 19, "p3": 14}
    billed = [
        (*row[:5], 0, 0)
        for name, rise in rises.items()
        for row in used(f"{name} {name}-key {name}-model", 1, d10=1 + rise)
    ]

    anomaly = one(billed)

    assert (anomaly.scope, anomaly.amount) == (ORGANIZATION, Decimal(70))
    assert [(part.name, part.amount) for part in anomaly.projects] == [
        ("p1", 19),
        ("p2", 19),
        ("p0", 18),
        ("p3", 14),
    ]
    named = [(part.name, part.amount) for part in (*anomaly.keys, *anomaly.models)]
    assert named == [("p1-key", 19), ("p1-model", 19)]


def test_the_latest_anomaly_comes_first() -> None:
    found = watched(used("shop web big", 40, d6=400, d15=400), used("docs web big", 40, d10=400)).anomalies

    assert [(a.scope.project, a.last.day) for a in found] == [("shop", 15), ("docs", 10), ("shop", 6)]


def test_projects_on_the_same_days_are_anomalies_of_their_own() -> None:
    found = watched(used("shop web big", 40, d10=400), used("docs web big", 40, d11=400)).anomalies

    assert [(a.scope.project, a.first.day) for a in found] == [("docs", 11), ("shop", 10)]


def test_a_note_of_the_last_or_first_day_is_about_the_anomaly() -> None:
    (anomaly,) = watched(used("shop web big", 40, d10=400, d12=400)).anomalies

    assert [bool(expected(anomaly, [note("project:shop:2026-11-10", *days)])) for days in NOTED] == [
        False,
        True,
        True,
        False,
    ]


NOTED = ((8, 9), (9, 10), (12, 13), (13, 14))


def collapsing(times: int = 1, requests: int = 500) -> Watched:
    """Return what is found where the output of one model of a key collapses, and that of another does not."""
    rows = [
        (pd.Timestamp(day, tz="UTC"), "shop", "web", model, requests, times * (5_000 if falls else 50_000))
        for day in READ
        for model, falls in (("big", day == november(10)), ("small", False))
    ]
    columns = ["start", "project_id", "api_key_id", "model", REQUESTS, "completions.output_tokens"]
    frame = pd.DataFrame(rows, columns=columns).astype(dict.fromkeys(columns[4:], object))
    return watch([table(frame)], NOVEMBER, {m.slug: frozenset(READ) for m in READS})


def test_output_that_collapses_names_its_key_and_model() -> None:
    (anomaly,) = collapsing().anomalies

    assert anomaly.kinds == (AnomalyKind.OUTPUT,)
    assert responsible(anomaly).to_dict("split")["data"] == [
        ["project_id", "shop", 45_000],
        ["api_key_id", "web", 45_000],
        ["model", "big", 45_000],
    ]


def test_more_tokens_than_64_bits_hold_are_judged_too() -> None:
    (anomaly,) = collapsing(2**46).anomalies

    assert anomaly.kinds == (AnomalyKind.OUTPUT,)
    assert responsible(anomaly)["amount"].tolist() == [45_000 * 2**46] * 3


def test_more_requests_than_64_bits_hold_are_judged_too() -> None:
    (anomaly,) = collapsing(2**47, requests=500 * 2**47).anomalies

    assert anomaly.kinds == (AnomalyKind.OUTPUT,)
    assert responsible(anomaly)["amount"].tolist() == [45_000 * 2**47] * 3


def test_of_all_scopes_the_organization_and_what_is_anomalous_are_kept() -> None:
    assert list(collapsing().panels["output_per_request"].values) == [Scope("shop", "web", "big")]
    assert set(watched(*LEAK).panels["spend"].values) == {
        ORGANIZATION,
        *(finding.scope for finding in one(*LEAK).findings),
    }


def test_an_unusual_key_is_the_only_one_named_whichever_others_rose() -> None:
    web, cron = used("shop web m", 10, d10=40), used("shop cron m", 90, d10=110)

    anomaly = one([(*row[:5], 0, 0) for row in (*web, *cron)])

    assert anomaly.lead.scope == Scope("shop", "web")
    assert [(part.name, part.amount) for part in (*anomaly.keys, *anomaly.models)] == [("web", 30), ("m", 30)]


def test_without_any_rows_nothing_is_unusual_and_nothing_was_used() -> None:
    names = [(name, pa.string()) for name in ("project_id", "api_key_id", "model")]
    nothing = pa.schema([("start", TIME), *names]).empty_table()

    found = watch([nothing], NOVEMBER, {m.slug: frozenset(READ) for m in READS})

    assert found.anomalies == ()
    assert not found.used(NOVEMBER)

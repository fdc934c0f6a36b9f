import datetime as dt
from decimal import Decimal

import pandas as pd

from lib.analysis.anomalies.compared_days import around, compared, course, plain_course
from lib.analysis.anomalies.findings import AnomalyKind
from lib.analysis.anomalies.panel import ORGANIZATION, Scope
from lib.periods.windows import Window
from tests.analysis.anomalies.test_detection import LEAK, NOVEMBER, november, one, used, watched


def test_the_days_that_a_day_was_compared_with_are_told_with_their_distance() -> None:
    days = compared(one(*LEAK).lead)

    assert list(days["day"]) == [november(10) - dt.timedelta(weeks=n) for n in range(1, 9)]
    assert set(days["value"]) == {Decimal(80)}
    assert set(days["distance"]) == {Decimal(0)}


def test_the_course_has_the_band_between_which_a_day_is_as_expected() -> None:
    anomaly = one(*LEAK)
    spend = watched(*LEAK).panels["spend"]

    rows = course(spend, anomaly.lead, anomaly)

    assert around(anomaly) == Window(dt.date(2026, 9, 15), dt.date(2026, 12, 8))
    assert [start.date() for start in rows["start"][rows["unusual"]]] == [november(10)]
    day = rows[rows["unusual"]].iloc[0]
    assert (day["value"], day["baseline"], day["low"], day["high"]) == (Decimal(410), 80.0, 32.0, 128.0)
    assert pd.isna(rows["baseline"].iloc[0])
    assert list(plain_course(spend, Scope("nobody"), AnomalyKind.SPEND, NOVEMBER)["start"]) == []


def test_the_band_of_days_that_only_have_credits_lies_around_them() -> None:
    spend = watched(used("shop web big", -10)).panels["spend"]

    rows = plain_course(spend, ORGANIZATION, AnomalyKind.SPEND, NOVEMBER)

    day = rows.iloc[-1]
    assert (day["low"], day["baseline"], day["high"]) == (-22.0, -10.0, 2.0)


def test_a_course_marks_the_days_of_its_own_kind_only() -> None:
    rows = [
        (
            start,
            project,
            key,
            model,
            dollars,
            8 * requests if start.date() == november(12) else requests,
            tokens,
        )
        for start, project, key, model, dollars, requests, tokens in used("shop web big", 40, d10=340)
    ]
    seen = watched(rows)
    (anomaly,) = seen.anomalies

    marked = {}
    for kind in (AnomalyKind.SPEND, AnomalyKind.RETRIES):
        days = course(seen.panels[kind.slug], anomaly.worst(kind), anomaly)
        marked[kind] = [start.date() for start in days["start"][days["unusual"]]]

    assert marked == {AnomalyKind.SPEND: [november(10)], AnomalyKind.RETRIES: [november(12)]}


def test_a_course_holds_early_days_that_are_unusual_and_no_others() -> None:
    early = frozenset({november(19), november(20)})
    seen = watched(used("shop web big", 40, d19=340), early=early)
    (anomaly,) = seen.anomalies

    rows = course(seen.panels["spend"], anomaly.lead, anomaly)

    assert rows["start"].iloc[-1].date() == november(19)
    assert (rows["value"].iloc[-1], rows["unusual"].iloc[-1]) == (Decimal(340), True)


def test_a_course_begins_and_ends_with_its_window() -> None:
    rows = plain_course(watched(*LEAK).panels["spend"], Scope("shop"), AnomalyKind.SPEND, NOVEMBER)

    days = [start.date() for start in rows["start"]]
    assert (days[0], days[-1]) == (NOVEMBER.first, NOVEMBER.end - dt.timedelta(days=1))
    assert list(rows["unusual"]) == [False] * NOVEMBER.days


def test_the_band_never_reaches_below_zero() -> None:
    rows = plain_course(
        watched(used("shop web big", 10)).panels["spend"], ORGANIZATION, AnomalyKind.SPEND, NOVEMBER
    )

    assert (rows["low"].iloc[0], rows["high"].iloc[0]) == (0.0, 22.0)

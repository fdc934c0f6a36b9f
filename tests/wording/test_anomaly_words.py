import datetime as dt
from decimal import Decimal

import pandas as pd

from lib.analysis.anomalies.baseline import Baseline
from lib.analysis.anomalies.detection import Anomaly, Part
from lib.analysis.anomalies.findings import AnomalyKind, Finding
from lib.analysis.anomalies.panel import Scope
from lib.store.records.notes import Note
from lib.wording.anomaly_words import KINDS, headline, in_words, listed

DAY = dt.date(2026, 11, 10)
SHOP = Scope("shop")
SPEND = Finding(
    AnomalyKind.SPEND,
    SHOP,
    Baseline(DAY, Decimal(410), (), Decimal(80), Decimal(0), Decimal(8)),
    Decimal(330),
)
REQUESTS = Finding(AnomalyKind.REQUESTS, SHOP, Baseline(DAY, 5_000, (), 1_000, 0, 100), 4_000)
LEAK = Anomaly(SHOP, (SPEND, REQUESTS), (), (Part("web", Decimal(300)),), (Part("big", Decimal(300)),))


def test_a_finding_says_its_value_and_its_baseline() -> None:
    assert in_words(SPEND) == "$410.00 on 10 Nov 2026 instead of $80.00"


def test_the_list_has_a_row_for_each_anomaly() -> None:
    note = Note("id", DAY, DAY, "load test", LEAK.key, dt.datetime(2026, 11, 11, tzinfo=dt.UTC))

    (row,) = listed([LEAK], [note]).to_dict("records")

    assert row == {
        "first": DAY,
        "last": DAY,
        "project_id": "shop",
        "api_key_id": "web",
        "model": "big",
        "what": "Spend up; Requests up",
        "how": "$410.00 on 10 Nov 2026 instead of $80.00",
        "score": 41.25,
        "expected": "load test",
    }


def test_without_anomalies_the_list_still_has_columns() -> None:
    assert list(listed([], []).columns)[:3] == ["first", "last", "project_id"]


def test_the_headline_counts_what_nobody_expected() -> None:
    def said(*why: str) -> str:
        return headline(pd.DataFrame({"expected": list(why)}), 7)

    assert said() == "Nothing unusual in this period"
    assert said("") == "1 unusual thing in this period"
    assert said("", "", "", "sale") == "3 unusual things in this period, 1 marked as expected"
    assert said("sale") == "Nothing unusual in this period, 1 marked as expected"


def test_the_headline_speaks_of_judged_days_only() -> None:
    nothing = pd.DataFrame({"expected": []})
    days = [dt.date(2026, 11, n) for n in (22, 23, 24, 25)]

    assert headline(nothing, 7, days) == (
        "Nothing unusual on the 3 of 7 days that are judged; not judged yet: 22–25 Nov 2026"
    )
    assert headline(nothing, 4, days) == "Not judged yet: 22–25 Nov 2026"


def test_every_kind_has_a_heading_of_its_own() -> None:
    assert len(set(KINDS.values())) == len(KINDS) == len(AnomalyKind)

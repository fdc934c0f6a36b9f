import datetime as dt
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pandas as pd

from lib.analysis.anomalies.baseline import Baseline
from lib.analysis.anomalies.detection import Anomaly, Part
from lib.analysis.anomalies.findings import AnomalyKind, Finding
from lib.analysis.anomalies.panel import Scope
from lib.store.records.notes import Note
from lib.wording.anomaly_words import (
    EARLY,
    KINDS,
    headline,
    in_words,
    listed,
    message,
    named_in_ranking,
)

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


def rows(*found: tuple[str, str]) -> pd.DataFrame:
    """Return a list of anomalies by why each was expected, and its state."""
    return pd.DataFrame(list(found), columns=["expected", "state"])


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
        "impact": None,
        "score": 41.25,
        "state": "",
        "expected": "load test",
    }


def test_a_day_that_can_still_grow_is_said_so_far_and_an_early_signal() -> None:
    signal = replace(LEAK, impact=Decimal(330), early=frozenset({DAY}))

    (row,) = listed([signal], []).to_dict("records")

    assert (row["state"], row["impact"]) == (EARLY, Decimal(330))
    assert row["how"] == "$410.00 so far on 10 Nov 2026 instead of $80.00"


def test_an_anomaly_of_which_only_some_days_are_final_can_still_grow() -> None:
    later = replace(SPEND, baseline=replace(SPEND.baseline, day=DAY + dt.timedelta(days=1)))
    growing = replace(LEAK, findings=(SPEND, later), early=frozenset({later.baseline.day}))

    assert list(listed([growing], [])["state"]) == ["Can still grow"]


def test_without_anomalies_the_list_still_has_columns() -> None:
    assert list(listed([], []).columns)[:3] == ["first", "last", "project_id"]


def test_the_headline_counts_what_nobody_expected() -> None:
    def said(*why: str) -> str:
        return headline(rows(*((reason, "") for reason in why)), 7)

    assert said() == "Nothing unusual in this period"
    assert said("") == "1 unusual thing in this period"
    assert said("", "", "", "sale") == "3 unusual things in this period, 1 marked as expected"
    assert said("sale") == "Nothing unusual in this period, 1 marked as expected"


def test_the_headline_speaks_of_judged_days_only() -> None:
    nothing = rows()
    days = [dt.date(2026, 11, n) for n in (22, 23, 24, 25)]

    assert headline(nothing, 7, days) == (
        "Nothing unusual on the 3 of 7 days that are judged; not judged yet: 22–25 Nov 2026"
    )
    assert headline(nothing, 4, days) == "Not judged yet: 22–25 Nov 2026"
    assert headline(nothing, 4, [], days) == "Too little history to judge 22–25 Nov 2026"
    assert headline(nothing, 7, days, [dt.date(2026, 11, 19)]) == (
        "Nothing unusual on the 2 of 7 days that are judged; not judged yet: 22–25 Nov 2026; "
        "too little history to judge 19 Nov 2026"
    )


def test_early_signals_are_counted_apart() -> None:
    days = [dt.date(2026, 11, n) for n in (22, 23)]
    early = ("", EARLY)

    assert headline(rows(early), 7, days) == (
        "Nothing unusual on the 5 of 7 days that are judged; 1 early signal; not judged yet: 22–23 Nov 2026"
    )
    assert headline(rows(early, early), 2, days) == "2 early signals; not judged yet: 22–23 Nov 2026"
    assert headline(rows(("a test", EARLY)), 7, days).startswith("Nothing unusual on the 5 of 7 days")


def named(**changed: Any) -> dict[str, Any]:
    return {
        "days": "10 Nov 2026",
        "project_id": "Shop",
        "what": "Spend up; Requests up",
        "how": "$410.00 on 10 Nov 2026 instead of $80.00",
        "impact": Decimal(330),
        "state": "",
        "expected": "",
        "api_key_id": "Web",
        "owner": "Ada",
        "model": "big",
    } | changed


def test_a_message_names_the_key_and_its_owner_and_ends_with_the_link() -> None:
    assert message(named(), "https://x/y") == (
        "Unusual, 10 Nov 2026: Shop – spend up, requests up ($410.00 on 10 Nov 2026 instead of $80.00; "
        "$330.00 above usual in all). API key: Web, owned by Ada. Model: big. Was this expected? https://x/y"
    )


def test_a_message_leaves_out_what_is_not_known() -> None:
    bare = named(state=EARLY, what="Spend up", impact=None, api_key_id="–", owner="", model="–")

    assert message(bare, "L") == (
        "Early signal, 10 Nov 2026: Shop – spend up ($410.00 on 10 Nov 2026 instead of $80.00). "
        "Was this expected? L"
    )


def test_a_ranking_names_what_is_unusual_in_it_once() -> None:
    found = pd.DataFrame(
        [named(), named(state=EARLY, days="12 Nov 2026"), named(project_id="Docs"), named(expected="a test")]
    )

    assert named_in_ranking(found, "project_id") == (
        "▲ Unusual: Shop (10 Nov 2026; early signal, 12 Nov 2026), Docs (10 Nov 2026)"
    )
    assert named_in_ranking(found.assign(model="–"), "model") == ""
    many = pd.DataFrame([named(project_id=name) for name in ("A", "B", "C", "D", "E")])
    assert named_in_ranking(many, "project_id").endswith("C (10 Nov 2026) and 2 more")


def test_every_kind_has_a_heading_of_its_own() -> None:
    assert len(set(KINDS.values())) == len(KINDS) == len(AnomalyKind)

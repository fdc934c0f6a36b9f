"""The statement: who entered the invoice's total and who looked at it, and whose keys the bill names."""

import datetime as dt
from decimal import Decimal

import pandas as pd

from lib.answers import statement
from lib.answers.results import Ranking
from lib.catalog.dimensions import CREDITS, DIMENSIONS, UNATTRIBUTED
from lib.catalog.measures import MEASURES
from lib.store.records.statement_checks import StatementCheck

NOON = dt.datetime(2026, 11, 3, 12, tzinfo=dt.UTC)


def check(invoice: int | None, who: str, day: int = 3, month: str = "2026-10") -> StatementCheck:
    return StatementCheck(month, None if invoice is None else Decimal(invoice), who, NOON.replace(day=day))


def revisions(*days: int) -> pd.DataFrame:
    return pd.DataFrame({"seen_at": pd.Series([NOON.replace(day=day) for day in days], dtype=object)})


def test_the_total_that_holds_is_of_whoever_entered_it_not_of_who_looked_later() -> None:
    found = statement.standing([check(50, "Ada"), check(62, "Bo", 4), check(62, "Cy", 5)], "2026-10")

    assert found.invoice == 62
    assert statement.standing_words(found, revisions()) == [
        "The invoice’s total of $62.00 was entered on 4 Nov 2026 by Bo.",
        "It was last looked at on 5 Nov 2026 by Cy. No revisions since then.",
    ]


def test_a_month_has_its_own_checks() -> None:
    assert statement.standing([check(50, "Ada")], "2026-09") == statement.Standing("2026-09")
    assert statement.standing([], "2026-09").invoice is None


def test_revisions_count_from_the_last_look_on() -> None:
    found = statement.standing([check(None, "Ada", 4)], "2026-10")

    assert statement.standing_words(found, revisions(3, 5)) == [
        "It was last looked at on 4 Nov 2026 by Ada. 1 revision since then."
    ]
    assert statement.standing_words(found, revisions(5, 6))[0].endswith("2 revisions since then.")
    assert statement.standing_words(statement.Standing("2026-10"), revisions(5)) == [
        "Nobody has marked this statement as looked at yet."
    ]


def keys(**billed: int) -> Ranking:
    ids = {"nobody": UNATTRIBUTED, "credits": CREDITS}
    rows = pd.DataFrame(
        [(ids.get(name, name), Decimal(v), Decimal(0)) for name, v in billed.items()],
        columns=["api_key_id", "now", "before"],
    ).astype(object)
    return Ranking(MEASURES["spend"], DIMENSIONS["api_key_id"], rows, {"key_a": "CI"})


def test_the_named_share_is_of_what_was_billed_without_credits() -> None:
    assert statement.named_share(keys(key_a=60, key_b=15, nobody=25, credits=-10)) == 0.75
    assert statement.named_share(keys(credits=-10)) is None


def test_a_ranking_is_printed_by_its_labels_with_shares() -> None:
    rows = statement.by_label(keys(key_a=60, key_b=20))

    assert rows.to_dict("split")["data"] == [["CI", 60, 0.75, 0], ["key_b", 20, 0.25, 0]]

"""The statement: who entered the invoice's total and who looked at it, and whose keys the bill names."""

import datetime as dt
from decimal import Decimal
from pathlib import Path

import pandas as pd
import pytest

from lib.answers import statement
from lib.answers.budget_status import WHOLE
from lib.answers.results import Ranking
from lib.answers.view import View
from lib.catalog.dimensions import CREDITS, DIMENSIONS, UNATTRIBUTED
from lib.catalog.measures import MEASURES
from lib.engine.filters import EVERYTHING, Filters
from lib.periods.grains import Grain
from lib.periods.presets import Comparison
from lib.periods.windows import Window
from lib.store.records.budgets import Budget
from lib.store.records.statement_checks import StatementCheck
from tests.answers.readings import november, reading_of

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


def test_this_month_and_the_twelve_before_it_have_a_statement() -> None:
    found = statement.months(dt.date(2026, 11, 23))

    assert (len(found), found[0], found[1], found[-2:]) == (13, "2026-10", "2026-09", ["2025-11", "2026-11"])


@pytest.mark.parametrize(
    ("month", "first", "end", "comparison"),
    [
        ("2026-10", dt.date(2026, 10, 1), dt.date(2026, 11, 1), Comparison.PREVIOUS),
        ("2026-11", dt.date(2026, 11, 1), dt.date(2026, 11, 24), Comparison.MONTH),
    ],
)
def test_a_statement_is_of_a_whole_month_or_of_its_days_so_far(
    month: str, first: dt.date, end: dt.date, comparison: Comparison
) -> None:
    looked_at = View(
        november(2, 8), dt.date(2026, 11, 23), Grain.DAY, Comparison.NONE, Filters.of({"model": ["sol"]})
    )

    assert statement.view_of(looked_at, month) == View(
        Window(first, end), dt.date(2026, 11, 23), None, comparison, EVERYTHING
    )


@pytest.mark.usefixtures("afresh")
def test_budgets_vary_by_what_was_billed_of_what_they_are_about(tmp_path: Path) -> None:
    rows = [
        {"start": "2026-11-02", "project_id": "proj_a", "cost_usd": Decimal(30)},
        {"start": "2026-11-03", "project_id": "proj_b", "cost_usd": Decimal(12)},
        {"start": "2026-11-09", "project_id": "proj_a", "cost_usd": Decimal(99)},
    ]
    reading = reading_of(tmp_path, {"costs": rows}, november(1, 7), fetched={"costs": [november(1, 9)]})
    of_a = ("project_id", "proj_a")

    found = statement.variances(reading, (Budget(*WHOLE, Decimal(40)), Budget(*of_a, Decimal(50))))

    assert found.to_dict("split")["data"] == [
        ["Whole organization", Decimal(40), Decimal(42), Decimal(2)],
        ["proj_a (project)", Decimal(50), Decimal(30), Decimal(-20)],
    ]


@pytest.mark.usefixtures("afresh")
def test_days_that_can_still_change_and_days_that_are_not_known_are_open(tmp_path: Path) -> None:
    fetched = {"costs": [november(1, 2), november(22, 22)]}
    reading = reading_of(tmp_path, {}, november(1, 22), fetched=fetched)

    assert statement.open_days(reading) == 20


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("$39,703.93", Decimal("39703.93")),
        (" 12 ", Decimal(12)),
        ("-5", Decimal(-5)),
        ("999999999999", Decimal(999999999999)),
        ("1000000000000", None),
        ("-1000000000000", None),
        ("NaN", None),
        ("Infinity", None),
        ("", None),
        ("about ten", None),
    ],
)
def test_an_amount_is_read_as_people_type_it(text: str, amount: Decimal | None) -> None:
    assert statement.dollars(text) == amount

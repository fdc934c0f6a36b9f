import datetime as dt
from decimal import Decimal

import pandas as pd
import pytest

from lib.analysis.comparison import Change
from lib.analysis.forecasting.burn_rate import Status
from lib.wording import status_words

OCTOBER = "1–25 Oct 2026"


def test_a_month_so_far_is_held_against_the_same_days_of_the_last_one() -> None:
    said = status_words.month_so_far("November", Change(Decimal(110), Decimal(100)), OCTOBER)

    assert said == "November so far: $110.00, 10.0% more than in 1–25 Oct 2026 ($100.00)"


@pytest.mark.parametrize(("before", "compared_with"), [("100", None), ("0", OCTOBER)])
def test_without_an_earlier_bill_only_the_month_is_told(before: str, compared_with: str | None) -> None:
    spend = Change(Decimal(110), Decimal(before))

    assert status_words.month_so_far("November", spend, compared_with) == "November so far: $110.00"


def test_the_end_of_the_month_is_held_against_the_budget_if_there_is_one() -> None:
    assert status_words.month_end("November", Decimal(60), None) == "November ends at about $60"
    assert (
        status_words.month_end("November", Decimal(60), Decimal(50))
        == "November ends at about $60, 120.0% of the budget of $50"
    )


@pytest.mark.parametrize(
    ("statuses", "said"),
    [
        ([], "No budget is set"),
        ([Status.HOLDS], "✓ The budget holds"),
        ([Status.HOLDS, Status.HOLDS], "✓ All 2 budgets hold"),
        ([Status.HOLDS, Status.COMING, Status.OVER, Status.OVER], "Budgets: ✕ 2 exceeded, ▲ 1 going over"),
        ([Status.UNKNOWN, Status.HOLDS], "Budgets: no forecast yet for 1 of 2"),
    ],
)
def test_budgets_are_counted_by_how_they_stand(statuses: list[Status], said: str) -> None:
    assert status_words.budgets(statuses) == said


def test_unusual_things_are_counted_until_somebody_marks_them_and_open_days_are_named() -> None:
    columns = ["expected", "state", "project_id", "how"]
    some = pd.DataFrame([("", "", "", ""), ("a test", "", "", ""), ("", "", "", "")], columns=columns)
    none = some.head(0)
    open_days = [dt.date(2026, 11, day) for day in (21, 22, 23)]

    assert status_words.unusual(some, 7, []) == "▲ 2 unusual, not marked yet"
    assert (
        status_words.unusual(none, 7, open_days)
        == "Nothing unusual on the days that are judged; not judged yet: 21–23 Nov 2026"
    )
    assert status_words.unusual(none, 3, open_days) == "Not judged yet: 21–23 Nov 2026"
    assert status_words.unusual(none, 3, [], open_days) == "Too little history to judge 21–23 Nov 2026"


def test_the_first_early_signal_is_named() -> None:
    signal = ("", "Early signal", "Shop", "$410.00 so far on 23 Nov 2026 instead of $80.00")
    columns = ["expected", "state", "project_id", "how"]
    open_days = [dt.date(2026, 11, 23)]

    assert status_words.unusual(pd.DataFrame([signal], columns=columns), 1, open_days) == (
        "▲ Early signal: Shop, $410.00 so far on 23 Nov 2026 instead of $80.00; not judged yet: 23 Nov 2026"
    )
    assert (
        "; ▲ Early signal: Shop, $410.00 so far on 23 Nov 2026 instead of $80.00 and 1 more; "
        in status_words.unusual(pd.DataFrame([signal, signal], columns=columns), 2, open_days)
    )

import datetime as dt
from decimal import Decimal
from pathlib import Path

import pandas as pd
import pytest

from lib.analysis.forecasting.burn_rate import Remaining, Status
from lib.analysis.forecasting.outlook import Outlook, known
from lib.answers import budget_status
from lib.answers.budget_status import WHOLE, Key, Watched
from lib.engine.filters import EVERYTHING, Filters
from lib.openai_admin.name_lists import Name
from lib.openai_admin.spend_limits import LimitKind, SpendLimit
from lib.settings import Settings
from lib.store.budget_file import Balance, Deposit
from lib.store.records.budgets import Budget
from lib.store.scoped import Scoped
from lib.store.usage_store import Store
from lib.wording.labels import Labels

NOW = dt.datetime(2026, 11, 23, 12, tzinfo=dt.UTC)
TODAY = NOW.date()
FIRST = dt.date(2026, 8, 1)
FINAL = [FIRST + dt.timedelta(days=n) for n in range((dt.date(2026, 11, 20) - FIRST).days)]
LABELS = Labels([Name("project", "proj_1", "Search")])


def look(*_key: Key) -> Outlook:
    """Return a bill of $2 a day, $46 this month so far and $60 by its end."""
    days = [FIRST + dt.timedelta(days=n) for n in range((TODAY - FIRST).days + 1)]
    return Outlook(known(dict.fromkeys(days, Decimal(2)), set(FINAL), TODAY))


def watched(amount: str, key: Key = WHOLE) -> Watched:
    (found,) = budget_status.watched([Budget(*key, Decimal(amount))], LABELS, look)
    return found


@pytest.mark.parametrize(
    ("amount", "status", "words"),
    [
        (
            "45",
            Status.OVER,
            "Exceeded. Whole organization: $46.00 of $45.00 billed so far; the month ends at $60.00, as "
            "forecast. The bill passes the amount on 23 Nov 2026.",
        ),
        (
            "50",
            Status.COMING,
            "Going over. Whole organization: $46.00 of $50.00 billed so far; the month ends at $60.00, as "
            "forecast. The forecast passes the amount on 26 Nov 2026.",
        ),
        (
            "60",
            Status.HOLDS,
            "Holds. Whole organization: $46.00 of $60.00 billed so far; the month ends at $60.00, as "
            "forecast.",
        ),
    ],
)
def test_a_budget_is_told_with_what_is_billed_and_forecast(amount: str, status: Status, words: str) -> None:
    found = watched(amount)

    assert found.budget_status.status is status
    assert budget_status.status_words(found) == words


def test_each_budget_is_looked_at_by_its_own_key() -> None:
    asked: list[Key] = []

    def noted(key: Key) -> Outlook:
        asked.append(key)
        return look(key)

    budgets = [Budget("", "", Decimal(5)), Budget("project_id", "proj_1", Decimal(6))]
    found = budget_status.watched(budgets, LABELS, noted)

    assert asked == [WHOLE, ("project_id", "proj_1")]
    assert [(one.label, one.origin) for one in found] == [
        ("Whole organization", "Budget file"),
        ("Search (project)", "Budget file"),
    ]


def test_a_budget_that_somebody_set_says_who_and_when() -> None:
    budget = Budget("", "", Decimal(5), "ada@example.com", NOW)

    assert budget_status.origin_words(budget) == "ada@example.com, 23 Nov 2026"


def test_limits_of_openai_are_watched_as_what_they_are() -> None:
    limits = [
        SpendLimit(LimitKind.LIMIT, "", Decimal(100), True),
        SpendLimit(LimitKind.LIMIT, "", Decimal(90), False),
        SpendLimit(LimitKind.LIMIT, "", Decimal(80)),
        SpendLimit(LimitKind.ALERT, "proj_1", Decimal(70)),
    ]

    found = budget_status.watched_limits(limits, LABELS, look)

    assert [(w.key, w.origin, w.budget_status.amount) for w in found] == [
        (WHOLE, "OpenAI limit, enforced", 100),
        (WHOLE, "OpenAI limit, not enforced", 90),
        (WHOLE, "OpenAI limit", 80),
        (("project_id", "proj_1"), "OpenAI alert", 70),
    ]


def test_a_budget_narrows_the_bill_to_what_it_is_for() -> None:
    assert budget_status.filters_of(WHOLE) == EVERYTHING
    assert budget_status.filters_of(("project_id", "proj_1")) == Filters.of({"project_id": ["proj_1"]})


def test_the_running_total_is_set_against_an_even_pace_and_the_budget() -> None:
    course = budget_status.course(watched("60"), left=False)

    assert (course.title, course.limit) == ("Running total", ("Budget $60", 60.0))
    assert (course.rows["total"].iloc[0], course.rows["total"].iloc[-1]) == (2.0, 60.0)
    assert list(course.even["total"])[:2] == [2.0, 4.0]


def test_what_is_left_counts_down_to_nothing() -> None:
    course = budget_status.course(watched("60"), left=True)

    assert (course.title, course.limit) == ("Left of the budget", ("Nothing left", 0.0))
    assert (course.rows["total"].iloc[0], course.rows["total"].iloc[-1]) == (58.0, 0.0)
    assert (course.even["total"].iloc[0], course.even["total"].iloc[-1]) == (58.0, 0.0)


def test_without_a_budget_the_month_is_drawn() -> None:
    rows = budget_status.spend_course(look())

    assert (rows["day"].iloc[0], rows["day"].iloc[-1]) == (dt.date(2026, 11, 1), dt.date(2026, 11, 30))


def test_the_table_has_a_row_for_each_amount() -> None:
    table = budget_status.table([watched("45"), watched("60")])

    assert list(table["status"]) == ["✕ Exceeded", "✓ Holds"]
    assert list(table["amount"]) == [45, 60]


@pytest.mark.parametrize(
    ("day", "is_read"),
    [
        (dt.date(2025, 10, 31), False),
        (dt.date(2025, 11, 1), True),
        (TODAY, True),
        (TODAY + dt.timedelta(days=1), False),
    ],
)
def test_a_balance_is_followed_up_only_on_days_that_are_read(day: dt.date, *, is_read: bool) -> None:
    assert (budget_status.remaining(Balance(day, Decimal(9)), look()) is not None) is is_read


def test_a_balance_that_is_too_old_says_from_when_on_it_would_do() -> None:
    assert budget_status.too_old(Balance(dt.date(2020, 1, 1), Decimal(9)), TODAY) == (
        "The balance of 1 Jan 2020 cannot be followed, because the bill is read from 1 Nov 2025 to today "
        "only. Declare a balance of one of these days."
    )


def left(
    amount: str,
    gone: dt.date | None = None,
    earliest: dt.date | None = None,
    latest: dt.date | None = None,
    state: str = "forecast",
) -> Remaining:
    course = pd.DataFrame({"day": [TODAY, dt.date(2027, 3, 1)], "state": ["provisional", state]})
    return Remaining(
        Decimal(amount), Decimal(100), Decimal(100) - Decimal(amount), gone, earliest, latest, course
    )


IN_30, IN_31 = TODAY + dt.timedelta(days=30), TODAY + dt.timedelta(days=31)


@pytest.mark.parametrize(
    ("remaining", "status"),
    [
        (left("-0.01"), Status.OVER),
        (left("0", state="provisional"), Status.UNKNOWN),
        (left("0"), Status.HOLDS),
        (left("5", IN_30), Status.COMING),
        (left("5", IN_31), Status.HOLDS),
        (left("5", IN_31, IN_30), Status.TIGHT),
        (left("5", IN_31, IN_31), Status.HOLDS),
        (left("5", None, IN_30), Status.TIGHT),
    ],
)
def test_a_balance_stands_by_when_it_is_gone(remaining: Remaining, status: Status) -> None:
    assert budget_status.balance_status(remaining, TODAY) is status


@pytest.mark.parametrize(
    ("remaining", "status", "words"),
    [
        (
            left("-1"),
            Status.OVER,
            "Used up. $1.00 more was billed than the $100.00 paid in.",
        ),
        (
            left("5", state="provisional"),
            Status.UNKNOWN,
            "No forecast. $5.00 of the prepaid $100.00 is left. There are too few days to forecast when it "
            "is gone.",
        ),
        (
            left("5", IN_30, TODAY, IN_31),
            Status.COMING,
            "Gone soon. $5.00 of the prepaid $100.00 is left. It is gone on 23 Dec 2026, as forecast: in 8 "
            "of 10 cases from 23 Nov 2026 to 24 Dec 2026.",
        ),
        (
            left("5", IN_31, IN_30),
            Status.TIGHT,
            "Tight. $5.00 of the prepaid $100.00 is left. It is gone on 24 Dec 2026, as forecast: in 8 of 10 "
            "cases not before 23 Dec 2026.",
        ),
        (
            left("5"),
            Status.HOLDS,
            "Lasts. $5.00 of the prepaid $100.00 is left. It is gone after 1 Mar 2027, as forecast.",
        ),
    ],
)
def test_a_balance_is_told_with_what_is_left_and_for_how_long(
    remaining: Remaining, status: Status, words: str
) -> None:
    assert budget_status.balance_words(remaining, status) == words


def test_top_ups_up_to_today_count() -> None:
    deposits = (Deposit(TODAY, Decimal(7)), Deposit(TODAY + dt.timedelta(days=1), Decimal(70)))
    found = budget_status.remaining(Balance(TODAY, Decimal(10), deposits), look())

    assert found
    assert (found.paid, found.billed, found.left) == (17, 2, 15)


def test_what_is_declared_is_resolved_by_name_and_what_the_app_set_holds(tmp_path: Path) -> None:
    store = Store(str(tmp_path / "store"))
    store.merge_names([Name("project", "proj_1", "Search")], NOW)
    store.write_budget(Budget("", "", Decimal(40), "ada"), NOW)
    file = tmp_path / "budgets.toml"
    file.write_text(
        "version = 1\n[[budget]]\namount = 5\n[[budget]]\nproject = 'Search'\namount = 6\n"
        "[[budget]]\namount = 0\n"
    )
    settings = Settings("k", "http://127.0.0.1:9/v1", store.uri, budgets_file=file)

    found = budget_status.declared(store, settings)

    assert [(b.key, b.amount) for b in found.budgets] == [(WHOLE, 40), (("project_id", "proj_1"), 6)]
    assert len(found.problems) == 1


def test_of_the_file_some_projects_budgets_are_seen_as_the_file_has_them(tmp_path: Path) -> None:
    file = tmp_path / "budgets.toml"
    entries = "".join(f'[[budget]]\nproject = "{name}"\namount = 60\n' for name in ("Search", "Zebra"))
    file.write_text(f"version = 1\n{entries}")
    store = Store(str(tmp_path / "store"))
    store.merge_names([Name("project", "proj_1", "Search"), Name("project", "proj_2", "Zebra")], NOW)
    store.write_budget(Budget("project_id", "proj_1", Decimal(70), "Ada"), NOW)
    seen, settings = Scoped(store, frozenset({"proj_1"})), Settings(budgets_file=file)

    assert budget_status.in_file(seen, settings).budgets == (Budget("project_id", "proj_1", Decimal(60)),)
    assert [(b.about, b.amount) for b in budget_status.declared(seen, settings).budgets] == [("proj_1", 70)]


def test_a_file_that_was_named_has_to_be_there(tmp_path: Path) -> None:
    store = Store(str(tmp_path / "store"))
    named = Settings("k", "http://127.0.0.1:9/v1", store.uri, budgets_file=tmp_path / "none.toml")

    assert budget_status.declared(store, named).problems[0].startswith("There is no budget file at")

import datetime as dt
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.analysis.forecasting.burn_rate import Status, budget_status, course, even, left, remaining, table
from lib.analysis.forecasting.outlook import Known, Outlook, known
from lib.periods.windows import ONE_DAY, Window
from lib.store.budget_file import Balance, Deposit

MARCH = Window(dt.date(2026, 3, 1), dt.date(2026, 4, 1))
FIRST = dt.date(2025, 12, 1)


def day(month: int, number: int) -> dt.date:
    return dt.date(2026, month, number)


def steady(today: dt.date, first: dt.date = FIRST) -> Known:
    """Ten dollars a day from `first` on, of which the last three days and today are not final."""
    days = list(Window(first, today + ONE_DAY))
    return known(dict.fromkeys(days, Decimal(10)), set(days[:-4]), today)


def at(amount: str, today: dt.date, first: dt.date = FIRST) -> tuple[object, ...]:
    found = budget_status(Decimal(amount), Outlook(steady(today, first)), MARCH)
    return found.status, found.billed, found.ends and found.ends.forecast, found.runs_out


def test_a_budget_above_the_forecast_holds() -> None:
    assert at("310", day(3, 10)) == (Status.HOLDS, Decimal(100), Decimal(310), None)


def test_a_budget_below_the_forecast_runs_out_on_the_day_that_passes_it() -> None:
    # The 30th day makes it 300, the 31st 310.
    assert at("305", day(3, 10)) == (Status.COMING, Decimal(100), Decimal(310), day(3, 31))


def test_a_budget_below_the_bill_is_exceeded_since_the_day_that_passed_it() -> None:
    assert at("45", day(3, 10)) == (Status.OVER, Decimal(100), Decimal(310), day(3, 5))
    assert at("100", day(3, 10))[0] is Status.COMING


def test_an_amount_that_is_met_exactly_is_passed_by_the_next_day() -> None:
    assert at("50", day(3, 10)) == (Status.OVER, Decimal(100), Decimal(310), day(3, 6))
    assert at("300", day(3, 10)) == (Status.COMING, Decimal(100), Decimal(310), day(3, 31))


def test_a_short_history_tells_what_is_exceeded_and_nothing_else() -> None:
    assert at("45", day(3, 10), day(3, 1)) == (Status.OVER, Decimal(100), None, day(3, 5))
    assert at("305", day(3, 10), day(3, 1)) == (Status.UNKNOWN, Decimal(100), None, None)


def test_a_budget_between_forecast_and_band_is_tight() -> None:
    days = list(Window(day(1, 1) - dt.timedelta(days=200), day(3, 11)))
    wild = {d: Decimal(10 + 6 * (n % 2) + 9 * (n // 20 % 2)) for n, d in enumerate(days)}
    look = Outlook(known(wild, set(days[:-4]), day(3, 10)))
    ends = look.sum(MARCH)
    between = (ends.forecast + Decimal(str(ends.bands[0].high))) / 2

    assert ends.forecast < between < ends.bands[0].high
    assert budget_status(between, look, MARCH).status is Status.TIGHT
    assert budget_status(Decimal(str(ends.bands[0].high + 1)), look, MARCH).status is Status.HOLDS


@pytest.mark.parametrize(
    ("amount", "today", "burn_rate"),
    [
        ("310", day(3, 11), 1.0),  # 100 of 310 by the end of day 10 of 31
        ("155", day(3, 11), 2.0),
        ("620", day(3, 31), 0.5),
        ("310", day(3, 2), 1.0),
        ("310", day(3, 1), None),
    ],
)
def test_pace_is_the_used_share_over_the_share_of_the_month_up_to_yesterday(
    amount: str, today: dt.date, burn_rate: float | None
) -> None:
    assert budget_status(Decimal(amount), Outlook(steady(today)), MARCH).burn_rate == pytest.approx(burn_rate)


def test_a_forecast_that_does_not_reach_the_end_of_the_month_is_none() -> None:
    old = known({d: Decimal(1) for d in Window(FIRST, day(1, 31))}, set(Window(FIRST, day(1, 31))), day(7, 1))
    july = Window(day(7, 1), day(8, 1))

    assert budget_status(Decimal(5), Outlook(old), july).status is Status.UNKNOWN
    assert list(course(Outlook(old), july)["day"]) == [day(7, 1)]


def test_the_used_share_is_billed_over_the_amount() -> None:
    assert budget_status(Decimal(400), Outlook(steady(day(3, 10))), MARCH).used == 0.25


def test_an_even_pace_uses_the_budget_up_on_the_last_day() -> None:
    rows = even(Decimal(62), MARCH)

    assert list(rows["total"].head(2)) == [2.0, 4.0]
    assert (rows["day"].iloc[-1], rows["total"].iloc[-1]) == (day(3, 31), 62.0)


def test_what_is_left_is_the_budget_less_the_running_total() -> None:
    rows = course(Outlook(steady(day(3, 10))), MARCH).assign(low80=1.0, high80=2.0, low95=0.0, high95=3.0)

    turned = left(rows, Decimal(100))

    assert list(turned["total"].head(2)) == [90.0, 80.0]
    assert [turned[c].iloc[0] for c in ("low95", "low80", "high80", "high95")] == [97.0, 98.0, 99.0, 100.0]
    assert list(left(even(Decimal(62), MARCH), Decimal(62))["total"].tail(1)) == [0.0]


def test_without_a_forecast_the_course_ends_today() -> None:
    rows = course(Outlook(steady(day(3, 3), day(3, 1))), MARCH)

    assert list(rows["day"]) == [day(3, 1), day(3, 2), day(3, 3)]
    assert list(rows["total"]) == [10.0, 20.0, 30.0]
    assert rows[["low80", "high95"]].isna().all(axis=None)


def test_a_balance_is_gone_on_the_day_whose_bill_it_cannot_pay() -> None:
    # 1 to 10 March cost 100; of 150 and 20 more, 70 are left: enough for the 11th to the 17th.
    balance = Balance(day(3, 1), Decimal(150), (Deposit(day(3, 5), Decimal(20)),))

    found = remaining(balance, Outlook(steady(day(3, 10))))

    assert (found.left, found.paid, found.billed) == (Decimal(70), Decimal(170), Decimal(100))
    assert (found.gone, found.earliest, found.latest) == (day(3, 18), day(3, 18), day(3, 18))
    assert found.course["total"].iloc[9] == 70.0
    assert found.course["day"].iloc[-1] == day(3, 25)


def test_a_top_up_to_come_counts_from_its_day_on() -> None:
    balance = Balance(day(3, 1), Decimal(150), (Deposit(day(3, 12), Decimal(20)),))

    found = remaining(balance, Outlook(steady(day(3, 10))))

    assert (found.left, found.paid, found.gone) == (Decimal(50), Decimal(150), day(3, 18))


def test_a_balance_that_lasts_longer_than_is_forecast_has_no_day() -> None:
    found = remaining(Balance(day(3, 1), Decimal(10_000)), Outlook(steady(day(3, 10))))

    assert (found.gone, found.earliest, found.latest) == (None, None, None)


def test_a_balance_of_a_short_history_is_what_is_left_without_a_forecast() -> None:
    found = remaining(Balance(day(3, 9), Decimal(50)), Outlook(steady(day(3, 10), day(3, 1))))

    assert (found.left, found.gone, found.earliest) == (Decimal(30), None, None)
    assert list(found.course["total"]) == [40.0, 30.0]


money = st.decimals(0, 10**6, places=6, allow_nan=False)


@given(st.lists(money, min_size=10, max_size=10), st.lists(money, max_size=3), money)
def test_what_is_left_and_billed_is_exactly_what_was_paid(
    bill: list[Decimal], deposits: list[Decimal], amount: Decimal
) -> None:
    days = list(Window(day(3, 1), day(3, 11)))
    look = Outlook(known(dict(zip(days, bill, strict=True)), set(days), days[-1]))
    balance = Balance(day(3, 1), amount, tuple(Deposit(day(3, 5), d) for d in deposits))

    found = remaining(balance, look)

    assert found.left + sum(bill) == found.paid == amount + sum(deposits)


def test_a_table_holds_statuses_and_exact_amounts() -> None:
    look = Outlook(steady(day(3, 11)))
    (row,) = table([("Search", "Budget file", budget_status(Decimal(305), look, MARCH))]).to_dict("records")

    assert row == {
        "status": Status.COMING,
        "about": "Search",
        "origin": "Budget file",
        "amount": Decimal(305),
        "billed": Decimal(110),
        "used": pytest.approx(110 / 305),
        "burn_rate": pytest.approx(100 / 305 * 31 / 10),
        "forecast": Decimal(310),
        "low80": 310.0,
        "high80": 310.0,
        "runs_out": day(3, 31),
    }


def test_exceeded_and_going_over_are_breaches() -> None:
    assert [status for status in Status if status.is_breach] == [Status.OVER, Status.COMING]


def test_a_top_up_counts_from_its_own_day_on() -> None:
    balance = Balance(day(3, 1), Decimal(150), (Deposit(day(3, 10), Decimal(20)),))

    assert remaining(balance, Outlook(steady(day(3, 10)))).paid == 170


def test_a_budget_is_tight_below_the_end_of_the_narrower_band() -> None:
    days = list(Window(day(1, 1) - dt.timedelta(days=200), day(3, 11)))
    wild = {d: Decimal(10 + 6 * (n % 2) + 9 * (n // 20 % 2)) for n, d in enumerate(days)}
    look = Outlook(known(wild, set(days[:-4]), day(3, 10)))
    narrow, wide = look.sum(MARCH).bands

    assert narrow.high <= wide.high
    assert budget_status(Decimal(narrow.high), look, MARCH).status is Status.HOLDS
    assert budget_status(Decimal(narrow.high) - Decimal("0.01"), look, MARCH).status is Status.TIGHT


def test_the_bands_of_a_balance_are_what_it_has_less_those_of_the_bill() -> None:
    days = list(Window(day(1, 1) - dt.timedelta(days=200), day(3, 11)))
    wild = {d: Decimal(10 + 6 * (n % 2) + 9 * (n // 20 % 2)) for n, d in enumerate(days)}
    look = Outlook(known(wild, set(days[:-4]), day(3, 10)))
    found = remaining(Balance(day(3, 1), Decimal(400)), look)
    bill = course(look, Window(day(3, 1), look.reaches + ONE_DAY))

    last = len(found.course) - 1
    assert found.course["low80"].iloc[last] == pytest.approx(400 - bill["high80"].iloc[last])
    assert found.course["high95"].iloc[last] == pytest.approx(400 - bill["low95"].iloc[last])
    assert found.earliest is not None
    assert found.gone is not None
    assert found.latest is not None
    assert found.earliest <= found.gone <= found.latest
    assert found.course["day"].iloc[last] == found.latest + dt.timedelta(days=7)


def test_a_budget_without_a_forecast_has_no_sides_in_the_table() -> None:
    short = budget_status(Decimal(305), Outlook(steady(day(3, 10), day(3, 1))), MARCH)
    (row,) = table([("Search", "App", short)]).to_dict("records")

    assert (row["forecast"], row["low80"], row["high80"], row["runs_out"]) == (None, None, None, None)
    assert row["status"] == Status.UNKNOWN


def test_a_course_without_a_forecast_says_which_days_are_final() -> None:
    rows = course(Outlook(steady(day(3, 10), day(3, 1))), MARCH)

    assert list(rows["state"]) == ["final"] * 6 + ["provisional"] * 4
    assert list(rows["billed"]) == [10] * 10


def test_a_balance_that_the_bill_is_beyond_is_gone_today() -> None:
    found = remaining(Balance(day(3, 1), Decimal(95)), Outlook(steady(day(3, 10))))

    assert (found.left, found.gone, found.earliest, found.latest) == (-5, *[day(3, 10)] * 3)
    assert found.course["day"].iloc[-1] == day(3, 17)

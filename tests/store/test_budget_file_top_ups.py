from lib.store.budget_file import Balance, parse

BALANCE = "version = 1\n[balance]\ndate = 2026-11-02\namount = 5\n"


def balance_with(*days: str) -> Balance | None:
    """Return the balance of 2 November with a dollar that came on top on each of `days`."""
    top_ups = "".join(f"[[top_up]]\ndate = {day}\namount = 1\n" for day in days)
    declared = parse(BALANCE + top_ups, "b.toml")
    assert declared.problems == ()
    return declared.balance


def test_a_top_up_of_the_balances_own_day_adds_to_it_and_later_ones_follow_by_day() -> None:
    balance = balance_with("2026-11-05", "2026-11-02", "2026-11-03")

    assert balance
    assert [top_up.day.day for top_up in balance.top_ups] == [2, 3, 5]

from decimal import Decimal

import pytest

from lib.analysis.savings.effect import BilledTraffic, Effect, Verdict, effect

MONTH = Decimal("365.25") / 12


def traffic(dollars: int, tokens: int, days: int) -> BilledTraffic:
    return BilledTraffic(Decimal(dollars), tokens, days)


BEFORE = traffic(280, 2_800, 28)
"""Ten cents a token, ten dollars a day."""


def test_what_is_saved_is_what_the_tokens_would_have_cost_less_what_was_billed() -> None:
    found = effect(BEFORE, traffic(70, 1_400, 14), 5 * MONTH)

    assert (found.verdict, found.days) == (Verdict.WORKED, 14)
    assert found.a_month == round(5 * MONTH, 18)
    assert found.of_expected == 1


def test_more_or_less_traffic_is_no_effect() -> None:
    half, twice = (effect(BEFORE, traffic(n, 10 * n, 14), Decimal(50)) for n in (70, 280))

    assert half == twice == Effect(Verdict.NOT_SEEN, 14, Decimal(0), Decimal(0))


def test_without_tokens_a_day_is_compared_with_a_day() -> None:
    found = effect(traffic(280, 0, 28), traffic(0, 0, 7), 10 * MONTH)

    assert (found.verdict, found.a_month) == (Verdict.WORKED, round(10 * MONTH, 18))


@pytest.mark.parametrize(
    ("billed", "verdict"),
    [
        (70, Verdict.WORKED),
        (84, Verdict.WORKED),
        (85, Verdict.PARTLY),
        (126, Verdict.PARTLY),
        (127, Verdict.NOT_SEEN),
        (153, Verdict.NOT_SEEN),
        (154, Verdict.DEARER),
    ],
)
def test_the_verdict_goes_by_the_part_of_what_was_expected(billed: int, verdict: Verdict) -> None:
    assert effect(BEFORE, traffic(billed, 1_400, 14), 5 * MONTH).verdict is verdict


def test_where_nothing_was_expected_no_part_of_it_was_saved() -> None:
    found = effect(BEFORE, traffic(70, 1_400, 14), Decimal(0))

    assert found == Effect(Verdict.NOT_SEEN, 14, round(5 * MONTH, 18), Decimal(0))


def test_a_week_of_final_days_is_waited_for() -> None:
    assert effect(BEFORE, traffic(1, 1_000, 6), Decimal(50)) == Effect(Verdict.WAITING, 6)
    assert effect(traffic(0, 0, 0), traffic(1, 1_000, 7), Decimal(50)) == Effect(Verdict.WAITING, 7)


def test_traffic_that_stopped_proves_nothing() -> None:
    assert effect(BEFORE, traffic(0, 0, 7), Decimal(50)) == Effect(Verdict.UNUSED, 7)

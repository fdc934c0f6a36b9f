import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as hs

from lib.analysis.savings.simulation import Moves, cached_share, months, moved
from tests.analysis.savings.fixed_traffic import price, sent, traffic

STARTS = [dt.date(2026, 12, 1), dt.date(2027, 1, 1)]
TRAFFIC = traffic(
    sent("300", units=75),
    sent("25", units=25, token_class="cached input"),
    sent("80", units=10, token_class="output"),
    sent("200", units=100, tier="batch"),
)
# 75 fresh at 4, 25 cached at 1, 10 out at 8, and 100 batched at 2.
WORTH = 300 + 25 + 80 + 200


@pytest.mark.parametrize(
    ("moves", "worth"),
    [
        (Moves(), WORTH),
        (Moves("gpt-5.6-sol", "gpt-6.1-sol", moved=100), WORTH / 2),
        (Moves("gpt-5.6-sol", "gpt-6.1-sol", moved=50), WORTH * 0.75),
        (Moves("gpt-other", "gpt-6.1-sol", moved=100), WORTH),
        (Moves("gpt-5.6-sol", "gpt-unlisted", moved=100), WORTH),
        (Moves(batched=100), 405 / 2 + 200),
        (Moves(cached=100), 75 + 25 + 80 + 50),
        (Moves(cached=0), 300 + 100 + 80 + 200),
        # A tenth instead of an eighth of the input: a fifth of the cached tokens costs 4 instead of 1.
        (Moves(cached=10), WORTH + 15),
        (Moves("gpt-5.6-sol", "gpt-6.1-sol"), WORTH),
    ],
)
def test_what_is_moved_costs_what_the_list_says(moves: Moves, worth: float) -> None:
    assert moved(TRAFFIC, price, moves) == pytest.approx(Decimal(str(worth)))


def test_nothing_is_asked_of_what_is_moved_away_as_a_whole() -> None:
    asked = set()

    def listing(model: str, day: dt.date, token_class: str, **more: Any) -> Decimal | None:
        asked.add(model)
        return price(model, day, token_class, **more)

    moved(TRAFFIC, listing, Moves("gpt-5.6-sol", "gpt-6.1-sol", moved=100))

    assert asked == {"gpt-6.1-sol"}


def test_only_the_standard_tier_becomes_batches() -> None:
    assert moved(traffic(sent("8", tier="priority")), price, Moves(batched=100)) == 8
    assert moved(traffic(sent("8", tier="priority")), price, Moves()) == 8


def test_what_is_cached_as_wanted_stays() -> None:
    cached = traffic(sent("5", units=5, token_class="cached input"))

    assert moved(cached, price, Moves(cached=100)) == 5


def test_a_month_does_not_grow_unless_it_is_said_to() -> None:
    board = months(TRAFFIC, 7, price, Moves(), STARTS)

    assert list(board["difference"]) == [0, 0]


def test_the_cached_share_is_of_all_input() -> None:
    assert cached_share(TRAFFIC) == Decimal(25) / 200
    assert cached_share(TRAFFIC.slice(0, 0)) == 0


def test_a_month_is_the_traffic_of_its_days_and_growth_adds_up() -> None:
    board = months(TRAFFIC, 7, price, Moves(growth=10), STARTS)

    base = Decimal(WORTH) * Decimal("30.4375") / 7
    assert list(board["month"]) == STARTS
    assert list(board["as_is"]) == pytest.approx([base, base])
    assert list(board["then"]) == pytest.approx([base * Decimal("1.1"), base * Decimal("1.21")])
    assert list(board["difference"]) == [t - a for t, a in zip(board["then"], board["as_is"], strict=True)]


@given(
    moves=hs.builds(
        Moves,
        source=hs.just("gpt-5.6-sol"),
        target=hs.just("gpt-6.1-sol"),
        moved=hs.integers(0, 100),
        batched=hs.integers(0, 100),
        cached=hs.integers(13, 100),
    )
)
def test_cheaper_models_batches_and_cached_input_never_cost_more(moves: Any) -> None:
    assert moved(TRAFFIC, price, moves) <= WORTH


def test_moving_everything_everywhere_is_the_cheapest_corner() -> None:
    everything = Moves("gpt-5.6-sol", "gpt-6.1-sol", moved=100, batched=100, cached=100)

    # Half of: half of 100 cached and 10 out, and 100 cached at the batch price.
    assert moved(TRAFFIC, price, everything) == Decimal("0.5") * (Decimal("0.5") * (100 + 80) + 50)

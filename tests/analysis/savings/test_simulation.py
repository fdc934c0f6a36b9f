import datetime as dt
from decimal import Decimal
from typing import Any

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as hs

from lib.analysis.savings.priced_traffic import priced
from lib.analysis.savings.simulation import Moves, cached_share, months, moved
from tests.analysis.savings.test_rules import price, usage

STARTS = [dt.date(2026, 12, 1), dt.date(2027, 1, 1)]
ROWS = [
    usage(model="gpt-5.6-sol", input_tokens=100, input_cached_tokens=25, output_tokens=10),
    usage(model="gpt-5.6-sol", input_tokens=100, batch="true"),
]
TRAFFIC = priced(pd.DataFrame(ROWS), price)
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
    ],
)
def test_what_is_moved_costs_what_the_list_says(moves: Moves, worth: float) -> None:
    assert moved(TRAFFIC, price, moves) == pytest.approx(Decimal(str(worth)))


def test_the_cached_share_is_of_all_input() -> None:
    assert cached_share(TRAFFIC) == Decimal(25) / 200
    assert cached_share(TRAFFIC.head(0)) == 0


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
        target=hs.just("gpt-6.1-terra"),
        moved=hs.integers(0, 100),
        batched=hs.integers(0, 100),
        cached=hs.integers(13, 100),
    )
)
def test_cheaper_models_batches_and_cached_input_never_cost_more(moves: Any) -> None:
    assert moved(TRAFFIC, price, moves) <= WORTH


def test_moving_everything_everywhere_is_the_cheapest_corner() -> None:
    everything = Moves("gpt-5.6-sol", "gpt-6.1-terra", moved=100, batched=100, cached=100)

    # A quarter of half of: 100 cached and 10 out at standard; of the cheap batch price of 100 cached.
    assert moved(TRAFFIC, price, everything) == pytest.approx(
        Decimal("0.25") * (Decimal("0.5") * (100 + 80) + 50)
    )

import datetime as dt

import pytest

from lib.catalog.line_items import base_model
from lib.catalog.list_prices import unit_price
from lib.catalog.model_successors import SUCCESSORS, Successor

TODAY = dt.date(2026, 11, 25)
EVERY = pytest.mark.parametrize("entry", SUCCESSORS.values(), ids=lambda s: s.model)


@EVERY
@pytest.mark.parametrize("token_class", ["input", "output"])
@pytest.mark.parametrize("day", ["since", "today"])
def test_a_successor_lists_less_than_its_model(entry: Successor, token_class: str, day: str) -> None:
    on = entry.since if day == "since" else TODAY
    price = unit_price(entry.model, on, token_class)
    less = unit_price(entry.successor, on, token_class)

    assert price is not None
    assert less is not None
    assert 0 < less < price


@EVERY
def test_models_go_by_the_name_on_which_usage_and_costs_agree(entry: Successor) -> None:
    assert (base_model(entry.model), base_model(entry.successor)) == (entry.model, entry.successor)
    assert entry.why in {"newer", "smaller"}
    assert entry.since <= TODAY


def test_the_smaller_luna_lists_less_since_its_price_fell() -> None:
    day = SUCCESSORS["gpt-5-mini"].since
    before = day - dt.timedelta(days=1)

    assert day == dt.date(2026, 7, 30)
    assert unit_price("gpt-5.6-luna", before, "input") >= unit_price("gpt-5-mini", before, "input")  # type: ignore[operator]

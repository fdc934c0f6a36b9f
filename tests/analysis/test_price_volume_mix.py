from decimal import Decimal

import pandas as pd
from hypothesis import example, given
from hypothesis import strategies as st

from lib.analysis import price_volume_mix
from lib.analysis.exact import exactly
from tests.analysis.samples import SOME, frame

COLUMNS = ["project_id", "line_item", "costs.cost_usd", "costs.quantity"]
ITEMS = [
    "gpt-6-sol, input",
    "gpt-6-sol, cached input",
    "gpt-6-sol, output",
    "gpt-6-sol-2026-05-01, output",
    "batch | gpt-6-sol, input",
    "gpt-6-luna, input",
    "gpt-6-luna audio, output",
    "web search tool calls",
    "Promotional credit",
]
AMOUNT = st.decimals(-1_000_000, 1_000_000, places=18)
ROW = st.tuples(
    st.sampled_from(["proj_a", "proj_b", "(none)"]),
    st.sampled_from(ITEMS),
    AMOUNT,
    st.decimals(0, 1_000_000_000, places=6),
)
ROWS = st.lists(ROW, max_size=8)


def bill(*rows: tuple[str, str, str, str]) -> pd.DataFrame:
    return frame(
        COLUMNS,
        *((who, item, Decimal(usd), Decimal(quantity)) for who, item, usd, quantity in rows),
    )


def split(now: list[tuple[str, str, str]], before: list[tuple[str, str, str]]) -> dict[str, Decimal]:
    """Return the effects that there are, of rows of line item, dollars and quantity."""
    frames = [bill(*(("proj_a", *row) for row in rows)) for rows in (now, before)]
    return {name: value for name, value in price_volume_mix.whole(*frames).items() if value}


LARGE = (
    [
        ("proj_a", "gpt-6-sol, input", Decimal("0E-18"), Decimal("0.555624")),
        ("proj_a", "gpt-6-luna, input", Decimal("0E-18"), Decimal("127573069.900731")),
    ],
    [("proj_a", "gpt-6-sol, cached input", Decimal("0.000100803416597357"), Decimal("0.000001"))],
)
"""A quantity grown a hundred trillion times: volume and mix have 29 digits each."""


@SOME
@given(ROWS, ROWS)
@example(*LARGE)
@exactly()
def test_the_parts_sum_exactly_to_the_change_of_each_row(after: list[tuple], earlier: list[tuple]) -> None:  # type: ignore[type-arg]
    found = price_volume_mix.by_group(frame(COLUMNS, *after), frame(COLUMNS, *earlier), "project_id")

    for row in found.to_dict("records"):
        assert row["difference"] == row["now"] - row["before"]
        assert row["volume"] + row["mix"] + row["price"] + row["unsplit"] == row["difference"]
        assert sum(row[level] for level in price_volume_mix.MIX) == row["mix"]
        assert row["now"] == sum(r[2] for r in after if r[0] == row["project_id"])
        assert row["before"] == sum(r[2] for r in earlier if r[0] == row["project_id"])


@SOME
@given(ROWS, ROWS)
@example(*LARGE)
@exactly()
def test_the_parts_sum_exactly_to_the_change_of_the_whole(after: list[tuple], earlier: list[tuple]) -> None:  # type: ignore[type-arg]
    found = price_volume_mix.whole(frame(COLUMNS, *after), frame(COLUMNS, *earlier))

    assert sum(found.values()) == sum(r[2] for r in after) - sum(r[2] for r in earlier)


def test_more_of_the_same_is_volume() -> None:
    assert split([("gpt-6-sol, input", "30", "300")], [("gpt-6-sol, input", "10", "100")]) == {"volume": 20}


def test_the_same_at_another_price_is_price() -> None:
    assert split([("gpt-6-sol, input", "15", "100")], [("gpt-6-sol, input", "10", "100")]) == {"price": 5}


def test_a_shift_to_a_dearer_model_is_mix_of_models() -> None:
    now = [("gpt-6-sol, input", "30", "150"), ("gpt-6-luna, input", "5", "50")]
    before = [("gpt-6-sol, input", "20", "100"), ("gpt-6-luna, input", "10", "100")]

    assert split(now, before) == {"mix_model": 5}


def test_a_shift_to_batch_is_mix_of_tiers() -> None:
    now = [("gpt-6-sol, input", "10", "50"), ("batch | gpt-6-sol, input", "15", "150")]
    before = [("gpt-6-sol, input", "20", "100"), ("batch | gpt-6-sol, input", "10", "100")]

    assert split(now, before) == {"mix_tier": -5}


def test_a_shift_to_output_is_mix_of_directions() -> None:
    now = [("gpt-6-sol, input", "5", "50"), ("gpt-6-sol, output", "60", "150")]
    before = [("gpt-6-sol, input", "10", "100"), ("gpt-6-sol, output", "40", "100")]

    assert split(now, before) == {"mix_direction": 15}


def test_a_shift_to_cached_input_is_mix_of_the_cache() -> None:
    now = [("gpt-6-sol, input", "5", "50"), ("gpt-6-sol, cached input", "1.5", "150")]
    before = [("gpt-6-sol, input", "10", "100"), ("gpt-6-sol, cached input", "1", "100")]

    assert split(now, before) == {"mix_cache": Decimal("-4.5")}


def test_a_shift_to_another_version_of_a_model_is_mix_of_versions() -> None:
    now = [("gpt-6-sol-2026-05-01, input", "10", "50"), ("gpt-6-sol-2026-09-01, input", "15", "150")]
    before = [("gpt-6-sol-2026-05-01, input", "20", "100"), ("gpt-6-sol-2026-09-01, input", "10", "100")]

    assert split(now, before) == {"mix_variant": -5}


def test_volume_is_taken_first_and_price_last() -> None:
    now = [("gpt-6-sol, input", "66", "300"), ("gpt-6-luna, input", "10", "100")]
    before = [("gpt-6-sol, input", "20", "100"), ("gpt-6-luna, input", "10", "100")]

    # 400 at the old average of 0.15 is 60; 300 at 0.20 and 100 at 0.10 are 70; the bill is 76.
    assert split(now, before) == {"volume": 30, "mix_model": 10, "price": 6}


def test_a_service_is_not_added_up_with_tokens() -> None:
    now = [("gpt-6-sol, input", "10", "100"), ("web search tool calls", "4", "400")]
    before = [("gpt-6-sol, input", "10", "100"), ("web search tool calls", "1", "100")]

    assert split(now, before) == {"volume": 3}


def test_what_is_new_or_gone_as_a_whole_is_volume() -> None:
    item = [("gpt-6-sol, input", "10", "100")]

    assert split(item, []) == {"volume": 10}
    assert split([], item) == {"volume": -10}


def test_a_credit_has_no_quantity_and_is_not_split() -> None:
    frames = [bill(("proj_a", "Promotional credit", usd, "0")) for usd in ("-625", "-600")]

    found = price_volume_mix.whole(*frames)

    assert {name: value for name, value in found.items() if value} == {"unsplit": -25}


def test_rows_are_split_within_themselves_the_largest_change_first() -> None:
    now = bill(("proj_a", "gpt-6-sol, input", "10", "100"), ("proj_b", "gpt-6-sol, input", "40", "200"))
    before = bill(("proj_a", "gpt-6-sol, input", "5", "100"), ("proj_b", "gpt-6-sol, input", "10", "100"))

    found = price_volume_mix.by_group(now, before, "project_id")

    assert found[["project_id", "difference", "volume", "price"]].to_dict("records") == [
        {"project_id": "proj_b", "difference": 30, "volume": 10, "price": 20},
        {"project_id": "proj_a", "difference": 5, "volume": 0, "price": 5},
    ]


def test_line_items_themselves_can_be_split() -> None:
    now, before = (bill(("-", "gpt-6-sol, input", usd, "10")) for usd in ("3", "2"))

    assert list(price_volume_mix.by_group(now, before, "line_item")["price"]) == [1]

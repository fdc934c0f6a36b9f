import datetime as dt
from decimal import Decimal
from typing import Any

import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as hs

from lib.analysis.frames import framed
from lib.analysis.reconciliation import causes as reconciliation
from lib.analysis.reconciliation.causes import CAUSES, Cause
from lib.catalog.schemas import MONEY, TIME

DAY = pd.Timestamp("2026-11-02", tz="UTC")
BILL = pa.schema(
    [
        ("start", TIME),
        ("project_id", pa.string()),
        ("line_item", pa.string()),
        ("cost_usd", MONEY),
        ("quantity", MONEY),
    ]
)
MODEL = "gpt-6-sol-2026-05-01"
PRICES = {"input": Decimal(2), "cached input": Decimal(1), "output": Decimal(8)}
TIERS = {"default": Decimal(1), "batch": Decimal("0.5"), "flex": Decimal("0.5"), "priority": Decimal(2)}
Line = tuple[str, str, str | None]


def price(
    model: str,
    day: dt.date,  # noqa: ARG001
    token_class: str,
    *,
    tier: str = "default",
    modality: str = "text",  # noqa: ARG001
    long_context: bool = False,
) -> Decimal | None:
    """Return prices that are easily multiplied: input $2, output $8, half for batches, double for long."""
    if model == "gpt-unlisted" or token_class not in PRICES:
        return None
    return PRICES[token_class] * TIERS[tier] * (2 if long_context else 1)


def costs(*lines: Line) -> pa.Table:
    rows = [
        {
            "start": DAY,
            "project_id": "proj_a",
            "line_item": text,
            "cost_usd": Decimal(usd),
            "quantity": Decimal(quantity or 0),
        }
        for text, usd, quantity in lines
    ]
    return pa.Table.from_pylist(rows, BILL)


def completions(**row: Any) -> dict[str, pa.Table]:
    usual = {"start": DAY, "model": MODEL, "batch": "false", "service_tier": "default"}
    return {"completions": pa.Table.from_pylist([usual | row])}


def reconcile(*args: Any) -> pd.DataFrame:
    """Return the rows as a frame."""
    return framed(reconciliation.reconcile(*args))


def causes(lines: list[Line], unsettled: bool = False, **row: Any) -> dict[str, Decimal]:
    """Return what reconciling says: billed, at list, and the causes that there are."""
    usage = completions(**row) if row else {}
    found = reconcile(costs(*lines), usage, price, {DAY.date()} if unsettled else ())
    sums = {c: sum(found[c], Decimal(0)) for c in ("billed", "at_list", *CAUSES)}
    return {str(name): value for name, value in sums.items() if value}


def test_what_is_billed_at_list_needs_no_cause() -> None:
    assert causes([(f"{MODEL}, input", "20", "10")], input_tokens=10) == {"billed": 20, "at_list": 20}


def test_cached_input_is_not_input() -> None:
    lines = [(f"{MODEL}, input", "12", "6"), (f"{MODEL}, cached input", "4", "4")]

    assert causes(lines, input_tokens=10, input_cached_tokens=4) == {"billed": 16, "at_list": 16}


def test_batches_and_flex_cost_half() -> None:
    assert causes([(f"batch | {MODEL}, input", "10", "10")], input_tokens=10, batch="true") == {
        "billed": 10,
        "at_list": 20,
        Cause.HALF_RATE: -10,
    }


def test_priority_costs_more() -> None:
    found = causes([(f"priority | {MODEL}, output", "160", "10")], output_tokens=10, service_tier="priority")

    assert found == {"billed": 160, "at_list": 80, Cause.PRIORITY: 80}


def test_a_tier_that_the_bill_does_not_tell_apart_is_still_a_cause() -> None:
    assert causes([(f"{MODEL}, input", "10", "10")], input_tokens=10, batch="true") == {
        "billed": 10,
        "at_list": 20,
        Cause.HALF_RATE: -10,
    }


def test_long_context_adds_to_the_price_of_its_tokens() -> None:
    lines = [(f"{MODEL}, input", "12", "6"), (f"{MODEL}, input, long context", "16", "4")]

    assert causes(lines, input_tokens=10) == {"billed": 28, "at_list": 20, Cause.LONG_CONTEXT: 8}


def test_a_fine_tune_is_listed_at_the_price_of_its_base() -> None:
    tuned = "ft:gpt-6-sol-2026-05-01:acme::x"

    found = causes([("ft-gpt-6-sol-2026-05-01, input", "30", "10")], input_tokens=10, model=tuned)

    assert found == {"billed": 30, "at_list": 20, Cause.FINE_TUNE: 10}


def test_the_same_tokens_at_another_price_are_a_discount() -> None:
    assert causes([(f"{MODEL}, input", "18", "10")], input_tokens=10) == {
        "billed": 18,
        "at_list": 20,
        Cause.OTHER_PRICE: -2,
    }


@pytest.mark.parametrize(("unsettled", "cause"), [(False, Cause.UNEXPLAINED), (True, Cause.TIMING)])
def test_other_tokens_at_the_same_price_are_unexplained_once_days_are_final(
    unsettled: bool, cause: Cause
) -> None:
    found = causes([(f"{MODEL}, input", "24", "12")], unsettled=unsettled, input_tokens=10)

    assert found == {"billed": 24, "at_list": 20, cause: 4}


@pytest.mark.parametrize(
    ("line", "usd", "cause"),
    [
        ("evals | gpt-4o-mini-2024-07-18, input", "5", Cause.EVALUATIONS),
        ("gpt-4o-2024-08-06 fine-tuning, training", "5", Cause.EVALUATIONS),
        ("Promotional credit", "-5", Cause.CREDITS),
        ("web search tool calls", "5", Cause.TOOLS),
        ("gpt-image-1 image, output", "5", Cause.UNREPORTED_IMAGES),
        ("gpt-unlisted, input", "5", Cause.NO_PRICE),
        ("A wholly new thing", "5", Cause.UNKNOWN),
    ],
)
def test_what_usage_cannot_price_has_a_name_and_its_line_item(line: str, usd: str, cause: Cause) -> None:
    found = reconcile(costs((line, usd, None)), {}, price)

    assert list(found["line_item"]) == [line]
    assert list(found[cause]) == [Decimal(usd)]
    assert list(found["at_list"]) == [0]


def test_images_that_usage_reports_are_only_billed_by_token() -> None:
    images = pa.Table.from_pylist(
        [{"start": DAY, "project_id": "proj_a", "model": "gpt-image-1", "images": 3}]
    )

    found = reconcile(costs(("gpt-image-1 image, output", "5", "9")), {"images": images}, price)

    assert list(found[Cause.IMAGES]) == [5]


def test_usage_that_is_not_billed_is_unexplained_too() -> None:
    assert causes([], output_tokens=3) == {"at_list": 24, Cause.UNEXPLAINED: -24}


LINES = hs.lists(
    hs.tuples(
        hs.sampled_from(
            [
                f"{MODEL}, input",
                f"batch | {MODEL}, input",
                f"{MODEL}, input, long context",
                f"flex | {MODEL}, output",
                "Promotional credit",
                "gpt-unlisted, output",
                "??",
            ]
        ),
        hs.decimals("-1000", "1000", places=18).map(str),
        hs.none() | hs.integers(0, 10**9).map(str),
    ),
    max_size=8,
)


@given(
    lines=LINES,
    tokens=hs.integers(0, 10**9),
    batch=hs.sampled_from(["true", "false"]),
    tier=hs.sampled_from(["default", "flex", "priority"]),
)
def test_list_prices_and_causes_sum_to_the_bill_exactly_in_every_row(
    lines: list[Line], tokens: int, batch: str, tier: str
) -> None:
    usage = completions(input_tokens=tokens, output_tokens=tokens // 3, batch=batch, service_tier=tier)

    found = reconcile(costs(*lines), usage, price)

    for row in found.to_dict("records"):
        assert row["billed"] == row["at_list"] + sum((row[c] for c in CAUSES), Decimal(0))
    assert sum(found["billed"], Decimal(0)) == sum((Decimal(usd) for _, usd, _ in lines), Decimal(0))


def rows_of(lines: list[Line], **row: Any) -> list[tuple[Any, ...]]:
    found = reconcile(costs(*lines), completions(**row) if row else {}, price)
    return list(
        zip(
            found["day"],
            found["model"],
            found["token_class"],
            found["line_item"],
            found["billed"],
            strict=True,
        )
    )


def test_a_meter_is_a_row_and_so_is_each_line_without_one() -> None:
    lines: list[Line] = [
        (f"{MODEL}, input", "20", "10"),
        ("web search tool calls", "3", None),
        ("gpt-unlisted-2026-01-01, output", "2", "1"),
    ]

    assert rows_of(lines, input_tokens=10, output_tokens=1, model=MODEL) == [
        (DAY.date(), "", "other", "web search tool calls", 3),
        (DAY.date(), "gpt-6-sol", "input", "", 20),
        (DAY.date(), "gpt-6-sol", "output", "", 0),
        (DAY.date(), "gpt-unlisted", "output", "", 2),
    ]


def test_a_line_below_zero_is_a_credit_and_one_of_zero_is_not() -> None:
    assert causes([("web search tool calls", "-3", None)]) == {"billed": -3, Cause.CREDITS: -3}
    found = reconcile(costs(("web search tool calls", "0", None)), {}, price)
    assert list(found["billed"]) == [0]


def test_images_are_reported_by_project_and_day() -> None:
    images = pa.Table.from_pylist(
        [{"start": DAY, "project_id": "proj_b", "model": "gpt-image-1", "images": 3}]
    )

    found = reconcile(costs(("gpt-image-1 image, output", "5", "9")), {"images": images}, price)

    assert list(found[Cause.UNREPORTED_IMAGES]) == [5]


def test_lines_without_units_differ_from_usage_without_a_known_reason() -> None:
    assert causes([(f"{MODEL}, input", "24", None)], input_tokens=10) == {
        "billed": 24,
        "at_list": 20,
        Cause.UNEXPLAINED: 4,
    }


def test_a_line_of_a_fine_tune_without_units_differs_by_its_price() -> None:
    tuned = "ft:gpt-6-sol-2026-05-01:acme::x"

    found = causes([("ft-gpt-6-sol-2026-05-01, input", "30", None)], input_tokens=10, model=tuned)

    assert found == {"billed": 30, "at_list": 20, Cause.FINE_TUNE: 10}


def test_long_context_without_units_is_taken_from_its_dollars() -> None:
    assert causes([(f"{MODEL}, input, long context", "40", None)], input_tokens=10) == {
        "billed": 40,
        "at_list": 20,
        Cause.LONG_CONTEXT: 20,
    }


def test_billed_units_without_usage_are_unexplained_at_the_price_of_their_tier() -> None:
    assert causes([(f"priority | {MODEL}, input", "40", "10")]) == {"billed": 40, Cause.UNEXPLAINED: 40}
    assert causes([(f"{MODEL}, input", "25", "10")]) == {
        "billed": 25,
        Cause.OTHER_PRICE: 5,
        Cause.UNEXPLAINED: 20,
    }


def test_all_above_the_list_price_is_long_context_where_the_list_has_no_long_price() -> None:
    def short_only(*args: Any, long_context: bool = False, **more: Any) -> Decimal | None:
        return None if long_context else price(*args, **more)

    line = costs((f"{MODEL}, input, long context", "33", "10"))
    found = reconcile(line, completions(input_tokens=10), short_only)

    assert list(zip(found["at_list"], found[Cause.LONG_CONTEXT], strict=True)) == [(20, 13)]
    without_units = costs((f"{MODEL}, input, long context", "33", None))
    again = reconcile(without_units, completions(input_tokens=10), short_only)
    assert list(zip(again[Cause.LONG_CONTEXT], again[Cause.UNEXPLAINED], strict=True)) == [(0, 13)]


@pytest.mark.parametrize("quantity", ["4", None])
def test_long_context_adds_the_part_by_which_its_price_is_higher(quantity: str | None) -> None:
    def half_more(*args: Any, long_context: bool = False, **more: Any) -> Decimal | None:
        short = price(*args, **more)
        return short * Decimal("1.5") if short and long_context else short

    line = costs((f"{MODEL}, input, long context", "12", quantity))
    found = reconcile(line, completions(input_tokens=4), half_more)

    assert list(zip(found["at_list"], found[Cause.LONG_CONTEXT], found["billed"], strict=True)) == [
        (8, 4, 12)
    ]

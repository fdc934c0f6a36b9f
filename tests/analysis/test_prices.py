from decimal import Decimal

from lib.analysis.comparison import movers
from lib.analysis.prices import TOKENS_OF, credits_of, effective_prices
from lib.catalog.line_items import parse
from lib.catalog.measures import MEASURES
from tests.analysis.samples import CACHED, INPUT, MONEY, frame

BILLED = ["model", "token_class", MONEY]
WRITES, OUTPUT = "completions.input_cache_write_tokens", "completions.output_tokens"


def test_a_price_is_billed_dollars_over_used_tokens_of_the_same_class() -> None:
    billed = frame(
        BILLED,
        ("gpt-5", "input", Decimal("2.50")),
        ("gpt-5", "cached input", Decimal("0.03")),
        ("gpt-5", "cache write", Decimal("0.50")),
        ("gpt-5", "output", Decimal(40)),
    )
    used = frame(["model", INPUT, CACHED, WRITES, OUTPUT], ("gpt-5", 1_500_000, 300_000, 200_000, 4_000_000))

    assert effective_prices(billed, used).to_dict("records") == [
        {"model": "gpt-5", "token_class": "output", "billed": 40, "tokens": 4_000_000, "per_million": 10},
        {
            "model": "gpt-5",
            "token_class": "input",
            "billed": Decimal("2.50"),
            "tokens": 1_000_000,
            "per_million": Decimal("2.5"),
        },
        {
            "model": "gpt-5",
            "token_class": "cache write",
            "billed": Decimal("0.50"),
            "tokens": 200_000,
            "per_million": Decimal("2.5"),
        },
        {
            "model": "gpt-5",
            "token_class": "cached input",
            "billed": Decimal("0.03"),
            "tokens": 300_000,
            "per_million": Decimal("0.1"),
        },
    ]


def test_embeddings_are_charged_as_input() -> None:
    billed = frame(BILLED, ("text-embedding-3-small", "input", Decimal("0.02")))
    used = frame(["model", "embeddings.input_tokens"], ("text-embedding-3-small", 1_000_000))

    assert list(effective_prices(billed, used)["per_million"]) == [Decimal("0.02")]


def test_there_is_no_price_where_usage_reports_no_tokens() -> None:
    billed = frame(BILLED, ("gpt-5", "input", Decimal(1)), ("gpt-5", "output", Decimal(2)))
    used = frame(["model", INPUT, OUTPUT], ("gpt-5", 0, 0), ("gpt-4o", 7, 7))

    found = effective_prices(billed, used)

    assert list(found["tokens"]) == [0, 0]
    assert list(found["per_million"]) == [None, None]


def test_what_is_no_tokens_of_a_model_has_no_price() -> None:
    billed = frame(BILLED, ("(none)", "other", Decimal(1)), ("gpt-5", "other", Decimal(2)))

    found = effective_prices(billed, frame(["model", INPUT]))

    assert list(found.columns) == ["model", "token_class", "billed", "tokens", "per_million"]
    assert len(found) == 0


def test_every_token_class_of_a_bill_has_a_measure_of_its_tokens() -> None:
    directions = ("input", "cached input", "cache writes", "output")

    assert set(TOKENS_OF) == {parse(f"gpt-5, {direction}").token_class for direction in directions}
    assert set(TOKENS_OF.values()) <= set(MEASURES)


def test_credits_are_the_negative_line_items_largest_first() -> None:
    now = frame(
        ["line_item", "spend"],
        ("small credit", Decimal(-1)),
        ("large credit", Decimal("-3.25")),
        ("gpt-5, input", Decimal(9)),
        ("nothing", Decimal(0)),
    )

    found = credits_of(movers(now, now.head(0), "line_item", "spend"))

    assert found.to_dict("records") == [
        {"line_item": "large credit", "now": Decimal("-3.25")},
        {"line_item": "small credit", "now": Decimal(-1)},
    ]


def test_without_bills_there_are_no_credits() -> None:
    nothing = frame(["line_item", "spend"])

    found = credits_of(movers(nothing, nothing, "line_item", "spend"))

    assert list(found.columns) == ["line_item", "now"]
    assert len(found) == 0

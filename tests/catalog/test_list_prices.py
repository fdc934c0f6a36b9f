import datetime as dt
import subprocess
import sys
from decimal import Decimal

import pytest

from lib.catalog.list_prices import price_list, unit_price

DAY = dt.date(2026, 11, 11)
MILLION = 1_000_000


def per_million(model: str, token_class: str, day: dt.date = DAY, **how: object) -> Decimal | None:
    price = unit_price(model, day, token_class, **how)  # type: ignore[arg-type]
    return None if price is None else price * MILLION


@pytest.mark.parametrize(
    ("model", "token_class", "how", "dollars"),
    [
        ("gpt-5.4-2026-03-05", "input", {}, "2.5"),
        ("gpt-5.4-2026-03-05", "cached input", {}, "0.25"),
        ("gpt-5.4-2026-03-05", "output", {}, "15"),
        ("gpt-5.4-2026-03-05", "output", {"long_context": True}, "22.5"),
        ("gpt-5.4-2026-03-05", "output", {"tier": "flex"}, "7.5"),
        ("gpt-5.4-2026-03-05", "output", {"tier": "batch"}, "7.5"),
        ("gpt-5.4-2026-03-05", "output", {"tier": "priority"}, "30"),
        ("gpt-5.6-sol", "cache write", {}, "5"),
        ("gpt-5.6-sol", "cache write, 12 h", {}, "10"),
        ("gpt-audio-mini-2025-12-15", "input", {}, "0.6"),
        ("gpt-audio-mini-2025-12-15", "input", {"modality": "audio"}, "10"),
        ("ft:gpt-4o-2024-08-06:acme::x", "input", {}, "3.75"),
        ("ft-gpt-4o-2024-08-06", "input", {}, "3.75"),
        ("tts-1-hd", "characters", {}, "30"),
        ("whisper-1", "seconds", {}, "100"),
        ("omni-moderation-2024-09-26", "input", {}, "0"),
    ],
)
def test_a_price_is_that_of_the_list(
    model: str, token_class: str, how: dict[str, object], dollars: str
) -> None:
    assert per_million(model, token_class, **how) == Decimal(dollars)


def test_a_price_is_that_of_its_day() -> None:
    assert per_million("gpt-5.6-sol", "input", dt.date(2026, 8, 20)) == 5
    assert per_million("gpt-5.6-sol", "input", dt.date(2026, 8, 21)) == 4


@pytest.mark.parametrize(
    ("model", "token_class", "how"),
    [
        ("gpt-99-unheard-of", "input", {}),
        ("", "input", {}),
        ("gpt-5.4", "training", {}),
        ("gpt-5.4", "characters", {}),
        ("o1", "input", {"long_context": True}),
        ("o1", "input", {"modality": "smell"}),
        ("text-embedding-3-small", "output", {}),
    ],
)
def test_what_the_list_does_not_know_has_no_price(
    model: str, token_class: str, how: dict[str, object]
) -> None:
    assert per_million(model, token_class, **how) is None


def test_the_price_data_is_loaded_only_when_a_price_is_asked_for() -> None:
    asks = "import sys, lib.catalog.list_prices, lib.answers.reading; sys.exit('genai_prices' in sys.modules)"

    assert subprocess.run([sys.executable, "-c", asks], check=False).returncode == 0


def test_the_list_holds_each_price_for_as_long_as_it_holds() -> None:
    found = [
        (price.valid_from, price.valid_to, price.usd_per_unit * MILLION)
        for price in price_list(["gpt-5.6-sol", "gpt-99-unheard-of", "gpt-5.6-sol"])
        if (price.token_class, price.modality, price.tier) == ("input", "text", "default")
        and not price.long_context
    ]

    changed = dt.date(2026, 8, 21)
    assert found == [(None, changed, 5), (changed, None, 4)]


def test_the_list_says_what_is_asked_for_a_day() -> None:
    listed = price_list(["gpt-5.4-2026-03-05", "whisper-1"])

    assert len({(p.model, p.token_class, p.modality, p.tier, p.long_context) for p in listed}) == len(listed)
    assert {
        price.usd_per_unit
        == unit_price(
            price.model,
            DAY,
            price.token_class,
            tier=price.tier,
            modality=price.modality,
            long_context=price.long_context,
        )
        for price in listed
    } == {True}

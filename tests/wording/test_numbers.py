from decimal import Decimal

import pytest

from lib.catalog.units import Unit
from lib.wording import numbers as written


@pytest.mark.parametrize(
    ("value", "full", "short"),
    [
        (Decimal(0), "$0.00", "$0.00"),
        (Decimal("0.0042"), "$0.0042", "$0.0042"),
        (Decimal("0.00000123"), "$0.0000012", "$0.0000012"),
        (Decimal("0.5"), "$0.50", "$0.50"),
        (Decimal("12.345"), "$12.35", "$12.35"),
        (Decimal("999.994"), "$999.99", "$999.99"),
        (Decimal("999.996"), "$1,000", "$1,000"),
        (Decimal("1234.5"), "$1,235", "$1,235"),
        (12_345.6, "$12,346", "$12.3k"),
        (Decimal("9999.4"), "$9,999", "$9,999"),
        (Decimal("9999.5"), "$10,000", "$10k"),
        (Decimal(999950), "$999,950", "$1M"),
        (Decimal(-1234567), "−$1,234,567", "−$1.2M"),
    ],
)
def test_money_shows_as_many_digits_as_it_needs(value: Decimal | float, full: str, short: str) -> None:
    assert (written.usd(value), written.usd_short(value)) == (full, short)


def test_digits_fixes_the_decimals_of_money() -> None:
    assert written.usd(Decimal("1234.5"), digits=2) == "$1,234.50"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0, "0"),
        (0.44, "0.4"),
        (99.4, "99.4"),
        (100.4, "100"),
        (1234, "1,234"),
        (9_999, "9,999"),
        (9_999.4, "9,999"),
        (9_999.5, "10k"),
        (10_000, "10k"),
        (99.5, "99.5"),
        (100.0, "100"),
        (12_345, "12.3k"),
        (960_000, "960k"),
        (4_500_000, "4.5M"),
        (1_200_000_000, "1.2B"),
        (-50_000, "−50k"),
    ],
)
def test_counts_are_exact_below_ten_thousand(value: float, text: str) -> None:
    assert written.count(value) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0, "0%"),
        (0.0004, "<0.1%"),
        (0.0005, "0.1%"),
        (0.9995, ">99.9%"),
        (0.9994, "99.9%"),
        (0.1234, "12.3%"),
        (0.9999, ">99.9%"),
        (1, "100%"),
        (-0.05, "−5.0%"),
    ],
)
def test_a_share_is_nothing_or_everything_only_when_it_is(value: float, text: str) -> None:
    assert written.share(value) == text


@pytest.mark.parametrize(
    ("new", "old", "text"),
    [
        (Decimal("112.3"), Decimal(100), "+12.3%"),
        (50, 100, "−50.0%"),
        (1250, 100, "×12.5"),
        (1000, 100, "×10"),
        (999, 100, "+899%"),
        (14670, 100, "×147"),
        (9996, 100, "×100"),
        (100.001, 100, "+<0.1%"),
        (Decimal("100.0499"), 100, "+<0.1%"),
        (Decimal("100.05"), 100, "+0.1%"),
        (Decimal("199.94"), 100, "+99.9%"),
        (Decimal("199.95"), 100, "+100%"),
        (5, 0, "new"),
        (0, 5, "gone"),
        (0, 0, "no change"),
        (7, 7, "no change"),
        (5, -5, "–"),
        (None, 5, "–"),
        (5, None, "–"),
    ],
)
def test_a_change_is_said_in_words_where_a_percentage_would_mislead(
    new: float | None, old: float | None, text: str
) -> None:
    assert written.change(new, old) == text


@pytest.mark.parametrize(
    ("unit", "value", "text"),
    [
        (Unit.USD, Decimal("12.3"), "$12.30"),
        (Unit.USD_PER_MILLION, 0.25, "$0.25"),
        (Unit.SHARE, 0.5, "50.0%"),
        (Unit.TOKENS, 1_500_000, "1.5M"),
        (Unit.BYTES, 999, "999 B"),
        (Unit.BYTES, 1000, "1 kB"),
        (Unit.BYTES, 999_949, "999.9 kB"),
        (Unit.BYTES, 999_950, "1 MB"),
        (Unit.BYTES, 999_940_000, "999.9 MB"),
        (Unit.BYTES, 999_960_000, "1 GB"),
        (Unit.BYTES, 999_950_000_000, "1 TB"),
        (Unit.BYTES, 1_500_000_000, "1.5 GB"),
        (Unit.SECONDS, 45, "45 s"),
        (Unit.SECONDS, 200, "3 min 20 s"),
        (Unit.SECONDS, 7_500, "2 h 5 min"),
        (Unit.SECONDS, 4_442_400, "1,234 h"),
        (Unit.USD, None, "–"),
        (Unit.USD, float("nan"), "–"),
    ],
)
def test_a_value_is_written_as_its_unit_is_read(unit: Unit, value: float | None, text: str) -> None:
    assert written.by_unit(value, unit) == text


@pytest.mark.parametrize(
    ("label", "unit", "title"),
    [
        ("Billed", Unit.USD, "Billed, USD"),
        ("Input tokens", Unit.TOKENS, "Input tokens"),
        ("Cached share", Unit.SHARE, "Cached share, %"),
        ("Quantity", Unit.AS_LINE_ITEM, "Quantity"),
    ],
)
def test_an_axis_title_holds_the_unit_once(label: str, unit: Unit, title: str) -> None:
    assert written.titled(label, unit) == title


def test_tooltips_of_small_amounts_show_more_than_cents() -> None:
    assert written.tooltip_format(Unit.USD, 120.0) == "$,.2f"
    assert written.tooltip_format(Unit.USD, 1.0) == "$,.2f"
    assert written.tooltip_format(Unit.USD, 0.0) == "$,.2f"
    assert written.tooltip_format(Unit.USD, 0.0042) == "$,.5f"
    assert written.tooltip_format(Unit.USD, 0.0000000042) == "$,.8f"


def test_an_amount_for_a_tight_place_is_shortened_from_ten_thousand_dollars() -> None:
    assert [written.usd_short(value) for value in (9_999, 10_000)] == ["$9,999", "$10k"]


def test_from_a_hundred_hours_on_minutes_are_left_out() -> None:
    assert written.duration(100 * 3600 - 60) == "99 h 59 min"
    assert written.duration(100 * 3600 + 60) == "100 h"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (written.usd(Decimal("-0.001"), 2), "$0.00"),
        (written.usd(Decimal("-0.006"), 2), "−$0.01"),
        (written.usd(Decimal(-10)), "−$10.00"),
        (written.count(-0.04), "0.0"),
        (written.share(-0.0001), "0.0%"),
        (written.share(-0.001), "−0.1%"),
        (written.byte_size(0), "0 B"),
        (written.byte_size(-0.4), "0 B"),
        (written.byte_size(-512), "−512 B"),
    ],
)
def test_what_rounds_to_nothing_has_no_sign(text: str, shown: str) -> None:
    assert text == shown

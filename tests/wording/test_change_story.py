import datetime as dt
from decimal import Decimal

import pytest

from lib.analysis.comparison import Change
from lib.analysis.price_volume_mix import PARTS
from lib.analysis.turnover import turnover
from lib.catalog.dimensions import DIMENSIONS
from lib.periods.finality import DayState
from lib.periods.windows import Window
from lib.wording import change_story
from lib.wording.change_story import Days
from lib.wording.labels import Labels
from lib.wording.summary import Mover

OCTOBER = Days(Window(dt.date(2026, 10, 1), dt.date(2026, 11, 1)))
SEPTEMBER = Days(Window(dt.date(2026, 9, 1), dt.date(2026, 10, 1)))
TEN_DAYS = Window(dt.date(2026, 11, 1), dt.date(2026, 11, 11))


def change(now: str, before: str) -> Change:
    return Change(Decimal(now), Decimal(before))


def mover(label: str, now: str, before: str) -> Mover:
    return Mover(label, change(now, before))


@pytest.mark.parametrize(
    ("now", "before", "said"),
    [
        ("112.5", "100", "$112.50 for 1–31 Oct 2026, $12.50 (12.5%) more than for 1–30 Sep 2026 ($100.00)."),
        ("80", "100", "$80.00 for 1–31 Oct 2026, $20.00 (20.0%) less than for 1–30 Sep 2026 ($100.00)."),
        ("100", "100", "$100.00 for 1–31 Oct 2026, the same as for 1–30 Sep 2026 ($100.00)."),
        ("5", "0", "$5.00 for 1–31 Oct 2026; for 1–30 Sep 2026 it billed nothing."),
        ("0", "5", "$0.00 for 1–31 Oct 2026, $5.00 less than for 1–30 Sep 2026 ($5.00)."),
        ("5", "-5", "$5.00 for 1–31 Oct 2026, $10.00 more than for 1–30 Sep 2026 (−$5.00)."),
        ("1234567.891", "0", "$1,234,567.89 for 1–31 Oct 2026; for 1–30 Sep 2026 it billed nothing."),
    ],
)
def test_the_total_names_both_bills_and_the_change(now: str, before: str, said: str) -> None:
    assert change_story.total(change(now, before), OCTOBER, SEPTEMBER) == f"OpenAI billed {said}"


def test_the_total_says_what_it_is_filtered_to() -> None:
    only = change_story.only((("project_id", ("proj_a", None)), ("batch", ("true",))), Labels([]))

    assert only == " (only project proj_a or No project; batch Batch)"
    assert change_story.total(change("5", "0"), OCTOBER, SEPTEMBER, only).startswith(
        "OpenAI billed $5.00 for 1–31 Oct 2026 (only project proj_a"
    )


def test_no_filter_says_nothing() -> None:
    assert change_story.only((), Labels([])) == ""


def test_who_names_the_three_largest_rises_and_falls() -> None:
    movers = [
        mover("A", "10", "0"),
        mover("B", "0", "4"),
        mover("C", "1", "1"),
        mover("D", "2", "0"),
        mover("E", "3", "0"),
        mover("F", "1", "0"),
    ]

    assert change_story.who(movers, DIMENSIONS["project_id"]) == (
        "By project, the largest rises were A (+$10.00), E (+$3.00) and D (+$2.00); "
        "the largest fall was B (−$4.00)."
    )


def test_who_says_nothing_where_nothing_changed() -> None:
    assert change_story.who([mover("A", "1", "1")], DIMENSIONS["project_id"]) == ""


def test_why_says_what_added_and_what_took_away_the_largest_first() -> None:
    split = {"volume": Decimal(-3), "mix_model": Decimal(2), "mix_cache": Decimal(-4), "price": Decimal(0)}

    assert change_story.why(split) == (
        "Split by cause, what added to the bill is the mix of models (+$2.00); "
        "what took away from it is the cached share (−$4.00) and volume (−$3.00)."
    )


def test_every_effect_has_words() -> None:
    assert PARTS
    for name in PARTS:
        assert change_story.why({name: Decimal(1)}).endswith(" (+$1.00).")


def test_why_says_nothing_where_nothing_changed() -> None:
    assert change_story.why(dict.fromkeys(PARTS, Decimal(0))) == ""


def test_what_came_and_went_is_counted_and_the_dearest_named() -> None:
    now = {name: Decimal(n) for n, name in enumerate("abcd", 1)}
    found = {
        "api_key_id": turnover("api_key_id", now, {"e": Decimal(1)}, {}, {}),
        "model": turnover("model", {"gpt-6": Decimal(1)}, {}, {}, {"gpt-6": Decimal(1)}),
    }

    assert change_story.turnover_sentence(
        found, {"api_key_id": {"d": "Search"}, "model": {}}, filtered=False
    ) == (
        "New: 4 API keys (Search, c, b and others). Back again: 1 model (gpt-6). "
        "No longer billed: 1 API key (e)."
    )


def test_what_is_new_among_filtered_rows_only_is_said_so() -> None:
    found = {"model": turnover("model", {"gpt-6": Decimal(1)}, {}, {}, {})}

    assert (
        change_story.turnover_sentence(found, {"model": {}}, filtered=True)
        == "New with these filters: 1 model (gpt-6)."
    )


def test_days_are_counted_by_state() -> None:
    states = [DayState.SETTLED] * 7 + [DayState.PROVISIONAL] * 2 + [DayState.MISSING]

    assert change_story.days_of(TEN_DAYS, dict(zip(TEN_DAYS, states, strict=True))) == Days(TEN_DAYS, 2, 1)


def test_alike_and_settled_periods_need_no_caution() -> None:
    assert change_story.caution(Days(TEN_DAYS), Days(TEN_DAYS)) == ""


def test_what_is_not_settled_not_known_or_not_alike_is_said() -> None:
    now = Days(TEN_DAYS, provisional=1)
    before = Days(Window(dt.date(2026, 10, 1), dt.date(2026, 10, 10)), missing=2)

    assert change_story.caution(now, before) == (
        "1 day of 1–10 Nov 2026 is not settled, so this change can still move. "
        "2 days of 1–9 Oct 2026 are not known and count as nothing. "
        "10 days are compared with 9 days."
    )


def test_amounts_are_to_the_cent_and_small_ones_to_two_digits() -> None:
    assert [change_story.money(Decimal(v)) for v in ("1234.567", "0", "0.0042", "-0.0042")] == [
        "$1,234.57",
        "$0.00",
        "$0.0042",
        "−$0.0042",
    ]


def test_a_paragraph_leaves_out_what_has_nothing_to_say() -> None:
    assert change_story.paragraph("One.", "", "Two.") == "One. Two."


def test_up_to_three_are_named_without_others() -> None:
    found = {"api_key_id": turnover("api_key_id", dict.fromkeys("abc", Decimal(1)), {}, {}, {})}

    assert change_story.turnover_sentence(found, {"api_key_id": {}}, filtered=False).startswith(
        "New: 3 API keys (a, b, c)."
    )

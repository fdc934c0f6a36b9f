from decimal import Decimal

import pytest

from lib.analysis.savings.rules.batching import RULE, STEADY_RULE
from lib.analysis.savings.saving import Confidence
from tests.analysis.savings.fixed_traffic import FRIDAY, MONDAY, SATURDAY, SUNDAY, found, sent


@pytest.mark.parametrize("tier", ["batch", "flex"])
def test_the_standard_rest_of_a_key_that_waits_elsewhere_costs_its_batch_price(tier: str) -> None:
    (saving,) = found(RULE, sent("8", units=2), sent("4", units=1, tier=tier), sent("8", tier="priority"))

    # Two input tokens at 2 instead of 4 each.
    assert (saving.project, saving.key, saving.model) == ("proj_a", "key_a", "")
    assert saving.saved == 4
    assert saving.facts == {"part": 0.2}
    assert list(saving.rows["tier"]) == ["default"]


@pytest.mark.parametrize(
    ("waits", "rest", "confidence"),
    [
        ("20", "80", Confidence.MEDIUM),
        ("49", "51", Confidence.MEDIUM),
        ("50", "50", Confidence.HIGH),
        ("99", "1", Confidence.HIGH),
    ],
)
def test_the_more_of_a_key_waits_the_surer_it_is(waits: str, rest: str, confidence: Confidence) -> None:
    (saving,) = found(RULE, sent(waits, tier="batch"), sent(rest, units=0))

    assert saving.confidence is confidence
    assert saving.rule is RULE


def test_a_key_of_which_less_than_a_fifth_waits_is_left_alone() -> None:
    assert found(RULE, sent("19", tier="batch"), sent("81")) == []


def test_a_key_that_waits_with_all_that_it_pays_for_is_left_alone() -> None:
    assert found(RULE, sent("10", tier="batch"), sent("0")) == []
    assert found(RULE, sent("10", tier="batch")) == []


def test_a_key_is_as_busy_on_weekends_from_four_fifths_of_a_weekday_on() -> None:
    (saving,) = found(RULE, sent("100", day=FRIDAY), sent("80", day=SATURDAY))

    assert saving.rule is STEADY_RULE
    assert saving.confidence is Confidence.LOW
    assert found(RULE, sent("100", day=FRIDAY), sent("79", day=SATURDAY)) == []


def test_a_weekday_and_a_weekend_day_are_medians_of_what_each_day_sums_to() -> None:
    weekdays = [sent("60", day=MONDAY), sent("40", day=MONDAY), sent("100", day=FRIDAY)]

    assert len(found(RULE, *weekdays, sent("40", day=SATURDAY), sent("40", day=SATURDAY))) == 1
    assert found(RULE, *weekdays, sent("40", day=SATURDAY), sent("40", day=SUNDAY)) == []


def test_weekends_alone_do_not_make_a_key_steady() -> None:
    assert found(RULE, sent("100", day=SATURDAY), sent("100", day=SUNDAY)) == []


def test_a_key_left_alone_does_not_hide_the_next() -> None:
    (saving,) = found(
        RULE, sent("9"), sent("8", api_key_id="key_b"), sent("8", api_key_id="key_b", tier="flex")
    )

    assert (saving.key, saving.saved) == ("key_b", Decimal(6))


def test_the_rows_of_a_saving_are_those_of_its_key_in_its_project() -> None:
    savings = found(
        RULE,
        *(
            sent("8", project_id=project, api_key_id=key, tier=tier)
            for project in ("proj_a", "proj_b")
            for key in ("key_a", "key_b")
            for tier in ("default", "flex")
        ),
    )

    assert [(s.project, s.key) for s in savings] == [
        (project, key) for project in ("proj_a", "proj_b") for key in ("key_a", "key_b")
    ]
    assert [list(zip(s.rows["project_id"], s.rows["api_key_id"], strict=True)) for s in savings] == [
        [(s.project, s.key)] for s in savings
    ]

from decimal import Decimal
from typing import Any

from lib.analysis.savings.rules.prompt_caching import RULE
from lib.analysis.savings.saving import Confidence
from tests.analysis.savings.fixed_traffic import found, sent


def input_tokens(key: str, fresh: int, cached: int, **row: Any) -> list[dict[str, Any]]:
    return [
        sent(str(4 * fresh), api_key_id=key, units=fresh, **row),
        sent(str(cached), api_key_id=key, units=cached, token_class="cached input", **row),
    ]


def test_a_key_could_read_as_much_from_the_cache_as_the_others_together() -> None:
    (saving,) = found(
        RULE,
        *input_tokens("key_a", 80, 20),
        *input_tokens("key_b", 20, 80),
        *input_tokens("key_c", 60, 140),
        sent("800", token_class="output", units=100),
    )

    # The others read 220 of 300: of the 80 fresh ones, two thirds more would cost 1 instead of 4.
    theirs = Decimal(220) / 300
    assert (saving.project, saving.key, saving.model) == ("proj_a", "key_a", "gpt-5.6-sol")
    assert saving.facts == {"own": Decimal("0.2"), "theirs": theirs, "model": "gpt-5.6-sol"}
    assert saving.saved == 160
    assert saving.confidence is Confidence.MEDIUM


def test_a_gap_of_a_tenth_is_one() -> None:
    (saving,) = found(RULE, *input_tokens("key_a", 80, 20), *input_tokens("key_b", 70, 30))

    # An eighth of 80 fresh tokens.
    assert (saving.key, saving.saved) == ("key_a", 30)
    assert found(RULE, *input_tokens("key_a", 80, 20), *input_tokens("key_b", 71, 29)) == []


def test_keys_are_compared_on_one_model_and_one_left_alone_does_not_hide_the_next() -> None:
    savings = found(
        RULE,
        *input_tokens("key_a", 10, 90),
        *input_tokens("key_b", 100, 0),
        *input_tokens("key_a", 100, 0, model="gpt-5"),
    )

    assert [(s.key, s.model) for s in savings] == [("key_b", "gpt-5.6-sol")]
    rows = savings[0].rows
    assert list(zip(rows["api_key_id"], rows["model"], strict=True)) == [("key_b", "gpt-5.6-sol")]


def test_a_key_of_the_same_name_in_another_project_is_another() -> None:
    (saving,) = found(
        RULE, *input_tokens("key_a", 100, 0), *input_tokens("key_a", 50, 50, project_id="proj_b")
    )

    assert (saving.project, saving.saved) == ("proj_a", 150)
    assert list(saving.rows["project_id"]) == ["proj_a"]


def test_fresh_input_without_a_cached_price_stays() -> None:
    (saving,) = found(
        RULE,
        *input_tokens("key_a", 100, 0, model="gpt-unlisted"),
        *input_tokens("key_b", 50, 50, model="gpt-unlisted"),
    )

    assert saving.saved == 0

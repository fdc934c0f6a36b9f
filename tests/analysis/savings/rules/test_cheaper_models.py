from lib.analysis.savings.rules.cheaper_models import RULE
from lib.analysis.savings.saving import Confidence
from tests.analysis.savings.fixed_traffic import found, sent


def test_a_key_on_a_model_with_a_successor_pays_the_successors_price() -> None:
    (saving,) = found(RULE, sent("12", units=3), sent("8", token_class="output"))

    # 3 tokens at 2 instead of 4, and one at 4 instead of 8.
    assert (saving.project, saving.key, saving.model) == ("proj_a", "key_a", "gpt-5.6-sol")
    assert saving.saved == 6 + 4
    assert saving.facts == {"model": "gpt-5.6-sol", "other": "gpt-6.1-sol", "why": "newer"}
    assert saving.confidence is Confidence.LOW


def test_each_key_and_model_is_a_saving_of_its_own_and_others_are_passed_over() -> None:
    savings = found(
        RULE,
        sent("4", model="gpt-0"),
        sent("4"),
        sent("4", model="gpt-5.4"),
        sent("4", api_key_id="key_b"),
    )

    assert [(s.key, s.model, s.saved) for s in savings] == [
        ("key_a", "gpt-5.4", 2),
        ("key_a", "gpt-5.6-sol", 2),
        ("key_b", "gpt-5.6-sol", 2),
    ]

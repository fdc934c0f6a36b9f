import datetime as dt
from decimal import Decimal
from typing import Any

import pandas as pd
import pytest

from lib.analysis.savings import rules, saving
from lib.analysis.savings.priced_traffic import priced
from lib.analysis.savings.rules import (
    batching,
    cheaper_models,
    idle_projects,
    long_context,
    off_peak_priority,
    prompt_caching,
)
from lib.analysis.savings.saving import Confidence, Saving, SavingRule, SavingsInput
from lib.wording.savings_words import assumption

MONDAY = dt.date(2026, 11, 2)
PRICES = {"input": 4, "cached input": 1, "output": 8}
FACTORS = {"default": 1.0, "batch": 0.5, "flex": 0.5, "priority": 2.0}
NEWER = {"gpt-6.1-sol": 0.5, "gpt-6.1-terra": 0.25}


def price(
    model: str,
    day: dt.date,  # noqa: ARG001
    token_class: str,
    *,
    tier: str = "default",
    modality: str = "text",  # noqa: ARG001
    long_context: bool = False,
) -> Decimal | None:
    """Return prices easily multiplied; gpt-6.1-sol costs half of the others."""
    if token_class not in PRICES or model == "gpt-unlisted":
        return None
    factor = FACTORS[tier] * NEWER.get(model, 1.0) * (2 if long_context else 1)
    return PRICES[token_class] * Decimal(str(factor))


def usage(key: str = "key_a", day: int = 0, **row: Any) -> dict[str, Any]:
    return {
        "start": pd.Timestamp(MONDAY, tz="UTC") + pd.Timedelta(days=day),
        "project_id": "proj_a",
        "api_key_id": key,
        "model": "gpt-unlisted-elsewhere",
        "batch": "false",
        "service_tier": "default",
        **dict.fromkeys(("input_tokens", "input_cached_tokens", "output_tokens"), 0),
    } | row


def bill(*lines: tuple[str, str, str], key: str = "key_a") -> pd.DataFrame:
    rows = [(pd.Timestamp(MONDAY, tz="UTC"), p, key, text, Decimal(usd)) for p, text, usd in lines]
    return pd.DataFrame(rows, columns=["start", "project_id", "api_key_id", "line_item", "cost_usd"])


def found(rule: SavingRule, *rows: dict[str, Any], billed: pd.DataFrame | None = None) -> list[Saving]:
    traffic = priced(pd.DataFrame(rows), price)
    return list(rule.find(SavingsInput(traffic, bill() if billed is None else billed, 7, price)))


def test_the_rest_of_what_is_partly_batched_could_be_batched_too() -> None:
    (saving,) = found(
        batching.RULE,
        usage(input_tokens=100),
        usage(input_tokens=100, batch="true"),
    )

    assert (saving.project, saving.key, saving.saved) == ("proj_a", "key_a", 200)
    assert assumption(saving).startswith("33% of what this key sends is batch or flex already")
    assert saving.confidence is Confidence.MEDIUM


def test_what_is_as_busy_on_weekends_as_on_weekdays_could_wait() -> None:
    (saving,) = found(batching.RULE, *(usage(day=n, input_tokens=100) for n in range(7)))

    assert saving.saved == 7 * 200
    assert saving.confidence is Confidence.LOW


def test_office_work_is_left_alone() -> None:
    assert found(batching.RULE, *(usage(day=n, input_tokens=100) for n in range(5))) == []


def test_one_wild_weekend_does_not_make_a_machine() -> None:
    office = [usage(day=n, input_tokens=100) for n in range(12) if n % 7 < 5]
    weekends = [usage(day=n, input_tokens=1) for n in (12, 13)] + [usage(day=5, input_tokens=9_999)]

    assert found(batching.RULE, *office, *weekends) == []


def test_a_key_that_caches_less_than_its_peers_could_cache_as_much() -> None:
    (saving,) = found(
        prompt_caching.RULE,
        usage("key_a", input_tokens=100, input_cached_tokens=20),
        usage("key_b", input_tokens=100, input_cached_tokens=60),
    )

    # 40 of 80 fresh tokens would cost 1 instead of 4.
    assert (saving.key, saving.saved) == ("key_a", 120)
    assert "20% of its gpt-unlisted-elsewhere input is read from the cache" in assumption(saving)


def test_peers_are_of_the_same_model() -> None:
    rows = [
        usage("key_a", input_tokens=100, model="gpt-5"),
        usage("key_b", input_tokens=100, input_cached_tokens=90),
    ]

    assert found(prompt_caching.RULE, *rows) == []


def test_a_newer_model_that_lists_less_is_offered_with_its_caveat() -> None:
    (saving,) = found(cheaper_models.RULE, usage(model="gpt-5.6-sol", output_tokens=10, input_tokens=5))

    assert (saving.model, saving.saved) == ("gpt-5.6-sol", 50)
    assert "is not measured here" in assumption(saving)
    assert list(saving.rows["what"]) == ["input", "output"]


def test_a_model_without_another_is_left_alone() -> None:
    assert found(cheaper_models.RULE, usage(output_tokens=10)) == []


def test_priority_at_weekends_could_be_standard() -> None:
    (saving,) = found(
        off_peak_priority.RULE,
        usage(day=4, output_tokens=10, service_tier="priority"),
        usage(day=5, output_tokens=10, service_tier="priority"),
    )

    assert saving.saved == 80
    assert list(saving.rows["day"]) == [dt.date(2026, 11, 7)]


def test_long_contexts_cost_their_surcharge() -> None:
    lines = bill(("proj_a", "gpt-6-sol, input, long context", "9"), ("proj_a", "gpt-6-sol, input", "5"))

    (saving,) = found(long_context.RULE, usage(input_tokens=1), billed=lines)

    assert saving.saved == Decimal("4.5")
    assert list(saving.rows["what"]) == ["gpt-6-sol, input, long context"]


def test_a_project_without_requests_still_pays_for_its_storage() -> None:
    lines = bill(("proj_a", "Vector storage", "3"), ("proj_b", "Vector storage", "7"), key="(none)")

    (saving,) = found(idle_projects.RULE, usage(input_tokens=1), billed=lines)

    assert (saving.project, saving.key, saving.saved) == ("proj_b", "", 7)
    assert saving.confidence is Confidence.HIGH


def test_the_rows_of_a_saving_sum_to_it() -> None:
    (one,) = found(
        cheaper_models.RULE, *(usage(day=n, model="gpt-5.6-sol", input_tokens=n) for n in range(1, 7))
    )

    assert sum(one.rows["saved"]) == one.saved == sum(one.rows["now"]) - sum(one.rows["then"])


def test_only_what_is_worth_a_persons_time_is_listed_largest_first() -> None:
    traffic = priced(
        pd.DataFrame(
            [
                usage("small", model="gpt-5.6-sol", input_tokens=1),
                usage("large", model="gpt-5.6-sol", input_tokens=300),
                usage("larger", model="gpt-5.6-sol", input_tokens=400),
            ]
        ),
        price,
    )

    listed = rules.savings(SavingsInput(traffic, bill(), 28, price))

    assert [s.key for s in listed] == ["larger", "large"]


KINDS = {rule.slug: rule for rule in rules.RULES}


def made(slug: str, key: str, dollars: int) -> Saving:
    rows = pd.DataFrame({"saved": [Decimal(dollars)]})
    return Saving(KINDS[slug], "proj_a", key, "", {}, Confidence.LOW, 28, rows)


def test_savings_of_one_key_are_not_added_up() -> None:
    found = [made("batch", "key_a", 28), made("model", "key_a", 56), made("batch", "key_b", 28)]

    assert saving.at_most(found) == pytest.approx(Decimal(84) * Decimal("30.4375") / 28)


def test_kinds_are_summed_each_on_its_own() -> None:
    found = saving.by_kind([made("batch", "a", 28), made("model", "a", 56), made("batch", "b", 56)])

    assert list(found["group"]) == ["Batches and flex", "Newer or smaller model"]


def test_every_rule_has_a_name_of_its_own() -> None:
    assert list(KINDS) == ["batch", "cache", "model", "priority", "context", "idle"]
    assert len({rule.kind for rule in rules.RULES}) == len(rules.RULES)

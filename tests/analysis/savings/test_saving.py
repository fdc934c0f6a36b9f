from decimal import Decimal

import pandas as pd

from lib.analysis.savings import saving
from lib.analysis.savings.rules import batching, idle_projects, prompt_caching
from lib.analysis.savings.saving import Confidence, Saving, SavingRule

A_MONTH = Decimal("30.4375")


def made(rule: SavingRule, key: str, *dollars: int, model: str = "", project: str = "proj_a") -> Saving:
    """Return a saving of so many dollars in a day of 28."""
    saved = 28 * Decimal(sum(dollars))
    return Saving(rule, project, key, model, {}, Confidence.LOW, 28, saved, pd.DataFrame)


def test_a_month_saves_every_day_as_much_as_the_days_looked_at() -> None:
    one = made(batching.RULE, "key_a", 1, 2)

    assert one.a_month == 3 * A_MONTH


def test_a_saving_is_known_by_its_rule_and_whom_it_is_about() -> None:
    assert made(prompt_caching.RULE, "key_a", 1, model="gpt-5").name == "cache:proj_a:key_a:gpt-5"


def test_of_each_key_only_the_largest_saving_counts() -> None:
    found = [
        made(batching.RULE, "key_a", 1),
        made(prompt_caching.RULE, "key_a", 2),
        made(prompt_caching.RULE, "key_a", 1),
        made(batching.RULE, "key_b", 1),
        made(batching.RULE, "key_a", 5, project="proj_b"),
    ]

    assert saving.at_most(found) == (2 + 1 + 5) * A_MONTH
    assert saving.at_most([]) == 0


def test_kinds_are_summed_each_on_its_own_largest_first_and_equals_by_name() -> None:
    found = [
        made(prompt_caching.RULE, "key_a", 3),
        made(idle_projects.RULE, "", 5),
        made(batching.RULE, "key_a", 1),
        made(batching.RULE, "key_b", 2),
    ]

    assert saving.by_kind(found).to_numpy().tolist() == [
        ["Idle", 5 * A_MONTH],
        ["Batches and flex", 3 * A_MONTH],
        ["Prompt cache", 3 * A_MONTH],
    ]

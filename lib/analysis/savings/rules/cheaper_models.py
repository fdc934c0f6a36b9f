"""Cheaper models: a newer or smaller model that lists less for the same tokens."""

from collections.abc import Iterator

from lib.analysis.savings.candidates import KEY, groups, saving_of
from lib.analysis.savings.priced_traffic import at_price
from lib.analysis.savings.saving import Confidence, Saving, SavingRule, SavingsInput

CHEAPER = {
    "gpt-4o": ("gpt-6.1-terra", "newer"),
    "gpt-4o-mini": ("gpt-6-luna", "newer"),
    "gpt-4.1": ("gpt-6.1-terra", "newer"),
    "gpt-4.1-mini": ("gpt-5.6-luna", "newer"),
    "gpt-5": ("gpt-6.1-terra", "newer"),
    "gpt-5-mini": ("gpt-5.6-luna", "newer"),
    "gpt-5.1": ("gpt-6.1-terra", "newer"),
    "gpt-5.2": ("gpt-6.1-terra", "newer"),
    "gpt-5.3-codex": ("gpt-6.1-terra", "newer"),
    "gpt-5.4": ("gpt-6.1-sol", "newer"),
    "gpt-5.5": ("gpt-6.1-sol", "newer"),
    "gpt-5.6-sol": ("gpt-6.1-sol", "newer"),
    "gpt-5.6-terra": ("gpt-6.1-terra", "newer"),
    "gpt-6-sol": ("gpt-6.1-terra", "smaller"),
    "gpt-6-astra": ("gpt-6.1-sol", "smaller"),
    "o1": ("gpt-6.1-sol", "newer"),
    "gpt-6.1-sol": ("gpt-6.1-terra", "smaller"),
}
"""A newer or smaller model for each, as of November 2026; the rule keeps what lists less on the day."""


def find(read: SavingsInput) -> Iterator[Saving]:
    """Yield keys on a model for which a newer or smaller one lists less for the same tokens."""
    for (*key, model), rows in groups(read.traffic, [*KEY, "model"]):
        if model not in CHEAPER:
            continue
        other, why = CHEAPER[model]
        then = at_price(rows, read.price, model=other)
        facts = {"model": model, "other": other, "why": why}
        yield saving_of(RULE, read, (key[0], key[1]), rows, then, Confidence.LOW, model=model, facts=facts)


RULE = SavingRule(
    "model",
    "Newer or smaller model",
    "Move from {model} to {other}",
    "{other} is {why} and lists less for the same tokens. Whether its answers are good enough is not "
    "measured here: try it on your own cases, and mind that it may write longer ones.",
    find,
)

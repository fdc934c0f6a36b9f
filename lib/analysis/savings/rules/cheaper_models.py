"""Cheaper models: a newer or smaller model that lists less for the same tokens."""

from collections.abc import Iterator

from lib.analysis.savings.candidates import KEY, groups, saving_of
from lib.analysis.savings.priced_traffic import at_price
from lib.analysis.savings.saving import Confidence, Saving, SavingRule, SavingsInput
from lib.catalog.model_successors import SUCCESSORS


def find(read: SavingsInput) -> Iterator[Saving]:
    """Yield keys on a model for which a newer or smaller one lists less for the same tokens."""
    for (*key, model), rows in groups(read.traffic, [*KEY, "model"]):
        if model not in SUCCESSORS:
            continue
        other, why = SUCCESSORS[model].successor, SUCCESSORS[model].why
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

"""Prompt caching: a key that reads less from the cache than others do of the same model."""

from collections.abc import Iterator
from decimal import Decimal

import pandas as pd

from lib.analysis.savings.candidates import KEY, groups, saving_of
from lib.analysis.savings.priced_traffic import INPUTS, at_price
from lib.analysis.savings.saving import NOTHING, Confidence, Saving, SavingRule, SavingsInput

_GAP = Decimal("0.1")


def find(read: SavingsInput) -> Iterator[Saving]:
    """Yield keys that read less of their input from the cache than others do of the same model.

    Saved: (peers' share − own share) × input tokens × (price − cached price), the peers' share pooled.
    """
    inputs = read.traffic.loc[read.traffic["token_class"].isin(INPUTS)]
    for (model,), of_model in groups(inputs, ["model"]):
        for key, rows in groups(of_model, KEY):
            others = of_model.loc[[pair != key for pair in zip(*(of_model[k] for k in KEY), strict=True)]]
            own, theirs = _cached(rows), _cached(others)
            fresh = rows.loc[rows["token_class"] == INPUTS[0]]
            if theirs - own < _GAP:
                continue
            # So much of what is not cached yet would be.
            moved = (theirs - own) / (1 - own)
            cached = at_price(fresh, read.price, token_class=INPUTS[1])
            then = [
                None if c is None else n - (n - c) * moved
                for n, c in zip(fresh["worth"], cached, strict=True)
            ]
            facts = {"own": own, "theirs": theirs, "model": model}
            yield saving_of(RULE, read, key, fresh, then, Confidence.MEDIUM, model=model, facts=facts)


def _cached(inputs: pd.DataFrame) -> Decimal:
    total = sum(inputs["units"])
    cached = sum(inputs.loc[inputs["token_class"] == INPUTS[1], "units"])
    return Decimal(cached) / total if total else NOTHING


RULE = SavingRule(
    "cache",
    "Prompt cache",
    "Read more from the prompt cache",
    "{own} of its {model} input is read from the cache; of other keys on this model it is {theirs}. Prompts "
    "that begin alike are cached: keep what changes at their end.",
    find,
)

"""Cheaper models: a newer or smaller model that lists less for the same tokens."""

from collections.abc import Iterator
from functools import partial

import pyarrow as pa
import pyarrow.compute as pc

from lib.analysis.savings.candidates import KEY, groups, shown_rows, with_then
from lib.analysis.savings.priced_traffic import at_price
from lib.analysis.savings.saving import Confidence, Saving, SavingRule, SavingsInput
from lib.analysis.vectors import found_for
from lib.catalog.model_successors import SUCCESSORS


def find(read: SavingsInput) -> Iterator[Saving]:
    """Yield keys on a model for which a newer or smaller one lists less for the same tokens."""
    for (project, key, model), saved in groups(_rows(read), [*KEY, "model"], "saved").items():
        facts = {"model": model, "other": SUCCESSORS[model].successor, "why": SUCCESSORS[model].why}
        shown = partial(shown_rows, _rows, read, project_id=project, api_key_id=key, model=model)
        yield Saving(RULE, project, key, model, facts, Confidence.LOW, read.days, saved, shown)


def _rows(read: SavingsInput) -> pa.Table:
    used = read.traffic.filter(pc.is_in(read.traffic["model"], pa.array(list(SUCCESSORS))))
    other = found_for([used["model"]], lambda model: SUCCESSORS[model].successor, pa.string())
    return with_then(used, at_price(used, read.price, model=other))


RULE = SavingRule(
    "model",
    "Newer or smaller model",
    "Move from {model} to {other}",
    "{other} is {why} and lists less for the same tokens. Whether its answers are good enough is not "
    "measured here: try it on your own cases, and mind that it may write longer ones.",
    find,
)

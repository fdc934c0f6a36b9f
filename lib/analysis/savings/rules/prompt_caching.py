"""Prompt caching: a key that reads less from the cache than others do of the same model."""

from collections import defaultdict
from collections.abc import Iterator
from decimal import Decimal
from functools import partial

import pyarrow as pa
import pyarrow.compute as pc

from lib.analysis.exact import exactly, rounded
from lib.analysis.savings.candidates import KEY, groups, shown_rows, with_then
from lib.analysis.savings.priced_traffic import INPUTS, at_price
from lib.analysis.savings.saving import NOTHING, Confidence, Saving, SavingRule, SavingsInput
from lib.analysis.vectors import minus, with_column
from lib.catalog.schemas import MONEY

_GAP = Decimal("0.1")


def find(read: SavingsInput) -> Iterator[Saving]:
    """Yield keys that read less of their input from the cache than others do of the same model.

    Saved: (peers' share − own share) × input tokens × (price − cached price), the peers' share pooled.
    """
    inputs = read.traffic.filter(pc.is_in(read.traffic["token_class"], pa.array(INPUTS)))
    by = ["model", *KEY]
    saved = groups(_all_cached(read), by, "saved")
    own_units: dict[tuple[str, ...], dict[str, Decimal]] = defaultdict(lambda: dict.fromkeys(INPUTS, NOTHING))
    pooled: dict[str, dict[str, Decimal]] = defaultdict(lambda: dict.fromkeys(INPUTS, NOTHING))
    for (*ids, token_class), count in groups(inputs, [*by, "token_class"], "units").items():
        own_units[tuple(ids)][token_class] += count
        pooled[ids[0]][token_class] += count
    for key, units in own_units.items():
        model, project, api_key = key
        own = _cached(units)
        theirs = _cached({kind: pooled[model][kind] - units[kind] for kind in INPUTS})
        if theirs - own < _GAP:
            continue
        # So much of what is not cached yet would be.
        moved = (theirs - own) / (1 - own)
        yield Saving(
            RULE,
            project,
            api_key,
            model,
            {"own": own, "theirs": theirs, "model": model},
            Confidence.MEDIUM,
            read.days,
            rounded(saved.get(key, NOTHING) * moved),
            partial(
                shown_rows, partial(_rows, moved), read, model=model, project_id=project, api_key_id=api_key
            ),
        )


def _cached(units: dict[str, Decimal]) -> Decimal:
    total = units[INPUTS[0]] + units[INPUTS[1]]
    return Decimal(units[INPUTS[1]]) / total if total else NOTHING


def _all_cached(read: SavingsInput) -> pa.Table:
    """Return the rows of fresh input as if all of it were read from the cache."""
    fresh = read.traffic.filter(pc.equal(read.traffic["token_class"], INPUTS[0]))
    return with_then(fresh, at_price(fresh, read.price, token_class=INPUTS[1]))


@exactly()
def _rows(moved: Decimal, read: SavingsInput) -> pa.Table:
    """Return the rows of fresh input, of which the part `moved` would be read from the cache."""
    rows = _all_cached(read)
    saved = pa.array([rounded(dollars * moved) for dollars in rows["saved"].to_pylist()], MONEY)
    return with_column(with_column(rows, "saved", saved), "then", minus(rows["worth"], saved))


RULE = SavingRule(
    "cache",
    "Prompt cache",
    "Read more from the prompt cache",
    "{own} of its {model} input is read from the cache; of other keys on this model it is {theirs}. Prompts "
    "that begin alike are cached: keep what changes at their end.",
    find,
)

"""Shared costs: amounts split over teams evenly, by what each spends itself, or by weights."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from lib.analysis.exact import PLACES, exactly
from lib.store.team_declarations import Method


@dataclass(frozen=True)
class Pool:
    """US dollars (`amount`, below zero for credits) that `teams` share by a method.

    `weights` holds the part of each of them where the method is by weights.
    """

    name: str
    method: Method
    amount: Decimal
    teams: tuple[str, ...]
    weights: tuple[Decimal, ...] = ()


@dataclass(frozen=True)
class Charge:
    """What a team is charged of a pool, in US dollars."""

    pool: str
    team: str
    amount: Decimal


@exactly()
def split(amount: Decimal, weights: Sequence[Decimal]) -> list[Decimal]:
    """Return `amount` (to 18 decimals) in parts in proportion to `weights`; evenly where these sum to zero.

    The parts sum to `amount` exactly. What is left of the last decimal goes to those parts that rounding
    down took most from, the first of equals.
    """
    whole = sum(map(Fraction, weights), Fraction(0))
    shares = [Fraction(w) / whole if whole else Fraction(1, len(weights)) for w in weights]
    units = int(abs(amount) / PLACES)
    fair = [share * units for share in shares]
    parts = [int(part) for part in fair]
    most_cut = sorted(range(len(parts)), key=lambda n: (parts[n] - fair[n], n))
    for n in most_cut[: units - sum(parts)]:
        parts[n] += 1
    sign = -1 if amount < 0 else 1
    return [sign * part * PLACES for part in parts]


def charges(pools: Sequence[Pool], direct: Mapping[str, Decimal]) -> list[Charge]:
    """Return what each team is charged of each pool; `direct` is what teams spend themselves.

    Whoever's own spend is below zero has no part by spend.
    """
    found = []
    for pool in pools:
        if pool.method is Method.BY_WEIGHTS:
            weights = list(pool.weights)
        elif pool.method is Method.EVENLY:
            weights = [Decimal(1)] * len(pool.teams)
        else:
            weights = [max(direct.get(team, Decimal(0)), Decimal(0)) for team in pool.teams]
        parts = zip(pool.teams, split(pool.amount, weights), strict=True)
        found += [Charge(pool.name, team, part) for team, part in parts]
    return found

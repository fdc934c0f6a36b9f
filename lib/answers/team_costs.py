"""What teams cost: their own spend and their part of shared costs, which sum to the bill exactly."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fnmatch import fnmatchcase
from functools import cache

import pandas as pd

from lib.analysis.allocation.shared_costs import Pool, charges
from lib.analysis.exact import exactly
from lib.answers.reading import Reading
from lib.answers.remembered_answers import remembered
from lib.catalog.dimensions import TEAM, UNATTRIBUTED
from lib.catalog.measures import MEASURES
from lib.store.team_declarations import Rule, Shared, folded
from lib.store.teamed import declared_teams
from lib.store.teams import matched

SPEND = MEASURES["spend"]


@dataclass(frozen=True, eq=False)
class TeamCosts:
    """What each team costs, in US dollars.

    `rows` hold `group` (a team, or No team), `own` (its spend without shared costs), `charged` (its part of
    those) and `total`, largest first. `pools` hold `pool`, `method`, `amount` and one row for each `team`
    that is charged, with its `part`.
    """

    rows: pd.DataFrame
    pools: pd.DataFrame


def shared_costs(reading: Reading) -> tuple[Shared, ...]:
    """Return what is declared to be shared; nothing for whoever sees a part of the organization only."""
    store = reading.backend.store
    declared = declared_teams(reading.backend.settings) if store.teams and store.projects is None else None
    return declared.shared if declared else ()


def team_costs(reading: Reading) -> TeamCosts | None:
    """Return what teams cost over the view's days with shared costs split; None where nothing is shared."""
    shared, teams = shared_costs(reading), reading.backend.store.teams
    return _team_costs(reading, shared, teams.names) if shared and teams else None


@remembered
@exactly()
def _team_costs(reading: Reading, shared: tuple[Shared, ...], teams: tuple[str, ...]) -> TeamCosts:
    sums = reading.totals([SPEND], (TEAM, "project_id", "line_item"))
    rows = [
        (str(team), str(project), str(item), Decimal(amount))
        for team, project, item, amount in zip(
            sums[TEAM], sums["project_id"], sums["line_item"], sums[SPEND.slug], strict=True
        )
    ]
    pool_of = _pool_of(reading, shared, _credits(rows))
    direct: dict[str, Decimal] = {}
    pooled = dict.fromkeys((one.name for one in shared), Decimal(0))
    for team, project, item, amount in rows:
        pool = pool_of(project, item)
        if pool is None:
            direct[team] = direct.get(team, Decimal(0)) + amount
        else:
            pooled[pool] += amount
    pools = [_pool(one, pooled[one.name], teams) for one in shared if pooled[one.name]]
    charged = charges(pools, direct)
    of_team: dict[str, Decimal] = {}
    for charge in charged:
        of_team[charge.team] = of_team.get(charge.team, Decimal(0)) + charge.amount
    return TeamCosts(
        _rows(reading, direct, of_team), _pools(pools, [(c.pool, c.team, c.amount) for c in charged])
    )


def _pool_of(
    reading: Reading, shared: tuple[Shared, ...], credited: Collection[str]
) -> Callable[[str, str], str | None]:
    """Return what says, by project and line item, which shared costs a row of the bill is part of.

    The first that are declared so; None where a row is its team's own.
    """
    rules = [Rule(one.name, projects=one.projects) for one in shared]
    found = matched(rules, reading.backend.store.real_names())["projects"]
    each = list(zip(shared, map(set, found), strict=True))

    @cache
    def find(project: str, item: str) -> str | None:
        for one, ids in each:
            named = any(fnmatchcase(folded(item), _pattern(word)) for word in one.line_items)
            if project in ids or named or (one.credits and item in credited):
                return one.name
        return None

    return find


def _pattern(word: str) -> str:
    return folded(word).replace("[", "[[]").replace("?", "[?]")


def _credits(rows: Sequence[tuple[str, str, str, Decimal]]) -> set[str]:
    """Return the line items that were billed below zero."""
    sums: dict[str, Decimal] = {}
    for _, _, item, amount in rows:
        sums[item] = sums.get(item, Decimal(0)) + amount
    return {item for item, amount in sums.items() if amount < 0}


def _pool(one: Shared, amount: Decimal, teams: tuple[str, ...]) -> Pool:
    return Pool(one.name, one.method, amount, one.teams or teams, tuple(part for _, part in one.weights))


def _rows(reading: Reading, own: Mapping[str, Decimal], charged: Mapping[str, Decimal]) -> pd.DataFrame:
    labels = reading.labels.apart(TEAM, dict.fromkeys([*own, *charged]))
    nothing = Decimal(0)
    rows = [
        (
            labels[team],
            own.get(team, nothing),
            charged.get(team, nothing),
            own.get(team, nothing) + charged.get(team, nothing),
        )
        for team in labels
    ]
    rows.sort(key=lambda row: (row[0] == labels.get(UNATTRIBUTED), -row[-1], row[0]))
    return pd.DataFrame(rows, columns=["group", "own", "charged", "total"], dtype=object)


def _pools(pools: Sequence[Pool], charged: Sequence[tuple[str, str, Decimal]]) -> pd.DataFrame:
    about = {pool.name: pool for pool in pools}
    rows = [(name, about[name].method.value, about[name].amount, team, part) for name, team, part in charged]
    return pd.DataFrame(rows, columns=["pool", "method", "amount", "team", "part"], dtype=object)

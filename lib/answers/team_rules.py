"""The rules of teams against a month's bill: what each matched, what several want, and what nobody has."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

import pandas as pd

from lib.analysis.exact import exactly
from lib.answers.reading import Reading
from lib.answers.remembered_answers import remembered
from lib.catalog.dimensions import DIMENSIONS, TEAM, UNATTRIBUTED, text_of, value_of
from lib.catalog.measures import MEASURES
from lib.engine.filters import EVERYTHING
from lib.periods.grains import Grain
from lib.store.team_declarations import DeclaredTeams, Rule
from lib.store.teamed import declared_teams, teamed, teams_of
from lib.store.teams import KINDS, by_rule, matched, together
from lib.wording import team_words

SPEND = MEASURES["spend"]
_MONEY = "costs.cost_usd"
_DIMENSIONS = {"keys": "api_key_id", "users": "user_id", "projects": "project_id"}


@dataclass(frozen=True, eq=False)
class Moves:
    """Dollars `before` and `after` by `group` with another file, and those that move `from` and `to`."""

    totals: pd.DataFrame
    moves: pd.DataFrame


def declared(reading: Reading) -> DeclaredTeams | None:
    """Return what the team file declares now, None where there is none."""
    return declared_teams(reading.backend.settings)


@remembered
def rules_matched(reading: Reading, of_file: DeclaredTeams) -> pd.DataFrame:
    """Return for each rule `team`, `over`, `days`, how many ids it `matches`, and `billed`, its dollars.

    Dollars are those that the rule got: not what a rule before it, or over a closer kind, took.
    """
    store, rules = reading.backend.store, of_file.rules
    names = store.real_names()
    found = matched(rules, names)
    alone = replace(reading, backend=replace(reading.backend, store=teamed(store, by_rule(rules, names))))
    sums = alone.totals([SPEND], (TEAM,))
    billed = dict(zip(sums[TEAM], sums[SPEND.slug], strict=True))
    rows = [
        (
            rule.team,
            team_words.over(rule, masked=store.masks),
            team_words.days(rule),
            sum(len(found[word][nth]) for word in KINDS),
            billed.get(str(nth), Decimal(0)),
        )
        for nth, rule in enumerate(rules)
    ]
    return pd.DataFrame(rows, columns=["team", "over", "days", "matches", "billed"], dtype=object)


@remembered
def competing(reading: Reading, of_file: DeclaredTeams) -> pd.DataFrame:
    """Return what rules of two teams match at once: `kind`, `name`, which team `wins` and `loses`, `billed`.

    Where rules of more than two match, each of the others loses to the first.
    """
    rules = of_file.rules
    rows: list[tuple[str, str, str, str, Decimal]] = []
    for word, each in matched(rules, reading.backend.store.real_names()).items():
        pairs = _pairs(rules, each)
        if not pairs:
            continue
        dimension = _DIMENSIONS[word]
        sums = reading.totals([SPEND], (dimension,))
        billed = dict(zip(sums[dimension], sums[SPEND.slug], strict=True))
        labels = reading.labels.apart(dimension, dict.fromkeys(i for i, _, _ in pairs))
        rows += [
            (DIMENSIONS[dimension].label, labels[i], wins, loses, billed.get(i, Decimal(0)))
            for i, wins, loses in pairs
        ]
    rows.sort(key=lambda row: -row[-1])
    return pd.DataFrame(rows, columns=["kind", "name", "wins", "loses", "billed"], dtype=object)


def _pairs(rules: Sequence[Rule], matches: Sequence[Sequence[str]]) -> list[tuple[str, str, str]]:
    """Return each id that rules of two teams match on the same days, and both teams, the winner first."""
    of_id: dict[str, list[Rule]] = {}
    for rule, ids in zip(rules, matches, strict=True):
        for i in ids:
            of_id.setdefault(i, []).append(rule)
    found = {
        (i, wins.team, loses.team): None
        for i, held in of_id.items()
        for at, loses in enumerate(held)
        for wins in held[:at]
        if wins.team != loses.team and together(wins, loses)
    }
    return list(found)


@remembered
def without_team(reading: Reading) -> pd.DataFrame:
    """Return what was billed for No team: `project`, `key` and `billed`, largest first."""
    nobodys = reading.view.filters.narrowed(TEAM, None)
    of_nobody = replace(reading, view=replace(reading.view, filters=nobodys))
    sums = of_nobody.totals([SPEND], ("project_id", "api_key_id"))
    projects = reading.labels.apart("project_id", sums["project_id"])
    keys = reading.labels.apart("api_key_id", sums["api_key_id"])
    rows = [
        (projects[project], keys[key], Decimal(amount))
        for project, key, amount in zip(sums["project_id"], sums["api_key_id"], sums[SPEND.slug], strict=True)
        if amount
    ]
    rows.sort(key=lambda row: -row[-1])
    return pd.DataFrame(rows, columns=["project", "key", "billed"], dtype=object)


@exactly()
def moves(reading: Reading, other: DeclaredTeams) -> Moves:
    """Return what of the view's bill would be whose by another file, in exact US dollars."""
    store = reading.backend.store
    now, then = store.teams, teams_of(store, other)
    rows = reading.parts(
        [SPEND], by=("project_id", "user_id", "api_key_id"), grain=Grain.DAY, filters=EVERYTHING
    )
    sums: dict[tuple[str, str], Decimal] = {}
    columns = (rows[name] for name in ("start", "project_id", "user_id", "api_key_id", _MONEY))
    for start, project, user, key, amount in zip(*columns, strict=True):
        ids, day = (value_of(project), value_of(user), value_of(key)), start.date()
        pair = tuple(text_of(teams.team_of(*ids, day) if teams else None) for teams in (now, then))
        sums[pair[0], pair[1]] = sums.get((pair[0], pair[1]), Decimal(0)) + Decimal(amount)
    return Moves(_totals(reading, sums), _moved(reading, sums))


def _totals(reading: Reading, sums: dict[tuple[str, str], Decimal]) -> pd.DataFrame:
    names = reading.labels.apart(TEAM, dict.fromkeys(team for pair in sums for team in pair))
    rows = [
        (
            label,
            sum((v for (old, _), v in sums.items() if old == team), Decimal(0)),
            sum((v for (_, new), v in sums.items() if new == team), Decimal(0)),
        )
        for team, label in names.items()
    ]
    rows.sort(key=lambda row: (row[0] == names.get(UNATTRIBUTED), -row[2], row[0]))
    return pd.DataFrame(rows, columns=["group", "before", "after"], dtype=object)


def _moved(reading: Reading, sums: dict[tuple[str, str], Decimal]) -> pd.DataFrame:
    names = reading.labels.apart(TEAM, dict.fromkeys(team for pair in sums for team in pair))
    rows = [(names[old], names[new], amount) for (old, new), amount in sums.items() if old != new and amount]
    rows.sort(key=lambda row: -abs(row[2]))
    return pd.DataFrame(rows, columns=["from", "to", "billed"], dtype=object)

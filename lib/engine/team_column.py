"""The team of each row, told by the ids and the day that the row holds."""

import narwhals as nw
import pyarrow as pa

from lib.catalog.dimensions import TEAM
from lib.catalog.schemas import TIME
from lib.catalog.sources import Source
from lib.engine.engines import Engine
from lib.engine.rows import Rows
from lib.periods.windows import midnight
from lib.store.teams import ById, Teams

_PROJECT, _USER, _KEY = "project_id", "user_id", "api_key_id"


def with_team(engine: Engine, rows: Rows, source: Source, teams: Teams | None) -> Rows:
    """Return `rows` of a source with the column `team`, null for what is nobody's."""
    found = []
    for nth, (column, by_id, of_nobody) in enumerate(told_by(teams, source)):
        rows, team = _looked_up(engine, rows, column, by_id, f"of_team_{nth}")
        found.append(nw.when(nw.col(_USER).is_null()).then(team) if of_nobody else team)
    known = nw.coalesce(*found) if found else nw.lit(None, nw.String)
    return rows.with_columns(known.alias(TEAM))


def told_by(teams: Teams | None, source: Source) -> list[tuple[str, ById, bool]]:
    """Return by which column a team is told, the closest first, and whether only of rows without a user."""
    if teams is None:
        return []
    told = [
        (_KEY, teams.keys, False),
        (_USER, teams.users, False),
        (_KEY, teams.owned, _USER in source.dimensions),
        (_PROJECT, teams.projects, False),
    ]
    return [each for each in told if each[1] and each[0] in source.dimensions]


def _looked_up(engine: Engine, rows: Rows, column: str, by_id: ById, name: str) -> tuple[Rows, nw.Expr]:
    """Return `rows` with what `by_id` has for a column beside it, and whose that makes them on their day."""
    most = max(len(spells) for spells in by_id.values())
    columns = {f"{name}_id": pa.array(list(by_id), pa.string())}
    for nth in range(most):
        spells = [each[min(nth, len(each) - 1)] for each in by_id.values()]
        columns[f"{name}_{nth}"] = pa.array([spell.team for spell in spells], pa.string())
        if nth < most - 1:
            ends = [spell.until and midnight(spell.until) for spell in spells]
            columns[f"{name}_{nth}_until"] = pa.array(ends, TIME)
    rows = engine.with_lookup(rows, column, pa.table(columns))
    team = nw.col(f"{name}_{most - 1}")
    for nth in reversed(range(most - 1)):
        until = nw.col(f"{name}_{nth}_until")
        so_far = until.is_null() | (nw.col("start") < until)
        team = nw.when(so_far).then(nw.col(f"{name}_{nth}")).otherwise(team)
    return rows, team

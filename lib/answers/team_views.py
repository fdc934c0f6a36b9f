"""What somebody sees who may see the rows of some teams only."""

import datetime as dt

from lib.answers.attribution import unattributed_days
from lib.catalog.dimensions import TEAM
from lib.catalog.sources import COSTS, SOURCES
from lib.engine.execution import known_values
from lib.periods.widths import Width
from lib.periods.windows import ONE_DAY, Window
from lib.store.team_scoped import of_teams
from lib.store.teams import TeamView
from lib.store.usage_store import Store


def team_view(store: Store, names: frozenset[str]) -> TeamView:
    """Return the rows of the teams called `names`: which ids they hold, and on which days none is told."""
    days = store.coverage(COSTS, Width.DAY)
    untold = frozenset[dt.date]()
    if days:
        whole = Window(min(days), max(days) + ONE_DAY)
        untold = frozenset(unattributed_days(store, [TEAM], whole))
    seen = of_teams(store, TeamView(names, untold=untold))
    found: dict[str, set[str]] = {"project_id": set(), "api_key_id": set()}
    for source in SOURCES.values():
        held = [dimension for dimension in found if dimension in source.dimensions]
        for dimension, ids in known_values(seen, source, held).items():
            found[dimension] |= {i for i in ids if i is not None}
    return TeamView(names, frozenset(found["project_id"]), frozenset(found["api_key_id"]), untold)

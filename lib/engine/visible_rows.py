"""Which rows may be seen, by whoever may see those of some projects or teams only."""

import narwhals as nw

from lib.catalog.dimensions import TEAM
from lib.catalog.sources import Source
from lib.engine.engines import engine_of
from lib.engine.rows import Rows
from lib.engine.team_column import with_team
from lib.periods.windows import midnight
from lib.store.usage_store import Store

_PROJECT = "project_id"


def visible(store: Store, rows: Rows, source: Source) -> Rows:
    """Return of `rows` those that may be seen; with their `team`, where only those of some teams may be."""
    view = store.team_view
    if view is None:
        return rows if store.projects is None else rows.filter(among(_PROJECT, tuple(sorted(store.projects))))
    telling = [s.name for rung in source.rungs for s in rung if _PROJECT in s.dimensions]
    rows = rows.filter(nw.col("slice").is_in(telling))
    if source.is_money and view.untold:
        rows = rows.filter(~nw.col("start").is_in([midnight(day) for day in sorted(view.untold)]))
    rows = with_team(engine_of(store), rows, source, store.teams)
    return rows.filter(among(TEAM, tuple(sorted(view.teams))))


def needed_to_see(store: Store) -> tuple[str, ...]:
    """Return the dimensions that tell which rows may be seen."""
    if store.team_view is not None:
        return (TEAM,)
    return () if store.projects is None else (_PROJECT,)


def sees_nothing(store: Store, source: Source) -> bool:
    """Return whether the source does not say whose rows are, and only those of some projects may be seen."""
    return store.projects is not None and _PROJECT not in source.dimensions


def among(column: str, values: tuple[str | None, ...]) -> nw.Expr:
    """Return which rows have one of `values`, in which None is for no value."""
    known = [v for v in values if v is not None]
    kept = nw.col(column).is_in(known)
    return kept | nw.col(column).is_null() if None in values else kept & ~nw.col(column).is_null()

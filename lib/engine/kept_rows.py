"""Which rows of the store a question adds up: of which files and slices, and what its filters keep.

What filters leave of a large organization is little, and a page asks a dozen questions of it: `held` rows are
read once for all of them.
"""

from collections.abc import Hashable, Sequence
from dataclasses import replace

import narwhals as nw
import pyarrow as pa

from lib.catalog.dimensions import ORGANIZATION, TEAM
from lib.catalog.line_items import base_model, read
from lib.catalog.sources import SOURCES, Source
from lib.engine.engines import Engine, engine_of, explained, stored_rows
from lib.engine.question import Question
from lib.engine.rows import Rows
from lib.engine.team_column import with_team
from lib.engine.visible_rows import among, needed_to_see, sees_nothing, visible
from lib.store.teams import recorded
from lib.store.usage_store import Store

MOST_HELD = 250_000
"""So many rows are held at most, which is 20 MB: of more, reading them twice costs less than holding them."""

LONGEST_HELD = 200
"""So many days are held at most: a page asks much of its period, and of a long past a single question."""


def files_of(store: Store, question: Question) -> tuple[list[str], Question]:
    """Return the files of the organizations that are kept, and the question without that filter."""
    source, width, days = SOURCES[question.source], question.width, question.window.in_utc
    if ORGANIZATION not in question.filters.dimensions:
        return store.files(source, width, days), question
    kept = question.filters.values(ORGANIZATION)
    files = [f for name in kept for f in store.files_of(name, source, width, days)]
    return files, replace(question, filters=question.filters.without(ORGANIZATION))


def kept_rows(store: Store, files: Sequence[str], question: Question) -> Rows:
    """Return of `files` the rows of the window, of one slice for each rung, that the filters keep.

    Where only those of some projects may be seen, no others are. Rows have a `team` where that is asked for.
    """
    source, window, engine = SOURCES[question.source], question.window, engine_of(store)
    kept = [nw.col("start") >= window.begins, nw.col("start") < window.ends]
    if len(source.rungs) > 1:
        kept.append(nw.col("slice").is_in(slices_of(store, source, question)))
    for dimension, values in question.filters.without(TEAM):
        if dimension in source.derived:
            column = source.derived[dimension]
            wanted = {v and (base_model(v) if dimension == "model" else v) for v in values}
            texts = tuple(text for text in texts_of(engine, files, column) if read(text, dimension) in wanted)
            kept.append(among(column, texts))
        else:
            kept.append(among(dimension, values))
    rows = visible(store, stored_rows(store, files, source, question.width).filter(*kept), source)
    if TEAM in (*question.by, *question.filters.dimensions) and store.team_view is None:
        rows = with_team(engine, rows, source, store.teams)
    for _, values in question.filters.only([TEAM]):
        rows = rows.filter(among(TEAM, values))
    return rows


def slices_of(store: Store, source: Source, question: Question) -> list[str]:
    """Return, for each rung, the slice that knows the dimensions asked for, else its first."""
    named = (*question.by, *question.filters.dimensions, *needed_to_see(store))
    asked = recorded(source, named, store.teams)
    return [next((s.name for s in rung if asked <= set(s.dimensions)), rung[0].name) for rung in source.rungs]


def shared_by(store: Store, question: Question) -> Hashable | None:
    """Return what questions of the same rows have in common, None where they are not worth holding.

    What teams narrow is not held: whose rows are may change with the teams.
    """
    narrowed = question.filters or store.projects is not None
    named = {*question.by, *question.filters.dimensions}
    if not narrowed or question.window.days > LONGEST_HELD or {TEAM, ORGANIZATION} & named or store.team_view:
        return None
    if not engine_of(store).holds_rows:
        return None
    slices = slices_of(store, SOURCES[question.source], question)
    return question.source, question.width, question.window, question.filters, tuple(slices)


@explained
def held_rows(store: Store, question: Question) -> pa.Table | None:
    """Return the rows that the question adds up, None where they are more than MOST_HELD.

    Each different text is in them once for each column.
    """
    files = store.files(SOURCES[question.source], question.width, question.window.in_utc)
    if not files or sees_nothing(store, SOURCES[question.source]):
        return None
    rows, engine = kept_rows(store, files, question), engine_of(store)
    if engine.collected(rows.select(nw.len()))[0][0].as_py() > MOST_HELD:
        return None
    table = engine.collected(rows)
    columns = [c.dictionary_encode() if pa.types.is_string(c.type) else c for c in table.columns]
    return pa.table(columns, names=table.schema.names)


def texts_of(engine: Engine, files: Sequence[str], column: str) -> list[str | None]:
    """Return the texts that a column of `files` holds."""
    held = engine.texts(files, column)
    return list(dict.fromkeys(text for file in files for text in held[file]))

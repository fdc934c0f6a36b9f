"""SQL: questions in DuckDB's own words, over views of the store that nothing can be written through."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pyarrow as pa

from lib.catalog.dimensions import DIMENSIONS, TEAM
from lib.catalog.line_items import read
from lib.catalog.schemas import TIME, schema
from lib.catalog.sources import SOURCES, Source
from lib.engine.duckdb_scan import literal
from lib.engine.kept_rows import texts_of
from lib.engine.team_column import told_by
from lib.errors import QuestionError
from lib.periods.widths import Width
from lib.periods.windows import midnight
from lib.store.teams import ById, Teams, dated
from lib.store.usage_store import Store

_MOST_LETTERS = 600
_OF_NOBODY = " AND r.user_id IS NULL"


@dataclass(frozen=True)
class View:
    """A view by its name, what it holds in a sentence, and its columns with their types."""

    name: str
    about: str
    columns: Mapping[str, str]


class SqlViews:
    """A connection to views of a store, one for each source, beside `tables`; see `views` for what there is.

    Files of the store are read as they are when it is opened; nothing else can be read, and nothing written.
    """

    def __init__(self, store: Store, tables: Mapping[str, tuple[str, pa.Table]]) -> None:
        self._connection = duckdb.connect(":memory:")
        self._connection.execute("SET TimeZone = 'UTC'; SET python_enable_replacements = false")
        self._about: dict[str, str] = {}
        self._add_names(store)
        for source in SOURCES.values():
            self._add(store, source)
        for name, (about, table) in tables.items():
            self._connection.register(f"given_{name}", table)
            self._connection.execute(f'CREATE VIEW "{name}" AS FROM "given_{name}"')
            self._about[name] = about
        folder = _quoted(f"{Path(store.uri).absolute()}/")
        self._connection.execute(f"SET allowed_directories = [{folder}]; SET enable_external_access = false")
        self._connection.execute("SET lock_configuration = true")

    def __enter__(self) -> "SqlViews":
        return self

    def __exit__(self, *_: object) -> None:
        self._connection.close()

    @property
    def views(self) -> list[View]:
        """Return all views, sources first."""
        return [View(name, about, self._columns(name)) for name, about in self._about.items()]

    def ask(self, text: str) -> pa.Table:
        """Return what a statement comes to; money and sums exact.

        Raises QuestionError where it is not one statement that reads, or DuckDB says that it cannot be.
        """
        try:
            statements = self._connection.extract_statements(text)
            if len(statements) != 1 or statements[0].type is not duckdb.StatementType.SELECT:
                msg = "Ask one thing that reads, such as: select model, sum(cost_usd) from costs group by all"
                raise QuestionError(msg)
            found: pa.Table = self._connection.sql(text).to_arrow_table()
        except duckdb.Error as failure:
            said = " ".join(str(failure).split())[:_MOST_LETTERS]
            raise QuestionError(f"DuckDB cannot answer that. {said}") from None
        return found

    def _team(self, teams: Teams, source: Source) -> tuple[str, list[str]]:
        """Return the team of a row in SQL, and the joins that it needs."""
        told, joins = [], []
        for nth, (column, by_id, of_nobody) in enumerate(told_by(teams, source)):
            spells = f"{source.name}_team_{nth}"
            self._connection.register(spells, _spells(by_id))
            joins.append(
                f"LEFT JOIN {spells} s{nth} ON s{nth}.id = r.{column}{_OF_NOBODY if of_nobody else ''} "
                f"AND (s{nth}.since IS NULL OR r.start >= s{nth}.since) "
                f"AND (s{nth}.until IS NULL OR r.start < s{nth}.until)"
            )
            told.append(f"s{nth}.team")
        return (f"coalesce({', '.join(told)}, NULL)" if told else "NULL::VARCHAR"), joins

    def _columns(self, name: str) -> dict[str, str]:
        rows = self._connection.execute(f'DESCRIBE "{name}"').fetchall()
        return {str(row[0]): str(row[1]) for row in rows}

    def _add_names(self, store: Store) -> None:
        rows = [{"kind": n.kind, "id": n.id, "name": n.name} for n in store.names()]
        kinds = pa.schema([(column, pa.string()) for column in ("kind", "id", "name")])
        self._connection.register("all_names", pa.Table.from_pylist(rows, kinds))

    def _add(self, store: Store, source: Source) -> None:
        files = store.files(source, Width.DAY)
        if files:
            listed = ", ".join(_quoted(literal(file)) for file in files)
            rows = f"read_parquet([{listed}], union_by_name = true)"
        else:
            rows = f"no_{source.name}"
            self._connection.register(rows, schema(source).empty_table())
        columns, joins = ["r.start::DATE AS day"], []
        for nth, dimension in enumerate(source.dimensions):
            columns.append(f'r."{dimension}"')
            if named := DIMENSIONS[dimension].named_by:
                kinds = ", ".join(map(_quoted, named))
                joins.append(
                    f'LEFT JOIN all_names n{nth} ON n{nth}.id = r."{dimension}" AND n{nth}.kind IN ({kinds})'
                )
                columns.append(f'n{nth}.name AS "{dimension.removesuffix("_id")}_name"')
        for dimension, column in source.derived.items():
            texts = [text for text in texts_of(files, column) if text is not None]
            found = pa.table(
                {
                    "said": pa.array(texts, pa.string()),
                    "told": pa.array([read(text, dimension) for text in texts], pa.string()),
                }
            )
            alias = f"{source.name}_{dimension}"
            self._connection.register(alias, found)
            joins.append(f'LEFT JOIN "{alias}" ON "{alias}".said = r."{column}"')
            columns.append(f'"{alias}".told AS "{dimension}"')
        if store.teams is not None:
            team, more = self._team(store.teams, source)
            joins += more
            columns.append(f"{team} AS {TEAM}")
        columns += [f'r."{name}"' for name in source.metric_names]
        if source.is_money:
            columns += ["r.currency", "r.other_amount", "r.quantity_unit"]
        slices = ", ".join(_quoted(rung[0].name) for rung in source.rungs)
        kept = f"FROM {rows} r {' '.join(joins)} WHERE r.slice IN ({slices})"
        # Every part is ours, but for addresses and names of slices, which are quoted.
        self._connection.execute(f'CREATE VIEW "{source.name}" AS SELECT {", ".join(columns)} {kept}')
        self._about[source.name] = f"{source.label}, a row for each day and all that tells rows apart"


def _spells(by_id: ById) -> pa.Table:
    """Return `id`, `since`, `until` (UTC) and `team`: a row for each spell of an id."""
    rows = [
        {"id": id_, "since": since and midnight(since), "until": until and midnight(until), "team": team}
        for id_, since, until, team in dated(by_id)
    ]
    text = pa.string()
    columns = [("id", text), ("since", TIME), ("until", TIME), ("team", text)]
    return pa.Table.from_pylist(rows, pa.schema(columns))


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"

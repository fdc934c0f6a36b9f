"""SQL: questions in DuckDB's own words, over views of the store that nothing can be written through."""

from collections.abc import Mapping
from dataclasses import dataclass

import duckdb
import pyarrow as pa

from lib.catalog.dimensions import DIMENSIONS, ORGANIZATION, TEAM
from lib.catalog.line_items import read
from lib.catalog.schemas import TIME, schema
from lib.catalog.sources import SOURCES, Source
from lib.engine import duckdb_scan
from lib.engine.duckdb_memory import database
from lib.engine.duckdb_scan import literal
from lib.engine.kept_rows import texts_of
from lib.engine.team_column import told_by
from lib.errors import QuestionError
from lib.periods.widths import Width
from lib.periods.windows import midnight
from lib.store.location import readable_here
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
    """A connection to views of `stores`, one for each source, beside `tables`; see `views` for what there is.

    Stores go by the names of their organizations, which stand in a column of each view; a store without a
    name, None, has no such column. Their files are read as they are when it is opened; nothing else can be
    read, and nothing written.
    """

    def __init__(
        self, stores: Mapping[str | None, Store], tables: Mapping[str, tuple[str, pa.Table]]
    ) -> None:
        self._connection = database(duckdb_scan.memory_limit())
        self._connection.execute("SET TimeZone = 'UTC'; SET python_enable_replacements = false")
        self._about: dict[str, str] = {}
        for store in stores.values():
            self._add_names(store)
        for source in SOURCES.values():
            self._add(stores, source)
        for name, (about, table) in tables.items():
            self._connection.register(f"given_{name}", table)
            self._connection.execute(f'CREATE VIEW "{name}" AS FROM "given_{name}"')
            self._about[name] = about
        folders = ", ".join(_quoted(f"{store.location.here.absolute()}/") for store in stores.values())
        self._connection.execute(f"SET allowed_directories = [{folders}]; SET enable_external_access = false")
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

    def _team(self, teams: Teams, prefix: str, source: Source) -> tuple[str, list[str]]:
        """Return the team of a row in SQL, and the joins that it needs, with tables called by `prefix`."""
        told, joins = [], []
        for nth, (column, by_id, of_nobody) in enumerate(told_by(teams, source)):
            spells, nobody = f"{prefix}_team_{nth}", _OF_NOBODY if of_nobody else ""
            self._connection.register(spells, _spells(by_id))
            joins.append(
                f"LEFT JOIN {_identifier(spells)} s{nth} ON s{nth}.id = r.{column}{nobody} "
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
        self._connection.register(_names_of(store), pa.Table.from_pylist(rows, kinds))

    def _add(self, stores: Mapping[str | None, Store], source: Source) -> None:
        each = (self._rows(name, store, source) for name, store in stores.items())
        # Every part is ours, but for names and addresses, which are quoted.
        self._connection.execute(f'CREATE VIEW "{source.name}" AS {" UNION ALL BY NAME ".join(each)}')
        self._about[source.name] = f"{source.label}, a row for each day and all that tells rows apart"

    def _rows(self, organization: str | None, store: Store, source: Source) -> str:
        """Return what selects a source's rows of a store."""
        prefix = f"{store.uri}:{source.name}"
        files = store.files(source, Width.DAY)
        if files:
            listed = ", ".join(_quoted(literal(file)) for file in readable_here(files))
            rows = f"read_parquet([{listed}], union_by_name = true)"
        else:
            self._connection.register(f"no_{source.name}", schema(source).empty_table())
            rows = f'"no_{source.name}"'
        columns, joins = ["r.start::DATE AS day"], []
        if organization is not None:
            columns.insert(0, f"{_quoted(organization)} AS {ORGANIZATION}")
        for nth, dimension in enumerate(source.dimensions):
            columns.append(f'r."{dimension}"')
            if named := DIMENSIONS[dimension].named_by:
                kinds = ", ".join(map(_quoted, named))
                joins.append(
                    f"LEFT JOIN {_identifier(_names_of(store))} n{nth} "
                    f'ON n{nth}.id = r."{dimension}" AND n{nth}.kind IN ({kinds})'
                )
                columns.append(f'n{nth}.name AS "{dimension.removesuffix("_id")}_name"')
        for dimension, column in source.derived.items():
            texts = [text for text in texts_of(duckdb_scan, files, column) if text is not None]
            found = pa.table(
                {
                    "said": pa.array(texts, pa.string()),
                    "told": pa.array([read(text, dimension) for text in texts], pa.string()),
                }
            )
            alias = f"told_{dimension}"
            self._connection.register(f"{prefix}_{dimension}", found)
            told = _identifier(f"{prefix}_{dimension}")
            joins.append(f'LEFT JOIN {told} {alias} ON {alias}.said = r."{column}"')
            columns.append(f'{alias}.told AS "{dimension}"')
        if store.teams is not None:
            team, more = self._team(store.teams, prefix, source)
            joins += more
            columns.append(f"{team} AS {TEAM}")
        columns += [f'r."{name}"' for name in source.metric_names]
        if source.is_money:
            columns += ["r.currency", "r.other_amount", "r.quantity_unit"]
        slices = ", ".join(_quoted(rung[0].name) for rung in source.rungs)
        kept = f"FROM {rows} r {' '.join(joins)} WHERE r.slice IN ({slices})"
        return f"SELECT {', '.join(columns)} {kept}"


def _spells(by_id: ById) -> pa.Table:
    """Return `id`, `since`, `until` (UTC) and `team`: a row for each spell of an id."""
    rows = [
        {"id": id_, "since": since and midnight(since), "until": until and midnight(until), "team": team}
        for id_, since, until, team in dated(by_id)
    ]
    text = pa.string()
    columns = [("id", text), ("since", TIME), ("until", TIME), ("team", text)]
    return pa.Table.from_pylist(rows, pa.schema(columns))


def _names_of(store: Store) -> str:
    """Return what the table of a store's names is called."""
    return f"{store.uri}:names"


def _identifier(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"

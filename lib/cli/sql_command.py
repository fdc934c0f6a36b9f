"""`sql`: ask the store in SQL, once or in a shell."""

import argparse
import datetime as dt
import json
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, fields
from decimal import Decimal
from typing import Any

import duckdb
import pyarrow as pa

from lib.catalog.dimensions import ORGANIZATION
from lib.catalog.line_items import parse
from lib.catalog.list_prices import ListPrice, price_list
from lib.catalog.schemas import MONEY, TIME
from lib.catalog.sources import COSTS, SOURCES
from lib.cli.arguments import UnusableArguments
from lib.cli.ending_early import Terminated
from lib.cli.exit_codes import ExitCode
from lib.cli.joint_workplace import told_apart
from lib.cli.output import write_out
from lib.cli.standard_error import complain
from lib.cli.workplace import Workplace, opened
from lib.engine import duckdb_scan
from lib.engine.kept_rows import texts_of
from lib.engine.sql_views import SqlViews
from lib.errors import AppError, QuestionError
from lib.periods.widths import Width
from lib.periods.windows import ONE_DAY, Window
from lib.store.teams import dated
from lib.tables.exports import csv_bytes, parquet_bytes

FORMATS = ("table", "csv", "parquet", "json")
_MOST_ROWS = 200
_PROMPT, _MORE = "sql> ", "...> "
_Held = tuple[Workplace, Mapping[str, pa.Table]]
"""An organization, and what stands beside its rows, by the name of the view."""
_HELP = "End a question with a semicolon. .views lists what there is; .quit or Ctrl+D ends."


def sql(chosen: argparse.Namespace) -> ExitCode:
    """Write what the question comes to, or answer questions until there are no more."""
    if bool(chosen.question) == chosen.shell:
        raise UnusableArguments(
            'Give a question in quotes, or --shell: python -m lib sql "from costs limit 5".'
        )
    with opened(chosen.organization) as every:
        places = told_apart(every)
        held = _readable(places)
        code = ExitCode.DONE if len(held) == len(places) else ExitCode.FAILED
        if not held:
            return code
        with _views(held) as views:
            if chosen.shell:
                _shell(views)
                return code
            content = _written(views.ask(chosen.question), chosen.format)
    write_out(content, chosen.output)
    return code


def _readable(places: Sequence[Workplace]) -> list[_Held]:
    """Return the places with what stands beside their rows; those that cannot be read are said."""
    held: list[_Held] = []
    for place in places:
        try:
            own = place.teamed()
            held.append((own, {name: make(own) for name, (_, make) in _TABLES.items()}))
        except AppError as failure:
            if len(places) == 1:
                raise
            complain(place.said(str(failure)))
    return held


def _shell(views: SqlViews) -> None:
    """Answer each question that is typed; what cannot be answered is said, and the next one asked."""
    if sys.stdin.isatty():
        with suppress(ImportError):
            import readline  # noqa: F401 - arrows and history at the prompt
        complain(_HELP)
    for question in _questions():
        if question == ".views":
            for view in views.views:
                listed = ", ".join(f"{name} {type_}" for name, type_ in view.columns.items())
                sys.stdout.write(f"{view.name}: {view.about}\n  {listed}\n")
        else:
            try:
                sys.stdout.buffer.write(_written(views.ask(question), "table"))
            except QuestionError as failure:
                complain(str(failure))
        sys.stdout.flush()


def _questions() -> Iterator[str]:
    """Yield what is typed up to each semicolon, and words that begin with a dot, until the end or `.quit`."""
    typed = ""
    while True:
        try:
            line = input((_MORE if typed else _PROMPT) if sys.stdin.isatty() else "")
        except EOFError:
            line = ".quit"
            if typed.strip():
                yield typed
        except Terminated:
            raise
        except KeyboardInterrupt:
            sys.stdout.write("\n")
            typed = ""
            continue
        if not typed and line.strip() == ".quit":
            return
        if not typed and line.strip().startswith("."):
            yield line.strip()
            continue
        if line == ".quit":
            return
        typed += f"{line}\n"
        if line.rstrip().endswith(";"):
            yield typed
            typed = ""


def _written(table: pa.Table, ending: str) -> bytes:
    if ending == "csv":
        return csv_bytes(table)
    if ending == "parquet":
        return parquet_bytes(table)
    if ending == "json":
        return (json.dumps(table.to_pylist(), default=_plain, ensure_ascii=False) + "\n").encode()
    shown = duckdb.from_arrow(table.slice(0, _MOST_ROWS), connection=duckdb.connect(":memory:"))
    rest = table.num_rows - _MOST_ROWS
    more = (
        f"The first {_MOST_ROWS} of {table.num_rows:,} rows; --format csv has them all.\n" if rest > 0 else ""
    )
    return f"{shown}{more}".encode()


def _plain(value: Any) -> str:
    """Return a value that JSON does not have as text: money exact, days and moments in ISO 8601."""
    if isinstance(value, Decimal):
        return f"{value:f}"
    return value.isoformat() if isinstance(value, (dt.date, dt.datetime)) else str(value)


def _views(held: Sequence[_Held]) -> SqlViews:
    return SqlViews(
        {place.settings.organization: place.store for place, _ in held},
        {
            name: (about, pa.concat_tables(_named(tables[name], place) for place, tables in held))
            for name, (about, _) in _TABLES.items()
        },
    )


def _named(table: pa.Table, place: Workplace) -> pa.Table:
    """Return `table` with the name of the organization that it is about, where it has one."""
    name = place.settings.organization
    if name is None:
        return table
    return table.add_column(0, ORGANIZATION, pa.array([name] * table.num_rows, pa.string()))


def _prices(place: Workplace) -> pa.Table:
    models: list[str] = []
    for source in SOURCES.values():
        files = place.store.files(source, Width.DAY)
        if "model" in source.dimensions:
            models += [text for text in texts_of(duckdb_scan, files, "model") if text]
        elif source is COSTS:
            models += [
                m for text in texts_of(duckdb_scan, files, "line_item") if text and (m := parse(text).model)
            ]
    text, day = pa.string(), pa.date32()
    kinds = (text, text, text, text, pa.bool_(), day, day, MONEY)
    return _table(
        map(asdict, price_list(models)), dict(zip((f.name for f in fields(ListPrice)), kinds, strict=True))
    )


def _teams(place: Workplace) -> pa.Table:
    teams, rows = place.store.teams, list[dict[str, Any]]()
    if teams is not None:
        for over, by_id in (("key", teams.keys), ("user", teams.users), ("project", teams.projects)):
            rows += [
                {"over": over, "id": id_, "team": team, "valid_from": since, "valid_to": until}
                for id_, since, until, team in dated(by_id)
            ]
    text, day = pa.string(), pa.date32()
    return _table(rows, {"over": text, "id": text, "team": text, "valid_from": day, "valid_to": day})


def _names(place: Workplace) -> pa.Table:
    columns = ("kind", "id", "name", "detail", "project_id", "owner_id")
    rows = ({c: getattr(name, c) for c in columns} for name in place.store.names())
    return _table(rows, dict.fromkeys(columns, pa.string()))


def _days(place: Workplace) -> pa.Table:
    rows = []
    for source in SOURCES.values():
        if fetched := place.store.coverage(source, Width.DAY):
            states = place.states(source, Width.DAY, Window(min(fetched), max(fetched) + ONE_DAY))
            rows += [
                {"source": source.name, "day": day, "fetched_at": at, "state": states[day].value}
                for day, at in sorted(fetched.items())
            ]
    return _table(rows, {"source": pa.string(), "day": pa.date32(), "fetched_at": TIME, "state": pa.string()})


_TABLES: Mapping[str, tuple[str, Callable[[Workplace], pa.Table]]] = {
    "prices": ("List prices of the models in the store, in USD for one unit", _prices),
    "teams": ("Which keys, users and projects are whose, as declared", _teams),
    "names": ("What ids are called", _names),
    "days": ("When each day was fetched, and whether it is final", _days),
}
"""What stands beside the rows: by name, what it holds in a sentence, and what makes it."""


def _table(rows: Iterable[Mapping[str, Any]], columns: Mapping[str, pa.DataType]) -> pa.Table:
    return pa.Table.from_pylist(list(rows), pa.schema(list(columns.items())))

"""What the command line does: sync, export, check budgets, and serve the demo organization.

Results go to standard output, progress and complaints to standard error. Commands return 0, 1 where a
source failed or a file could not be written, 2 for arguments or settings that cannot be used. A check
returns 1 where something is breached or is going to be, and 3 where it could not be made.
"""

import argparse
import datetime as dt
import json
import os
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import NoReturn

from lib.catalog.dimensions import UNATTRIBUTED
from lib.catalog.sources import SOURCES
from lib.engine.execution import answer
from lib.engine.filters import Filters
from lib.engine.question import Question
from lib.errors import AppError, QuestionError, SettingsError
from lib.openai_admin import AdminClient
from lib.periods.grains import Grain
from lib.periods.widths import Width
from lib.periods.windows import ONE_DAY, Window
from lib.settings import Settings, load_settings, read_secrets
from lib.store.usage_store import Store
from lib.sync.plan import NAMES, Need, limits_due, names_due, plan
from lib.sync.run import Progress, Report, SourceReport, ensure, sync_limits, sync_names
from lib.tables.exports import csv_bytes, parquet_bytes, write_file

FAILED = 1
UNUSABLE = 2
UNCHECKED = 3

_WIDTHS = {"day": Width.DAY, "hour": Width.HOUR, "minute": Width.MINUTE}


class _Unusable(AppError):
    """Arguments that no command can work with."""


def main(arguments: Sequence[str]) -> int:
    """Run one command and return its exit code."""
    try:
        chosen = _parser().parse_args(arguments)
        code: int = chosen.command(chosen)
    except (QuestionError, SettingsError, _Unusable) as unusable:
        _complain(str(unusable))
        return UNUSABLE
    except AppError as failure:
        _complain(str(failure))
        return FAILED
    return code


def _sync(chosen: argparse.Namespace) -> int:
    window = _window(chosen)
    names = [_source(name) for name in dict.fromkeys(chosen.source or SOURCES)]
    needs = [Need(name, _WIDTHS[chosen.grain], window) for name in names]
    with _opened() as place:
        report = ensure(place.client, place.store, needs, place.settings, now=place.now, progress=_tell)
        notes = {**report.notes, **_names(place)}
    report = Report(
        {name: report.sources.get(name, SourceReport()) for name in names}, report.failures, notes
    )
    for sentence in (*report.notes.values(), *report.failures.values()):
        _complain(sentence)
    if chosen.json:
        sys.stdout.write(json.dumps(asdict(report)) + "\n")
    else:
        sys.stdout.write(_summary(report))
    return FAILED if report.failures else 0


def _export(chosen: argparse.Namespace) -> int:
    question = Question(
        _source(chosen.source),
        _window(chosen),
        Grain(chosen.grain),
        tuple(dict.fromkeys(name for names in chosen.by for name in names)),
        filters=_where(chosen.where),
    )
    need = Need(question.source, question.grain.width, question.window)
    with _opened() as place:
        report = ensure(place.client, place.store, [need], place.settings, now=place.now, progress=_tell)
        for sentence in report.failures.values():
            _complain(sentence)
        if report.failures and place.lacks(need):
            _complain("Nothing was exported, because days are missing.")
            return FAILED
        table = answer(place.store, question)
    content = csv_bytes(table) if chosen.format == "csv" else parquet_bytes(table)
    if chosen.output == "-":
        sys.stdout.buffer.write(content)
    else:
        write_file(content, Path(chosen.output))
    return FAILED if report.failures else 0


def _check(chosen: argparse.Namespace) -> int:
    try:
        with _opened() as place:
            return _checked(place, as_json=chosen.json)
    except SettingsError:
        raise
    except AppError as failure:
        _complain(str(failure))
        return UNCHECKED


def _serve(chosen: argparse.Namespace) -> int:
    from lib.demo.server.http_server import DemoServer

    try:
        server = DemoServer(now=_now, port=chosen.port, latency=chosen.latency / 1000)
        server.start()
    except OSError as failure:
        raise AppError(
            f"Port {chosen.port} cannot be used ({failure.strerror}). Choose another one."
        ) from None
    sys.stdout.write(f"OPENAI_BASE_URL={server.base_url}\nOPENAI_ADMIN_KEY={server.admin_key}\n")
    sys.stdout.flush()
    try:
        threading.Event().wait()
    finally:
        server.stop()
    return 0


@dataclass(frozen=True)
class _Place:
    """Where a command works: the settings, the store, and how to reach the API."""

    settings: Settings
    store: Store
    key: str
    base_url: str
    now: dt.datetime

    def client(self) -> AdminClient:
        """Return a client that knows what was refused before."""
        pool = self.settings.concurrency
        return AdminClient(self.key, self.base_url, pool=pool, refusals=self.store.refusals())

    def lacks(self, need: Need) -> bool:
        """Return whether days of `need` were never fetched."""
        settle, refresh = self.settings.settle, self.settings.refresh
        return bool(plan(self.store, [need], now=self.now, settle=settle, refresh=refresh).missing)


@contextmanager
def _opened() -> Iterator[_Place]:
    """Give the place that the settings name; without a key, the demo organization's."""
    settings = load_settings(read_secrets(), os.environ)
    store = Store(settings.store_uri)
    if settings.admin_key is not None:
        yield _Place(settings, store, settings.admin_key, settings.base_url, _now())
        return
    from lib.demo.server.http_server import DemoServer  # only the demo waits for its prices to load

    with DemoServer(now=_now) as demo:
        yield _Place(settings, store, demo.admin_key, demo.base_url, _now())


def _names(place: _Place) -> dict[str, str]:
    """List the names where that is due; return a note on what could not be listed."""
    if not names_due(place.store, now=place.now, every=place.settings.names_refresh):
        return {}
    failures = sync_names(place.client(), place.store, now=place.now)
    return {NAMES: " ".join(failures)} if failures else {}


def _checked(place: _Place, *, as_json: bool) -> int:
    # Only a check waits for pandas to load.
    from lib.analysis.forecasting.outlook import days_read
    from lib.answers.breaches import check
    from lib.answers.budget_status import declared

    need = Need("costs", Width.DAY, days_read(place.now.date()))
    report = ensure(place.client, place.store, [need], place.settings, now=place.now, progress=_tell)
    for sentence in (*report.failures.values(), *_names(place).values(), *_limits(place)):
        _complain(sentence)
    if place.lacks(need):
        _complain("Nothing was checked, because days of the bill are missing.")
        return UNCHECKED
    found = declared(place.store, place.settings)
    checked = check(place.store, place.settings, found, place.now.date())
    problems = (*found.problems, *checked.problems)
    for sentence in problems:
        _complain(sentence)
    if as_json:
        sys.stdout.write(json.dumps(checked.as_json()) + "\n")
    else:
        sys.stdout.write("".join(f"{breach.words}\n" for breach in checked.breaches))
        _complain(f"{checked.checked} amounts checked; {len(checked.breaches)} breached or going to be.")
    if problems:
        return UNUSABLE
    return FAILED if checked.breaches else 0


def _limits(place: _Place) -> tuple[str, ...]:
    """Read spend limits where that is due; return why they could not be read."""
    settings = place.settings
    if limits_due(place.store, now=place.now, every=settings.names_refresh, again=settings.refresh):
        failures = sync_limits(place.client(), place.store, now=place.now)
        return (*failures, *place.store.limits().failures)
    return ()


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(prog="python -m lib", description=__doc__.splitlines()[0], allow_abbrev=False)
    commands = parser.add_subparsers(required=True, metavar="COMMAND", parser_class=_Parser)
    sync = commands.add_parser("sync", help="fetch and store what is missing or not yet final")
    _add_range(sync)
    sync.add_argument("--source", action="append", metavar="S", help="only this source; may be repeated")
    sync.add_argument("--grain", choices=list(_WIDTHS), default="day", help="the bucket width to fetch")
    sync.add_argument("--json", action="store_true", help="print what was done as one JSON object")
    sync.set_defaults(command=_sync)
    export = commands.add_parser("export", help="write a source's sums as CSV or Parquet")
    export.add_argument("source", metavar="SOURCE", help=", ".join(SOURCES))
    _add_range(export)
    export.add_argument("--by", action="append", nargs="+", default=[], metavar="DIM", help="group by these")
    export.add_argument("--grain", choices=[g.value for g in Grain], default="day", help="day by default")
    export.add_argument(
        "--where", action="append", default=[], metavar="DIM=VALUE", help="keep only these; any of several"
    )
    export.add_argument("--format", choices=["csv", "parquet"], required=True)
    export.add_argument("--output", required=True, metavar="FILE|-", help="- is standard output")
    export.set_defaults(command=_export)
    check = commands.add_parser(
        "check",
        help="say which budgets, limits and balance are exceeded or going to be, for cron and CI",
        description="Syncs what is missing of the bill, and prints what is breached, or coming as forecast. "
        "Returns 0 where nothing is, 1 where something is, 2 where the budget file or a setting cannot be "
        "used (what is right in the file is checked still), 3 where the check could not be made.",
    )
    check.add_argument("--json", action="store_true", help="print what was found as one JSON object")
    check.set_defaults(command=_check)
    demo = commands.add_parser("demo-server", help="serve the demo organization on a loopback port")
    demo.add_argument("--port", type=int, required=True, metavar="N", help="0 lets the system choose")
    demo.add_argument("--latency", type=float, default=0.0, metavar="MS", help="delay of every answer")
    demo.set_defaults(command=_serve)
    return parser


class _Parser(argparse.ArgumentParser):
    """A parser that complains in one sentence."""

    def error(self, message: str) -> NoReturn:
        raise _Unusable(f"{message[0].upper()}{message[1:]}. See {self.prog} --help.")


def _add_range(parser: argparse.ArgumentParser) -> None:
    for name, which in (("--start", "first"), ("--end", "last")):
        parser.add_argument(name, required=True, metavar="D", help=f"the {which} day (UTC), YYYY-MM-DD")


def _window(chosen: argparse.Namespace) -> Window:
    first, last = _day("--start", chosen.start), _day("--end", chosen.end)
    if last < first:
        raise _Unusable(f"--end {last} is before --start {first}. Both days are part of the range.")
    return Window(first, last + ONE_DAY)


def _day(name: str, text: str) -> dt.date:
    try:
        day = dt.datetime.strptime(text, "%Y-%m-%d").replace(tzinfo=dt.UTC).date()
    except ValueError:
        raise _Unusable(f"{name} {text} is not a day. Write it as YYYY-MM-DD.") from None
    if not 2000 <= day.year < 2100:
        raise _Unusable(f"{name} {text} is not within the years 2000 to 2099.")
    return day


def _source(name: str) -> str:
    if name not in SOURCES:
        raise QuestionError(f"There is no source called {name}. Sources: {', '.join(SOURCES)}.")
    return name


def _where(conditions: Sequence[str]) -> Filters:
    kept: dict[str, list[str | None]] = {}
    for condition in conditions:
        dimension, equals, value = condition.partition("=")
        if not equals:
            raise _Unusable(f"--where {condition} is not a condition. Write it as DIM=VALUE.")
        kept.setdefault(dimension, []).append(None if value in ("", UNATTRIBUTED) else value)
    return Filters.of(kept)


def _summary(report: Report) -> str:
    return "".join(
        f"{name}: {s.requests} requests, {s.rows:,} rows, {s.seconds:.2f} s\n"
        for name, s in report.sources.items()
    )


def _tell(progress: Progress) -> None:
    if progress.what:
        sys.stderr.write(f"{progress.done} of {progress.total} windows stored; fetching {progress.what}\n")


def _complain(sentence: str) -> None:
    sys.stderr.write(f"{sentence}\n")


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)

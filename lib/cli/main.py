"""What the command line does: sync, export, report, check, alert, verify, tokens, serve the demo, and more.

Results go to standard output, progress and complaints to standard error. Commands return 0, 1 where a
source failed or a file could not be written, 2 for arguments or settings that cannot be used, 3 where a
mistake in the program ended them, 130 where Ctrl-C did, and 143 where SIGTERM did. A check returns 1 where
something is breached or is going to be, and 3 where it could not be made.
"""

import argparse
import io
import os
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from traceback import extract_tb

from lib.access.tokens import MOST_DAYS, USUAL_DAYS
from lib.catalog.focus_columns import VERSION
from lib.catalog.sources import SOURCES
from lib.cli import (
    alert_command,
    backfill_command,
    check_command,
    demo_command,
    export_command,
    report_command,
    serve_command,
    sql_command,
    sync_command,
    token_command,
    verify_command,
)
from lib.cli.arguments import Parser, UnusableArguments
from lib.cli.audit_lines import write_down
from lib.cli.ending_early import SAID, Terminated, ending_at_sigterm
from lib.cli.exit_codes import ExitCode
from lib.cli.standard_error import complain
from lib.cli.sync_command import WIDTHS
from lib.errors import AppError, QuestionError, SettingsError
from lib.periods.grains import Grain
from lib.periods.zones import UTC


def main(arguments: Sequence[str]) -> int:
    """Run one command and return its exit code; a failure of any kind is one sentence."""
    _let_streams_spell_everything()
    failure = ExitCode.UNUSABLE
    try:
        chosen = _parser().parse_args(arguments)
        failure = chosen.failure
        with ending_at_sigterm():
            code = _run(arguments, chosen)
        sys.stdout.flush()
    except (QuestionError, SettingsError, UnusableArguments) as unusable:
        complain(str(unusable))
        return ExitCode.UNUSABLE
    except AppError as failed:
        complain(str(failed))
        return failure
    except BrokenPipeError:
        _drop_output()
        return failure
    except Terminated:
        complain(SAID)
        return ExitCode.TERMINATED
    except KeyboardInterrupt:
        return ExitCode.INTERRUPTED
    except Exception as mistake:  # noqa: BLE001 - Python's own exit code for it, 1, is a result of `check`
        _drop_output()
        complain(_told(mistake))
        return ExitCode.UNEXPECTED
    return code


def _run(arguments: Sequence[str], chosen: argparse.Namespace) -> ExitCode:
    """Run a command and write it into the audit log, unless it could not begin."""
    try:
        code: ExitCode = chosen.command(chosen)
    except (QuestionError, SettingsError, UnusableArguments):
        raise
    except BaseException:
        write_down(arguments, chosen)
        raise
    write_down(arguments, chosen)
    return code


def _told(mistake: Exception) -> str:
    """Return where a mistake happened, and nothing of its message, which may hold anything."""
    *_, last = extract_tb(mistake.__traceback__)
    where = f"{type(mistake).__name__} in {Path(last.filename).name}, line {last.lineno}"
    return f"The command ended early by a mistake of its own ({where}). Nothing that was stored is lost."


def _let_streams_spell_everything() -> None:
    """Let names that the terminal's encoding lacks come out with backslash escapes."""
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is None:  # whoever started the command closed it
            setattr(sys, name, Path(os.devnull).open("w", encoding="utf-8"))  # noqa: SIM115 - until the end
        elif isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def _drop_output() -> None:
    """Let Python not trip, on its way out, over output that cannot be written."""
    with suppress(OSError):
        output = sys.stdout.fileno()
        os.dup2(os.open(os.devnull, os.O_WRONLY), output)


def _parser() -> argparse.ArgumentParser:
    parser = Parser(prog="python -m lib", description=__doc__.splitlines()[0], allow_abbrev=False)
    commands = parser.add_subparsers(required=True, metavar="COMMAND", parser_class=Parser)
    parser.set_defaults(failure=ExitCode.FAILED)
    sync = commands.add_parser("sync", help="fetch and store what is missing or not yet final")
    _add_range(sync)
    sync.add_argument("--source", action="append", metavar="S", help="only this source; may be repeated")
    sync.add_argument("--grain", choices=list(WIDTHS), default="day", help="the bucket width to fetch")
    sync.add_argument("--json", action="store_true", help="print what was done as one JSON object")
    _add_organization(sync)
    sync.set_defaults(command=sync_command.sync)
    backfill = commands.add_parser(
        "backfill",
        help="fetch and store all days that the API serves, as far back as that goes",
        description="Fetches all days that the API serves and that are not stored or not final, the newest "
        "first, and prints how far back each source goes and why no further.",
    )
    backfill.add_argument("--source", action="append", metavar="S", help="only this source; may be repeated")
    backfill.add_argument("--json", action="store_true", help="print how far each goes as one JSON object")
    _add_organization(backfill)
    backfill.set_defaults(command=backfill_command.backfill)
    export = commands.add_parser(
        "export", help="write a source's sums, or the bill as FOCUS, as CSV, Parquet or a workbook"
    )
    export.add_argument(
        "source",
        metavar="SOURCE",
        help=f"{', '.join(SOURCES)}; or {export_command.FOCUS}: the bill in the columns of FOCUS {VERSION}",
    )
    _add_range(export)
    export.add_argument("--by", action="append", nargs="+", default=[], metavar="DIM", help="group by these")
    export.add_argument("--grain", choices=[g.value for g in Grain], help="day by default")
    export.add_argument(
        "--where", action="append", default=[], metavar="DIM=VALUE", help="keep only these; any of several"
    )
    export.add_argument(
        "--tz", metavar="ZONE", default=UTC, help="the time zone of the days of usage, such as Europe/Berlin"
    )
    export.add_argument("--format", choices=export_command.FORMATS, required=True)
    export.add_argument("--output", required=True, metavar="FILE|-", help="- is standard output")
    _add_organization(export)
    export.set_defaults(command=export_command.export)
    report = commands.add_parser(
        "report",
        help="write a month's statement as a file that stands by itself",
        description="Syncs what is missing of the bill, and writes what the page of statements shows of a "
        "month. The same settled month makes the same bytes.",
    )
    report.add_argument("--month", required=True, metavar="YYYY-MM", help="the month, such as 2026-10")
    part = report.add_mutually_exclusive_group()
    part.add_argument("--project", metavar="P", help="only this project, by its id or name")
    part.add_argument("--team", metavar="T", help="only this team, by its name")
    report.add_argument("--format", choices=report_command.FORMATS, required=True)
    report.add_argument("--output", required=True, metavar="FILE|-", help="- is standard output")
    _add_organization(report)
    report.set_defaults(command=report_command.report)
    sql = commands.add_parser(
        "sql",
        help="ask the store in SQL, over views that can only be read",
        description="Answers a question in DuckDB's SQL over a view for each source, and prices, teams, "
        "names and days (docs/sql.md). Nothing is fetched, and nothing can be written.",
    )
    sql.add_argument("question", nargs="?", metavar="SQL", help='such as "from costs limit 5"')
    sql.add_argument("--shell", action="store_true", help="answer what is typed, each up to its semicolon")
    sql.add_argument("--format", choices=sql_command.FORMATS, default="table", help="table by default")
    sql.add_argument("--output", default="-", metavar="FILE|-", help="- is standard output, the default")
    _add_organization(sql)
    sql.set_defaults(command=sql_command.sql)
    check = commands.add_parser(
        "check",
        help="say which budgets, limits and balance are exceeded or going to be, for cron and CI",
        description="Syncs what is missing of the bill, and prints what is breached, or coming as forecast. "
        "Returns 0 where nothing is, 1 where something is, 2 where the budget file or a setting cannot be "
        "used (what is right in the file is checked still), 3 where the check could not be made.",
    )
    check.add_argument("--json", action="store_true", help="print what was found as one JSON object")
    _add_organization(check)
    check.set_defaults(command=check_command.check, failure=ExitCode.NOT_CHECKED)
    alert = commands.add_parser(
        "alert",
        help="collect days, and send to each declared receiver what is news to it, for cron",
        description="Collects days as the running app does, and sends to the receivers that [[alerts]] in "
        "the secrets file declare what is news to each. Returns 0, or 1 where something failed.",
    )
    alert.add_argument("--dry-run", action="store_true", help="print what would go out, and send nothing")
    _add_organization(alert)
    alert.set_defaults(command=alert_command.alert)
    verify = commands.add_parser(
        "verify",
        help="compare the stored rows with what was recorded of them",
        description="Reads all stored rows, and says which days do not hold what was recorded when they were "
        "stored. Returns 0 where all do, or do again, and 1 where some do not.",
    )
    verify.add_argument("--repair", action="store_true", help="fetch the days that do not agree again")
    _add_organization(verify)
    verify.set_defaults(command=verify_command.verify)
    _add_tokens(commands.add_parser("token", help="make, list and revoke tokens for the HTTP API"))
    _add_replicas(commands.add_parser("serve", help="serve the app by several processes behind a proxy"))
    demo = commands.add_parser("demo-server", help="serve the demo organization on a loopback port")
    demo.add_argument("--port", type=int, required=True, metavar="N", help="0 lets the system choose")
    demo.add_argument("--latency", type=float, default=0.0, metavar="MS", help="delay of every answer")
    demo.set_defaults(command=demo_command.serve_demo)
    return parser


def _add_replicas(parser: argparse.ArgumentParser) -> None:
    parser.description = (
        "Starts the app several times on this machine, and nginx, which keeps each browser with one of them. "
        "One that ends is started again; what it answered is answered by the others until then."
    )
    parser.add_argument("--replicas", type=_replicas, default=2, metavar="N", help="2 by default")
    parser.add_argument(
        "--port", type=int, default=8501, metavar="N", help="of the proxy; the replicas take those after it"
    )
    parser.add_argument(
        "--address", default="127.0.0.1", metavar="A", help="where to listen; only this machine by default"
    )
    parser.set_defaults(command=serve_command.serve)


def _replicas(text: str) -> int:
    if not (text.isascii() and text.isdigit() and 1 <= int(text) <= serve_command.MOST_REPLICAS):
        msg = f"{text!r} is no number of replicas: 1 to {serve_command.MOST_REPLICAS}"
        raise argparse.ArgumentTypeError(msg)
    return int(text)


def _add_tokens(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(required=True, metavar="ACTION", parser_class=Parser)
    create = actions.add_parser(
        "create",
        help="make a token and print it, once",
        description="Makes a token for the HTTP API (docs/api.md) and prints it. It shows everything, or "
        "only some projects, teams or organizations.",
    )
    create.add_argument("name", metavar="NAME", help="what will use it")
    create.add_argument(
        "--days",
        type=int,
        default=USUAL_DAYS,
        metavar="N",
        help=f"how long it holds, {USUAL_DAYS} days by default and {MOST_DAYS} at most",
    )
    create.add_argument("--project", action="append", metavar="P", help="only this one, by its id or name")
    create.add_argument("--team", action="append", metavar="T", help="only this one, by its name")
    _add_organization(create)
    create.set_defaults(command=token_command.create)
    listing = actions.add_parser("list", help="print every token, without what is to be brought")
    listing.set_defaults(command=token_command.show)
    revoke = actions.add_parser("revoke", help="let nobody in by a token any more")
    revoke.add_argument("name", metavar="NAME", help="its name or id")
    revoke.set_defaults(command=token_command.revoke)


def _add_organization(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--organization",
        action="append",
        default=[],
        metavar="NAME",
        help="only this one of several organizations; may be repeated",
    )


def _add_range(parser: argparse.ArgumentParser) -> None:
    for name, which in (("--start", "first"), ("--end", "last")):
        parser.add_argument(name, required=True, metavar="D", help=f"the {which} day (UTC), YYYY-MM-DD")

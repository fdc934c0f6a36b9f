"""`export`: write a source's sums, or the bill in the columns of FOCUS, as CSV or Parquet."""

import argparse
import sys
from collections.abc import Callable, Iterable
from pathlib import Path

import pyarrow as pa

from lib.catalog.dimensions import TEAM
from lib.catalog.sources import COSTS
from lib.cli import arguments
from lib.cli.arguments import UnusableArguments
from lib.cli.exit_codes import ExitCode
from lib.cli.standard_error import amounts, complain
from lib.cli.workplace import Workplace, opened
from lib.engine.execution import amounts_by_currency, answer, bill_lines
from lib.engine.question import Question
from lib.errors import QuestionError
from lib.periods.finality import DayState, day_states
from lib.periods.grains import Grain
from lib.periods.widths import Width
from lib.periods.windows import ONE_DAY, Window
from lib.store.usage_store import Store
from lib.sync.plan import Need
from lib.tables.exports import csv_bytes, parquet_bytes, write_file
from lib.wording import dates

FOCUS = "focus"
"""What is exported in place of a source: the bill in the columns of the specification of that name."""
UNKNOWN = "unknown"
"""The account of a bill whose rows do not name their organization."""
_FORMATS: dict[str, Callable[[pa.Table], bytes]] = {"csv": csv_bytes, "parquet": parquet_bytes}


def export(chosen: argparse.Namespace) -> ExitCode:
    """Write the file, or to standard output; return FAILED where days are missing or not up to date.

    Days before the API's history, which nobody can fetch any more, are left out and named.
    """
    make = _focus if chosen.source == FOCUS else _sums
    with opened(chosen.organization) as (place, *_others):
        table, whole = make(place, chosen)
    if table is None:
        return ExitCode.FAILED
    content = _FORMATS[chosen.format](table)
    if chosen.output == "-":
        sys.stdout.buffer.write(content)
    else:
        write_file(content, Path(chosen.output))
    return ExitCode.DONE if whole else ExitCode.FAILED


def _sums(place: Workplace, chosen: argparse.Namespace) -> tuple[pa.Table | None, bool]:
    """Return the sums of a source, None where there are none to write, and whether no day is missing."""
    question = Question(
        arguments.source(chosen.source),
        arguments.window(chosen),
        Grain(chosen.grain or Grain.DAY),
        tuple(dict.fromkeys(name for names in chosen.by for name in names)),
        filters=arguments.filters(chosen.where),
    )
    known, whole = _fetched(place, Need(question.source, question.grain.width, question.window))
    if not known:
        return None, whole
    if question.source == COSTS.name and (others := amounts_by_currency(place.store, question.window)):
        complain(f"Bills of {amounts(others)} on these days are not in cost_usd, which holds US dollars.")
    return answer(_store(place, question), question), whole


def _focus(place: Workplace, chosen: argparse.Namespace) -> tuple[pa.Table | None, bool]:
    """Return the bill in the columns of FOCUS, None where there is none to write, and whether it is whole."""
    if chosen.by or chosen.where or chosen.grain:
        msg = "export focus takes no --by, --where or --grain: its rows are the lines of the bill, by day."
        raise UnusableArguments(msg)
    from lib.analysis.focus_charges import Account, charges
    from lib.catalog.list_prices import unit_price

    window = arguments.window(chosen)
    known, whole = _fetched(place, Need(COSTS.name, Width.DAY, window))
    if not known:
        return None, whole
    for sentence in place.sync_names().values():
        complain(sentence)
    store, named = place.store, {kind: dict[str, str]() for kind in ("project", "api_key")}
    for name in store.names():
        if name.kind in named:
            named[name.kind][name.id] = name.name
    fetched, late = store.coverage(COSTS, Width.DAY), store.unanswered(COSTS, Width.DAY)
    states = day_states(window, fetched, place.settings.settle, place.now, late)
    final = frozenset(day for day, state in states.items() if state is DayState.SETTLED)
    account = Account(store.organization() or UNKNOWN, named["project"], named["api_key"], final)
    return charges(bill_lines(store, window), account, unit_price), whole


def _fetched(place: Workplace, need: Need) -> tuple[bool, bool]:
    """Fetch what is missing of `need`; return whether any of its days is known, and whether all are."""
    report = place.sync([need])
    for sentence in dict.fromkeys((*report.notes.values(), *report.failures.values())):
        complain(sentence)
    if report.failures and place.lacks(need):
        complain("Nothing was exported, because days are missing.")
        return False, False
    unknown = place.unknown_days(need)
    if not place.knows(need):
        complain("Nothing was exported, because none of these days is known.")
        return False, False
    if unknown:
        complain(f"Days that are not known are left out: {_ranges(unknown)}.")
    return True, not report.failures and all(place.is_before_history(need.source, run) for run in unknown)


def _store(place: Workplace, question: Question) -> Store:
    """Return the store to ask; raise QuestionError where it is asked for teams and none are declared."""
    if TEAM not in (*question.by, *question.filters.dimensions):
        return place.store
    store = place.teamed().store
    if store.teams is None:
        msg = f"No teams are declared. Declare them in {place.settings.teams} (docs/teams.md)."
        raise QuestionError(msg)
    return store


def _ranges(windows: Iterable[Window]) -> str:
    return ", ".join(dates.day_range(run.first, run.end - ONE_DAY) for run in windows)

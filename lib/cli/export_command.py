"""`export`: write a source's sums, or the bill in the columns of FOCUS, as CSV, Parquet or a workbook."""

import argparse
import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import pyarrow as pa

from lib.catalog.dimensions import TEAM
from lib.catalog.focus_columns import VERSION
from lib.catalog.sources import COSTS, SOURCES, Source
from lib.cli import arguments
from lib.cli.arguments import UnusableArguments
from lib.cli.exit_codes import ExitCode
from lib.cli.joint_workplace import joined, told_apart
from lib.cli.output import write_out
from lib.cli.standard_error import amounts, complain
from lib.cli.workplace import Workplace, opened
from lib.engine.execution import amounts_by_currency, answer, bill_lines
from lib.engine.question import Question
from lib.errors import AppError, QuestionError
from lib.periods.finality import DayState, known_part
from lib.periods.grains import Grain
from lib.periods.local_days import is_too_long
from lib.periods.widths import Width
from lib.periods.windows import ONE_DAY, Window, runs
from lib.periods.zones import UTC
from lib.store.usage_store import Store
from lib.sync.plan import Need
from lib.tables.columns import Column, column
from lib.tables.exports import csv_bytes, parquet_bytes
from lib.tables.local_starts import with_offsets
from lib.wording import dates, zone_words

FOCUS = "focus"
"""What is exported in place of a source: the bill in the columns of the specification of that name."""
UNKNOWN = "unknown"
"""The account of a bill whose rows do not name their organization."""
FORMATS = ("csv", "parquet", "xlsx")


@dataclass(frozen=True)
class _Made:
    """The rows to write; whether no day is missing; and what they are, for who opens the file later."""

    table: pa.Table
    whole: bool
    about: Mapping[str, str]
    meant: Mapping[str, Column]
    """How the columns of a source are written into a workbook, where they are not only text."""


def export(chosen: argparse.Namespace) -> ExitCode:
    """Write the file, or to standard output; return FAILED where days are missing or not up to date.

    Days before the API's history, which nobody can fetch any more, are left out and named.
    """
    with opened(chosen.organization) as places:
        made = (
            _focus_of_each(told_apart(places), chosen)
            if chosen.source == FOCUS
            else _sums(joined(places), chosen)
        )
    if made is None:
        return ExitCode.FAILED
    content = _content(made, chosen.format)
    write_out(content, chosen.output)
    return ExitCode.DONE if made.whole else ExitCode.FAILED


def _content(made: _Made, ending: str) -> bytes:
    if ending == "csv":
        return csv_bytes(made.table)
    if ending == "parquet":
        return parquet_bytes(made.table)
    from lib.tables.workbook import table_workbook  # only a workbook waits for pandas

    return table_workbook(made.table, made.meant, made.about)


def _sums(place: Workplace, chosen: argparse.Namespace) -> _Made | None:
    """Return the sums of a source, None where there are none to write."""
    question = Question(
        arguments.source(chosen.source),
        _window(chosen),
        Grain(chosen.grain or Grain.DAY),
        tuple(dict.fromkeys(name for names in chosen.by for name in names)),
        filters=arguments.filters(chosen.where),
    )
    whole = _fetched(place, Need(question.source, question.width, question.window.in_utc))
    if whole is None:
        return None
    source, asked = SOURCES[question.source], question.window
    if asked.zone != UTC:
        part = known_part(asked, place.states(source, question.width, asked))
        if part is None:
            complain(place.said(f"Nothing was exported, because no whole day of {asked.zone} is known."))
            return None
        question = replace(question, window=part)
    if question.source == COSTS.name and (others := amounts_by_currency(place.store, question.window)):
        complain(f"Bills of {amounts(others)} on these days are not in cost_usd, which holds US dollars.")
    named = ", ".join(question.by) or "nothing"
    about = {
        "Question": f"{source.label}, grouped by {named}, interval: {question.grain}",
        "Filters": ", ".join(chosen.where) or "none",
        **_days(place, source, question.width, question.window),
    }
    meant = {m.name: column(m.name, m.unit, f"{m.label}, in {m.unit}") for m in source.metrics}
    found = answer(_store(place, question), question)
    return _Made(with_offsets(found, question.grain, question.window.zone), whole, about, meant)


def _window(chosen: argparse.Namespace) -> Window:
    """Return the days to export; raise UnusableArguments where they cannot be those of `--tz`."""
    window = replace(arguments.window(chosen), zone=arguments.zone(chosen.tz))
    if window.zone != UTC and chosen.source == COSTS.name:
        raise UnusableArguments(f"export costs takes no --tz: {zone_words.COSTS_ARE_IN_UTC}")
    if is_too_long(window):
        raise UnusableArguments(f"{zone_words.too_long(window)} Ask for fewer days, or leave --tz out.")
    return window


def _focus_of_each(places: Sequence[Workplace], chosen: argparse.Namespace) -> _Made | None:
    """Return the bill of each organization, which is an account of its own; None where there is none."""
    made = []
    for place in places:
        try:
            made.append(_focus(place, chosen))
        except AppError as failure:
            if len(places) == 1 or isinstance(failure, UnusableArguments):
                raise
            complain(place.said(str(failure)))
            made.append(None)
    found = [one for one in made if one]
    if not found:
        return None
    whole = len(found) == len(made) and all(one.whole for one in found)
    return replace(found[0], table=pa.concat_tables([one.table for one in found]), whole=whole)


def _focus(place: Workplace, chosen: argparse.Namespace) -> _Made | None:
    """Return the bill in the columns of FOCUS, None where there is none to write."""
    if chosen.by or chosen.where or chosen.grain:
        msg = "export focus takes no --by, --where or --grain: its rows are the lines of the bill, by day."
        raise UnusableArguments(msg)
    if arguments.zone(chosen.tz) != UTC:
        raise UnusableArguments(f"export focus takes no --tz: {zone_words.COSTS_ARE_IN_UTC}")
    from lib.analysis.focus_charges import Account, charges
    from lib.catalog.list_prices import unit_price

    window = arguments.window(chosen)
    whole = _fetched(place, Need(COSTS.name, Width.DAY, window))
    if whole is None:
        return None
    for sentence in place.sync_names().values():
        complain(place.said(sentence))
    store, named = place.store, {kind: dict[str, str]() for kind in ("project", "api_key")}
    for name in store.names():
        if name.kind in named:
            named[name.kind][name.id] = name.name
    account = Account(
        store.organization() or UNKNOWN,
        named["project"],
        named["api_key"],
        _final(place, COSTS, Width.DAY, window),
    )
    about = {"Question": f"The bill in the columns of FOCUS {VERSION}", "Filters": "none"}
    days = _days(place, COSTS, Width.DAY, window)
    return _Made(charges(bill_lines(store, window), account, unit_price), whole, about | days, {})


def _final(place: Workplace, source: Source, width: Width, window: Window) -> frozenset[dt.date]:
    """Return the days of which no row can change any more."""
    states = place.states(source, width, window)
    return frozenset(day for day, state in states.items() if state is DayState.SETTLED)


def _days(place: Workplace, source: Source, width: Width, window: Window) -> dict[str, str]:
    """Return the period, its time zone, and which days of it are final, in words."""
    final = _final(place, source, width, window)
    return {
        "Period": dates.day_range(window.first, window.end - ONE_DAY),
        "Time zone": window.zone,
        "Final days": _ranges(runs(final)) or "none",
        "Days that can still change": _ranges(runs(d for d in window if d not in final)) or "none",
    }


def _fetched(place: Workplace, need: Need) -> bool | None:
    """Fetch what is missing of `need`; return whether all of its days are known, None where none is."""
    report = place.sync([need])
    for sentence in dict.fromkeys((*report.notes.values(), *report.failures.values())):
        complain(place.said(sentence))
    if report.failures and place.lacks(need):
        complain(place.said("Nothing was exported, because days are missing."))
        return None
    unknown = place.unknown_days(need)
    if not place.knows(need):
        complain(place.said("Nothing was exported, because none of these days is known."))
        return None
    if unknown:
        complain(place.said(f"Days that are not known are left out: {_ranges(unknown)}."))
    return not report.failures and all(place.is_before_history(need.source, run) for run in unknown)


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

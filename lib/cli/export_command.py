"""`export`: write a source's sums as CSV or Parquet."""

import argparse
import sys
from collections.abc import Iterable
from pathlib import Path

from lib.cli import arguments
from lib.cli.exit_codes import ExitCode
from lib.cli.standard_error import amounts, complain
from lib.cli.workplace import opened
from lib.engine.execution import amounts_by_currency, answer
from lib.engine.question import Question
from lib.periods.grains import Grain
from lib.periods.windows import ONE_DAY, Window
from lib.sync.plan import Need
from lib.tables.exports import csv_bytes, parquet_bytes, write_file
from lib.wording import dates


def export(chosen: argparse.Namespace) -> ExitCode:
    """Write the file, or to standard output; return FAILED where days are missing or not up to date.

    Days before the API's history, which nobody can fetch any more, are left out and named.
    """
    question = Question(
        arguments.source(chosen.source),
        arguments.window(chosen),
        Grain(chosen.grain),
        tuple(dict.fromkeys(name for names in chosen.by for name in names)),
        filters=arguments.filters(chosen.where),
    )
    need = Need(question.source, question.grain.width, question.window)
    with opened(chosen.organization) as (place, *_others):
        report = place.sync([need])
        for sentence in dict.fromkeys((*report.notes.values(), *report.failures.values())):
            complain(sentence)
        if report.failures and place.lacks(need):
            complain("Nothing was exported, because days are missing.")
            return ExitCode.FAILED
        table = answer(place.store, question)
        unknown = place.unknown_days(need)
        if not place.knows(need):
            complain("Nothing was exported, because none of these days is known.")
            return ExitCode.FAILED
        if unknown:
            complain(f"Days that are not known are left out: {_ranges(unknown)}.")
        whole = not report.failures and all(place.is_before_history(need.source, run) for run in unknown)
        if question.source == "costs" and (others := amounts_by_currency(place.store, question.window)):
            complain(f"Bills of {amounts(others)} on these days are not in cost_usd, which holds US dollars.")
    content = csv_bytes(table) if chosen.format == "csv" else parquet_bytes(table)
    if chosen.output == "-":
        sys.stdout.buffer.write(content)
    else:
        write_file(content, Path(chosen.output))
    return ExitCode.DONE if whole else ExitCode.FAILED


def _ranges(windows: Iterable[Window]) -> str:
    return ", ".join(dates.day_range(run.first, run.end - ONE_DAY) for run in windows)

"""`sync`: fetch and store what is missing or not yet final."""

import argparse
import json
import sys
from dataclasses import asdict

from lib.catalog.sources import SOURCES
from lib.cli import arguments
from lib.cli.exit_codes import ExitCode
from lib.cli.standard_error import complain
from lib.cli.workplace import opened
from lib.periods.widths import Width
from lib.sync.plan import Need
from lib.sync.report import Report, SourceReport

WIDTHS = {"day": Width.DAY, "hour": Width.HOUR, "minute": Width.MINUTE}


def sync(chosen: argparse.Namespace) -> ExitCode:
    """Print what each source took; return FAILED where one failed."""
    window = arguments.window(chosen)
    names = [arguments.source(name) for name in dict.fromkeys(chosen.source or SOURCES)]
    with opened() as place:
        report = place.sync([Need(name, WIDTHS[chosen.grain], window) for name in names])
        notes = {**report.notes, **place.sync_names()}
    report = Report(
        {name: report.sources.get(name, SourceReport()) for name in names}, report.failures, notes
    )
    for sentence in dict.fromkeys((*report.notes.values(), *report.failures.values())):
        complain(sentence)
    sys.stdout.write(json.dumps(asdict(report)) + "\n" if chosen.json else _summary(report))
    return ExitCode.FAILED if report.failures else ExitCode.DONE


def _summary(report: Report) -> str:
    return "".join(
        f"{name}: {s.requests} requests, {s.rows:,} rows, {s.seconds:.2f} s\n"
        for name, s in report.sources.items()
    )

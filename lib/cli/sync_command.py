"""`sync`: fetch and store what is missing or not yet final."""

import argparse
import json
import sys
from dataclasses import asdict

from lib.catalog.sources import SOURCES
from lib.cli import arguments
from lib.cli.exit_codes import ExitCode
from lib.cli.standard_error import complain
from lib.cli.workplace import Workplace, at_each, opened
from lib.periods.widths import Width
from lib.sync.plan import Need
from lib.sync.report import Report, SourceReport

WIDTHS = {"day": Width.DAY, "hour": Width.HOUR, "minute": Width.MINUTE}


def sync(chosen: argparse.Namespace) -> ExitCode:
    """Print what each source took; return FAILED where one failed."""
    window = arguments.window(chosen)
    names = [arguments.source(name) for name in dict.fromkeys(chosen.source or SOURCES)]
    needs = [Need(name, WIDTHS[chosen.grain], window) for name in names]
    reports: dict[str | None, Report] = {}

    def sync_one(place: Workplace) -> ExitCode:
        done = place.sync(needs)
        sources = {name: done.sources.get(name, SourceReport()) for name in names}
        report = Report(sources, done.failures, {**done.notes, **place.sync_names(), **place.expiring()})
        for sentence in dict.fromkeys((*report.notes.values(), *report.failures.values())):
            complain(place.said(sentence))
        reports[place.settings.organization] = report
        if not chosen.json:
            sys.stdout.write("".join(f"{place.said(line)}\n" for line in _summary(report)))
        return ExitCode.FAILED if report.failures else ExitCode.DONE

    with opened(chosen.organization) as places:
        code = at_each(places, sync_one)
    if chosen.json:
        found = {name: asdict(report) for name, report in reports.items()}
        sys.stdout.write(json.dumps(found.get(None, found)) + "\n")
    return code


def _summary(report: Report) -> list[str]:
    return [
        f"{name}: {s.requests} requests, {s.rows:,} rows, {s.seconds:.2f} s"
        for name, s in report.sources.items()
    ]

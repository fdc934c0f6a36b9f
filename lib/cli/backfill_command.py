"""`backfill`: fetch all days that the API serves, and say how far back that is."""

import argparse
import json
import sys
from dataclasses import asdict
from typing import Any

from lib.catalog.sources import SOURCES
from lib.cli import arguments
from lib.cli.exit_codes import ExitCode
from lib.cli.standard_error import complain
from lib.cli.workplace import Workplace, at_each, opened
from lib.sync.history import go_back
from lib.sync.reach import End
from lib.wording.collecting_words import reached


def backfill(chosen: argparse.Namespace) -> ExitCode:
    """Print how far back each source goes and why no further; return FAILED where one failed."""
    names = [arguments.source(name) for name in dict.fromkeys(chosen.source or SOURCES)]
    reports: dict[str | None, dict[str, Any]] = {}

    def go(place: Workplace) -> ExitCode:
        found = []
        for reach in go_back(place.sync, place.store, place.now.date(), names):
            found.append(reach)
            if not chosen.json:
                sys.stdout.write(f"{place.said(reached(reach))}\n")
        for sentence in place.sync_names().values():
            complain(place.said(sentence))
        reports[place.settings.organization] = {reach.source: asdict(reach) for reach in found}
        return ExitCode.FAILED if any(reach.end is End.FAILED for reach in found) else ExitCode.DONE

    with opened(chosen.organization) as places:
        code = at_each(places, go)
    if chosen.json:
        sys.stdout.write(json.dumps(reports.get(None, reports), default=str) + "\n")
    return code

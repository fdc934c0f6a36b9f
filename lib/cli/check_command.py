"""`check`: say which budgets, limits and balance are exceeded or going to be."""

import argparse
import json
import sys

from lib.cli.exit_codes import ExitCode
from lib.cli.standard_error import amounts, complain
from lib.cli.workplace import Workplace, opened
from lib.engine.execution import amounts_by_currency
from lib.periods.widths import Width
from lib.sync.plan import Need


def check(chosen: argparse.Namespace) -> ExitCode:
    """Print what is breached, or coming as forecast; return BREACHED where something is."""
    with opened(chosen.organization) as (place, *_others):
        return _check(place, as_json=chosen.json)


def _check(place: Workplace, *, as_json: bool) -> ExitCode:
    # Only a check waits for pandas to load.
    from lib.analysis.forecasting.outlook import days_read
    from lib.answers import breaches
    from lib.answers.budget_status import declared

    need = Need("costs", Width.DAY, days_read(place.now.date()))
    report = place.sync([need])
    for sentence in (*report.failures.values(), *place.sync_names().values(), *place.sync_limits()):
        complain(sentence)
    if place.lacks(need):
        complain("Nothing was checked, because days of the bill are missing.")
        return ExitCode.NOT_CHECKED
    if others := amounts_by_currency(place.store, need.window):
        complain(
            f"Bills of {amounts(others)} since {need.window.first} were not counted: only US dollars are."
        )
    place = place.teamed()
    found = declared(place.store, place.settings)
    checked = breaches.check(place.store, place.settings, found, place.now.date())
    problems = (*found.problems, *checked.problems)
    for sentence in problems:
        complain(sentence)
    if as_json:
        sys.stdout.write(json.dumps(checked.as_json()) + "\n")
    else:
        sys.stdout.write("".join(f"{breach.words}\n" for breach in checked.breaches))
        complain(f"{checked.checked} amounts checked; {len(checked.breaches)} breached or going to be.")
    if problems:
        return ExitCode.UNUSABLE
    return ExitCode.BREACHED if checked.breaches else ExitCode.DONE

"""`check`: say which budgets, limits and balance are exceeded or going to be."""

import argparse
import json
import sys
from collections.abc import Sequence

from lib.cli.exit_codes import ExitCode
from lib.cli.joint_workplace import joined
from lib.cli.standard_error import amounts, complain
from lib.cli.workplace import Workplace, opened
from lib.engine.execution import amounts_by_currency
from lib.periods.widths import Width
from lib.sync.plan import Need


def check(chosen: argparse.Namespace) -> ExitCode:
    """Print what is breached, or coming as forecast; return BREACHED where something is."""
    with opened(chosen.organization) as places:
        return _check(places, as_json=chosen.json)


def _check(places: Sequence[Workplace], *, as_json: bool) -> ExitCode:
    # Only a check waits for pandas to load.
    from lib.analysis.forecasting.outlook import days_read
    from lib.answers import breaches
    from lib.answers.budget_status import declared

    place = joined(places)
    need = Need("costs", Width.DAY, days_read(place.now.date()))
    report = place.sync([need])
    for sentence in (*report.failures.values(), *place.sync_names().values(), *place.sync_limits()):
        complain(sentence)
    if place.lacks(need):
        complain("Nothing was checked, because days of the bill are missing.")
        return ExitCode.NOT_CHECKED
    sound = [each for each in places if not each.lacks(need)]
    for each in places:
        if each not in sound:
            complain(each.said("Not checked, nor what is for all together, because days are missing."))
    place = joined(sound)
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
    if checked.breaches:
        return ExitCode.BREACHED
    return ExitCode.DONE if len(sound) == len(places) else ExitCode.NOT_CHECKED

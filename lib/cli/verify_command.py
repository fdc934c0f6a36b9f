"""`verify`: compare the stored rows with what was recorded of them, and fetch again what differs."""

import argparse
import sys

from lib.catalog.sources import SOURCES
from lib.cli.exit_codes import ExitCode
from lib.cli.standard_error import complain, said
from lib.cli.workplace import Workplace, at_each, opened
from lib.periods.windows import runs
from lib.store.records.coverage import Key
from lib.sync import verification
from lib.sync.plan import Need
from lib.sync.verification import Finding
from lib.wording.verification_words import kept_aside, moved_aside, not_fetched_again, rebuilt, rows_of


def verify(chosen: argparse.Namespace) -> ExitCode:
    """Print how many days agree, and complain of the others; return FAILED where any are left."""
    with opened(chosen.organization) as places:
        return at_each(places, lambda place: _verify(place, repair=chosen.repair))


def _verify(place: Workplace, *, repair: bool) -> ExitCode:
    broken = place.store.broken_records()
    for name, failure in broken.items():
        complain(place.said(f"{name.capitalize()}: {failure}"))
    if broken and not repair:
        return ExitCode.FAILED
    for name in broken:
        new = place.store.rebuild_record(name)
        complain(place.said(rebuilt(name, new.folder, new.broken)))
    keys = place.store.recorded_keys()
    found = [verification.verify(place.store, key) for key in keys]
    wrong = [finding for finding in found if not finding.agrees]
    for finding in wrong:
        complain(place.said(said(finding)))
    for finding in found:
        if finding.agrees:
            days = len(place.store.coverage(finding.source, finding.width))
            name = rows_of(finding.source, finding.width)
            sys.stdout.write(place.said(f"{name}: {days} {'day agrees' if days == 1 else 'days agree'}\n"))
    if not repair:
        if _say_lost(place, keys) or wrong:
            complain(place.said("python -m lib verify --repair fetches these days again."))
        return ExitCode.FAILED if wrong else ExitCode.DONE
    repaired = [verification.repair(place.store, _with_sound_log(place, one)) for one in wrong]
    for finding in repaired:
        if finding.kept_in:
            complain(place.said(kept_aside(finding.source, finding.width, finding.kept_in)))
        if finding.failure:
            complain(place.said(said(finding)))
    left = _fetch_lost(place, keys)
    return ExitCode.FAILED if left or any(finding.failure for finding in repaired) else ExitCode.DONE


def _with_sound_log(place: Workplace, finding: Finding) -> Finding:
    """Return what is wrong with a table after it was moved aside, if its log is what is damaged."""
    finding, moved = verification.begun_anew(place.store, finding)
    if moved:
        complain(place.said(moved_aside(finding.source, finding.width, moved)))
    return finding


def _fetch_lost(place: Workplace, keys: list[Key]) -> bool:
    """Fetch the days that are lost; return whether any still are."""
    lost = {key: place.store.lost(SOURCES[key[0]], key[1]) for key in keys}
    report = place.sync([Need(*key, window) for key, days in lost.items() for window in runs(days)])
    for sentence in (*report.notes.values(), *report.failures.values()):
        complain(place.said(sentence))
    for key, days in lost.items():
        if fetched := len(days - place.store.lost(SOURCES[key[0]], key[1])):
            unit = "day" if fetched == 1 else "days"
            sys.stdout.write(place.said(f"{rows_of(*key)}: {fetched} {unit} fetched again\n"))
    return _say_lost(place, keys)


def _say_lost(place: Workplace, keys: list[Key]) -> bool:
    """Complain of the days that are lost; return whether there are any."""
    lost = {key: days for key in keys if (days := place.store.lost(SOURCES[key[0]], key[1]))}
    for key, days in lost.items():
        complain(place.said(not_fetched_again(*key, days)))
    return bool(lost)

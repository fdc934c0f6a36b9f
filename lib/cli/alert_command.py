"""`alert`: collect days, and send to each declared receiver what is news to it."""

import argparse
import os
import sys
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from lib.cli.exit_codes import ExitCode
from lib.cli.joint_workplace import joined
from lib.cli.standard_error import complain
from lib.cli.workplace import Workplace, at_each, now, opened
from lib.configuration.secrets_files import read_secrets
from lib.settings import load_settings
from lib.store.usage_store import Store
from lib.sync.collecting import LEASE, Collector
from lib.sync.lease_holding import LeaseHolding
from lib.sync.opening import shared_store
from lib.wording.numbers import counted

if TYPE_CHECKING:
    from lib.alerts.declared_alerts import Declared
    from lib.alerts.dispatch import Outcome

_Said = Callable[[str], str]
"""Returns a sentence with what it is about."""


def alert(chosen: argparse.Namespace) -> ExitCode:
    """Send what is news, or print it; return FAILED where something could not be collected or sent."""
    # Only this command waits for what messages are made of to load.
    from lib.alerts.declared_alerts import load_alerts

    secrets = read_secrets()
    settings = load_settings(secrets, os.environ)
    declared = load_alerts(secrets, settings.names)
    if not declared.alerts:
        complain("Nobody is told anything: there is no [[alerts]] in the secrets file. See docs/alerts.md.")
        return ExitCode.DONE
    act = _print if chosen.dry_run else _send
    shared = shared_store(settings)
    with opened(chosen.organization) as places:
        code = at_each(places, lambda place: act(place, declared, shared))
        if shared and not chosen.organization and declared.of_all_together.alerts:
            told = _print_together if chosen.dry_run else _send_together
            code = max(code, told(joined(places), declared, shared))
        return code


def _print(place: Workplace, declared: "Declared", shared: Store | None) -> ExitCode:
    from lib.alerts.finding import needs

    report = place.sync(needs(place.now.date()))
    notes = (*place.sync_names().values(), *place.sync_limits())
    for sentence in dict.fromkeys((*report.failures.values(), *notes)):
        complain(place.said(sentence))
    code = _due(place, declared, shared, place.said)
    return ExitCode.FAILED if report.failures else code


def _print_together(place: Workplace, declared: "Declared", shared: Store) -> ExitCode:
    return _due(place, declared, shared, _of_all)


def _due(place: Workplace, declared: "Declared", shared: Store | None, said: _Said) -> ExitCode:
    """Print what would go out; return FAILED where something could not."""
    from lib.alerts.composing import in_lines
    from lib.alerts.dispatch import Dispatcher
    from lib.alerts.receivers import masked

    failures: list[str] = []
    with place.backend() as backend:
        found = Dispatcher(backend, declared, now=now, shared=shared)
        due = [(masked(alert), message) for alert, message in found.due(failures)]
    for sentence in failures:
        complain(said(sentence))
    sys.stdout.write(in_lines(due))
    complain(said(f"{counted(len(due), 'message')} would go out."))
    return ExitCode.FAILED if failures else ExitCode.DONE


def _send_together(place: Workplace, declared: "Declared", shared: Store) -> ExitCode:
    from lib.alerts.dispatch import Dispatcher

    lease = LeaseHolding(shared, LEASE, now=now)
    if not lease.take_patiently():
        complain(_of_all(f"{lease.other or 'Another process'} sends now, so nothing was done here."))
        return ExitCode.DONE
    with lease.kept(), place.backend() as backend:
        outcome = Dispatcher(backend, declared, now=now, shared=shared, is_held=lease.keep).send_due()
    return _sent(outcome, (), _of_all)


def _send(place: Workplace, declared: "Declared", shared: Store | None) -> ExitCode:
    from lib.alerts.dispatch import Dispatcher

    with place.backend() as backend:
        collector = Collector(backend.syncer, backend.store, backend.settings, now=now)
        if not collector.lease.take_patiently():
            return _left_to_another(place, collector)
        with collector.lease.kept():
            run = collector.collect()
            if run is None:
                return _left_to_another(place, collector)
            found = Dispatcher(backend, declared, now=now, shared=shared, is_held=collector.lease.keep)
            outcome = found.send_due()
    return _sent(outcome, run.failures.values(), place.said)


def _sent(outcome: "Outcome", failures: Iterable[str], said: _Said) -> ExitCode:
    """Say how many messages were sent and what failed, before or while they were; return FAILED for that."""
    failed = list(dict.fromkeys((*failures, *outcome.failures)))
    for sentence in failed:
        complain(said(sentence))
    sent = counted(outcome.sent, "message")
    sys.stdout.write(f"{said(f'{sent} sent')}\n")
    return ExitCode.FAILED if failed else ExitCode.DONE


def _left_to_another(place: Workplace, collector: Collector) -> ExitCode:
    other = collector.lease.other or "Another process"
    complain(place.said(f"{other} collects and sends now, so nothing was done here."))
    return ExitCode.DONE


def _of_all(sentence: str) -> str:
    """Return a sentence about all organizations together."""
    return f"All together: {sentence}"

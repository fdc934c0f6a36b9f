"""The thread in which the app collects days by itself, for as long as the server runs."""

import asyncio
import logging
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from lib.alerts.declared_alerts import Declared, load_alerts
from lib.answers import instance
from lib.answers.instance import Backend
from lib.errors import AppError, StoreError
from lib.store.usage_store import Store
from lib.sync.collecting import LEASE, Collector
from lib.sync.lease_holding import LeaseHolding
from lib.sync.opening import shared_store

_FIRST = 5.0
"""Seconds before the first look, so that whoever waits for the first page is served before."""
_LOOK = 20.0
"""Seconds between two looks at whether a run is due."""
_PATIENCE = 5.0
"""Seconds that the end of the server waits for the lease to be given back."""
_ENDED = (
    "The app ends while days are being collected, or messages sent. Nothing that was stored is lost; whoever "
    "collects next fetches the rest."
)
_TOGETHER = "together"
"""What is said of all organizations goes by this."""
_log = logging.getLogger(__name__)


@asynccontextmanager
async def collecting(_app: object) -> AsyncIterator[None]:
    """Collect whenever that is due by the settings of that moment, for as long as the server runs."""
    loop = _Loop()
    threading.Thread(target=loop.run, name="collecting", daemon=True).start()
    yield
    # A store that does not answer keeps the server from ending for no longer than that.
    with suppress(TimeoutError):
        await asyncio.wait_for(asyncio.to_thread(loop.end), _PATIENCE)


class _Loop:
    """Looks again and again, and says in the server's log what went wrong: once, until it changes."""

    def __init__(self) -> None:
        self._collectors: dict[str, tuple[Backend, Collector]] = {}
        self._joint: dict[str, LeaseHolding] = {}
        self._said: dict[str | None, str] = {}
        self._ending = threading.Event()

    def end(self) -> None:
        """Begin nothing any more, and let another process collect at once where this one does now."""
        self._ending.set()
        leases = [collector.lease for _, collector in self._collectors.values()]
        for lease in (*leases, *self._joint.values()):
            if lease.is_held:
                _log.warning(_ENDED)
                with suppress(StoreError):  # the others wait until it is silent
                    lease.give_back()

    def run(self) -> None:
        """Look until the end."""
        wait = _FIRST
        while not self._ending.wait(wait):
            wait = _LOOK
            try:
                self.look()
                self._say(None, "")
            except AppError as failure:
                self._say(None, str(failure))
            except Exception:  # noqa: BLE001 - a mistake in one run must not keep all later ones from being made
                _log.exception("A run of collecting ended early by a mistake. The next one is tried.")

    def look(self) -> None:
        """Collect the days of each organization where that is due."""
        if instance.settings().collect_every is None:
            return
        has_run = False
        for backend in instance.whole_backends():
            if self._ending.is_set():
                return
            uri = backend.store.uri
            try:
                with self._collector(backend).turn() as run:
                    if run is not None:
                        has_run = True
                        self._say(
                            uri, " ".join(dict.fromkeys((*run.failures.values(), *self._told(backend))))
                        )
            except AppError as failure:
                self._say(uri, str(failure))
        if has_run and not self._ending.is_set():
            self._say(_TOGETHER, " ".join(dict.fromkeys(self._told_together())))

    def _told_together(self) -> tuple[str, ...]:
        """Send what is due of all organizations together, unless another process does; return as `_told`."""
        found = instance.settings()
        declared, shared = load_alerts(instance.secrets(), found.names), shared_store(found)
        joint = instance.joint_backend() if shared and declared.of_all_together.alerts else None
        if shared is None or joint is None:
            return ()
        lease = self._joint.setdefault(shared.uri, LeaseHolding(shared, LEASE, now=instance.now))
        if not lease.take():
            return ()
        with lease.kept():
            return _sent(joint, declared, shared, lease)

    def _told(self, backend: Backend) -> tuple[str, ...]:
        """Send what is news, while the lease is held; return what could not be sent, and why."""
        found = instance.settings()
        declared = load_alerts(instance.secrets(), found.names)
        if not declared.alerts:
            return ()
        return _sent(backend, declared, shared_store(found), self._collector(backend).lease)

    def _collector(self, backend: Backend) -> Collector:
        """Return what collects for a backend: the same each time, until the settings change."""
        found = self._collectors.get(backend.store.uri)
        if found is None or found[0].store is not backend.store:
            collector = Collector(backend.syncer, backend.store, backend.settings, now=instance.now)
            found = self._collectors[backend.store.uri] = (backend, collector)
        return found[1]

    def _say(self, where: str | None, sentence: str) -> None:
        if sentence and sentence != self._said.get(where):
            _log.warning("Collecting days, or sending alerts, failed: %s", sentence)
        self._said[where] = sentence


def _sent(backend: Backend, declared: Declared, shared: Store | None, lease: LeaseHolding) -> tuple[str, ...]:
    """Send what is news, while the lease is held; return what could not be sent, and why."""
    # Most instances tell nobody anything, and start sooner without it.
    from lib.alerts.dispatch import Dispatcher

    sender = Dispatcher(backend, declared, now=instance.now, shared=shared, is_held=lease.keep)
    return sender.send_due().failures

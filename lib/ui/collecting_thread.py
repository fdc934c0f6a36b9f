"""The thread in which the app collects days by itself, for as long as the server runs."""

import logging
import threading

from lib.answers import instance
from lib.answers.instance import Backend
from lib.errors import AppError
from lib.sync.collecting import Collector

_FIRST = 5.0
"""Seconds before the first look, so that whoever waits for the first page is served before."""
_LOOK = 20.0
"""Seconds between two looks at whether a run is due."""
_log = logging.getLogger(__name__)


def begin() -> threading.Thread:
    """Begin to collect whenever that is due by the settings of that moment; return the thread that does."""
    thread = threading.Thread(target=_Loop().run, name="collecting", daemon=True)
    thread.start()
    return thread


class _Loop:
    """Looks again and again, and says in the server's log what went wrong: once, until it changes."""

    def __init__(self) -> None:
        self._backend: Backend | None = None
        self._collector: Collector | None = None
        self._said = ""

    def run(self) -> None:
        """Look for as long as the process lives."""
        never, wait = threading.Event(), _FIRST
        while not never.wait(wait):
            wait = _LOOK
            try:
                self.look()
            except AppError as failure:
                self._say(str(failure))
            except Exception:  # noqa: BLE001 - a mistake in one run must not keep all later ones from being made
                _log.exception("A run of collecting ended early by a mistake. The next one is tried.")

    def look(self) -> None:
        """Collect where that is due."""
        if instance.settings().collect_every is None:
            return
        backend = instance.whole_backend()
        if self._collector is None or backend is not self._backend:
            self._backend = backend
            self._collector = Collector(backend.syncer, backend.store, backend.settings, now=instance.now)
        with self._collector.turn() as run:
            if run is not None:
                self._say(" ".join(dict.fromkeys(run.failures.values())))

    def _say(self, sentence: str) -> None:
        if sentence and sentence != self._said:
            _log.warning("Not all days could be collected: %s", sentence)
        self._said = sentence

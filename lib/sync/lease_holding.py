"""Holding a lease: of all processes that share a store, one at a time does what it is for.

A holder says now and then that it is at work. Whoever waits takes its place when it has not said so for
`LENGTH` seconds, as counted by the one who waits. So no two clocks are compared, and one that jumps changes
nothing.
"""

import datetime as dt
import os
import secrets
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import replace

from lib.errors import StoreError
from lib.store.delta import Version
from lib.store.records.leases import Lease
from lib.store.usage_store import Store

LENGTH = 120.0
"""Seconds without a word from its holder after which a lease may be taken over."""
BEAT = 25.0
"""Seconds between a holder's words."""
PAUSE = 1.0
"""Seconds between two looks of a thread that waits for a lease."""


def this_process() -> str:
    """Return this process in words: `web-1, process 4711`."""
    return f"{socket.gethostname()}, process {os.getpid()}"


class LeaseHolding:
    """One process's part in the lease called `name`; for one thread and the one that it begins."""

    def __init__(
        self,
        store: Store,
        name: str,
        *,
        now: Callable[[], dt.datetime],
        clock: Callable[[], float] = time.monotonic,
        holder: str | None = None,
    ) -> None:
        self._store = store
        self._name = name
        self._now = now
        self._clock = clock
        self._holder = holder or this_process()
        self._token = secrets.token_hex(8)
        self._seen: tuple[Lease, float] | None = None
        self._own: Lease | None = None
        self._lock = threading.Lock()

    @property
    def other(self) -> str:
        """Return whoever was last seen to hold the lease instead, in words; "" where nobody was."""
        return self._seen[0].holder if self._seen else ""

    @property
    def is_held(self) -> bool:
        """Return whether this process took the lease, and has not given it back or been told of another."""
        return self._own is not None

    def take_patiently(self, wait: Callable[[float], None] = time.sleep, pause: float = 2.0) -> bool:
        """Take the lease, once whoever holds it gives it back or is taken for dead, and until it says a word.

        Return whether it is held now: it is not where the other one is at work.
        """
        first: Lease | None = None
        while not self.take():
            found = self._seen[0] if self._seen else None
            if first and found != first:
                return False
            first = found
            wait(pause)
        return True

    def take(self) -> bool:
        """Return whether the lease is held now: it was free, or its holder has been silent for too long."""
        version = self._store.leases.version()
        found = self._store.leases.read().get(self._name)
        if found and not found.released and not self._is_silent(found):
            return False
        term = found.term + 1 if found else 1
        return self._put(Lease(self._name, term, 0, self._holder, self._token, self._now()), version)

    def keep(self) -> bool:
        """Say that this process is still at work; return whether it holds the lease still."""
        return self._say(released=False)

    def give_back(self) -> None:
        """Let another process take the lease at once."""
        self._say(released=True)
        self._own = None

    @contextmanager
    def kept(self, beat: float = BEAT) -> Iterator[None]:
        """Keep the lease, which is held, in a thread of its own until the block ends; then give it back."""
        ended = threading.Event()

        def keep() -> None:
            while not ended.wait(beat):
                try:
                    if not self.keep():
                        return
                except StoreError:
                    continue  # the next word may reach the store

        thread = threading.Thread(target=keep, name="lease", daemon=True)
        thread.start()
        try:
            yield
        finally:
            ended.set()
            thread.join()
            with suppress(StoreError):  # the others wait until it is silent
                self.give_back()

    def _say(self, *, released: bool) -> bool:
        with self._lock:
            while own := self._own:
                version = self._store.leases.version()
                found = self._store.leases.read().get(self._name)
                if found is None or (found.term, found.token) != (own.term, own.token):
                    self._own = None
                    return False
                if self._put(replace(found, beat=found.beat + 1, at=self._now(), released=released), version):
                    return True
            return False

    def _put(self, lease: Lease, since: Version) -> bool:
        if not self._store.leases.append_if_newest([lease], since):
            return False
        self._own, self._seen = lease, None
        return True

    def _is_silent(self, found: Lease) -> bool:
        if self._seen is None or self._seen[0] != found:
            self._seen = (found, self._clock())
        return self._clock() - self._seen[1] >= LENGTH


class SharedLease:
    """A lease that the threads of one process hold together, while those of others wait."""

    def __init__(self, lease: LeaseHolding, wait: Callable[[float], object] = time.sleep) -> None:
        self._lease = lease
        self._wait = wait
        self._changing = threading.Lock()
        self._threads = 0
        self._keeping = ExitStack()

    @contextmanager
    def held(self, waiting: Callable[[], object]) -> Iterator[None]:
        """Hold the lease until the block ends; `waiting` is called whenever another process still has it.

        Raises StoreError where the lease cannot be read or written.
        """
        with self._changing:
            if not self._threads:
                while not self._lease.take():
                    waiting()
                    self._wait(PAUSE)
                self._keeping.enter_context(self._lease.kept())
            self._threads += 1
        try:
            yield
        finally:
            with self._changing:
                self._threads -= 1
                if not self._threads:
                    self._keeping.close()

"""Editions: pages go on with the rows that they read until answers about newer ones are found.

All answers about the latest days change when these are fetched again, and whoever opened a page then would
wait for them. So they are found ahead, by a thread that reads the next edition. Days that nobody has seen
yet are shown at once, and newer ones to whoever asked for them.
"""

import threading
import time
from collections.abc import Callable, Hashable
from contextlib import suppress
from dataclasses import dataclass
from typing import TypeVar

import streamlit as st

from lib.answers.caching import kept
from lib.answers.page_questions import PageQuestions
from lib.answers.page_thread import draws_a_page, whose_page
from lib.errors import StoreError
from lib.store.edition import Edition
from lib.store.snapshot import Snapshot
from lib.store.usage_store import Store
from lib.sync.background import Job

_LONGEST = 120.0
"""After so many seconds pages read what is newest, even where not everything is answered."""
_MANY = 60
"""Fewer questions are answered in a moment: pages read what is newest at once."""
_QUIET, _PATIENCE = 2.0, 20.0
"""For how many seconds nothing more is stored when a fetch has ended, and how long that is waited for."""

Answer = TypeVar("Answer")


@dataclass(frozen=True)
class _Shown:
    """What pages read of a store, what is newest, by what that is known, and when both last were the same."""

    edition: Edition
    newest: Edition
    known_by: Hashable
    same_at: float

    @property
    def is_behind(self) -> bool:
        return self.edition is not self.newest


class _Thread(threading.local):
    """Which editions a thread that works ahead reads, by the addresses of their stores."""

    ahead: dict[str, Edition] | None = None


class Editions:
    """The editions that the pages of one process read, by the addresses of stores; safe between threads."""

    def __init__(
        self, clock: Callable[[], float] = time.monotonic, wait: Callable[[float], object] = time.sleep
    ) -> None:
        self.questions = PageQuestions(clock, wait)
        self._clock, self._wait = clock, wait
        self._looking, self._working = threading.Lock(), threading.Lock()
        self._shown: dict[str, _Shown] = {}
        self._being_prepared: set[str] = set()
        self._hurried: dict[str, Job] = {}
        self._thread = _Thread()

    def read(self, store: Store) -> Edition | None:
        """Return the edition of a store that this thread reads, None for what is newest."""
        ahead = self._thread.ahead
        if ahead is None and not draws_a_page():
            return None
        if ahead and store.uri in ahead:
            return ahead[store.uri]
        shown = self._look(store)
        return shown.newest if whose_page() in self._hurried else shown.edition

    def is_behind(self, store: Store) -> bool:
        """Return whether this page reads something else of a store than what is newest."""
        return self._look(store).is_behind and whose_page() not in self._hurried

    def hurry(self, job: Job) -> None:
        """Let the pages of whoever draws this one read what a job brings as it comes."""
        if session := whose_page():
            with self._looking:
                self._hurried[session] = job

    def _look(self, store: Store) -> _Shown:
        looked = Snapshot(store)
        with self._looking:
            going_on = {session: job for session, job in self._hurried.items() if not job.done}
            known_by, now = looked.versions(), self._clock()
            before = self._shown.get(store.uri)
            newest = before.newest if before and before.known_by == known_by else looked.edition()
            edition = self._next(before, newest)
            same_at = before.same_at if before and edition is not newest else now
            found = self._shown[store.uri] = _Shown(edition, newest, known_by, same_at)
            if not any(each.is_behind for each in self._shown.values()):
                self._hurried = going_on
            if found.is_behind and store.uri not in self._being_prepared:
                with suppress(RuntimeError):  # where no more threads may start, pages read on a while
                    threading.Thread(target=self._prepare, args=[store], name="edition", daemon=True).start()
                    self._being_prepared.add(store.uri)
        return found

    def _next(self, before: _Shown | None, newest: Edition) -> Edition:
        if before is None or len(self.questions) < _MANY:
            return newest
        if self._clock() - before.same_at > _LONGEST:
            return newest
        return before.edition if newest is before.newest else newest.after(before.edition)

    def _prepare(self, store: Store) -> None:
        """Answer of what is newest whatever pages asked lately, and let them read it."""
        try:
            with suppress(StoreError):  # pages say what is wrong with it
                at, newest = self._settled(store)
                with self._working:
                    self._thread.ahead = {store.uri: newest}
                    self.questions.ask_again()
                self._show(store, newest, at)
        finally:
            with self._looking:
                self._being_prepared.discard(store.uri)

    def _settled(self, store: Store) -> tuple[float, Edition]:
        """Return what is newest once nothing more comes, and the moment."""
        began, newest = self._clock(), None
        while newest is not (found := self._look(store).newest) and self._clock() - began < _PATIENCE:
            newest = found
            self._wait(_QUIET)
        return self._clock(), found

    def _show(self, store: Store, edition: Edition, at: float) -> None:
        """Let pages read an edition that was the newest at a moment, and what cannot wait since."""
        with self._looking:
            found = self._shown[store.uri]
            if found.is_behind:
                later = found.newest.after(edition)
                self._shown[store.uri] = _Shown(later, found.newest, found.known_by, at)


def kept_ahead(
    asked: Hashable, find: Callable[[], Answer], again: Callable[[], Answer], *, version: Hashable
) -> Answer:
    """Return what is `kept`; what a page asks for is asked `again` before pages read what is newer."""
    answer = kept(asked, find, version=version)
    if draws_a_page():
        editions().questions.remember(asked, again, answer)
    return answer


@st.cache_resource(show_spinner=False)
def editions() -> Editions:
    """Return the editions of this process."""
    return Editions()

"""Collected: when the app collected days by itself, when it does next, and which days are soon lost."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from lib.answers import instance
from lib.answers.instance import Backend
from lib.sync import collecting, history
from lib.sync.reach import Expiring
from lib.wording import collecting_words


@dataclass(frozen=True)
class CollectingStatus:
    """How collecting stands, in sentences, and why the last run failed, by source."""

    said: tuple[str, ...]
    failing: str = ""
    failures: Mapping[str, str] = field(default_factory=dict)


def expiring(backend: Backend) -> Sequence[Expiring]:
    """Return which days are about to be lost.

    Those of the demo organization never are, and those that the first run of collecting is going to fetch are
    not yet.
    """
    settings, store = backend.settings, backend.store
    if settings.is_demo or (settings.collect_every and collecting.last_run(store) is None):
        return ()
    return history.expiring(store, instance.now())


def expiring_words(backend: Backend) -> str:
    """Return which days are about to be lost in a sentence, "" where none are."""
    return collecting_words.expiring(expiring(backend))


def collecting_status(backend: Backend) -> CollectingStatus:
    """Return how collecting stands."""
    settings, now = backend.settings, instance.now()
    last, every = collecting.last_run(backend.store), settings.collect_every
    said = []
    if last:
        said.append(collecting_words.last_run(last.finished_at, last.holder, last.requests, last.rows))
    if every is None:
        said.append("Days are not collected by the app itself: every_minutes under [sync] says how often.")
    else:
        due_at = last.finished_at + collecting.pause(last, every, settings.refresh) if last else now
        said.append(collecting_words.next_run(due_at, now, every))
    if held := collecting.held(backend.store):
        said.append(collecting_words.running(held.holder, held.at))
    if last and last.failures:
        return CollectingStatus(
            tuple(said), collecting_words.failing_since(_last_good(backend)), last.failures
        )
    return CollectingStatus(tuple(said))


def _last_good(backend: Backend) -> dt.datetime | None:
    good = [run.finished_at for run in backend.store.collected() if not run.failures]
    return good[-1] if good else None

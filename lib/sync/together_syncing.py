"""Syncs of several organizations: each by itself, so that one whose key fails keeps none of the others."""

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from itertools import chain

from lib.periods.widths import Width
from lib.sync.background import Job, Syncer, said_together
from lib.sync.plan import Need


class Syncers(Syncer):
    """Starts the syncs of all `members`, by the names of their organizations."""

    def __init__(self, members: Mapping[str, Syncer]) -> None:
        self._members = members

    @property
    def name_failures(self) -> tuple[str, ...]:
        """Return a sentence for each thing that the last listings of names could not list, with whose."""
        return tuple(
            f"{name}: {sentence}" for name, one in self._members.items() for sentence in one.name_failures
        )

    @property
    def failing(self) -> Mapping[str, str]:
        """Return why sources were not fetched, when they were last tried, by source."""
        return said_together(*(one.failing for one in self._members.values()))

    def failing_of(self) -> dict[str, frozenset[str]]:
        """Return the sources that are `failing`, by the name of the organization whose they are."""
        return {name: frozenset(one.failing) for name, one in self._members.items() if one.failing}

    def missing(self, needs: Iterable[Need]) -> tuple[Need, ...]:
        """Return the windows of `needs` that were never fetched of some organization."""
        needs = list(needs)
        return tuple(dict.fromkeys(chain.from_iterable(s.missing(needs) for s in self._members.values())))

    def request(self, needs: Iterable[Need]) -> Job:
        """Return the job that fetches the missing days of `needs`; done at once where there are none."""
        needs = list(needs)
        return self._jointly(lambda syncer: syncer.request(needs))

    def refresh(self, needs: Iterable[Need], *, force: bool = False) -> Job:
        """Return the job that fetches the stale days of `needs`, or with `force` all that are not final."""
        needs = list(needs)
        return self._jointly(lambda syncer: syncer.refresh(needs, force=force))

    def read_limits(self) -> Job:
        """Return the job that reads spend limits and alerts; done at once where that is not due."""
        return self._jointly(lambda syncer: syncer.read_limits())

    def fetching(self, source: str, width: Width) -> frozenset[dt.date]:
        """Return the days of a source that are being fetched now."""
        return frozenset().union(*(s.fetching(source, width) for s in self._members.values()))

    def retry(self) -> None:
        """Forget what failed, so that the next request asks again."""
        for syncer in self._members.values():
            syncer.retry()

    def _jointly(self, start: Callable[[Syncer], Job]) -> Job:
        jobs = [start(syncer) for syncer in self._members.values()]
        return Job(
            tuple(task for job in jobs for task in job.tasks), said_together(*(j.failed for j in jobs))
        )

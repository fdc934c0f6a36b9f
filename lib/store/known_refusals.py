"""What the API refused and was not answered since, as whoever asks knows it."""

import datetime as dt
from collections.abc import Hashable, Iterable
from dataclasses import replace

from lib.openai_admin.refusals import ASKED_AGAIN, Refusal
from lib.periods.widths import Width
from lib.store.log import Log
from lib.store.records.coverage import Coverage, Covered
from lib.store.records.restrictions import says_all_of
from lib.store.standing import stands


class KnownRefusals:
    """The refusals on record, seen by an asker: the fingerprint of a key and base URL, None for anybody."""

    def __init__(
        self,
        restrictions: Log[Refusal, tuple[Refusal, ...]],
        coverage: Log[Covered, Coverage],
        asker: str | None,
    ) -> None:
        self._restrictions = restrictions
        self._coverage = coverage
        self._asker = asker
        self._asked_again: dt.datetime | None = None
        self._standing: dict[Hashable, tuple[Refusal, ...]] = {}

    def everybodys(self) -> tuple[Refusal, ...]:
        """Return what was refused, the newest word on each.

        Days that a refusal kept from being told by some dimension are so for whoever asks; an endpoint or
        a permission is missing only for the asker that was refused.
        """
        found: list[Refusal] = []
        for refusal in self._still_standing():
            if refusal.kind not in ASKED_AGAIN or self._is_own(refusal):
                any_asker = replace(refusal, asker=None)
                found = [*(r for r in found if not says_all_of(any_asker, replace(r, asker=None))), refusal]
        return tuple(found)

    def binding(self) -> tuple[Refusal, ...]:
        """Return what was refused to the asker, expired or not, and is not asked again now."""
        since = self._asked_again
        return tuple(
            r
            for r in self._still_standing()
            if self._is_own(r) and not (since and r.kind in ASKED_AGAIN and r.learned_at < since)
        )

    def ask_again(self, now: dt.datetime) -> None:
        """Let no endpoint or permission be known to be missing that was refused before `now`."""
        self._asked_again = now

    def remember(self, refusals: Iterable[Refusal], now: dt.datetime) -> None:
        """Record refusals that are new or were learned again; what was learned after `now` proves nothing."""
        known = self._restrictions.read()
        learned = [replace(r, asker=r.asker or self._asker) for r in refusals]
        new = [
            r
            for r in learned
            if r not in known
            and not any(r.learned_at <= k.learned_at <= now and says_all_of(k, r) for k in known)
        ]
        if new:
            self._restrictions.write(new, now)

    def _is_own(self, refusal: Refusal) -> bool:
        return self._asker is None or refusal.asker == self._asker

    def _still_standing(self) -> tuple[Refusal, ...]:
        version = self._restrictions.version(), self._coverage.version()
        found = self._standing.get(version)
        if found is None:
            held = self._coverage.read()
            found = tuple(
                r
                for r in self._restrictions.read()
                if all(
                    stands(r, held.days.get((r.source, width), {}), held.groupings.get((r.source, width), {}))
                    for width in Width
                )
            )
            self._standing.clear()
            self._standing[version] = found
        return found

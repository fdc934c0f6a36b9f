"""An API that answers wrongly for a while; then it is well again, and one sync has to set all right."""

import datetime as dt
import threading
from collections.abc import Sequence
from functools import partial
from random import Random
from typing import Any

from lib.periods.windows import ONE_DAY, Window
from tests.rig.cases import Case, Site, numbered
from tests.rig.commands import Command, Outcome, run
from tests.rig.faults import ASKED_TWICE, FAULTS, Fault
from tests.rig.server import Asked, RigServer
from tests.rig.truth import Truth
from tests.rig.wire import Reply

_DAYS = 40
_SETTLED = 5
_LATER = 900.0
"""Seconds after which days that are not final are asked for again."""
_AT_ONCE = 4
_OF_BUCKETS = ("buckets", "cursor", "wrong type")


def cases(seed: int, number: int) -> list[Case]:
    """Return cases with a few faults each; together they have every fault, if there are enough of them."""
    dealt = Random(f"{seed}/faults").sample(FAULTS, len(FAULTS))
    hands = [[dealt[(n * _AT_ONCE + k) % len(dealt)] for k in range(_AT_ONCE)] for n in range(number)]
    return numbered("misbehaviour", [partial(_misbehaving, faults=hand) for hand in hands])


class _Schedule:
    """Which answers go wrong and how; the same for the same seed, in whatever order requests come."""

    def __init__(self, site: Site, faults: Sequence[Fault]) -> None:
        self._site = site
        self._faults = faults
        self._seed = site.random.random()
        self._share = site.random.choice((0.1, 0.3, 0.3, 0.6, 1.0))
        self._lock = threading.Lock()
        self._left_out: set[str] = set()
        self.used: set[str] = set()

    def __call__(self, asked: Asked, answer: dict[str, Any]) -> Reply | None:
        random = Random(f"{self._seed}/{asked.path}/{asked.start}")
        fault, lasting = random.choice(self._faults), random.choice((1, 1, 1, 2, 4))
        if random.random() >= self._share or asked.nth >= lasting:
            return None
        if not asked.source and fault.kind in _OF_BUCKETS:
            return None
        with self._lock:
            if fault.name in ASKED_TWICE and asked.path in self._left_out:
                return None
            self._left_out |= {asked.path} if fault.name in ASKED_TWICE else set()
            self.used.add(fault.name)
        self._site.tally.add(f"answered with: {fault.kind}")
        return fault.make(answer, Random(f"{self._seed}/{asked}"))


def _misbehaving(site: Site, faults: Sequence[Fault]) -> None:
    last = dt.datetime.now(dt.UTC).date() - site.random.choice((0, _SETTLED)) * ONE_DAY
    window = Window(last - _DAYS * ONE_DAY, last + ONE_DAY)
    truth, store = Truth(site.random, window), site.place("store")
    schedule = _Schedule(site, faults)
    with RigServer(truth, schedule).serving() as server:
        ended = [_judged(site, command) for command in _started(site, server, window)]
        told = f"With {', '.join(sorted(schedule.used))}"
        # An outcome without a complaint is a promise that everything is there.
        if all(one.command[0] == "sync" and one.status == 0 and not one.said for one in ended):
            site.compare(truth.difference(store, window), f"{told}, after a sync that told of no trouble")
        server.unruly = lambda _asked, _answer: None
        recovered = site.judge(run(_sync(window), base_url=server.base_url, store=store, moved=_LATER))
        if recovered.status:
            site.problems.append(f"{told}, the sync afterwards failed: {recovered.said[:2]}.")
        site.compare(truth.difference(store, window), f"{told}, after all was well again")
        if server.followed:
            site.problems.append(f"{told}, a redirect was followed {server.followed} times.")


def _sync(window: Window) -> list[str]:
    return ["sync", "--start", str(window.first), "--end", str(window.end - ONE_DAY)]


def _started(site: Site, server: RigServer, window: Window) -> list[Command]:
    """Start one or two commands, which sync."""
    span = _sync(window)[1:]
    export = ["export", "costs", *span, "--format", "csv", "--output", "-"]
    commands = site.random.choice([[_sync(window)]] * 6 + [[_sync(window)] * 2, [export], [["check"]]])
    return [Command(one, base_url=server.base_url, store=site.place("store")) for one in commands]


def _judged(site: Site, command: Command) -> Outcome:
    return site.judge(command.outcome())

"""Processes that share a store and are killed at any moment; then one sync, and every row has to be there."""

import datetime as dt
import signal
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from random import Random

from lib.periods.windows import ONE_DAY, Window
from tests.rig.cases import Case, Site, numbered
from tests.rig.commands import Command, run
from tests.rig.places import Place
from tests.rig.server import Asked, RigServer, Unruly
from tests.rig.truth import Truth
from tests.rig.wire import Reply

_DAYS = 45
_FUTURE = 60
_PROVISIONAL = 3
_LEAVING = "the API serves them no more"
"""What a sync says of days that nobody asked for, and that it may say."""
_UNRECORDED = "is not what was recorded. Days that are asked for are fetched again."
"""What it says of rows whose writer was killed before it recorded them."""
_MOST_ROUNDS = 40


def cases(series: int, kills: int) -> list[Case]:
    """Return `series` cases of `kills` kills: every other one on new stores, the rest on one that ages."""
    return numbered("kills", [partial(_series, kills=kills, ages=n % 2 == 1) for n in range(series)])


@dataclass(frozen=True)
class _Round:
    """A store at a moment: `moved` days after today, on which the latest `_DAYS` days are asked for."""

    site: Site
    server: RigServer
    store: Place
    today: dt.date
    moved: int

    @property
    def window(self) -> Window:
        return Window(self.today - _DAYS * ONE_DAY, self.today + ONE_DAY)

    def sync(self) -> list[str]:
        return ["sync", "--start", str(self.window.first), "--end", str(self.today)]

    def started(self, random: Random) -> Command:
        """Start a command that syncs, chosen at random."""
        span = self.sync()[1:]
        some = [
            f"--source={name}" for name in random.sample(("costs", "completions", "images", "decisions"), 2)
        ]
        export = ["export", "costs", *span, "--format", "parquet", "--output", "-"]
        command = random.choice([self.sync()] * 4 + [[*self.sync(), *some], export, ["check"]])
        return Command(command, base_url=self.server.base_url, store=self.store, moved=self.moved * 86400.0)


def _series(site: Site, *, kills: int, ages: bool) -> None:
    today = dt.datetime.now(dt.UTC).date()
    truth = Truth(site.random, Window(today - _DAYS * ONE_DAY, today + _FUTURE * ONE_DAY))
    done = 0
    with RigServer(truth, late(site.random)).serving() as server:
        for nth in range(_MOST_ROUNDS):
            moved = nth if ages else 0
            store = site.place("store" if ages else f"store{nth}")
            now = _Round(site, server, store, today + moved * ONE_DAY, moved)
            if nth:
                truth.change(now.today - back * ONE_DAY for back in range(_PROVISIONAL + 1))
            done += _killed(now, kills - done)
            recovered = site.judge(
                run(now.sync(), base_url=server.base_url, store=store, moved=moved * 86400.0)
            )
            unrecorded = [sentence for sentence in recovered.said if sentence.endswith(_UNRECORDED)]
            site.tally.add("sources whose writer was killed before the record", len(unrecorded))
            said = [s for s in recovered.said if _LEAVING not in s and s not in unrecorded]
            if recovered.status or said:
                site.problems.append(f"The sync after the kills did not end well: {said[:2]}.")
            if (
                not site.compare(truth.difference(store, now.window), f"After round {nth + 1}")
                or done >= kills
            ):
                return
    site.problems.append(f"Only {done} of {kills} kills found a process that still ran.")


def late(random: Random) -> Unruly:
    """Return what answers rightly after a pause, of which each is another."""
    pauses = [random.choice((0.0, 0.03, 0.1, 0.3)) for _ in range(97)]

    def unruly(asked: Asked, _answer: object) -> Reply | None:
        time.sleep(pauses[(asked.start // 86400 + asked.nth) % len(pauses)])
        return None

    return unruly


def _killed(now: _Round, most: int) -> int:
    """Run two to four processes at a time and kill them, about `most`; return how many were killed.

    One that ends by itself leaves the next ones nothing to do, so that no other takes its place.
    """
    slots = now.site.random.randint(2, 4)
    lives = _Lives(most)
    seeds = [now.site.random.random() for _ in range(slots)]
    with ThreadPoolExecutor(slots) as pool:
        return sum(pool.map(lambda seed: _one_after_the_other(now, Random(seed), lives), seeds))


class _Lives:
    """How many processes may still be killed."""

    def __init__(self, left: int) -> None:
        self._left = left
        self._lock = threading.Lock()

    def take(self) -> bool:
        """Return whether one more may be killed."""
        with self._lock:
            self._left -= 1
            return self._left >= 0


def _one_after_the_other(now: _Round, random: Random, lives: _Lives) -> int:
    """Start a process and kill it, again and again; return how many were killed."""
    done = 0
    while True:
        command = now.started(random)
        if lives.take():
            _kill_somewhen(command, random, now.store.pace)
        what, outcome = command.progress, command.outcome()
        if outcome.status != -signal.SIGKILL:
            now.site.judge(outcome)
            return done
        done += 1
        now.site.tally.add(f"killed while {what}")


def _kill_somewhen(command: Command, random: Random, pace: float) -> None:
    """Kill a command after it has stored a random part of what it fetches, or a little later, unless it ends.

    Few die before they have done anything.
    """
    if random.random() < 0.05:
        time.sleep(random.uniform(0.2, 1.0))
    elif command.wait_for_progress(0.0):
        command.wait_for_progress(
            random.choice((0.01, random.random(), 1.0)), random.uniform(0.0, 1.5) * pace
        )
        time.sleep(random.uniform(0.0, 0.1) * pace)
    command.kill()

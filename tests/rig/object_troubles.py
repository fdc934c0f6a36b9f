"""An object store that is overloaded, slow, cut off or refuses for a while; then all has to be set right."""

import datetime as dt
import re
import socket
import struct
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import replace
from functools import partial
from http.server import ThreadingHTTPServer
from random import Random

from lib.periods.windows import ONE_DAY, Window
from tests.object_proxy import Answered, Proxy
from tests.rig.cases import Case, Site, numbered
from tests.rig.commands import Command, Outcome, run
from tests.rig.places import InBucket
from tests.rig.server import RigServer
from tests.rig.truth import Truth

_DAYS = 40
_SETTLED = 5
_LATER = 900.0
_RESET = struct.pack("ii", 1, 0)
_AT_ONCE = 3

_PANIC = re.compile(
    r"^\nthread '[\w-]+' \(\d+\) panicked at \S+/object_store-[\d.]+/src/buffered\.rs.*\n"
    r"Already shut down(?:\nnote: .*)?\n?",
    re.MULTILINE,
)
Ask = Callable[[], Answered]
Trouble = Callable[[Ask, Random], Answered | None]
"""Returns what is answered, None where the connection ends without an answer; it may ask the store before."""


def _refused(status: int, code: str) -> Trouble:
    """Return an error of the store, which did nothing."""
    body = f"<?xml version='1.0'?><Error><Code>{code}</Code><Message>{code}</Message></Error>".encode()
    error = Answered(status, (("Content-Type", "application/xml"),), body, len(body))
    return lambda _ask, _random: error


def _though_done(trouble: Trouble) -> Trouble:
    """Return the same trouble after the store did what it was asked."""

    def made(ask: Ask, random: Random) -> Answered | None:
        ask()
        return trouble(ask, random)

    return made


def _slow(ask: Ask, random: Random) -> Answered:
    time.sleep(random.uniform(0.05, 0.6))
    return ask()


def _cut(ask: Ask, random: Random) -> Answered:
    found = ask()
    return Answered(
        found.status, found.headers, found.body[: random.randrange(len(found.body) + 1)], found.length
    )


_GONE: Trouble = lambda _ask, _random: None  # noqa: E731
TROUBLES: Mapping[str, Trouble] = {
    "503 SlowDown": _refused(503, "SlowDown"),
    "503 though done": _though_done(_refused(503, "SlowDown")),
    "500 InternalError": _refused(500, "InternalError"),
    "500 though done": _though_done(_refused(500, "InternalError")),
    "403 AccessDenied": _refused(403, "AccessDenied"),
    "slow": _slow,
    "no answer": _GONE,
    "no answer though done": _though_done(_GONE),
    "cut": _cut,
}


def cases(seed: int, number: int) -> list[Case]:
    """Return cases with a few troubles each; together they have every one, if there are enough of them."""
    dealt = Random(f"{seed}/troubles").sample(sorted(TROUBLES), len(TROUBLES))
    hands = [[dealt[(n * _AT_ONCE + k) % len(dealt)] for k in range(_AT_ONCE)] for n in range(number)]
    return numbered("troubles", [partial(_troubled, names=hand) for hand in hands])


class _Schedule:
    """Which requests go wrong and how; the same for the same seed, in whatever order they come."""

    def __init__(self, site: Site, names: list[str]) -> None:
        self._site, self._names = site, names
        self._seed = site.random.random()
        self._share = site.random.choice((0.02, 0.1, 0.3, 0.6))
        self._seen: Counter[str] = Counter()
        self._lock = threading.Lock()
        self.used: set[str] = set()

    def trouble(self, asked: str) -> Callable[[Ask], Answered | None]:
        """Return what is done with a request, which is `METHOD /path`."""
        with self._lock:
            nth = self._seen[asked]
            self._seen[asked] += 1
        random = Random(f"{self._seed}/{asked}")
        name, lasting = random.choice(self._names), random.choice((1, 1, 1, 2, 6))
        if random.random() >= self._share or nth >= lasting:
            return lambda ask: ask()
        with self._lock:
            self.used.add(name)
        self._site.tally.add(f"object store: {name}")
        return lambda ask: TROUBLES[name](ask, Random(f"{self._seed}/{asked}/{nth}"))


def _without_panics(site: Site, outcome: Outcome) -> Outcome:
    """Return an outcome without what delta-rs prints beside the failure that it raises, if a write failed.

    Its library closes the failed file again, which it takes for a mistake of its own.
    """
    said = "\n".join(outcome.lines)
    site.tally.add("panics printed beside what went wrong", len(_PANIC.findall(said)))
    return replace(outcome, lines=tuple(_PANIC.sub("", said).splitlines()))


@contextmanager
def _between(place: InBucket, schedule: _Schedule) -> Iterator[InBucket]:
    """Give the same place, of which commands reach the object store through `schedule`."""

    class Unruly(Proxy):
        target = int(place.environment["AWS_ENDPOINT_URL"].rpartition(":")[2])

        def handed_on(self) -> None:
            body = self.content()
            answer = schedule.trouble(f"{self.command} {self.path}")(lambda: self.ask(body))
            with suppress(OSError):
                if answer:
                    self.hand_back(answer)
                else:
                    self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
            self.close_connection = answer is None or len(answer.body) < answer.length

        def handle(self) -> None:
            with suppress(OSError):  # whoever asked gave up
                super().handle()

    http = ThreadingHTTPServer(("127.0.0.1", 0), Unruly)
    http.daemon_threads = True
    thread = threading.Thread(target=http.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield place.through(f"http://127.0.0.1:{http.server_port}")
    finally:
        http.shutdown()
        thread.join()
        http.server_close()


def _troubled(site: Site, *, names: list[str]) -> None:
    last = dt.datetime.now(dt.UTC).date() - site.random.choice((0, _SETTLED)) * ONE_DAY
    window = Window(last - _DAYS * ONE_DAY, last + ONE_DAY)
    sync = ["sync", "--start", str(window.first), "--end", str(last)]
    truth, place, schedule = Truth(site.random, window), site.place("store"), _Schedule(site, names)
    assert isinstance(place, InBucket)
    with RigServer(truth).serving() as server:
        with _between(place, schedule) as troubled:
            commands = site.random.choice([[sync], [sync], [sync, sync], [sync, ["check"]]])
            running = [Command(one, base_url=server.base_url, store=troubled) for one in commands]
            ended = [site.judge(_without_panics(site, command.outcome())) for command in running]
        told = f"With {', '.join(sorted(schedule.used))}"
        # An outcome without a complaint is a promise that everything is there.
        if any(one.command[0] == "sync" and one.status == 0 and not one.said for one in ended):
            site.compare(truth.difference(place, window), f"{told}, after a sync that told of no trouble")
        recovered = site.judge(run(sync, base_url=server.base_url, store=place, moved=_LATER))
        if recovered.status:
            site.problems.append(f"{told}, the sync afterwards failed: {recovered.said[:2]}.")
        site.compare(truth.difference(place, window), f"{told}, after all was well again")

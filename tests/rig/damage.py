"""Files that are deleted, cut, altered or replaced: a repair makes all true again."""

import datetime as dt
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from random import Random

from lib.periods.windows import ONE_DAY, Window
from tests.rig.cases import Case, Site, numbered
from tests.rig.commands import Outcome, run
from tests.rig.places import Place
from tests.rig.server import RigServer
from tests.rig.truth import Truth

_DAYS = 40
_SETTLED = 5
_WITH_CHECKPOINT = ("images/day", "coverage")

Harm = Callable[[Place, str, Random], None]


def _cut(place: Place, file: str, _random: Random) -> None:
    content = place.read(file)
    place.write(file, content[: len(content) // 2])


def _turned(place: Place, file: str, random: Random) -> None:
    content = bytearray(place.read(file))
    content[random.randrange(len(content))] ^= 1 << random.randrange(8)
    place.write(file, bytes(content))


_HARMS: Mapping[str, Harm] = {
    "deleted": lambda place, file, _random: place.files.delete_file(file),
    "emptied": lambda place, file, _random: place.write(file, b""),
    "cut": _cut,
    "one bit turned": _turned,
    "another bit turned": _turned,
}
_FILES: Mapping[str, str] = {
    "rows": "costs/day/month=*/*.parquet",
    "rows of usage": "completions/day/month=*/*.parquet",
    "commits of rows": "costs/day/_delta_log/*.json",
    "commits of usage": "completions/day/_delta_log/*.json",
    "coverage": "coverage/part-*.parquet",
    "names": "names/part-*.parquet",
    "commits of coverage": "coverage/_delta_log/*.json",
    "commits of names": "names/_delta_log/*.json",
    "checkpoints": "*.checkpoint.parquet",
    "last checkpoints": "*/_last_checkpoint",
}
_FOLDERS = (
    "costs",
    "completions/day",
    "coverage",
    "names",
    "costs/day/_delta_log",
    "coverage/_delta_log",
    "",
)


_TABLES = ("costs/day", "coverage", "names")


def cases() -> list[Case]:
    """Return a case for each kind of file and each harm, and for each folder or commit that is lost."""
    files = [partial(_file, kind=kind, harm=harm) for kind in _FILES for harm in _HARMS]
    lost = [partial(_folder, name=name, older=False) for name in _FOLDERS]
    older = [partial(_folder, name=name, older=True) for name in _FOLDERS]
    newest = [partial(_newest_commit, table=table) for table in _TABLES]
    return numbered("damage", [*files, *lost, *older, *newest])


@dataclass(frozen=True)
class _Stored:
    """A store that is whole, what it was a sync before, and where its rows come from."""

    truth: Truth
    server: RigServer
    window: Window
    store: Place
    before: Place


@contextmanager
def _stored(site: Site) -> Iterator[_Stored]:
    last = dt.datetime.now(dt.UTC).date() - _SETTLED * ONE_DAY
    window = Window(last - _DAYS * ONE_DAY, last + ONE_DAY)
    truth = Truth(site.random, window)
    with RigServer(truth).serving() as server:
        stored = _Stored(truth, server, window, site.place("store"), site.place("before"))
        site.judge(_sync(stored, Window(window.first, window.first + 25 * ONE_DAY)))
        stored.store.copy("", stored.before)
        site.judge(_sync(stored, window))
        for name in _WITH_CHECKPOINT:
            stored.store.checkpoint(name)
        yield stored


def _file(site: Site, *, kind: str, harm: str) -> None:
    with _stored(site) as stored:
        file = site.random.choice(stored.store.names(_FILES[kind]))
        _HARMS[harm](stored.store, file, site.random)
        _repaired(site, stored, file, harm)


def _folder(site: Site, *, name: str, older: bool) -> None:
    with _stored(site) as stored:
        stored.store.delete(name)
        if older:
            stored.before.copy(name, stored.store)
        _repaired(site, stored, name, "restored from before" if older else "deleted")


def _newest_commit(site: Site, *, table: str) -> None:
    with _stored(site) as stored:
        file = stored.store.names(f"{table}/_delta_log/*.json")[-1]
        stored.store.files.delete_file(file)
        _repaired(site, stored, file, "deleted")


def _repaired(site: Site, stored: _Stored, what: str, harm: str) -> None:
    """Note which rows are not true after a sync and a repair, and what the repair left."""
    site.tally.add(f"damaged: {harm}")
    if stored.store.is_copied and site.random.random() < 0.5:
        stored.store.forget_copies()
    span = ["--start", str(stored.window.first), "--end", str(stored.window.end - ONE_DAY)]
    export = ["export", "costs", *span, "--format", "parquet", "--output", "-"]
    outcomes = [site.judge(_sync(stored, stored.window))]
    outcomes += [
        site.judge(_run(stored, *command)) for command in (["verify", "--repair"], ["verify"], export)
    ]
    said = " / ".join(line for outcome in outcomes for line in outcome.said)[:600] or "nothing"
    if any(outcome.status for outcome in outcomes[2:]):
        site.problems.append(f"After {what or 'the whole store'} was {harm}, a repair left this: {said}.")
    # Everything can be fetched again, so that nothing may be missing.
    site.compare(stored.truth.difference(stored.store, stored.window), f"After {what} was {harm} ({said})")
    site.tally.add("damage repaired or harmless", not site.problems)


def _sync(stored: _Stored, window: Window) -> Outcome:
    return _run(stored, "sync", "--start", str(window.first), "--end", str(window.end - ONE_DAY))


def _run(stored: _Stored, *command: str) -> Outcome:
    return run(command, base_url=stored.server.base_url, store=stored.store)

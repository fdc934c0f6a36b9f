"""Files that are deleted, cut, altered or replaced: what is then read is true, or said not to be."""

import datetime as dt
import os
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from random import Random

from deltalake import DeltaTable

from lib.cli import main as command_line
from lib.periods.windows import ONE_DAY, Window
from tests.rig.cases import Case, Site, numbered
from tests.rig.commands import Outcome, run
from tests.rig.server import RigServer
from tests.rig.truth import Truth

_DAYS = 40
_SETTLED = 5
_WITH_CHECKPOINT = ("images/day", "coverage")

Harm = Callable[[Path, Random], None]


def _cut(file: Path, _random: Random) -> None:
    file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])


def _turned(file: Path, random: Random) -> None:
    content = bytearray(file.read_bytes())
    content[random.randrange(len(content))] ^= 1 << random.randrange(8)
    file.write_bytes(content)


_HARMS: Mapping[str, Harm] = {
    "deleted": lambda file, _random: file.unlink(),
    "emptied": lambda file, _random: os.truncate(file, 0),
    "cut": _cut,
    "one bit turned": _turned,
    "another bit turned": _turned,
}
_FILES: Mapping[str, str] = {
    "rows": "costs/day/month=*/*.parquet",
    "rows of usage": "completions/day/month=*/*.parquet",
    "commits of rows": "costs/day/_delta_log/*.json",
    "commits of usage": "completions/day/_delta_log/*.json",
    "coverage": "coverage/*.parquet",
    "names": "names/*.parquet",
    "commits of coverage": "coverage/_delta_log/*.json",
    "commits of names": "names/_delta_log/*.json",
    "checkpoints": "*/**/*.checkpoint.parquet",
    "last checkpoints": "*/**/_last_checkpoint",
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


def cases() -> list[Case]:
    """Return a case for each kind of file and each harm, and for each folder that is lost or older."""
    files = [partial(_file, kind=kind, harm=harm) for kind in _FILES for harm in _HARMS]
    lost = [partial(_folder, name=name, older=False) for name in _FOLDERS]
    older = [partial(_folder, name=name, older=True) for name in _FOLDERS]
    return numbered("damage", [*files, *lost, *older])


@dataclass(frozen=True)
class _Stored:
    """A store that is whole, what it was a sync before, and where its rows come from."""

    truth: Truth
    server: RigServer
    window: Window
    store: Path
    before: Path


@contextmanager
def _stored(site: Site) -> Iterator[_Stored]:
    last = dt.datetime.now(dt.UTC).date() - _SETTLED * ONE_DAY
    window = Window(last - _DAYS * ONE_DAY, last + ONE_DAY)
    truth = Truth(site.random, window)
    with RigServer(truth).serving() as server:
        stored = _Stored(truth, server, window, site.folder / "store", site.folder / "before")
        site.judge(_sync(stored, Window(window.first, window.first + 25 * ONE_DAY)))
        shutil.copytree(stored.store, stored.before)
        site.judge(_sync(stored, window))
        for name in _WITH_CHECKPOINT:
            DeltaTable(str(stored.store / name)).create_checkpoint()
        yield stored


def _file(site: Site, *, kind: str, harm: str) -> None:
    with _stored(site) as stored:
        file = site.random.choice(sorted(stored.store.glob(_FILES[kind])))
        _HARMS[harm](file, site.random)
        _true_or_told(site, stored, file.relative_to(stored.store), harm)


def _folder(site: Site, *, name: str, older: bool) -> None:
    with _stored(site) as stored:
        shutil.rmtree(stored.store / name)
        if older:
            shutil.copytree(stored.before / name, stored.store / name)
        _true_or_told(site, stored, Path(name), "restored from before" if older else "deleted")


def _true_or_told(site: Site, stored: _Stored, what: Path, harm: str) -> None:
    """Note where, after a sync and a repair, rows are not true and nobody has said so."""
    site.tally.add(f"damaged: {harm}")
    span = ["--start", str(stored.window.first), "--end", str(stored.window.end - ONE_DAY)]
    outcomes = [site.judge(_sync(stored, stored.window))]
    if _has_verify():
        outcomes.append(site.judge(_run(stored, "verify", "--repair")))
        outcomes.append(site.judge(_run(stored, "verify")))
    outcomes.append(
        site.judge(_run(stored, "export", "costs", *span, "--format", "parquet", "--output", "-"))
    )
    told = [o for o in outcomes if o.status and o.said and _about(what, o)]
    try:
        found = stored.truth.difference(stored.store, stored.window).told()
    except Exception as failure:  # noqa: BLE001 - a table that cannot be read has to have been told of
        found = [f"the store cannot be read: {failure}"]
    if found and not told:
        said = " / ".join(line for o in outcomes for line in o.said)[:300] or "nothing"
        site.problems.append(
            f"After {what or 'the whole store'} was {harm}: {found}, and what was said is: {said}."
        )
    site.tally.add("damage told" if found else "damage repaired or harmless")


def _about(what: Path, outcome: Outcome) -> bool:
    """Return whether an outcome names the table that holds `what`."""
    return not what.parts or any(
        what.parts[0] in line or what.parts[0].title() in line for line in outcome.said
    )


def _has_verify() -> bool:
    return (Path(command_line.__file__).parent / "verify_command.py").exists()


def _sync(stored: _Stored, window: Window) -> Outcome:
    return _run(stored, "sync", "--start", str(window.first), "--end", str(window.end - ONE_DAY))


def _run(stored: _Stored, *command: str) -> Outcome:
    return run(command, base_url=stored.server.base_url, store=stored.store)

"""A disk that is full or read-only: each command says so, and nothing is lost."""

import datetime as dt
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from lib.periods.windows import ONE_DAY, Window
from tests.rig.cases import Case, Site, numbered
from tests.rig.commands import Outcome, run
from tests.rig.places import InFolder
from tests.rig.server import RigServer
from tests.rig.truth import Truth

_DAYS = 60
_ENOUGH = "size=64m,nr_inodes=100k"
_SMALL = ("size=60k", "size=200k", "size=400k", "size=700k", "size=1m", "nr_inodes=30", "nr_inodes=120")
_LATER = 900.0


def cases() -> list[Case]:
    """Return a case for each disk that is too small, and for those that cannot be written."""
    full = [partial(_full, options=options, filled=filled) for options in _SMALL for filled in (False, True)]
    return numbered("disks", [*full, partial(_read_only, filled=False), partial(_read_only, filled=True)])


def _full(site: Site, *, options: str, filled: bool) -> None:
    """Sync where there is too little room: from the start, or beside what was stored before."""
    with _organization(site) as (truth, server, window), _mounted(site.folder / "disk", _ENOUGH) as disk:
        if filled:
            _sync(site, server, disk, Window(window.first, window.first + 5 * ONE_DAY))
        _remount(disk, options if not filled else _hardly_more(disk, options))
        outcome = _sync(site, server, disk, window)
        site.tally.add("syncs on a full disk", outcome.status != 0)
        if outcome.status and not any("disk is full" in line for line in outcome.said):
            site.problems.append(f"With {options}, nobody said that the disk is full: {outcome.said[:2]}.")
        _remount(disk, _ENOUGH)
        _healed(site, truth, server, disk, window)


def _read_only(site: Site, *, filled: bool) -> None:
    with _organization(site) as (truth, server, window), _mounted(site.folder / "disk", _ENOUGH) as disk:
        if filled:
            _sync(site, server, disk, Window(window.first, window.first + 5 * ONE_DAY))
        _remount(disk, "ro")
        outcome = _sync(site, server, disk, window)
        site.tally.add("syncs on a read-only disk", outcome.status != 0)
        if not outcome.status or not any("may not write" in line for line in outcome.said):
            site.problems.append(
                f"Nobody said that the folder is read-only: {outcome.status}, {outcome.said[:2]}."
            )
        _remount(disk, "rw")
        _healed(site, truth, server, disk, window)


def _healed(site: Site, truth: Truth, server: RigServer, disk: Path, window: Window) -> None:
    outcome = _sync(site, server, disk, window)
    if outcome.status:
        site.problems.append(f"With room again, the sync failed: {outcome.said[:2]}.")
    site.compare(truth.difference(InFolder(disk / "store"), window), "With room again")


def _sync(site: Site, server: RigServer, disk: Path, window: Window) -> Outcome:
    command = ["sync", "--start", str(window.first), "--end", str(window.end - ONE_DAY)]
    return site.judge(run(command, base_url=server.base_url, store=InFolder(disk / "store"), moved=_LATER))


@contextmanager
def _organization(site: Site) -> Iterator[tuple[Truth, RigServer, Window]]:
    today = dt.datetime.now(dt.UTC).date()
    window = Window(today - _DAYS * ONE_DAY, today + ONE_DAY)
    truth = Truth(site.random, window)
    with RigServer(truth).serving() as server:
        yield truth, server, window


@contextmanager
def _mounted(folder: Path, options: str) -> Iterator[Path]:
    """Give a small disk of its own, held in memory; raise RuntimeError where this account may mount none."""
    folder.mkdir()
    if not _ran("mount", "-t", "tmpfs", "-o", options, "rig", str(folder)):
        msg = "A disk can be full only where one can be mounted: run the rig as root."
        raise RuntimeError(msg)
    try:
        yield folder
    finally:
        _ran("umount", "-l", str(folder))


def _remount(disk: Path, options: str) -> None:
    if not _ran("mount", "-o", f"remount,{options}", str(disk)):
        msg = f"{disk} could not be mounted again with {options}."
        raise RuntimeError(msg)


def _hardly_more(disk: Path, options: str) -> str:
    """Return the room, or the number of files, of `options` on top of what is taken."""
    what, _, value = options.partition("=")
    files = list(disk.rglob("*"))
    if what == "nr_inodes":
        return f"{what}={len(files) + 1 + int(value)}"
    taken = sum(-(-f.stat().st_size // 4096) * 4 for f in files if f.is_file())
    room = int(value.removesuffix("k").removesuffix("m")) * (1024 if value.endswith("m") else 1)
    return f"{what}={taken + room}k"


def _ran(*command: str) -> bool:
    return subprocess.run(command, capture_output=True, check=False).returncode == 0

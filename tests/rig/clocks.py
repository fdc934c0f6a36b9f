"""Processes whose clock is wrong; none of them may make a day final that can still change."""

import datetime as dt
from functools import partial

from lib.periods.windows import ONE_DAY, Window
from tests.rig.cases import Case, Site, numbered
from tests.rig.commands import run
from tests.rig.server import RigServer
from tests.rig.truth import Truth

_DAYS = 20
_PROVISIONAL = 3
_LATER = 900.0
_HOURS = (5.0, 30.0, 24.0 * 4, 24.0 * 30, 24.0 * 400)
_DAY = 86400.0


def cases(random_sequences: int) -> list[Case]:
    """Return a case for each clock that is ahead or behind, and some in which many differ."""
    single = [[sign * hours * 3600.0] for hours in _HOURS for sign in (1, -1)]
    around = [[0.0, *offsets] for offsets in single]
    goes = [partial(_clocks, offsets=offsets) for offsets in (*single, *around)]
    return numbered("clocks", [*goes, *[partial(_clocks, offsets=None)] * random_sequences])


def _clocks(site: Site, *, offsets: list[float] | None) -> None:
    """Sync with each clock in turn, while what can change does, and at last with the right one."""
    today = dt.datetime.now(dt.UTC).date()
    window = Window(today - _DAYS * ONE_DAY, today + ONE_DAY)
    truth, store = Truth(site.random, window), site.place("store")
    if offsets is None:
        offsets = [site.random.uniform(-20, 20) * _DAY for _ in range(4)]
    with RigServer(truth).serving() as server:
        for moved in (*offsets, _LATER):
            command = ["sync", "--start", str(window.first), "--end", str(today)]
            outcome = site.judge(run(command, base_url=server.base_url, store=store, moved=moved))
            site.tally.add("syncs with a wrong clock", moved != _LATER)
            if outcome.status:
                site.problems.append(
                    f"A sync whose clock was {moved / 3600:+.0f} h off failed: {outcome.said[:2]}."
                )
            if moved != _LATER:
                truth.change(today - back * ONE_DAY for back in range(_PROVISIONAL))
        told = ", ".join(f"{moved / 3600:+.0f} h" for moved in offsets)
        site.compare(truth.difference(store, window), f"After clocks that were off by {told}")

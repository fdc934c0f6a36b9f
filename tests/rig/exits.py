"""Short commands, several at a time on one store: each ends by itself, and none by a signal."""

import datetime as dt
from concurrent.futures import ThreadPoolExecutor
from functools import partial

from lib.periods.windows import ONE_DAY, Window
from tests.rig.cases import Case, Site, numbered
from tests.rig.commands import run
from tests.rig.server import RigServer
from tests.rig.truth import Truth

_AT_A_TIME = 5
_LATER = 900.0


def cases(rounds: int, processes: int) -> list[Case]:
    """Return `rounds` cases of so many processes each."""
    return numbered("exits", [partial(_ends, processes=processes)] * rounds)


def _ends(site: Site, *, processes: int) -> None:
    """Sync a day that is not final, again and again; every process fetches, stores and cleans up."""
    today = dt.datetime.now(dt.UTC).date()
    window = Window(today, today + ONE_DAY)
    truth = Truth(site.random, window)
    store = site.place("store")
    command = ["sync", "--source", "embeddings", "--start", str(today), "--end", str(today)]
    with RigServer(truth).serving() as server, ThreadPoolExecutor(_AT_A_TIME) as pool:

        def end(nth: int) -> None:
            moved = _LATER * nth
            site.judge(run(command, base_url=server.base_url, store=store, moved=moved))
            site.tally.add("processes that ended by themselves")

        list(pool.map(end, range(processes)))

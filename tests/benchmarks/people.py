"""Fifty people at once: how long a page takes each of them, over real WebSocket sessions.

Each opens the Overview, and from then on a random page with a random period every ten seconds. Before
them, somebody has opened every page with every period once, as the first to come in the morning do.
"""

import asyncio
import random
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from statistics import median, quantiles
from urllib.parse import urlsplit

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake

from tests.benchmarks.pages import PAGES
from tests.browser.app import App

PEOPLE, EVERY, ACTS = 50, 10.0, 12
PERIODS = ("7d", "30d", "90d", "this-month")
PATIENCE = 60.0
RECONNECT = 0.5
"""After how many seconds a browser whose connection was cut tries again."""


@dataclass(frozen=True)
class Waited:
    """The seconds that each act of somebody took, and how many acts failed."""

    seconds: tuple[float, ...]
    failures: int

    @property
    def median(self) -> float:
        """Return the median of the seconds."""
        return median(self.seconds)

    @property
    def p95(self) -> float:
        """Return what 95 of 100 acts did not take longer than."""
        return quantiles(self.seconds, n=100)[94]


def said(waited: Waited) -> str:
    """Return the sentence about what the crowd waited."""
    return (
        f"{PEOPLE} people at once on pages that somebody opened before, each opening one every {EVERY:.0f} s "
        f"for {EVERY * ACTS / 60:.0f} minutes: half of the pages took less than {waited.median:.2f} s, 95% "
        f"less than {waited.p95:.2f} s, and {waited.failures or 'none'} of "
        f"{len(waited.seconds) + waited.failures} failed.\n"
    )


def crowd(
    folder: Path,
    people: int = PEOPLE,
    every: float = EVERY,
    acts: int = ACTS,
    pages: Sequence[str] = PAGES,
) -> Waited:
    """Return what that many people waited, each acting so often, on an app with a new store in `folder`."""
    with App(folder) as app:
        address = f"ws://{urlsplit(app.url).netloc}/_stcore/stream"
        asyncio.run(opened_before(address, pages))
        return asyncio.run(everybody(address, people, every, acts, pages))


async def opened_before(address: str, pages: Sequence[str]) -> None:
    """Open every page with every period once."""
    visitor = Visitor(address)
    for page in ("", *pages):
        for period in PERIODS:
            await visitor.sees(page, f"period={period}")
    await visitor.leaves()


class Visitor:
    """A browser at `address`: where its connection is cut, it connects again and asks for the same page."""

    def __init__(self, address: str) -> None:
        self._address = address
        self._session: ClientConnection | None = None

    async def sees(self, page: str, query: str) -> bool:
        """Ask for a page, and return whether its script came to its end; raise TimeoutError in the end."""
        async with asyncio.timeout(PATIENCE):
            while True:
                try:
                    if self._session is None:
                        self._session = await connect(
                            self._address,
                            subprotocols=["streamlit"],  # type: ignore[list-item]
                            max_size=None,
                        )
                    return await _run(self._session, page, query)
                except (ConnectionClosed, InvalidHandshake, OSError):
                    self._session = None
                    await asyncio.sleep(RECONNECT)

    async def leaves(self) -> None:
        """Close the connection."""
        if self._session is not None:
            await self._session.close()


async def person(
    address: str, nth: int, people: int, every: float, acts: int, pages: Sequence[str]
) -> list[float | None]:
    """Return how long each act took, None for those that failed; opening the app is not one.

    Whoever waits longer than `PATIENCE` gives up: what was left to do has failed, too.
    """
    chance = random.Random(nth)  # noqa: S311 (no secret)
    await asyncio.sleep(every * nth / people)
    waited: list[float | None] = []
    visitor = Visitor(address)
    with suppress(TimeoutError):
        await visitor.sees("", "")
        while len(waited) < acts:
            page, period = chance.choice(pages), chance.choice(PERIODS)
            began = time.perf_counter()
            finished = await visitor.sees(page, f"period={period}")
            took = time.perf_counter() - began
            waited.append(took if finished else None)
            await asyncio.sleep(max(0.0, every - took))
    await visitor.leaves()
    return waited + [None] * (acts - len(waited))


async def everybody(address: str, people: int, every: float, acts: int, pages: Sequence[str]) -> Waited:
    """Return what so many people waited who come one after another and stay for so many acts."""
    found = await asyncio.gather(*(person(address, n, people, every, acts, pages) for n in range(people)))
    waited = [one for each in found for one in each]
    return Waited(tuple(one for one in waited if one is not None), sum(one is None for one in waited))


async def _run(session: ClientConnection, page: str, query: str) -> bool:
    asked = BackMsg()
    asked.rerun_script.query_string = query
    asked.rerun_script.page_name = page
    await session.send(asked.SerializeToString())
    while True:
        message = ForwardMsg.FromString(bytes(await session.recv()))
        kind = message.WhichOneof("type")
        if kind == "script_finished" and message.script_finished != ForwardMsg.FINISHED_EARLY_FOR_RERUN:
            return bool(message.script_finished == ForwardMsg.FINISHED_SUCCESSFULLY)
        if kind == "delta" and message.delta.new_element.WhichOneof("type") == "exception":
            return False

"""Two replicas of the app and processes that sync, all on one store, each of which is killed now and then."""

import datetime as dt
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from decimal import Decimal
from functools import partial
from pathlib import Path
from urllib.parse import urlencode

import requests
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Subprotocol

from lib.periods.windows import ONE_DAY, Window
from lib.wording.numbers import usd
from tests.deploy.programs import until
from tests.deploy.replica_processes import replica_pids
from tests.ports import free_ports
from tests.rig.cases import Case, Site, numbered
from tests.rig.commands import ROOT, Command, environment, run
from tests.rig.kills import late
from tests.rig.places import Place
from tests.rig.server import RigServer
from tests.rig.truth import Truth
from tests.rig.wire import as_json

_DAYS = 20
_CHANGING = 3
_LATER = 900.0
_PATIENCE = 300.0
_OFTEN = 1.0
_LEAST_LIFE = 25.0
"""Seconds that a replica is let live: `serve` gives up on one that ends sooner, again and again."""
_DOWN = as_json({"error": {"message": "The server had an error.", "code": None}}, 500)


def cases(number: int, kills: int) -> list[Case]:
    """Return cases with so many kills each."""
    return numbered("replicas", [partial(_shared, kills=kills)] * number)


class _App:
    """Two replicas behind a proxy, as `serve` runs them; `log` is what they said on standard error."""

    def __init__(self, process: "subprocess.Popen[bytes]", port: int, log: Path) -> None:
        self.process, self.port, self.log = process, port, log
        self.replicas = (port + 1, port + 2)
        self._killed_at = dict.fromkeys(self.replicas, 0.0)

    def kill(self, port: int) -> None:
        """Kill a replica, once it is there and has lived for a while since it was last killed."""
        self.wait_for(port)
        time.sleep(max(0.0, self._killed_at[port] + _LEAST_LIFE - time.monotonic()))
        os.kill(replica_pids(self.port, 2)[self.replicas.index(port)], signal.SIGKILL)
        self._killed_at[port] = time.monotonic()

    def wait_for(self, port: int) -> None:
        """Wait until a replica answers."""
        until(lambda: _is_live(port), self.process, _PATIENCE)

    @contextmanager
    def opened(self, port: int, window: Window) -> Iterator[ClientConnection]:
        """Open the first page of a replica with a period, whose script then runs."""
        address = f"ws://127.0.0.1:{port}/_stcore/stream"
        protocols = [Subprotocol("streamlit")]
        with connect(
            address, subprotocols=protocols, open_timeout=_PATIENCE, ping_interval=None, max_size=None
        ) as page:
            _rerun(page, window)
            yield page

    def total(self, port: int, token: str, window: Window) -> Decimal:
        """Return what a replica tells a program that the organization spent."""
        asked = urlencode({"measure": "spend", "from": window.first, "to": window.end - ONE_DAY})
        answer = requests.get(
            f"http://127.0.0.1:{port}/api/v1/totals?{asked}",
            headers={"Authorization": f"Bearer {token}"},
            timeout=_PATIENCE,
        )
        return Decimal(answer.json()["rows"][0]["value"])


def _shared(site: Site, *, kills: int) -> None:
    today = dt.datetime.now(dt.UTC).date()
    window = Window(today - _DAYS * ONE_DAY, today + ONE_DAY)
    truth, store = Truth(site.random, window), site.place("store")
    sync = ["sync", "--start", str(window.first), "--end", str(today)]
    with RigServer(truth, late(site.random)).serving() as server, _served(site, server, store) as app:
        with ExitStack() as pages:
            _kill(
                site, app, pages, window, kills, lambda: Command(sync, base_url=server.base_url, store=store)
            )
        for port in app.replicas:
            app.wait_for(port)
        site.judge(run(sync, base_url=server.base_url, store=store))
        site.compare(truth.difference(store, window), "After the kills")
        token = run(["token", "create", "rig"], base_url=server.base_url, store=store).out.decode().strip()
        truth.change(today - back * ONE_DAY for back in range(_CHANGING))
        site.judge(run(sync, base_url=server.base_url, store=store, moved=_LATER))
        site.compare(truth.difference(store, window), "After another sync")
        # From here on replicas can show only what another process wrote.
        server.unruly = lambda _asked, _answer: _DOWN
        true = truth.spent(window)
        for port in app.replicas:
            if (told := app.total(port, token, window)) != true:
                site.problems.append(f"A replica tells of {told} dollars, not of {true}.")
            if not _shows(app, port, window, usd(true)):
                site.problems.append(f"The page of a replica does not show {usd(true)}.")
    said = app.log.read_text()
    site.problems += [f"A replica said “{sign}”." for sign in ("Traceback", "panicked") if sign in said]


def _kill(
    site: Site, app: _App, pages: ExitStack, window: Window, kills: int, started: Callable[[], Command]
) -> None:
    """Let people open pages while processes sync, and kill one of them after the other."""
    victims = site.random.sample([*app.replicas, None], 3)
    for nth in range(kills):
        for port in app.replicas:
            app.wait_for(port)
            pages.enter_context(app.opened(port, window))
        command, victim = started(), victims[nth % len(victims)]
        if victim is None:
            command.wait_for_progress(0.0)
        time.sleep(site.random.uniform(0.0, 3.0))
        if victim is None:
            command.kill()
            command.outcome()
        else:
            app.kill(victim)
            site.judge(command.outcome())
        site.tally.add("replicas killed" if victim else "syncs beside replicas killed")


@contextmanager
def _served(site: Site, server: RigServer, store: Place) -> Iterator[_App]:
    port, log = free_ports(3), site.folder / "serve.log"
    command = [sys.executable, "-m", "lib", "serve", "--replicas", "2", "--port", str(port)]
    with log.open("wb") as said:
        process = subprocess.Popen(
            command,
            cwd=ROOT,
            env={**environment(server.base_url, store), "USAGE_LOG_FORMAT": "text"},
            stderr=said,
            stdout=said,
        )
    try:
        until(lambda: "2 replicas answer" in log.read_text(), process, _PATIENCE)
        yield _App(process, port, log)
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait()


def _shows(app: _App, port: int, window: Window, text: str) -> bool:
    """Return whether the page shows a text, at the latest a while after it was opened."""
    ends, seen = time.monotonic() + _PATIENCE, b""
    with app.opened(port, window) as page:
        while text.encode() not in seen and time.monotonic() < ends:
            seen = page.recv(timeout=_PATIENCE, decode=False)
            if ForwardMsg.FromString(seen).WhichOneof("type") == "script_finished":
                time.sleep(_OFTEN)
                _rerun(page, window)
    return text.encode() in seen


def _rerun(page: ClientConnection, window: Window) -> None:
    """Ask for the first page with a period."""
    message = BackMsg()
    asked = {"from": window.first.isoformat(), "to": (window.end - ONE_DAY).isoformat()}
    message.rerun_script.query_string = urlencode(asked)
    page.send(message.SerializeToString())


def _is_live(port: int) -> bool:
    try:
        return requests.get(f"http://127.0.0.1:{port}/healthz/live", timeout=5).ok
    except requests.RequestException:
        return False

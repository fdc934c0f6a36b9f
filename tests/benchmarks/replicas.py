"""A hundred people at once on replicas behind their proxy: in peace, beside fetches, and as one is killed.

Every page was opened with every period once at each replica before. Waiting counts from the click to
the end of the page, a cut connection included.
"""

import argparse
import asyncio
import datetime as dt
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.benchmarks.pages import PAGES
from tests.benchmarks.people import Waited, everybody, opened_before
from tests.browser.app import ROOT
from tests.browser.child import comes_up, end
from tests.conftest import PROXIES, SETTINGS
from tests.deploy.replica_processes import replica_pids
from tests.ports import free_ports

PEOPLE, EVERY, ACTS, REPLICAS = 100, 10.0, 30, 2
PATIENCE = 120.0
PEACE, AGAIN = "nothing", "the latest days are fetched again"
FETCHING, KILLED = "the rest of a year is fetched", "a replica is killed"


@dataclass(frozen=True)
class Measured:
    """What people waited, and the memory of all replicas together in megabytes, before and after."""

    what: str
    waited: Waited
    before: float
    after: float


def table(found: Sequence[Measured]) -> str:
    """Return what was measured as a Markdown table."""
    lines = [
        "| what happens beside it | half within | 95% within | failed | memory before | after |",
        "|---|--:|--:|--:|--:|--:|",
    ]
    for each in found:
        waited = each.waited
        acts = len(waited.seconds) + waited.failures
        lines.append(
            f"| {each.what} | {waited.median:.2f} s | {waited.p95:.2f} s | {waited.failures} of {acts:,} "
            f"| {each.before:,.0f} MB | {each.after:,.0f} MB |"
        )
    return "\n".join(lines) + "\n"


def measured(
    folder: Path,
    replicas: int = REPLICAS,
    people: int = PEOPLE,
    acts: int = ACTS,
    every: float = EVERY,
    pages: Sequence[str] = PAGES,
) -> Iterator[Measured]:
    """Yield what so many people wait, each acting so often, beside each thing that can happen, in turn."""
    environment = _environment(folder)
    with _served(environment, replicas) as port, ExitStack() as started:

        def nothing() -> None: ...

        def run(*words: str) -> None:
            command = [sys.executable, "-m", "lib", *words]
            process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=quiet, stderr=quiet)
            started.enter_context(process)

        def fetch_again() -> None:
            today = dt.datetime.now(dt.UTC).date()
            run("sync", "--start", str(today - dt.timedelta(days=2)), "--end", str(today))

        def fetch() -> None:
            run("backfill")

        def kill() -> None:
            os.kill(replica_pids(port, replicas)[0], signal.SIGKILL)

        async def crowd(happens: Callable[[], object]) -> Waited:
            crowding = asyncio.create_task(everybody(_stream(port), people, every, acts, pages))
            await asyncio.sleep(every * acts / 3)
            happens()
            return await crowding

        for each in range(1, replicas + 1):
            asyncio.run(opened_before(_stream(port + each), pages))
        quiet = subprocess.DEVNULL
        for what, happens in ((PEACE, nothing), (AGAIN, fetch_again), (FETCHING, fetch), (KILLED, kill)):
            before = _megabytes(port, replicas)
            waited = asyncio.run(crowd(happens))
            yield Measured(what, waited, before, _megabytes(port, replicas))


def _environment(folder: Path) -> dict[str, str]:
    inherited = {k: v for k, v in os.environ.items() if not k.startswith("STREAMLIT_")}
    return inherited | {"USAGE_STORE_URI": str(folder / "store"), "HOME": str(folder)}


def _stream(port: int) -> str:
    return f"ws://127.0.0.1:{port}/_stcore/stream"


@contextmanager
def _served(environment: Mapping[str, str], replicas: int) -> Iterator[int]:
    """Serve the demo organization, and give the proxy's port."""
    port = free_ports(replicas + 1)
    command = [sys.executable, "-m", "lib", "serve", "--port", str(port), "--replicas", str(replicas)]
    process = subprocess.Popen(command, cwd=ROOT, env=environment, stderr=subprocess.DEVNULL)
    try:
        if not comes_up(process, f"http://127.0.0.1:{port}/_stcore/health", PATIENCE):
            raise RuntimeError("The replicas did not come up.")
        yield port
    finally:
        end(process)


def _megabytes(port: int, replicas: int) -> float:
    """Return what the replicas hold of the machine's memory."""
    pages_held = [
        int(Path(f"/proc/{pid}/statm").read_text("ascii").split()[1]) for pid in replica_pids(port, replicas)
    ]
    return sum(pages_held) * os.sysconf("SC_PAGE_SIZE") / 1e6


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.replicas", description=__doc__)
    parser.add_argument("--replicas", type=int, default=REPLICAS)
    parser.add_argument("--people", type=int, default=PEOPLE)
    parser.add_argument("--acts", type=int, default=ACTS)
    chosen = parser.parse_args()
    for name in (*SETTINGS, *PROXIES, *(p.upper() for p in PROXIES)):
        os.environ.pop(name, None)
    with tempfile.TemporaryDirectory() as folder:
        found = list(measured(Path(folder), chosen.replicas, chosen.people, chosen.acts))
    sys.stdout.write(table(found))


if __name__ == "__main__":
    main()

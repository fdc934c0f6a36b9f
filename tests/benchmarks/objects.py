"""How long pages of a store in a bucket take where each request to it takes 20 ms longer.

`python -m tests.benchmarks.objects` prints the table of docs/scale.md: pages of the demo organization over 90
days, with the store in a folder and in a bucket, and how many requests each made.
"""

import logging
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import requests

from lib.store.usage_store import Store
from tests.benchmarks.apart import apart
from tests.benchmarks.outcomes import Api
from tests.benchmarks.overview import fill
from tests.benchmarks.pages import PERIOD, nothing_to_refresh, timed
from tests.benchmarks.server import serving
from tests.conftest import PROXIES, SETTINGS
from tests.object_server import BUCKET, ObjectServer, requests_in
from tests.ports import free_port

DELAY = 0.02
AGAIN = 3
PAGES = ("overview", "costs", "usage", "anomalies", "savings", "units")
ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Opened:
    """The seconds and the requests of a page that is opened, and the same when it is drawn again."""

    page: str
    first: float
    asked: int
    again: float
    asked_again: int


def opened(api: Api, uri: str, log: Path, environment: dict[str, str], temporary: str) -> list[Opened]:
    """Return how each page comes up in this process, one after another."""
    logging.disable(logging.WARNING)  # streamlit remarks that a script runs without its server
    tempfile.tempdir = temporary
    os.environ |= environment
    os.environ |= {"OPENAI_ADMIN_KEY": api.key, "OPENAI_BASE_URL": api.base_url, "USAGE_STORE_URI": uri}
    from tests.pages.conftest import visit  # here, where the log has been told to keep quiet

    found = []
    with nothing_to_refresh():
        for page in PAGES:
            before = len(requests_in(log))
            first, app = timed(lambda page=page: visit(page, period=PERIOD))
            opened_with = len(requests_in(log))
            again = median(timed(app.run)[0] for _ in range(AGAIN))
            if app.exception or app.error:
                raise RuntimeError(f"{page} did not come up: {app.exception or app.error}")
            redrawn = len(requests_in(log)) - opened_with
            found.append(Opened(page, first, opened_with - before, again, redrawn))
    return found


def main() -> None:
    """Measure and print."""
    for name in (*SETTINGS, *PROXIES, *(p.upper() for p in PROXIES)):
        os.environ.pop(name, None)
    logging.disable(logging.WARNING)
    with serving(0) as api, tempfile.TemporaryDirectory() as there, _slow(Path(there)) as (server, url):
        near, far = str(Path(there) / "store"), f"s3://{BUCKET}/store"
        fill(api, Store(near))
        _upload(Path(near), server)
        copies = Path(there) / "copies"
        copies.mkdir()
        environment = server.environment | {"AWS_ENDPOINT_URL": url}
        given = (server.log, environment, str(copies))
        runs = [apart(opened, api, uri, *given) for uri in (near, far, far)]
    sys.stdout.write(table(*runs))


def table(folder: list[Opened], nothing_copied: list[Opened], copied: list[Opened]) -> str:
    """Return the seconds and requests of every page, as Markdown."""
    lines = [
        "| Page | folder: first | again | bucket, no copies: first | requests | copies: first | requests "
        f"| again | requests of {AGAIN} |",
        "|---|---|---|---|---|---|---|---|---|",
        *(
            f"| {near.page} | {near.first:.2f} s | {near.again:.3f} s | {cold.first:.2f} s | {cold.asked} "
            f"| {warm.first:.2f} s | {warm.asked} | {warm.again:.3f} s | {warm.asked_again} |"
            for near, cold, warm in zip(folder, nothing_copied, copied, strict=True)
        ),
    ]
    return "\n".join(lines) + "\n"


@contextmanager
def _slow(folder: Path) -> Iterator[tuple[ObjectServer, str]]:
    """Give an object store and the address at which each of its answers is late."""
    server, port = ObjectServer(folder), free_port()
    late = [sys.executable, "-m", "tests.benchmarks.slow_proxy", str(port), server.url.rpartition(":")[2]]
    try:
        server.start()
        with (folder / "proxy.log").open("wb") as said:
            proxy = subprocess.Popen([*late, str(DELAY)], cwd=ROOT, stdout=said, stderr=said)
        try:
            yield server, f"http://127.0.0.1:{port}"
        finally:
            proxy.kill()
            proxy.wait()
    finally:
        server.stop()


def _upload(folder: Path, server: ObjectServer) -> None:
    """Put every file of a store into the bucket: it is the same store there."""
    with requests.Session() as session:
        for file in folder.rglob("*"):
            if file.is_file():
                address = f"{server.url}/{BUCKET}/store/{file.relative_to(folder)}"
                session.put(address, file.read_bytes(), timeout=60).raise_for_status()


if __name__ == "__main__":
    main()

"""The demo organization in a process of its own, so that it shares no interpreter with what is measured."""

import datetime as dt
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.benchmarks.outcomes import Api

ROOT = Path(__file__).resolve().parents[2]


@contextmanager
def serving(latency_ms: int) -> Iterator[Api]:
    """Give the address of a demo server that waits `latency_ms` before each of its answers."""
    command = [sys.executable, "-m", "lib", "demo-server", "--port", "0", "--latency", str(latency_ms)]
    with said_by(command) as said:
        yield Api(said["OPENAI_BASE_URL"], said["OPENAI_ADMIN_KEY"], dt.datetime.now(dt.UTC))


@contextmanager
def said_by(command: list[str]) -> Iterator[dict[str, str]]:
    """Give the address and the key that a server prints as it starts; end it afterwards."""
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as server:
        try:
            yield dict(server.stdout.readline().strip().split("=", 1) for _ in range(2))
        finally:
            server.terminate()

"""A large organization behind a server that only copies bytes: what takes time is whoever reads it.

Each source has one of seven days in turn, rendered before the first request. Run as a module it prints its
address and key as `demo-server` does.
"""

import argparse
import datetime as dt
import json
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from lib.catalog.sources import SOURCES, Source
from tests.benchmarks.outcomes import Api
from tests.benchmarks.server import said_by

DAY = 86400
KEY = "sk-admin-large"
ROWS = {"completions": 8_000, "costs": 16_000}
"""The rows of a day."""
_OTHERS = 100
_DAYS = 7
_PROJECTS, _KEYS, _USERS = 60, 360, 120
_MODELS = (
    "gpt-5.5-2026-04-23",
    "gpt-5-mini-2025-08-07",
    "gpt-4.1-2025-04-14",
    "o3-2025-04-16",
    "gpt-5.6-sol",
)
_CLASSES = ("input", "cached input", "output", "batch input", "batch output")


def rows(source: Source, day: int) -> Iterator[dict[str, Any]]:
    """Yield the rows of the `day`th (0 to 6) day; amounts are Decimals."""
    for nth in range(ROWS.get(source.name, _OTHERS)):
        key, turn = nth % _KEYS, nth // _KEYS
        told = {
            "project_id": f"proj_{key % _PROJECTS:024d}",
            "user_id": f"user-{key % _USERS:024d}",
            "api_key_id": f"key_{key:016d}",
            "model": _MODELS[turn % len(_MODELS)],
            "line_item": f"{_MODELS[turn % len(_MODELS)]}, {_CLASSES[turn // len(_MODELS) % len(_CLASSES)]}",
            "batch": turn % 2 == 1,
        }
        row: dict[str, Any] = {"object": source.result_object}
        row |= {name: told.get(name) for name in source.dimensions}
        row |= {name: (nth * 37 + day * 11) % 90_000 for name in source.metric_names if not source.is_money}
        if source.is_money:
            row["amount"] = {"value": Decimal(nth * 7919 + day) / 1_000_000, "currency": "usd"}
            row |= {"quantity": Decimal(nth % 900 + day), "quantity_unit": None}
        yield {**row, "organization_id": "org-large"}


NOW = dt.datetime(2026, 11, 26, 12, tzinfo=dt.UTC)
"""The moment at which the organization is read."""


@contextmanager
def serving(latency_ms: int) -> Iterator[Api]:
    """Give the address of a server in a process of its own, each of whose answers comes so late."""
    command = [sys.executable, "-m", "tests.benchmarks.large_server", "--latency", str(latency_ms)]
    with said_by(command) as said:
        yield Api(said["OPENAI_BASE_URL"], said["OPENAI_ADMIN_KEY"], NOW)


class LargeServer:
    """Answers every usage and costs endpoint at `base_url`."""

    def __init__(self, latency: float = 0.0) -> None:
        self.latency = latency
        self._days = {s.path: [_rendered(s, day) for day in range(_DAYS)] for s in SOURCES.values()}
        self._limits = {s.path: max(s.limits.values()) for s in SOURCES.values()}
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handling(self))
        self.base_url = f"http://127.0.0.1:{self._server.server_port}/v1"

    def __enter__(self) -> "LargeServer":
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    def answer(self, path: str, query: dict[str, list[str]]) -> list[bytes]:
        """Return the pieces of one page."""
        start = int(query.get("page", query["start_time"])[0])
        end, limit = int(query["end_time"][0]), int(query.get("limit", ["7"])[0])
        until = min(end, start + limit * DAY)
        found = [b'{"object":"page","data":[']
        for nth, at in enumerate(range(start, until, DAY)):
            head = (
                f'{"," if nth else ""}{{"object":"bucket","start_time":{at},"end_time":{at + DAY},"results":'
            )
            found += [head.encode(), self._days[path][at // DAY % _DAYS], b"}"]
        more = until < end
        tail = f'],"has_more":{str(more).lower()},"next_page":{json.dumps(str(until) if more else None)}}}'
        return [*found, tail.encode()]


def _rendered(source: Source, day: int) -> bytes:
    def number(value: Decimal) -> float:
        return float(value)

    return json.dumps(list(rows(source, day)), default=number, separators=(",", ":")).encode()


def _handling(server: LargeServer) -> type[BaseHTTPRequestHandler]:
    class Handling(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            pieces = server.answer(parts.path.removeprefix("/v1"), parse_qs(parts.query))
            time.sleep(server.latency)
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(sum(map(len, pieces))))
            self.end_headers()
            for piece in pieces:
                self.wfile.write(piece)

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
            pass

    return Handling


def main() -> None:
    """Serve until the process is ended."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.large_server")
    parser.add_argument("--latency", type=int, default=0, help="milliseconds before each answer")
    with LargeServer(parser.parse_args().latency / 1000) as server:
        sys.stdout.write(f"OPENAI_BASE_URL={server.base_url}\nOPENAI_ADMIN_KEY={KEY}\n")
        sys.stdout.flush()
        threading.Event().wait()


if __name__ == "__main__":
    main()

"""The demo organization behind HTTP on a loopback port."""

import datetime as dt
import json
import socket
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Self
from urllib.parse import urlsplit

from lib.demo.organization.generator import Organization, OrganizationData
from lib.demo.server.api import MANAGEMENT, USAGE, Api, Rules
from lib.demo.server.entitlements import Refused
from lib.demo.server.faults import Fault, Faults

ADMIN_KEY = "sk-admin-demo-0000000000000000"
_HTML = b"<html><head><title>500 Internal Server Error</title></head><body><h1>500</h1></body></html>"


@dataclass(frozen=True)
class Request:
    """A request that the server got, faulty answers included."""

    path: str
    query: str


def _utc_now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


class DemoServer:
    """A server of one organization, in threads of this process; a context manager.

    `latency` seconds are added to every answer. `faults` and `rules` may be changed while it runs,
    and `requests` holds what it was asked, in order.

        with DemoServer(now=lambda: NOW) as server:
            server.faults.next(Fault.TOO_MANY, times=2, path="/organization/costs")
            server.restrict(management=False)
            client = AdminClient(server.admin_key, server.base_url)
    """

    def __init__(
        self,
        now: Callable[[], dt.datetime] = _utc_now,
        latency: float = 0.0,
        faults: Faults | None = None,
        port: int = 0,
        organization: OrganizationData | None = None,
        rules: Rules | None = None,
        admin_key: str = ADMIN_KEY,
    ) -> None:
        self.latency = latency
        self.faults = faults or Faults()
        self.rules = rules or Rules()
        self.admin_key = admin_key
        self.organization: OrganizationData = organization or Organization()
        self.api = Api(self.organization, admin_key, now, self.rules)
        self.requests: list[Request] = []
        self._http = _Http(("127.0.0.1", port), self)
        self._thread = threading.Thread(target=self._http.serve_forever, args=(0.05,), daemon=True)

    @property
    def base_url(self) -> str:
        """Return the address that a client takes for the API's."""
        return f"http://127.0.0.1:{self._http.server_address[1]}/v1"

    def count(self, path: str = "") -> int:
        """Return how many requests there were whose path contains `path`."""
        return sum(path in request.path for request in self.requests)

    def restrict(
        self, *, usage: bool = True, management: bool = True, status: int = 403, plain: bool = False
    ) -> None:
        """Take permissions from the key; refuse with `status`, the error a plain string where `plain`."""
        allowed = {USAGE: usage, MANAGEMENT: management}
        self.rules.missing_scopes = {scope for scope, has in allowed.items() if not has}
        self.rules.scope_status, self.rules.plain_errors = status, plain

    def start(self) -> None:
        """Begin to answer."""
        self._thread.start()

    def stop(self) -> None:
        """Stop answering and close every connection."""
        self._http.shutdown()
        self._thread.join()
        self._http.server_close()
        self._http.hang_up()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()


class _Http(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def __init__(self, address: tuple[str, int], demo: DemoServer) -> None:
        super().__init__(address, _Handler)
        self.demo = demo
        self.open: set[socket.socket] = set()

    def hang_up(self) -> None:
        """Close what clients keep open, so that no thread waits for a next request."""
        for connection in list(self.open):
            try:
                connection.shutdown(socket.SHUT_RDWR)
            except OSError:
                continue

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing about clients that went away, and raise nothing."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)  # type: ignore[arg-type]


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1
    server: _Http

    def setup(self) -> None:
        super().setup()
        self.server.open.add(self.connection)

    def finish(self) -> None:
        self.server.open.discard(self.connection)
        super().finish()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Stay quiet."""

    def do_GET(self) -> None:
        demo = self.server.demo
        parts = urlsplit(self.path)
        demo.requests.append(Request(parts.path, parts.query))
        time.sleep(demo.latency)
        self._answer(demo, parts.path, parts.query, demo.faults.take(parts.path))

    def _answer(self, demo: DemoServer, path: str, query: str, fault: Fault | None) -> None:
        match fault:
            case Fault.DROPPED:
                self.close_connection = True
            case Fault.TOO_MANY | Fault.TOO_MANY_SILENT:
                wait = {"Retry-After": str(demo.faults.retry_after)} if fault is Fault.TOO_MANY else {}
                limited = Refused(
                    429, "Rate limit reached. Please try again later.", code="rate_limit_exceeded"
                )
                self._send(429, _json(limited.body), headers=wait)
            case Fault.SERVER_ERROR:
                self._send(500, _HTML, kind="text/html")
            case Fault.MALFORMED:
                self._send(200, b'{"object":"page","data":[{"object":"bucket",')
            case _:
                if fault is Fault.SLOW:
                    time.sleep(demo.faults.slow_seconds)
                status, body = self._right(demo, path, query)
                self._send(status, body, cut=len(body) // 2 if fault is Fault.CUT_SHORT else None)

    def _right(self, demo: DemoServer, path: str, query: str) -> tuple[int, bytes]:
        try:
            return 200, _json(demo.api.answer(path, query, self.headers.get("Authorization")))
        except Refused as refused:
            return refused.status, _json(refused.body)

    def _send(
        self,
        status: int,
        body: bytes,
        *,
        kind: str = "application/json",
        headers: dict[str, str] | None = None,
        cut: int | None = None,
    ) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("x-request-id", f"req_demo{len(self.server.demo.requests):08d}")
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body[:cut])
        self.wfile.flush()
        if cut is not None:
            self.close_connection = True


def _json(body: object) -> bytes:
    return json.dumps(body, separators=(",", ":"), allow_nan=False).encode()

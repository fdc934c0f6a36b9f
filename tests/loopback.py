"""A real HTTP server on a loopback port that answers as a test scripts it."""

import json
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any
from urllib.parse import parse_qs, urlsplit


@dataclass(frozen=True)
class Request:
    """What a client sent; `query` maps each key, as spelt on the wire, to its values in order."""

    path: str
    raw_query: str
    query: Mapping[str, list[str]]
    headers: Message

    def one(self, key: str) -> str | None:
        """Return the only value of `key`, None where it was not sent."""
        values = self.query.get(key, [])
        assert len(values) < 2, f"{key} was sent {len(values)} times"
        return values[0] if values else None

    def number(self, key: str) -> int:
        """Return the only value of `key` as a number."""
        return int(self.one(key) or "")


@dataclass(frozen=True)
class Response:
    """What to answer: `cut` sends only so many bytes of the body, `drop` closes without a word."""

    body: Any = field(default_factory=dict)
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    cut: int | None = None
    drop: bool = False

    @property
    def content(self) -> bytes:
        if isinstance(self.body, bytes):
            return self.body
        return self.body.encode() if isinstance(self.body, str) else json.dumps(self.body).encode()


Handler = Callable[[Request], Response]


class Loopback:
    """A server at `base_url` that answers with `handler` and keeps the `requests` it got, in order."""

    def __init__(self, handler: Handler) -> None:
        self.handler = handler
        self.requests: list[Request] = []
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handling(self))
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True)

    @property
    def base_url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}/v1"

    def start(self) -> "Loopback":
        self._thread.start()
        return self

    def stop(self) -> None:
        """Stop listening; stopping again does nothing."""
        if self._thread.is_alive():
            self._server.shutdown()
            self._thread.join()
        self._server.server_close()

    def __enter__(self) -> "Loopback":
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()


def script(*responses: Response) -> Handler:
    """Return a handler that gives `responses` in order; asking for more is answered with a 400."""
    left = iter(responses)
    lock = threading.Lock()

    def handler(_request: Request) -> Response:
        with lock:
            return next(left, error(400, "the script has no further answer", param="limit"))

    return handler


def page(*buckets: Mapping[str, Any], next_page: str | None = None, has_more: bool | None = None) -> Response:
    """Return an answer of a usage or costs endpoint."""
    more = has_more if has_more is not None else next_page is not None
    return Response({"object": "page", "data": list(buckets), "has_more": more, "next_page": next_page})


def bucket(start: int, *results: Mapping[str, Any], seconds: int = 86400) -> dict[str, Any]:
    """Return one bucket that begins at `start`, Unix time."""
    return {"object": "bucket", "start_time": start, "end_time": start + seconds, "results": list(results)}


def error(
    status: int,
    message: str,
    *,
    param: str | None = None,
    code: str | None = "invalid_request_error",
    headers: Mapping[str, str] | None = None,
) -> Response:
    """Return a refusal in the API's usual form."""
    body = {"message": message, "type": "invalid_request_error", "param": param, "code": code}
    return Response({"error": body}, status, headers or {})


def _handling(server: Loopback) -> type[BaseHTTPRequestHandler]:
    class Handling(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            query = parse_qs(parts.query, keep_blank_values=True)
            request = Request(parts.path, parts.query, query, self.headers)
            server.requests.append(request)
            self._send(server.handler(request))

        def _send(self, response: Response) -> None:
            self.close_connection = response.drop or response.cut is not None
            if response.drop:
                return
            content = response.content
            headers = {"Content-Type": "application/json", **response.headers}
            if headers.get("Connection") != "close":
                headers["Content-Length"] = str(len(content))
            self.close_connection = self.close_connection or "Content-Length" not in headers
            self.send_response(response.status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(content[: response.cut])

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
            pass

    return Handling

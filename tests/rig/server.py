"""The API of a known organization on a loopback port, which answers as badly as it is told to."""

import datetime as dt
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from lib.catalog.sources import SOURCES
from tests.loopback import bucket
from tests.rig.truth import PROJECTS, USERS, Truth, grouped
from tests.rig.wire import Reply, as_json, send

KEY = "sk-admin-rig-5f0c9d2e7b"
STOLEN = "/v1/organization/stolen"
"""Where redirects lead that nobody should follow with a key."""
_BY_PATH = {source.path: source for source in SOURCES.values()}


@dataclass(frozen=True)
class Asked:
    """A request for buckets from `start` on, or for names where `source` is empty; `nth` counts from 0."""

    path: str
    source: str
    start: int
    nth: int


Unruly = Callable[[Asked, dict[str, Any]], Reply | None]
"""Returns what is answered in place of the right answer, None for just that."""


class RigServer:
    """Answers from `truth`; `unruly` may answer in its place. Safe between threads."""

    def __init__(self, truth: Truth, unruly: Unruly = lambda _asked, _answer: None) -> None:
        self.truth = truth
        self.unruly = unruly
        self.followed = 0
        """How often a redirect to `STOLEN` was followed."""
        self._seen: Counter[tuple[str, int, str]] = Counter()
        self._lock = threading.Lock()
        self._http = ThreadingHTTPServer(("127.0.0.1", 0), _handling(self))
        self._http.daemon_threads = True

    @property
    def base_url(self) -> str:
        """Return the address that a client takes for the API's."""
        return f"http://127.0.0.1:{self._http.server_port}/v1"

    @contextmanager
    def serving(self) -> Iterator["RigServer"]:
        """Answer as long as the context lasts."""
        thread = threading.Thread(target=self._http.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        try:
            yield self
        finally:
            self._http.shutdown()
            thread.join()
            self._http.server_close()

    def reply(self, target: str, authorization: str | None) -> Reply:
        """Return the answer to a GET of `target`."""
        parts = urlsplit(target)
        path, query = parts.path.removeprefix("/v1"), parse_qs(parts.query)
        if authorization != f"Bearer {KEY}":
            return as_json(
                {"error": {"message": "Incorrect API key provided.", "code": "invalid_api_key"}}, 401
            )
        self.followed += parts.path == STOLEN
        if path.endswith("/spend_limit"):
            return as_json({"error": {"message": "No spend limit found.", "code": "not_found"}}, 404)
        source = _BY_PATH.get(path)
        start = int(query.get("start_time", ["0"])[0])
        answer = self._page(source.name, query) if source else _listed(path)
        with self._lock:
            key = (path, start, query.get("page", [""])[0])
            nth = self._seen[key]
            self._seen[key] += 1
        bad = self.unruly(Asked(path, source.name if source else "", start, nth), answer)
        return bad or as_json(answer)

    def _page(self, name: str, query: dict[str, list[str]]) -> dict[str, Any]:
        source, by = SOURCES[name], [*query.get("group_by", []), *query.get("group_by[]", [])]
        start, end = int(query["start_time"][0]), int(query["end_time"][0])
        days = range(start, end, 86400)[: int(query.get("limit", ["7"])[0])]
        with self._lock:
            found = [(day, grouped(source, self.truth.rows(name, _day(day)), by)) for day in days]
        buckets = [bucket(day, *rows) for day, rows in found]
        # `of` is a field that nobody documents; faults read it, and clients have to ignore it.
        return {"object": "page", "data": buckets, "has_more": False, "next_page": None, "of": name}


def _day(seconds: int) -> dt.date:
    return dt.datetime.fromtimestamp(seconds, dt.UTC).date()


def _listed(path: str) -> dict[str, Any]:
    """Return the list of names at `path`; the organization has projects and people, and nothing else."""
    ids = {"/organization/projects": PROJECTS, "/organization/users": USERS}.get(path, ())
    data = [
        {"id": each, "name": each.title(), "status": "active", "email": f"{each}@acme.test"} for each in ids
    ]
    return {"object": "list", "data": data, "has_more": False, "first_id": None, "last_id": None}


def _handling(server: RigServer) -> type[BaseHTTPRequestHandler]:
    class Handling(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def do_GET(self) -> None:
            reply = server.reply(self.path, self.headers["Authorization"])
            self.close_connection = reply.closes
            try:
                send(reply, self.connection)
            except OSError:  # the client gave up, or was killed
                self.close_connection = True

        def handle(self) -> None:
            with suppress(OSError):
                super().handle()

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
            pass

    return Handling

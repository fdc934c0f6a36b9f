"""A tiny organization behind a real loopback server: a few literal rows by source and day."""

import datetime as dt
import threading
from collections.abc import Callable
from typing import Any

from lib.catalog.sources import SOURCES
from lib.openai_admin import AdminClient
from lib.periods.windows import unix
from tests.loopback import Loopback, Request, Response, bucket, error, page

KEY = "sk-admin-tiny"
_BY_PATH = {f"/v1{source.path}": source.name for source in SOURCES.values()}


class TinyApi:
    """Answers sources with `rows`, and lists of names with `projects` and, by project, `keys`.

    `before` sees each usage or costs request with its number, from 0, and may answer in the API's place;
    `instead` answers in its place always. Where `names_refused` is set, that answers lists.
    """

    def __init__(self, before: Callable[[int, str], Response | None] = lambda _nth, _source: None) -> None:
        self.rows: dict[str, dict[dt.date, list[dict[str, Any]]]] = {}
        self.projects: list[dict[str, Any]] = []
        self.names_refused: Response | None = None
        self.before = before
        self.instead = self.answer
        self.asked: list[str] = []
        self.keys: dict[str, list[dict[str, Any]]] = {}
        self.listed: list[str] = []
        self._lock = threading.Lock()
        self._server = Loopback(self._answer)

    @property
    def base_url(self) -> str:
        return self._server.base_url

    def __enter__(self) -> "TinyApi":
        self._server.__enter__()
        return self

    def __exit__(self, *args: Any) -> None:
        self._server.__exit__(*args)

    def put(self, source: str, day: dt.date, *rows: dict[str, Any]) -> None:
        """Let `rows` be all that the source holds for `day`."""
        self.rows.setdefault(source, {})[day] = list(rows)

    def client(self, **options: Any) -> AdminClient:
        """Return a client of this server that never waits between tries."""
        return AdminClient(KEY, self.base_url, sleep=lambda _seconds: None, **options)

    def _answer(self, request: Request) -> Response:
        source = _BY_PATH.get(request.path)
        if source is None:
            if self.names_refused:
                return self.names_refused
            with self._lock:
                self.listed.append(request.path.removeprefix("/v1/organization/"))
            data = self.projects if request.path.endswith("/projects") else []
            if request.path.endswith("/api_keys"):
                data = self.keys.get(request.path.split("/")[-2], [])
            return Response(
                {"object": "list", "data": data, "has_more": False, "first_id": None, "last_id": None}
            )
        with self._lock:
            nth = len(self.asked)
            self.asked.append(source)
        if request.headers["Authorization"] != f"Bearer {KEY}":
            return error(401, "Incorrect API key provided: sk-admin*fake.", code="invalid_api_key")
        return self.before(nth, source) or self.instead(request)

    def answer(self, request: Request) -> Response:
        """Return the page of usage or costs that the API sends."""
        source = _BY_PATH[request.path]
        seconds = {"1d": 86400, "1h": 3600, "1m": 60}[request.one("bucket_width") or "1d"]
        starts = range(request.number("start_time"), request.number("end_time"), seconds)
        by_start = {unix(day): rows for day, rows in self.rows.get(source, {}).items()}
        return page(*(bucket(start, *by_start.get(start, []), seconds=seconds) for start in starts))

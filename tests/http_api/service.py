"""The HTTP API behind the guard, as the app serves it, over a store of literal rows at a fixed time."""

import datetime as dt
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from httpx import Response
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.testclient import TestClient

from lib.answers import instance
from lib.http_api.serving import ROUTES
from lib.openai_admin.name_lists import Name
from lib.periods.widths import Width
from lib.periods.windows import Window
from lib.store import token_keeping
from lib.store.records.coverage import Covered
from lib.store.usage_store import Store
from lib.ui.middleware import Guard
from tests.stored import filled

NOW = dt.datetime(2026, 11, 23, 12, tzinfo=dt.UTC)
KEY = {"openai": {"admin_key": "sk-admin-test", "base_url": "http://127.0.0.1:9/v1"}}
NOVEMBER = {"from": "2026-11-01", "to": "2026-11-20"}
Rows = Mapping[str, Iterable[dict[str, Any]]]


@dataclass
class Service:
    """The API over the store in `folder`, where `secrets` are declared."""

    folder: Path
    patch: pytest.MonkeyPatch
    secrets: dict[str, Any] = field(default_factory=lambda: dict(KEY))

    def __post_init__(self) -> None:
        self.patch.setattr(instance, "now", lambda: NOW)
        self.patch.setattr(instance, "read_secrets", lambda: self.secrets)
        self.patch.setenv("USAGE_STORE_URI", str(self.folder))
        app = Starlette(routes=ROUTES, middleware=[Middleware(Guard)])
        self.client = TestClient(app, base_url="http://localhost:8501", raise_server_exceptions=False)

    def token(self, name: str = "test", days: int = 30, **scope: Any) -> str:
        """Make a token and return what is to be brought."""
        log = token_keeping.kept_tokens(instance.settings())
        _, secret = token_keeping.make(log, name, days, by="Ada", now=NOW, **scope)
        return secret

    def get(self, path: str, token: str | None, headers: Any = None, **query: Any) -> Response:
        """Return what is answered under /api/v1; `from` goes by from_, against-from by against_from."""
        sent = {"Authorization": f"Bearer {token}"} if token else {}
        named = {n.rstrip("_").replace("against_", "against-"): value for n, value in query.items()}
        return self.client.get(f"/api/v1/{path}", params=named, headers={**sent, **(headers or {})})

    def rows(self, path: str, token: str, **query: Any) -> list[dict[str, Any]]:
        """Return the rows of an answer, which there has to be."""
        answered = self.get(path, token, **query)
        assert answered.status_code == 200, answered.text
        found: list[dict[str, Any]] = answered.json()["rows"]
        return found

    def audited(self) -> list[tuple[str, str, str]]:
        """Return who did what by the audit log."""
        lines = [line for file in self.folder.glob("audit.log") for line in file.read_text().splitlines()]
        return [(line["event"], line["who"], line["what"]) for line in map(json.loads, lines)]


def put(folder: Path, rows: Rows, window: Window, names: Iterable[Name] = (), at: dt.datetime = NOW) -> Store:
    """Return a store of `rows` by source, of which all days of `window` were fetched, and of `names`."""
    store = Store(str(folder))
    for source, held in rows.items():
        filled(folder, source, *held)
        store.mark([Covered(source, Width.DAY, window.first, window.end, at)])
    store.merge_names(names, at)
    return store


def november(first: int, last: int) -> Window:
    """Return days of November 2026, both included."""
    return Window(dt.date(2026, 11, first), dt.date(2026, 11, last + 1))


def billed(day: int, dollars: str, project: str = "proj_a", **more: Any) -> dict[str, Any]:
    """Return a line of the bill of a day in November 2026."""
    line = {"line_item": "gpt-6-sol, input", "project_id": project, "cost_usd": Decimal(dollars)}
    return {"start": f"2026-11-{day:02}", **line, **more}


def used(day: int, tokens: int, project: str = "proj_a", **more: Any) -> dict[str, Any]:
    """Return completions of a day in November 2026."""
    counts = {"input_tokens": tokens, "output_tokens": tokens, "num_model_requests": 1}
    return {"start": f"2026-11-{day:02}", "model": "gpt-6-sol", "project_id": project, **counts, **more}

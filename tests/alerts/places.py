"""An organization of two projects, Search and Chat, with a bill of literal rows that is stored up to NOW."""

import datetime as dt
from collections.abc import Iterable, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

from lib.analysis.forecasting.outlook import days_read
from lib.answers.instance import Backend
from lib.openai_admin import AdminClient
from lib.openai_admin.name_lists import Name
from lib.periods.widths import Width
from lib.settings import Settings
from lib.store.records.collecting_runs import CollectingRun
from lib.store.records.coverage import Covered
from lib.store.usage_store import Store
from lib.sync.background import Syncer
from tests.stored import filled

NOW = dt.datetime(2026, 11, 23, 12, tzinfo=dt.UTC)
TODAY = NOW.date()
URL = "http://127.0.0.1:9/v1"
BUDGETS = """version = 1
[[budget]]
project = "Search"
amount = 10
[[budget]]
project = "Chat"
amount = 10
"""

TEAMS = """version = 1
[[team]]
name = "Growth"
[[team.rule]]
keys = ["key_growth"]
[[team]]
name = "Support"
[[team.rule]]
projects = ["Search"]
"""
"""Growth has a key, and Support has whatever else Search spends."""


def billed(day: int, project: str, dollars: str) -> dict[str, Any]:
    """Return a row of the bill of November."""
    start = f"2026-11-{day:02}"
    return {"start": start, "project_id": project, "cost_usd": Decimal(dollars), "line_item": "gpt-5, input"}


def backend_of(
    folder: Path,
    rows: Mapping[str, Iterable[dict[str, Any]]],
    budgets: str = BUDGETS,
    teams: str | None = None,
    **settings: Any,
) -> Backend:
    """Return an organization whose bill is stored; `rows` by source."""
    file = folder / "budgets.toml"
    file.write_text(budgets)
    store = Store(str(folder / "store"))
    for source, held in rows.items():
        filled(folder / "store", source, *held)
    days = days_read(TODAY)
    store.mark([Covered("costs", Width.DAY, days.first, days.end, NOW)])
    if teams is not None:
        settings["teams_file"] = folder / "teams.toml"
        settings["teams_file"].write_text(teams)
    names = [("proj_search", "Search"), ("proj_chat", "Chat")]
    store.merge_names([Name("project", i, name, first_seen=NOW, last_seen=NOW) for i, name in names], NOW)
    chosen = Settings("sk-admin-test", URL, store.uri, budgets_file=file, **settings)
    client = AdminClient("sk-admin-test", URL, now=lambda: NOW)
    return Backend(chosen, store, Syncer(client, store, chosen, now=lambda: NOW))


def failing(backend: Backend, hours: int) -> None:
    """Let no run have been without a failure for so many hours."""
    for ago in range(hours, -1, -1):
        at = NOW - dt.timedelta(hours=ago)
        backend.store.collecting_runs.write(
            [CollectingRun(at, at, "web-1", failures={"costs": "The API is down."})], at
        )

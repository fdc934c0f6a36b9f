"""What somebody sees who may see the rows of some teams: each by its own key, project and day."""

import datetime as dt
from decimal import Decimal
from pathlib import Path
from typing import Any

from lib.answers.team_views import team_view
from lib.catalog.sources import COSTS, WHOLE
from lib.engine.execution import answer
from lib.engine.question import Question
from lib.openai_admin.name_lists import Name
from lib.periods.widths import Width
from lib.periods.windows import Window
from lib.store.records.coverage import Covered
from lib.store.team_declarations import Rule
from lib.store.team_scoped import TeamScoped
from lib.store.teams import TeamView, by_team
from lib.store.usage_store import Store
from tests.stored import filled

NOW = dt.datetime(2026, 1, 20, tzinfo=dt.UTC)
JANUARY = Window(dt.date(2026, 1, 1), dt.date(2026, 2, 1))
FIRST, SECOND, THIRD = (dt.date(2026, 1, day) for day in (1, 2, 3))
RULES = [
    Rule("Zebra", keys=("key_b",)),
    Rule("Growth", projects=("proj_a",), end=SECOND),
    Rule("Zebra", projects=("proj_a",)),
]


def bill(day: int, dollars: str, project: str, key: str | None, **rest: Any) -> dict[str, Any]:
    ids = {"project_id": project, "api_key_id": key, "line_item": "whisper"}
    return {"start": f"2026-01-{day:02}", "cost_usd": Decimal(dollars), **ids, **rest}


def store_of(folder: Path) -> Store:
    """On 1 January the bill does not tell keys."""
    store = filled(
        folder,
        "costs",
        bill(1, "1", "proj_a", None),
        bill(2, "2", "proj_a", "key_a"),
        bill(2, "4", "proj_a", "key_b"),
        bill(2, "8", "proj_b", "key_c"),
        bill(3, "16", "proj_a", "key_d"),
    )
    told = ("project_id", "line_item", "user_id", "api_source")
    store.mark(
        [
            Covered(COSTS.name, Width.DAY, FIRST, SECOND, NOW, dimensions=(told,)),
            Covered(COSTS.name, Width.DAY, SECOND, dt.date(2026, 1, 4), NOW, dimensions=(COSTS.dimensions,)),
        ]
    )
    store.merge_names([Name("project", "proj_a", "Search")], NOW)
    store.teams = by_team(["Growth", "Zebra"], RULES, store.names())
    return store


def test_a_team_is_seen_by_its_rows_and_days_which_do_not_tell_whose_they_are_are_not(tmp_path: Path) -> None:
    store = store_of(tmp_path)

    view = team_view(store, frozenset({"Growth"}))

    assert view == TeamView(
        frozenset({"Growth"}), frozenset({"proj_a"}), frozenset({"key_a"}), frozenset({FIRST})
    )
    found = answer(TeamScoped(store, view), Question("costs", JANUARY, by=("api_key_id", "team")))
    assert [(row["api_key_id"], row["team"], row["cost_usd"]) for row in found.to_pylist()] == [
        ("key_a", "Growth", Decimal(2))
    ]
    assert WHOLE == "whole"


def test_nothing_is_seen_where_the_team_is_not_declared_or_the_file_is_wrong(tmp_path: Path) -> None:
    store = store_of(tmp_path)

    for teams in (store.teams, None):
        store.teams = teams
        seen = TeamScoped(store, team_view(store, frozenset()))
        found = answer(seen, Question("costs", JANUARY, metrics=("cost_usd",)))
        assert found.to_pylist() == [{"cost_usd": Decimal(0)}]
        assert seen.names() == []

"""Rows by team: told by key, user and project, on the day of each row."""

import datetime as dt
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lib.engine.execution import answer, page, row_counts
from lib.engine.filters import EVERYTHING, Filters
from lib.engine.question import Question
from lib.openai_admin.name_lists import Name
from lib.periods.grains import Grain
from lib.periods.windows import Window
from lib.store.team_declarations import Rule
from lib.store.teams import by_team
from lib.store.usage_store import Store
from tests.stored import filled

JANUARY = Window(dt.date(2026, 1, 1), dt.date(2026, 2, 1))
NAMES = [
    Name("project", "proj_a", "Search"),
    Name("project", "proj_b", "Platform"),
    Name("user", "user-a", "Ada", "ada@example.com"),
    Name("api_key", "key_a", "laptop", project_id="proj_b", owner_id="user-a"),
    Name("api_key", "key_b", "production", project_id="proj_b", owner_id="svc_b"),
]


def store_of(folder: Path, source: str, rules: list[Rule], *rows: dict[str, Any]) -> Store:
    store = filled(folder, source, *rows)
    store.teams = by_team(dict.fromkeys(rule.team for rule in rules), rules, NAMES)
    return store


def by(store: Store, source: str, *dimensions: str, metric: str, **asked: Any) -> list[tuple[Any, ...]]:
    question = Question(source, JANUARY, by=dimensions, metrics=(metric,), **asked)
    return [tuple(row.values()) for row in answer(store, question).to_pylist()]


def call(day: int, tokens: int, project: str | None, user: str | None, key: str | None) -> dict[str, Any]:
    ids = {"project_id": project, "user_id": user, "api_key_id": key}
    return {"start": f"2026-01-{day:02}", "input_tokens": tokens, **ids}


def bill(day: int, dollars: str, **rest: Any) -> dict[str, Any]:
    return {"start": f"2026-01-{day:02}", "line_item": "whisper", "cost_usd": Decimal(dollars), **rest}


def test_a_key_goes_before_its_user_and_a_user_before_the_project(tmp_path: Path) -> None:
    rules = [Rule("P", projects=("Platform",)), Rule("U", users=("Ada",)), Rule("K", keys=("production",))]
    store = store_of(
        tmp_path,
        "embeddings",
        rules,
        call(1, 1, "proj_b", "user-a", "key_b"),
        call(1, 2, "proj_b", "user-a", "key_x"),
        call(1, 4, "proj_b", "user-x", "key_x"),
        call(1, 8, "proj_a", "user-x", "key_x"),
    )

    assert by(store, "embeddings", "team", metric="input_tokens") == [("K", 1), ("P", 4), ("U", 2), (None, 8)]


def test_a_row_without_a_user_goes_by_the_owner_of_its_key(tmp_path: Path) -> None:
    rules = [Rule("U", users=("ada@example.com",)), Rule("P", projects=("Platform",))]
    store = store_of(
        tmp_path,
        "costs",
        rules,
        bill(1, "1", project_id="proj_b", api_key_id="key_a", slice="projects"),
        bill(1, "2", project_id="proj_b", api_key_id="key_b", slice="projects"),
        bill(1, "1", user_id="user-a", api_key_id="key_a", slice="users"),
        bill(1, "2", user_id="user-b", api_key_id="key_b", slice="users"),
        bill(2, "4", project_id="proj_b", api_key_id="key_a", user_id="user-b"),
        bill(2, "8", project_id="proj_b"),
    )

    assert by(store, "costs", "team", metric="cost_usd") == [("P", Decimal(14)), ("U", Decimal(1))]


def test_a_move_counts_from_its_day_on_within_a_month(tmp_path: Path) -> None:
    rules = [
        Rule("Old", projects=("proj_a",), end=dt.date(2026, 1, 15)),
        Rule("New", projects=("proj_a",), start=dt.date(2026, 1, 16), end=dt.date(2026, 1, 20)),
        Rule("Last", projects=("proj_b",), start=dt.date(2026, 1, 10)),
    ]
    days = [call(day, 1, "proj_a", None, None) for day in range(1, 32)]
    store = store_of(tmp_path, "embeddings", rules, *days, call(9, 100, "proj_b", None, None))

    for grain in (Grain.TOTAL, Grain.MONTH):
        found = by(store, "embeddings", "team", metric="input_tokens", grain=grain)
        assert [row[-2:] for row in found] == [("New", 5), ("Old", 15), (None, 111)]


def test_a_source_that_knows_projects_only_goes_by_the_project(tmp_path: Path) -> None:
    rules = [Rule("K", keys=("*",)), Rule("U", users=("*",)), Rule("P", projects=("proj_a",))]
    store = store_of(
        tmp_path,
        "code_interpreter_sessions",
        rules,
        {"start": "2026-01-01", "project_id": "proj_a", "num_sessions": 3},
        {"start": "2026-01-01", "project_id": "proj_b", "num_sessions": 4},
    )

    assert by(store, "code_interpreter_sessions", "team", metric="num_sessions") == [("P", 3), (None, 4)]


@pytest.mark.parametrize(
    ("kept", "tokens"), [(("P",), 4), ((None,), 8), (("P", None), 12), (("p",), None), ((), None)]
)
def test_rows_are_filtered_by_their_team(
    tmp_path: Path, kept: tuple[str | None, ...], tokens: int | None
) -> None:
    rules = [Rule("P", projects=("proj_a",))]
    store = store_of(
        tmp_path, "embeddings", rules, call(1, 4, "proj_a", None, None), call(1, 8, "proj_b", None, None)
    )

    found = by(store, "embeddings", metric="input_tokens", filters=Filters((("team", kept),)))

    assert found == [(tokens or 0,)]


def test_a_team_can_be_paged_and_counted_like_any_dimension(tmp_path: Path) -> None:
    rules = [Rule("P", projects=("proj_a",)), Rule("Q", projects=("proj_b",))]
    calls = [call(1, 1, project, None, None) for project in ("proj_a", "proj_b", "proj_c")]
    store = store_of(tmp_path, "embeddings", rules, *calls)
    question = Question("embeddings", JANUARY, by=("team", "project_id"), metrics=("input_tokens",))

    assert sum(row_counts(store, question).values()) == 3
    assert page(store, question, 1, 1).to_pylist() == [
        {"team": "Q", "project_id": "proj_b", "input_tokens": 1}
    ]


def test_without_teams_every_row_is_nobodys(tmp_path: Path) -> None:
    store = filled(tmp_path, "embeddings", call(1, 4, "proj_a", None, None))

    assert by(store, "embeddings", "team", metric="input_tokens") == [(None, 4)]


_IDS = st.sampled_from([None, "a", "b", "c"])
_DAYS = st.integers(1, 31).map(lambda day: dt.date(2026, 1, day))
_WORDS = st.lists(st.sampled_from(["a", "b", "*"]), max_size=2).map(tuple)
_RULES = st.lists(
    st.builds(
        Rule, st.sampled_from("XYZ"), _WORDS, _WORDS, _WORDS, st.none() | _DAYS, st.none() | _DAYS
    ).filter(lambda rule: not (rule.start and rule.end and rule.end < rule.start)),
    max_size=5,
)
_ROWS = st.lists(st.tuples(_IDS, _IDS, _IDS, _DAYS), min_size=8, max_size=40)
_LISTED = [
    Name(kind, each, each, owner_id="b" if (kind, each) == ("api_key", "a") else None)
    for kind in ("project", "user", "api_key")
    for each in "abc"
]


@settings(max_examples=8, deadline=None)
@given(_RULES, _ROWS)
def test_the_engine_says_of_each_row_what_is_said_of_its_ids_and_its_day(
    rules: list[Rule], rows: list[tuple[str | None, str | None, str | None, dt.date]]
) -> None:
    teams = by_team("XYZ", rules, _LISTED)
    expected: dict[str | None, int] = {}
    for nth, (project, user, key, day) in enumerate(rows):
        team = teams.team_of(project, user, key, day)
        expected[team] = expected.get(team, 0) + 2**nth

    with TemporaryDirectory() as folder:
        calls = [call(row[3].day, 2**nth, *row[:3]) for nth, row in enumerate(rows)]
        store = filled(Path(folder), "embeddings", *calls)
        store.teams = teams

        assert dict(by(store, "embeddings", "team", metric="input_tokens")) == expected
        assert by(store, "embeddings", metric="input_tokens", filters=EVERYTHING)[0][0] == 2 ** len(rows) - 1

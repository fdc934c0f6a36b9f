import datetime as dt
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from lib.catalog.sources import SOURCES
from lib.engine import duckdb_scan
from lib.engine.execution import answer
from lib.engine.question import Question
from lib.engine.sql_views import SqlViews
from lib.errors import QuestionError
from lib.openai_admin.name_lists import Name
from lib.periods.windows import Window
from lib.store.team_file import Rule
from lib.store.teamed import teamed
from lib.store.teams import by_team
from lib.store.usage_store import Store
from tests.stored import filled

YEAR = Window(dt.date(2026, 1, 1), dt.date(2027, 1, 1))
SEEN = dt.datetime(2026, 2, 1, tzinfo=dt.UTC)
NAMES = [
    Name("project", "proj_a", "O'Search"),
    Name("api_key", "key_a", "production", project_id="proj_a", owner_id="user_a"),
    Name("user", "user_a", "Ada"),
]
TINY = Decimal("0.000000000000000001")


@pytest.fixture
def views(tmp_path: Path) -> Iterator[SqlViews]:
    """Return views of a store, in a folder with a quote in its name, with costs and one completion."""
    folder = tmp_path / "it's here"
    day = {"start": "2026-01-05", "project_id": "proj_a"}
    whole = {"slice": "whole"}
    store = filled(
        folder,
        "costs",
        day | {"line_item": "gpt-6-sol, input", "api_key_id": "key_a", "cost_usd": TINY, "quantity": 3},
        {"start": "2026-01-06", "line_item": "Promotional credit", "cost_usd": Decimal(-9)},
        # The same dollars told by project, and by user, as where the API refuses both together.
        {"start": "2026-01-07", "slice": "projects", "project_id": "proj_b", "cost_usd": Decimal(4)},
        {"start": "2026-01-07", "slice": "users", "user_id": "user_a", "cost_usd": Decimal(4)},
    )
    filled(folder, "completions", day | whole | {"model": "gpt-6-sol", "input_tokens": 2**62})
    store.merge_names(NAMES, SEEN)
    prices = pa.table({"model": ["gpt-6-sol"], "usd_per_unit": [Decimal("0.5")]})
    with SqlViews({None: store}, {"prices": ("List prices", prices)}) as opened:
        yield opened


def rows(views: SqlViews, question: str) -> list[dict[str, Any]]:
    return list(views.ask(question).to_pylist())


def test_each_source_is_a_view_with_names_beside_its_ids_and_money_exact(views: SqlViews) -> None:
    question = (
        "select project_name, api_key_name, model, token_class, day, cost_usd from costs where cost_usd > 0"
    )

    assert rows(views, f"{question} and cost_usd < 1") == [
        {
            "project_name": "O'Search",
            "api_key_name": "production",
            "model": "gpt-6-sol",
            "token_class": "input",
            "day": dt.date(2026, 1, 5),
            "cost_usd": TINY,
        }
    ]


def test_dollars_that_are_told_twice_are_counted_once(views: SqlViews) -> None:
    assert rows(views, "select sum(cost_usd) as usd from costs") == [{"usd": Decimal(-5) + TINY}]


def test_sums_pass_64_bits(views: SqlViews) -> None:
    question = "select sum(input_tokens) as n from (from completions union all from completions)"

    assert rows(views, question) == [{"n": Decimal(2**63)}]


def test_a_source_without_rows_is_an_empty_view_and_given_tables_are_views_too(views: SqlViews) -> None:
    assert rows(views, "from embeddings") == []
    assert rows(views, "from prices") == [{"model": "gpt-6-sol", "usd_per_unit": Decimal("0.5")}]
    assert [view.name for view in views.views] == [*SOURCES, "prices"]
    [prices] = [view for view in views.views if view.name == "prices"]
    assert (prices.about, prices.columns) == (
        "List prices",
        {"model": "VARCHAR", "usd_per_unit": "DECIMAL(1,1)"},
    )


@pytest.mark.parametrize(
    "question",
    [
        "insert into costs values (1)",
        "delete from costs",
        "create table t (a int)",
        "drop view costs",
        "copy costs to '/tmp/x.csv'",
        "attach 'x.db'",
        "set threads = 1",
        "install httpfs",
        "pragma version",
        "select 1; select 2",
        "",
        ";",
    ],
)
def test_only_one_statement_that_reads_is_answered(views: SqlViews, question: str) -> None:
    with pytest.raises(QuestionError, match="Ask one thing that reads, such as: select model"):
        views.ask(question)


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("selct", "Parser Error: syntax error"),
        ("from nowhere", "Catalog Error: Table with name nowhere does not exist"),
        ("select * from read_csv('/etc/passwd')", "Permission Error"),
        ("select * from '/etc/passwd'", "Error"),
        ("select * from glob('/*')", "Permission Error"),
        ("select 1 / 'x'", "Error"),
        ("from rows", "Catalog Error"),
    ],
)
def test_what_cannot_be_answered_is_said_in_words(views: SqlViews, question: str, said: str) -> None:
    with pytest.raises(QuestionError, match=f"DuckDB cannot answer that. .*{said}"):
        views.ask(question)


def test_teams_are_told_as_the_engine_tells_them(tmp_path: Path) -> None:
    spent = {"line_item": "x", "project_id": "proj_a"}
    store = filled(
        tmp_path,
        "costs",
        {"start": "2026-01-05", "cost_usd": Decimal(1), "api_key_id": "key_a"} | spent,
        {"start": "2026-02-05", "cost_usd": Decimal(2), "api_key_id": "key_a"} | spent,
        {"start": "2026-02-05", "cost_usd": Decimal(4), "user_id": "user_b"} | spent,
        {"start": "2026-02-05", "cost_usd": Decimal(8)} | spent,
        {"start": "2026-02-05", "cost_usd": Decimal(16), "line_item": "y"},
    )
    rules = [
        Rule("Old", keys=("key_a",), end=dt.date(2026, 1, 31)),
        Rule("Ada's", users=("Ada",)),
        Rule("Bob's", users=("user_b",)),
        Rule("All", projects=("proj_a",)),
    ]
    listed = [*NAMES, Name("user", "user_b", "Bob")]
    store.merge_names(listed, SEEN)
    known = teamed(store, by_team(("Old", "Ada's", "Bob's", "All"), rules, listed))

    with SqlViews({None: known}, {}) as views:
        summed = rows(views, "select team, sum(cost_usd) as usd from costs group by team")

    engine = answer(known, Question("costs", YEAR, by=("team",), metrics=("cost_usd",))).to_pylist()
    found = {row["team"]: row["usd"] for row in summed}
    assert found == {"Old": 1, "Ada's": 2, "Bob's": 4, "All": 8, None: 16}
    assert found == {row["team"]: row["cost_usd"] for row in engine}


def test_statements_keep_to_the_memory_that_questions_may_take(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(duckdb_scan, "memory_limit", lambda: "512 MiB")

    with SqlViews({None: Store(str(tmp_path))}, {}) as opened:
        assert rows(opened, "SELECT current_setting('memory_limit') AS most") == [{"most": "512.0 MiB"}]

"""What pages ask is answered by Spark as it is by DuckDB, to the cent and the token."""

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from copy import copy
from pathlib import Path
from typing import Any

import pytest

from lib.cli.main import main
from lib.engine import execution, kept_rows
from lib.engine.execution import answer
from lib.engine.question import Question
from lib.engine.rows import Rows
from lib.store.usage_store import Store
from tests.loopback import Loopback
from tests.pages.conftest import ROOT, Open, visit
from tests.pages.organization import ready
from tests.spark.cluster import Cluster

pytestmark = [pytest.mark.xdist_group("spark"), pytest.mark.timeout(600)]

PAGES = sorted(file.stem for file in (ROOT / "pages").glob("*.py"))
NARROWED: dict[str, Any] = {"project": ["proj_a"], "model": ["gpt-6-sol-2026-05-01"], "period": "7d"}
TEAMS = """
version = 1
[[team]]
name = "Search"
[[team.rule]]
projects = ["Search"]
end = 2026-11-10
[[team]]
name = "Ada's"
[[team.rule]]
users = ["ada@example.com"]
start = 2026-11-11
"""
Asked = dict[Question, Store]


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> Asked:
    """Return the questions that are asked of stored rows from now on, each with the store it is asked of."""
    found: Asked = {}

    def remembering(store: Store, files: Iterable[str], question: Question) -> Rows:
        found[question] = store
        return kept(store, list(files), question)

    kept = kept_rows.kept_rows
    for module in (execution, kept_rows):
        monkeypatch.setattr(module, "kept_rows", remembering)
    return found


def on(store: Store, cluster: Cluster) -> Store:
    """Return the same store, about which Spark answers."""
    seen = copy(store)
    seen.engine_url = cluster.url
    return seen


def test_every_question_of_every_page_is_answered_the_same(
    asked: Asked, open_page: Open, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, cluster: Cluster
) -> None:
    (tmp_path / "teams.toml").write_text(TEAMS)
    monkeypatch.setenv("USAGE_TEAMS_FILE", str(tmp_path / "teams.toml"))
    for name in PAGES:
        assert not open_page(name, ready).exception
    open_page("overview", ready, **NARROWED)
    open_page("usage", ready, zone="Europe/Berlin", period="7d", by="team")
    questions = dict(asked)
    usual = {question: answer(store, question) for question, store in questions.items()}

    with ThreadPoolExecutor(2) as pool:
        tables = pool.map(lambda each: answer(on(each[1], cluster), each[0]), questions.items())

    assert len(questions) > 40
    assert dict(zip(questions, tables, strict=True)) == usual
    assert sum(table.num_rows for table in usual.values()) > 1_000


def test_several_organizations_are_added_up_on_pages_and_by_commands(
    store: None,  # noqa: ARG001
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    cluster: Cluster,
) -> None:
    monkeypatch.setenv("USAGE_ENGINE_URL", cluster.url)
    monkeypatch.setenv("USAGE_ORGANIZATIONS", "acme,labs")
    seen = len(cluster.log)
    with Loopback(ready) as acme, Loopback(ready) as labs:
        for name, server in (("ACME", acme), ("LABS", labs)):
            monkeypatch.setenv(f"OPENAI_ADMIN_KEY_{name}", "sk-admin-secret-0123456789")
            monkeypatch.setenv(f"OPENAI_BASE_URL_{name}", server.base_url)
        app = visit("costs", stack="organization", by="organization")
        asked_by_page = cluster.log[seen:].count("Starting task")
        days = ["--start", "2026-11-02", "--end", "2026-11-03", "--grain", "total", "--by", "organization"]
        assert main(["export", "costs", *days, "--format", "csv", "--output", "-"]) == 0

    assert 0 < asked_by_page < cluster.log[seen:].count("Starting task")
    assert not app.exception
    (bill,) = (d.value for d in app.dataframe if "organization" in d.value)
    assert list(zip(bill["organization"], bill["now"], strict=True)) == [("acme", 60.0), ("labs", 60.0)]
    assert [line.split(",")[:2] for line in capsys.readouterr().out.splitlines()] == [
        ["organization", "cost_usd"],
        ["acme", "4"],
        ["labs", "4"],
    ]

"""The status line of Overview: how the month, the budgets and the newest days stand."""

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from lib.answers import instance
from lib.store.records.collecting_runs import CollectingRun
from lib.store.usage_store import Store
from lib.ui import status_line
from tests.pages.conftest import Open, settled, visit
from tests.pages.organization import NOW, empty, ready
from tests.shown import shown


@pytest.fixture(autouse=True)
def budgets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "budgets.toml"
    path.write_text("version = 1\n[[budget]]\namount = 45\n")
    monkeypatch.setenv("USAGE_BUDGETS_FILE", str(path))
    return path


def links(app: AppTest) -> dict[str, str]:
    """Return the links of the page by their words, with the page and the parameters they lead to."""
    found = [link.proto for link in app.get("page_link")]
    return {shown(link.label): f"{link.page.rsplit('/', 1)[-1]}?{link.query_string}" for link in found}


def looked_again(app: AppTest) -> AppTest:
    """Return `app` once what takes a moment longer has been fetched and drawn."""
    backend = instance.open_backend()
    settled(app.run())
    for _ in range(2):
        backend.syncer.request(status_line.needs_of(app.session_state["session"].view)).wait(10)
        app.run()
    return app


def test_each_thing_leads_on(open_page: Open) -> None:
    found = links(looked_again(open_page("overview", ready)))

    expected = {
        "November so far: $46.00, the same as in 1–23 Oct 2026 ($46.00)": "changes",
        "November ends at about $60, 133.3% of the budget of $45": "budgets",
        "Budgets: ✕ 1 exceeded": "budgets",
        "Nothing unusual on the days that are judged; not judged yet: 20–23 Nov 2026": "anomalies",
        "Fetched 23 Nov 2026, 12:00 UTC": "data",
    }
    assert {words: found.get(words, "").split("?")[0] for words in expected} == expected


def test_filters_narrow_the_month_and_its_end_but_not_the_budgets(open_page: Open) -> None:
    found = links(looked_again(open_page("overview", ready, project="proj_b")))

    assert any(words.startswith("November so far: $17.25") for words in found)
    assert "November ends at about $23" in found
    assert "Budgets: ✕ 1 exceeded" in found


def test_the_page_is_drawn_before_what_takes_longer(open_page: Open) -> None:
    app = open_page("overview", ready)

    assert "Budgets: ✕ 1 exceeded" not in links(app)
    assert any("Looking at the forecast" in caption.value for caption in app.caption)


def test_without_a_bill_nothing_is_claimed(open_page: Open) -> None:
    assert not [words for words in links(open_page("overview", empty)) if words.startswith("November")]


def test_days_that_are_about_to_be_lost_are_told_where_nothing_collects_them(
    open_page: Open, tmp_path: Path
) -> None:
    runs = Store(str(tmp_path / "store")).collecting_runs
    assert "▲ Days are lost" not in str(links(looked_again(open_page("overview", ready))))

    runs.write([CollectingRun(NOW, NOW, "web-1", failures={"costs": "down"})], NOW)

    assert links(looked_again(visit("overview")))["▲ Days are lost from 24 Nov 2026 on"].startswith("data?")
    assert "the API serves them no more" in visit("data").warning[0].value

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from lib.answers import instance, savings_found
from lib.answers.address import Choices
from lib.answers.reading import Reading
from lib.errors import StoreError
from lib.store.usage_store import Store
from lib.ui import decision_card
from lib.wording import numbers as fmt
from tests.pages.conftest import Open, visit
from tests.pages.organization import empty, ready
from tests.shown import shown


def numbers(app: AppTest) -> dict[str, str]:
    return {m.label: m.value for m in app.metric}


def demo(page: str, **parameters: str) -> AppTest:
    """Open a page on the demo organization, with all that it needs fetched."""
    app = visit(page, **parameters)
    instance.open_backend().syncer.request(app.session_state["session"].required).wait(60)
    return app.run()


@pytest.mark.usefixtures("store")
def test_savings_are_listed_with_their_rows_and_never_added_up(words: Callable[[AppTest], str]) -> None:
    app = demo("savings", kind="cache")

    listed, rows = (table.value for table in app.dataframe)
    assert set(listed["title"]) == {"Read more from the prompt cache"}
    assert list(listed["a_month"]) == sorted(listed["a_month"], reverse=True)
    said = f"These rows save ${sum(rows['saved']):,.2f} in 28 days"
    assert said in words(app)
    likely, at_most = (
        int(numbers(app)[name].strip("$").replace(",", ""))
        for name in ("Likely to be saved a month (estimate)", "At most (estimate)")
    )
    assert 0 < likely < at_most
    assert not app.exception


@pytest.mark.usefixtures("store")
def test_a_link_opens_one_saving() -> None:
    first = demo("savings")
    other = first.selectbox(key="choice:saving").options[3]

    first.selectbox(key="choice:saving").select_index(3).run()

    assert first.selectbox(key="choice:saving").options[3] == other
    assert (
        visit("savings", saving=first.query_params["saving"]).selectbox(key="choice:saving").value
        == first.selectbox(key="choice:saving").value
    )


@pytest.mark.usefixtures("store")
def test_the_board_is_in_the_address() -> None:
    as_it_is = numbers(demo("savings", open="simulator"))
    then = numbers(demo("savings", open="simulator", batched="100", growth="10"))

    assert as_it_is["6 months then (estimate)"] == as_it_is["6 months as it is (estimate)"]
    assert as_it_is["Difference (estimate)"] == "$0"
    assert then["6 months as it is (estimate)"] == as_it_is["6 months as it is (estimate)"]
    assert then["Difference (estimate)"] != "$0"


@pytest.mark.usefixtures("store")
def test_a_slider_writes_itself_into_the_address() -> None:
    app = demo("savings", open="simulator")

    names = ("batched", "cached", "growth")
    second = [app.select_slider(key=f"choice:{name}").options[1] for name in names]
    assert second == ["5%", "0%", "\\-15%"]
    app.select_slider(key="choice:batched").set_value("50").run()

    assert app.query_params["batched"] == "50"


def test_where_nothing_can_be_saved_the_page_says_so(open_page: Open) -> None:
    app = open_page("savings", ready)

    assert [shown(one.value) for one in app.success] == [
        "Nothing was found that would save at least $20 a month."
    ]


@pytest.mark.parametrize("part", ["found", "simulator"])
def test_without_usage_the_page_says_so(part: str, open_page: Open, words: Callable[[AppTest], str]) -> None:
    app = open_page("savings", empty, open=part)

    assert re.search(r"No .* in 23 Oct – 19 Nov 2026", words(app))


def decide(app: AppTest, label: str) -> AppTest:
    next(button for button in app.button if button.label == label).click()
    return app.run()


@pytest.mark.usefixtures("store")
def test_a_saving_can_be_planned_done_and_taken_back(words: Callable[[AppTest], str]) -> None:
    app = demo("savings")
    name = app.selectbox(key="choice:saving").value
    at_most = numbers(app)["At most (estimate)"]

    app = decide(app, "Plan it")
    assert "Planned on 23 Nov 2026 by not signed in" in words(app)
    assert numbers(app)["At most (estimate)"] == at_most

    app = decide(app, "It is done")
    (one,) = instance.open_backend().store.decisions()
    assert (one.saving, one.state, one.expected > 20) == (name, "done", True)
    followed = next(t.value for t in app.dataframe if "verdict" in t.value)
    assert list(followed["verdict"]) == ["Too early to tell: 0 of the 7 final days that it takes"]
    assert numbers(app)["At most (estimate)"] != at_most

    app = decide(app, "Take that back")
    assert instance.open_backend().store.decisions() == ()
    assert "Nobody has decided on this yet." in words(app)


@pytest.mark.usefixtures("store")
def test_who_may_only_look_decides_on_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    app = demo("savings", kind="batch")
    monkeypatch.setattr(decision_card, "may", lambda _role: False)

    app = decide(app, "Plan it")

    assert instance.open_backend().store.decisions() == ()
    assert [e.value for e in app.error] == ["You may not decide on savings here. Nothing was changed."]
    assert "Plan it" not in [button.label for button in app.button]


@pytest.mark.usefixtures("store")
def test_a_decision_that_cannot_be_stored_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_args: object) -> None:
        raise StoreError("The disk is full.")

    app = demo("savings", kind="batch")
    monkeypatch.setattr(Store, "write_decision", full)

    assert [e.value for e in decide(app, "Plan it").error] == ["The disk is full."]


@pytest.mark.usefixtures("store")
def test_a_saving_is_tried_with_its_own_dollars_and_leaves_no_filter_behind() -> None:
    (rows,) = (t.value for t in demo("savings", kind="batch").dataframe if "saved" in t.value)
    saving = demo("savings", kind="batch").selectbox(key="choice:saving").value
    _, project, key, _ = saving.split(":")

    app = demo("savings", open="simulator", of=f"{project}:{key}", batched="100")

    six_months = round(sum(rows["saved"]) / 28 * 365.25 / 12 * 6)
    assert abs(int(numbers(app)["Difference (estimate)"].strip("−$").replace(",", "")) - six_months) <= 1
    assert not any(control.value for control in app.multiselect)


@pytest.mark.usefixtures("store")
def test_what_each_team_could_save_sums_to_what_all_could(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: Callable[[AppTest], str]
) -> None:
    teams = tmp_path / "teams.toml"
    rule = '[[team]]\nname = "{}"\n[[team.rule]]\nprojects = ["{}"]\n'
    teams.write_text("version = 1\n" + rule.format("Growth", "Customer *") + rule.format("Docs", "D*"))
    monkeypatch.setenv("USAGE_TEAMS_FILE", str(teams))

    app = demo("savings")

    reading = savings_page_reading()
    assert "Which teams could save most?" in words(app)
    table = savings_found.savings_by_team(reading, frozenset())
    assert {"Growth", "Docs"} <= set(table["group"])
    assert sum(table["value"]) == savings_found.savings(reading).at_most()
    assert numbers(app)["At most (estimate)"] == fmt.usd(sum(table["value"]), 0)


def savings_page_reading() -> Reading:
    """Return what the page reads without a filter."""
    backend, today = instance.open_backend(), instance.now().date()
    view = savings_found.view_of(Choices().view(today), backend.settings.settle)
    return Reading(backend, view, savings_found.READ)

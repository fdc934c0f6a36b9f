"""The directory: everybody with what they spent, found by name, each leading to a profile."""

from collections.abc import Callable

from streamlit.testing.v1 import AppTest

from tests.pages.conftest import Open
from tests.pages.organization import empty, ready
from tests.pages.test_allocation import floored


def test_projects_are_listed_with_what_each_spent_and_used(open_page: Open) -> None:
    table = open_page("directory", ready, period="7d").dataframe[0].value

    assert list(table["project_id"]) == ["Search", "Support"]
    assert list(table["spend"]) == [8.75, 5.25]
    assert list(table["requests"]) == [21, 7]
    assert list(table["tokens"]) == [840, 560]
    assert list(table["cached_share"]) == [0.4, 0.0]


def test_a_row_leads_to_the_profile(open_page: Open) -> None:
    table = open_page("directory", ready, period="7d", list="key").dataframe[0].value

    assert "profile?period=7d&kind=key&id=key_a" in list(table["Profile"])


def test_a_search_finds_parts_of_names_and_ids(open_page: Open, words: Callable[[AppTest], str]) -> None:
    by_name, by_id = (open_page("directory", ready, find=text) for text in ("supp", "PROJ_B"))

    assert list(by_name.dataframe[0].value["project_id"]) == ["Support"]
    assert list(by_id.dataframe[0].value["project_id"]) == ["Support"]
    assert "1 of 2 projects" in words(by_name)


def test_a_search_that_finds_nobody_says_so(open_page: Open, words: Callable[[AppTest], str]) -> None:
    app = open_page("directory", ready, find="nobody")

    assert "None of the 2 projects has “nobody” in its name or id." in words(app)


def test_what_is_searched_for_stands_in_the_address(open_page: Open) -> None:
    app = open_page("directory", ready)

    app.text_input(key="choice:find").set_value("sea").run()

    assert app.query_params["find"] == "sea"


def test_days_that_do_not_tell_keys_make_no_ratio(open_page: Open, words: Callable[[AppTest], str]) -> None:
    days = {"from": "2026-11-02", "to": "2026-11-15"}

    app = open_page("directory", floored, list="key", **days)

    assert "On 7 of these days the bill does not name API keys" in words(app)
    assert "cost_per_million" not in app.dataframe[0].value


def test_an_organization_without_anybody_says_so(open_page: Open, words: Callable[[AppTest], str]) -> None:
    assert "No project is known yet: none is listed" in words(open_page("directory", empty))

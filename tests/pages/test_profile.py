"""The profile: one project, person or key, and the way there from every table."""

from collections.abc import Callable

from streamlit.testing.v1 import AppTest

from tests.pages.conftest import Open
from tests.pages.organization import empty, ready
from tests.pages.test_allocation import floored


def links(app: AppTest) -> list[list[str | None]]:
    return [list(table.value["Profile"]) for table in app.dataframe if "Profile" in table.value]


def test_every_row_of_a_table_of_projects_leads_to_its_profile(open_page: Open) -> None:
    app = open_page("breakdown", ready, period="7d", user="user-a")

    assert links(app) == [
        [
            "profile?period=7d&user=user-a&kind=project&id=proj_a",
            "profile?period=7d&user=user-a&kind=project&id=proj_b",
        ]
    ]


def test_tables_of_users_and_keys_lead_to_profiles_and_those_of_models_do_not(open_page: Open) -> None:
    by_user, by_key, by_model = (
        links(open_page("breakdown", ready, by=by)) for by in ("user_id", "api_key_id", "model")
    )

    assert by_user == [["profile?kind=user&id=user-a"]]
    assert by_key == [["profile?kind=key&id=key_a"]]
    assert by_model == []


def shown(app: AppTest) -> dict[str, str]:
    return {m.label: m.value for m in app.metric}


def test_a_project_shows_its_own_spend_and_share(open_page: Open, words: Callable[[AppTest], str]) -> None:
    app = open_page("profile", ready, kind="project", id="proj_b")

    assert app.header[0].value == "Support"
    assert shown(app)["Spend"] == "$22.50"
    assert "That is 37.5% of $60.00, all that was billed in the period." in words(app)
    assert "Project proj_b. First billed" in words(app)


def test_a_key_says_what_it_belongs_to(open_page: Open, words: Callable[[AppTest], str]) -> None:
    app = open_page("profile", ready, kind="key", id="key_a")

    assert "API key key_a, sk-...aa, in Search, owned by Ada." in words(app)


def test_without_an_id_the_largest_is_shown(open_page: Open) -> None:
    assert open_page("profile", ready).header[0].value == "Search"
    assert open_page("profile", ready, kind="user").header[0].value == "Ada"


def test_an_unknown_id_is_said(open_page: Open, words: Callable[[AppTest], str]) -> None:
    app = open_page("profile", ready, kind="key", id="key_gone")

    assert "No API key here goes by key_gone. Choose one below." in words(app)


def test_another_kind_begins_with_its_largest(open_page: Open, words: Callable[[AppTest], str]) -> None:
    app = open_page("profile", ready, kind="project", id="proj_b")

    app.segmented_control(key="choice:kind").set_value("user").run()

    assert app.header[0].value == "Ada"
    assert "goes by" not in words(app)


def test_a_filter_that_leaves_it_out_is_said_and_set_aside(
    open_page: Open, words: Callable[[AppTest], str]
) -> None:
    app = open_page("profile", ready, kind="project", id="proj_b", project="proj_a")

    assert "The filters in the sidebar leave out Support; it is shown here all the same." in words(app)
    assert shown(app)["Spend"] == "$22.50"


def test_every_page_can_be_narrowed_to_it(open_page: Open) -> None:
    app = open_page("profile", ready, kind="project", id="proj_b")

    next(b for b in app.button if b.label == "Narrow every page to this").click().run()

    assert app.query_params["project"] == "proj_b"


def test_it_stands_beside_its_peers(open_page: Open) -> None:
    table = open_page("profile", ready, kind="project", id="proj_b").dataframe[-1].value

    assert list(zip(table["measure"], table["own"], table["others"], table["rank"], strict=True))[:2] == [
        ("Spend", 22.5, 37.5, 2),
        ("Requests", 30, 90, 2),
    ]


def test_an_organization_without_anything_has_no_profiles(
    open_page: Open, words: Callable[[AppTest], str]
) -> None:
    assert "No project is known yet: none is listed" in words(open_page("profile", empty))


def test_days_that_do_not_tell_keys_make_no_ratio_and_no_first_day(
    open_page: Open, words: Callable[[AppTest], str]
) -> None:
    app = open_page("profile", floored, kind="key", id="key_a", **{"from": "2026-11-02", "to": "2026-11-15"})

    assert "On 7 of these days the bill does not name API keys" in words(app)
    assert "First billed 9 Nov 2026 (or earlier" in words(app)
    assert "That is at least 50.0% of $28.00" in words(app)
    assert list(shown(app)) == ["Spend", "Requests", "Tokens", "Cached share"]
    assert "Cost per 1M tokens" not in list(app.dataframe[-1].value["measure"])


def test_where_no_day_tells_keys_no_spend_is_claimed(
    open_page: Open, words: Callable[[AppTest], str]
) -> None:
    app = open_page("profile", floored, kind="key", id="key_a", **{"from": "2026-11-02", "to": "2026-11-08"})

    assert "so it is not known when it was first billed" in words(app)
    assert list(shown(app)) == ["Requests", "Tokens", "Cached share"]


def test_filters_change_what_it_is_part_of_but_not_since_when_it_is_billed(
    open_page: Open, words: Callable[[AppTest], str]
) -> None:
    app = open_page("profile", ready, kind="project", id="proj_a", model="gpt-6-sol-2026-05-01")
    other = open_page("profile", ready, kind="project", id="proj_b", model="gpt-6-sol-2026-05-01")

    assert "billed in the period within the filters" in words(app)
    assert "Nothing of it was billed" not in words(other)
    assert "First billed" in words(other)

"""The profile: one project, person or key, and the way there from every table."""

from streamlit.testing.v1 import AppTest

from tests.pages.conftest import Open
from tests.pages.organization import ready


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

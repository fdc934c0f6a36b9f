import datetime as dt

from lib.demo.organization.directory_data import KEYS, PROJECTS, directory, project_id, user_id
from tests.demo.organization import demo_days
from tests.demo.organization.test_demo_days import KEPT

PEOPLE = directory()


def test_who_is_in_the_directory_is_who_was() -> None:
    assert demo_days.people_and_projects() == KEPT["directory"]


def test_an_archived_project_keeps_no_key_beyond_its_last_day() -> None:
    archived = {handle: last for handle, (_, _, last) in PROJECTS.items() if last}

    assert {handle: {k.deleted for (of, _), k in KEYS.items() if of == handle} for handle in archived} == {
        handle: {last} for handle, last in archived.items()
    }


def test_the_keys_of_who_left_are_deleted_on_that_day() -> None:
    left = {user.id: user.left for user in PEOPLE.users if user.left}
    deleted = {key.owner_id: key.deleted for key in PEOPLE.keys if key.owner_id in left}

    assert left == {
        user_id("quinn"): dt.date(2026, 5, 29),
        user_id("viktor"): dt.date(2026, 9, 11),
    }
    assert deleted[user_id("viktor")] == left[user_id("viktor")]


def test_a_key_belongs_to_somebody_in_the_directory_and_was_made_with_its_project() -> None:
    owners = {user.id for user in PEOPLE.users} | {account.id for account in PEOPLE.service_accounts}
    created = {project.id: project.created for project in PEOPLE.projects}

    assert {key.owner_id for key in PEOPLE.keys} <= owners
    assert all(key.created == created[key.project_id] for key in PEOPLE.keys)


def test_an_id_is_nobody_elses() -> None:
    ids = [each.id for each in (*PEOPLE.projects, *PEOPLE.users, *PEOPLE.service_accounts, *PEOPLE.keys)]

    assert len(set(ids)) == len(ids)
    assert KEYS["search", "production"].project_id == project_id("search")
    assert KEYS["search", "production"].owner_id != KEYS["assistant", "production"].owner_id


def test_names_are_split_into_addresses() -> None:
    ada = next(user for user in PEOPLE.users if user.name == "Amara Okafor")

    assert (ada.id, ada.email, ada.role) == (user_id("amara"), "amara.okafor@meridianlabs.example", "owner")

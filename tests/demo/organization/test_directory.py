import datetime as dt

import pytest

from lib.demo.organization.directory import Budget, Directory, Key, Project, ServiceAccount, User, make_id


@pytest.mark.parametrize(
    ("prefix", "name", "length", "made"),
    [
        ("proj_", "a", 8, "proj_NEWFxKVe"),
        ("x", "a", 3, "xzZN"),
        ("", "", 3, "MKy"),
        ("user-", "a", 0, "user-"),
    ],
)
def test_an_id_depends_on_nothing_but_its_prefix_and_name(
    prefix: str, name: str, length: int, made: str
) -> None:
    assert make_id(prefix, name, length)[: len(made)] == made
    assert len(make_id(prefix, name, length)) == len(prefix) + length


def test_projects_and_people_are_found_by_their_ids() -> None:
    day = dt.date(2026, 1, 1)
    people = Directory(
        projects=(Project("proj_a", "Search"), Project("proj_b", "Old", day, day)),
        users=(User("user-a", "Ada", "ada@example.com"),),
    )

    assert people.project_names == {"proj_a": "Search", "proj_b": "Old"}
    assert people.emails == {"user-a": "ada@example.com"}


def test_what_has_no_beginning_of_its_own_was_there_before_the_first_day_of_the_demo() -> None:
    made = (
        Project("p", "P").created,
        User("u", "U", "u@example.com").added,
        ServiceAccount("s", "S", "p").created,
        Key("k", "K", "p", "u").created,
    )

    assert set(made) == {dt.date(2024, 9, 2)}
    assert (Project("p", "P").archived, User("u", "U", "").left, Key("k", "K", "p", "u").deleted) == (
        None,
        None,
        None,
    )
    assert (User("u", "U", "").role, Budget().enforced) == ("reader", False)

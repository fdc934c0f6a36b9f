import datetime as dt

import pytest

from lib.demo.organization.directory import Directory, Project, User, make_id


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

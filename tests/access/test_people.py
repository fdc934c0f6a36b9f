"""What is read out of the claims of a sign-in."""

import datetime as dt

import pytest

from lib.access.people import Person, folded, signed_in

ADA = {"is_logged_in": True, "email": "Ada@Example.com", "groups": ["finance"], "iat": 1_793_491_200}


def test_a_sign_in_says_who_from_which_groups_and_since_when() -> None:
    since = dt.datetime(2026, 11, 1, tzinfo=dt.UTC)

    assert signed_in(ADA, "groups") == Person("ada@example.com", frozenset({"finance"}), since)


@pytest.mark.parametrize("said", [{}, {"is_logged_in": "true"}, {"is_logged_in": 1}, {"is_logged_in": False}])
def test_nobody_is_signed_in_unless_it_is_said_to_be_true(said: dict[str, object]) -> None:
    assert signed_in({**ADA, "is_logged_in": None, **said}, "groups") is None


@pytest.mark.parametrize(
    "said", [{"email_verified": False}, {"email": ""}, {"email": None}, {"email": ["a@b"]}]
)
def test_an_address_that_is_not_verified_or_no_text_is_none(said: dict[str, object]) -> None:
    found = signed_in(ADA | said, "groups")

    assert found is not None
    assert (found.email, found.name) == (None, "somebody without an address")


@pytest.mark.parametrize(
    ("claim", "groups"),
    [
        ("finance", {"finance"}),
        (["a", 1, None, "b"], {"a", "b"}),
        (None, set()),
        (7, set()),
        ({"x": 1}, {"x"}),
    ],
)
def test_groups_are_the_texts_of_their_claim(claim: object, groups: set[str]) -> None:
    found = signed_in(ADA | {"roles": claim}, "roles")

    assert found is not None
    assert found.groups == groups


@pytest.mark.parametrize("iat", [None, "1793491200", True, 1e300, float("nan"), -1e18])
def test_a_moment_that_is_none_is_not_known(iat: object) -> None:
    found = signed_in(ADA | {"iat": iat}, "groups")

    assert found is not None
    assert found.since is None


@pytest.mark.parametrize(
    ("written", "compared"),
    [
        (" Ada@Example.COM ", "ada@example.com"),
        # Small letters of these are ASCII: somebody else's address would become ada's or kim's.
        ("\u212aim@example.com", "\u212aim@example.com"),
        ("ada@example.co\u1e9e", "ada@example.co\u1e9e"),
    ],
)
def test_addresses_are_compared_in_small_letters_where_they_are_ascii(written: str, compared: str) -> None:
    assert folded(written) == compared

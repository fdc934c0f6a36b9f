"""Who is let in, as what, and for how long."""

import datetime as dt
from dataclasses import replace

import pytest

from lib.access.people import Person
from lib.access.rules import Access, Denial, Grant, Role, Rule, SignIn

NOW = dt.datetime(2026, 11, 26, 12, tzinfo=dt.UTC)
FINANCE = Rule(Role.ADMIN, emails=("*@finance.example",))
GROWTH = Rule(Role.VIEWER, groups=("growth",))
BOTH = Rule(Role.EDITOR, emails=("*@example.com",), groups=("growth",))
ACCESS = Access(SignIn.OIDC, rules=(FINANCE, GROWTH))


def claims(email: str = "ada@finance.example", *groups: str, hours_ago: float = 1) -> dict[str, object]:
    since = NOW - dt.timedelta(hours=hours_ago)
    return {"is_logged_in": True, "email": email, "groups": [*groups], "iat": since.timestamp()}


def role(access: Access, *said: str) -> Role | None:
    found = access.decide(claims(*said), NOW)
    return found.role if isinstance(found, Grant) else None


def test_a_rule_can_let_some_projects_be_seen_only() -> None:
    scoped = replace(GROWTH, projects=frozenset({"Search"}))
    decided = Access(SignIn.OIDC, rules=(scoped, FINANCE))

    found = [decided.decide(claims(*said), NOW) for said in (("eve@example.com", "growth"), ())]

    assert [isinstance(grant, Grant) and grant.projects for grant in found] == [frozenset({"Search"}), None]


def test_where_nobody_signs_in_everybody_is_let_in() -> None:
    assert Access().decide({}, NOW) == Grant()
    assert Grant().is_at_least(Role.ADMIN)


def test_the_first_rule_that_fits_counts() -> None:
    assert role(ACCESS, "ada@finance.example", "growth") is Role.ADMIN
    assert role(replace(ACCESS, rules=(GROWTH, FINANCE)), "ada@finance.example", "growth") is Role.VIEWER


@pytest.mark.parametrize(
    ("rule", "email", "groups", "fits"),
    [
        (FINANCE, "ada@finance.example", (), True),
        (FINANCE, "ADA@Finance.Example", (), True),
        (FINANCE, "ada@finance.example.evil", (), False),
        (FINANCE, "finance.example", (), False),
        (FINANCE, "ada@ﬁnance.example", (), False),
        (Rule(Role.VIEWER, emails=("[ab]@example.com",)), "a@example.com", (), False),
        (Rule(Role.VIEWER, emails=("[ab]@example.com",)), "[ab]@example.com", (), True),
        (Rule(Role.VIEWER, emails=("a?b@example.com",)), "a?b@example.com", (), True),
        (GROWTH, "ada@example.com", ("growth",), True),
        (GROWTH, "ada@example.com", ("Growth", "growth-leads"), False),
        (BOTH, "ada@example.com", ("growth",), True),
        (BOTH, "ada@example.com", (), False),
        (BOTH, "ada@other.example", ("growth",), False),
    ],
)
def test_a_rule_fits_those_it_names(rule: Rule, email: str, groups: tuple[str, ...], *, fits: bool) -> None:
    decided = Access(SignIn.OIDC, rules=(rule,)).decide(claims(email, *groups), NOW)

    assert isinstance(decided, Grant) is fits


def test_an_address_that_is_not_verified_fits_no_address() -> None:
    assert ACCESS.decide({**claims(), "email_verified": False}, NOW) is Denial.NO_RULE


def test_whoever_is_not_named_is_told_so() -> None:
    assert ACCESS.decide(claims("eve@example.com"), NOW) is Denial.NO_RULE
    assert ACCESS.decide({}, NOW) is Denial.NOT_SIGNED_IN


def test_without_rules_whoever_signs_in_is_let_in_without_a_role() -> None:
    found = Access(SignIn.OIDC).decide(claims("eve@example.com"), NOW)

    assert isinstance(found, Grant)
    assert (found.role, found.person) == (None, Person("eve@example.com", since=NOW - dt.timedelta(hours=1)))


@pytest.mark.parametrize(
    ("hours_ago", "decided"),
    [(12, Grant), (12.01, Denial.SIGN_IN_IS_OLD), (-0.08, Grant), (-0.09, Denial.SIGN_IN_IS_OLD)],
)
def test_a_sign_in_counts_for_some_hours_and_not_from_the_future(hours_ago: float, decided: object) -> None:
    found = ACCESS.decide(claims(hours_ago=hours_ago), NOW)

    assert decided in {found, type(found)}


def test_a_sign_in_without_a_time_counts_for_nothing() -> None:
    assert ACCESS.decide({**claims(), "iat": None}, NOW) is Denial.NO_TIME_OF_SIGN_IN


@pytest.mark.parametrize(
    ("held", "asked", "may"),
    [
        (Role.VIEWER, Role.VIEWER, True),
        (Role.VIEWER, Role.EDITOR, False),
        (Role.EDITOR, Role.ADMIN, False),
        (Role.ADMIN, Role.EDITOR, True),
        (None, Role.ADMIN, True),
    ],
)
def test_a_role_may_what_those_below_it_may(held: Role | None, asked: Role, *, may: bool) -> None:
    assert Grant(role=held).is_at_least(asked) is may


@pytest.mark.parametrize(
    ("emails", "groups", "decided"),
    [
        (["ada@finance.example"], [], Role.ADMIN),
        (["bob@example.com"], ["sales, growth"], Role.VIEWER),
        (["bob@example.com"], ["growth", "growth"], None),
        (["eve@example.com", "ada@finance.example"], [], None),
        ([" "], [], None),
        ([], ["growth"], None),
    ],
)
def test_a_proxy_names_one_person_and_their_groups(
    emails: list[str], groups: list[str], decided: Role | None
) -> None:
    access = replace(ACCESS, sign_in=SignIn.HEADER, email_header="X-Email", groups_header="X-Groups")

    found = access.decide(access.proxied({"X-Email": emails, "X-Groups": groups}.__getitem__, NOW), NOW)

    assert (found.role if isinstance(found, Grant) else None) is decided

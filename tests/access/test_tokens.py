import datetime as dt
from dataclasses import replace

import pytest

from lib.access.rules import Grant, Role
from lib.access.tokens import (
    LONGEST_NAME,
    MOST_DAYS,
    ApiToken,
    Refused,
    brought,
    digest_of,
    identified,
    new_secret,
    problem,
    refusal,
)

NOON = dt.datetime(2026, 11, 26, 12, tzinfo=dt.UTC)
TOKEN = ApiToken("1f3c", "Grafana", digest_of("usage_a"), "Ada", NOON, NOON + dt.timedelta(days=1))


def test_what_is_kept_of_a_token_is_its_sha_256() -> None:
    assert digest_of("usage_a") == "a8744ea578a06d489e5066bcd934c498a6d6dbdb77747b38f46e8f3e5a18337d"


def test_no_two_tokens_are_alike_and_each_is_recognized() -> None:
    made = {new_secret() for _ in range(100)}

    assert len(made) == 100
    assert all(secret.startswith("usage_") and len(secret) == 49 for secret in made)


@pytest.mark.parametrize(
    ("header", "found"),
    [
        (None, None),
        ("", None),
        ("Bearer", None),
        ("Basic usage_a", None),
        ("Bearer usage_a", "usage_a"),
        ("bearer  usage_a ", "usage_a"),
    ],
)
def test_a_token_is_what_follows_the_word_bearer(header: str | None, found: str | None) -> None:
    assert brought(header) == found


def test_a_token_is_identified_by_all_of_it() -> None:
    other = replace(TOKEN, token_id="2", digest=digest_of("usage_b"))

    assert identified([TOKEN, other], "usage_a") is TOKEN
    assert identified([TOKEN, other], "usage_b") is other
    for secret in (None, "", "usage_", "usage_aa", "USAGE_A", TOKEN.digest, "usage_\udcff"):
        assert identified([TOKEN, other], secret) is None


@pytest.mark.parametrize(
    ("token", "secret", "why"),
    [
        (None, None, Refused.MISSING),
        (None, "x", Refused.UNKNOWN),
        (TOKEN, "usage_a", None),
        (replace(TOKEN, expires_at=NOON), "usage_a", Refused.EXPIRED),
        (TOKEN.revoked("Bob", NOON), "usage_a", Refused.REVOKED),
    ],
)
def test_whoever_is_refused_learns_why(
    token: ApiToken | None, secret: str | None, why: Refused | None
) -> None:
    assert refusal(token, secret, NOON) is why


def test_a_token_shows_what_it_was_made_for() -> None:
    scoped = replace(TOKEN, projects=("proj_a",), organizations=("acme",))

    assert TOKEN.grant == Grant(None, Role.VIEWER)
    assert scoped.grant == Grant(None, Role.VIEWER, frozenset({"proj_a"}), frozenset({"acme"}))


def test_a_revocation_is_not_put_off_by_another() -> None:
    revoked = TOKEN.revoked("Bob", NOON)

    assert revoked.revoked("Eve", NOON + dt.timedelta(hours=1)) == revoked
    assert not revoked.holds(NOON)


@pytest.mark.parametrize(
    ("name", "days", "said"),
    [
        ("Excel", 1, ""),
        ("Excel", MOST_DAYS, ""),
        ("", 1, "Give the token a name"),
        ("  ", 1, "Give the token a name"),
        ("x" * LONGEST_NAME, 1, ""),
        ("x" * (LONGEST_NAME + 1), 1, "The name must be at most 60 letters"),
        ("two\nlines", 1, "The name must be at most 60 letters"),
        ("Excel", 0, "A token can be made for 1 to 730 days, not for 0."),
        ("Excel", MOST_DAYS + 1, "A token can be made for 1 to 730 days, not for 731."),
        ("Grafana", 1, "There is a token called “Grafana” already."),
        ("Old", 1, ""),
    ],
)
def test_a_token_has_a_name_of_its_own_and_an_end(name: str, days: int, said: str) -> None:
    old = replace(TOKEN, name="Old").revoked("Bob", NOON)

    found = problem(name, days, [TOKEN, old], NOON)

    assert found.startswith(said)
    assert bool(found) == bool(said)

import datetime as dt
from collections.abc import Callable

import pytest

from lib.errors import BadKey
from lib.openai_admin.key_check import last_letters, not_an_admin_key, permissions
from tests.loopback import Handler, Loopback, Request, Response
from tests.pages.organization import ready, refusing

KEY = "sk-admin-secret-0123456789"
NOW = dt.datetime(2026, 11, 23, 12, tzinfo=dt.UTC)


def no_wait(_: float) -> None:
    pass


def granted(handler: Handler, sleep: Callable[[float], None] = no_wait) -> list[bool | None]:
    with Loopback(handler) as server:
        return [p.granted for p in permissions(KEY, server.base_url, NOW, sleep=sleep)]


def without_names(request: Request) -> Response:
    if request.path.endswith("/projects"):
        said = "You have insufficient permissions for this operation. Missing scopes: api.management.read."
        return refusing(403, said)(request)
    return ready(request)


def test_a_key_with_everything_has_everything() -> None:
    assert granted(ready) == [True, True, True]


def test_a_missing_permission_is_told_with_what_is_lost() -> None:
    with Loopback(without_names) as server:
        *_, names = permissions(KEY, server.base_url, NOW, sleep=no_wait)

    assert (names.granted, names.name) == (False, "api.management.read")
    assert names.lost == "Ids stand in for names that are not known."
    assert "api.management.read" in names.said


def test_an_answer_that_does_not_tell_is_no_refusal() -> None:
    assert granted(refusing(500, "", "oops")) == [None, None, None]


def test_a_key_that_is_refused_has_no_permissions_to_list() -> None:
    with pytest.raises(BadKey):
        granted(refusing(401, "Incorrect API key provided: sk-admin*6789."))


@pytest.mark.parametrize(
    ("key", "kind"),
    [
        ("sk-proj-abc", "a project key"),
        ("sk-svcacct-abc", "a service account's key"),
        ("sk-abc", "a user's key"),
    ],
)
def test_other_keys_are_known_by_their_look(key: str, kind: str) -> None:
    said = not_an_admin_key(key)

    assert said is not None
    assert said.startswith(f"This is {kind}")


@pytest.mark.parametrize("key", [KEY, "", "anything-else"])
def test_what_may_be_an_admin_key_is_not_judged_by_its_look(key: str) -> None:
    assert not_an_admin_key(key) is None


def test_a_key_is_told_by_its_last_four_letters_unless_they_are_most_of_it() -> None:
    assert last_letters(KEY) == "…6789"
    assert last_letters("sk-admin-1") == "…"
    assert [last_letters("k" * length) for length in (19, 20)] == ["…", "…kkkk"]


def test_as_little_is_asked_for_as_there_is() -> None:
    asked: list[Request] = []

    def remember(request: Request) -> Response:
        asked.append(request)
        return ready(request)

    granted(remember)

    spans = [(r.one("start_time"), r.one("end_time"), r.one("limit")) for r in asked if r.one("start_time")]
    assert spans == [("1795305600", "1795392000", "1")] * len(spans)
    assert len(spans) == 2

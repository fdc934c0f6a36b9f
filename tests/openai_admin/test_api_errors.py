import datetime as dt
import json
from typing import Any

import pytest

from lib.errors import (
    AdminApiError,
    BadRequest,
    InvalidPageToken,
    LookbackExceeded,
    MissingScope,
    RateLimited,
    Unavailable,
    UnexpectedResponse,
    UnknownEndpoint,
)
from lib.openai_admin.api_errors import date_in, explain

KEY = "sk-admin-0123456789"
COSTS, PROJECTS = "/organization/costs", "/organization/projects"


def told(status: int, error: Any = None, *, path: str = COSTS, key: str = KEY) -> AdminApiError:
    """Return what an answer with `status` and an `error` means."""
    return explain(status, json.dumps({"error": error or {}}).encode(), path=path, key=key)


@pytest.mark.parametrize(
    ("status", "kind", "sentence"),
    [
        (429, RateLimited, f"OpenAI asked to slow down at {COSTS}, and still does; sync again later: “Why.”"),
        (400, BadRequest, f"OpenAI refused the request to {COSTS}: “Why.”"),
        (422, BadRequest, f"OpenAI refused the request to {COSTS}: “Why.”"),
        (404, UnknownEndpoint, f"OpenAI does not know {COSTS} for this organization: “Why.”"),
        (408, Unavailable, f"OpenAI could not answer {COSTS} (status 408); sync again later: “Why.”"),
        (409, Unavailable, f"OpenAI could not answer {COSTS} (status 409); sync again later: “Why.”"),
        (500, Unavailable, f"OpenAI could not answer {COSTS} (status 500); sync again later: “Why.”"),
        (300, UnexpectedResponse, f"{COSTS} was redirected (status 300), which is not followed so that the "),
        (399, UnexpectedResponse, f"{COSTS} was redirected (status 399), which is not followed so that the "),
        (299, UnexpectedResponse, f"{COSTS} was answered with status 299: “Why.”"),
        (418, UnexpectedResponse, f"{COSTS} was answered with status 418: “Why.”"),
        (499, UnexpectedResponse, f"{COSTS} was answered with status 499: “Why.”"),
    ],
)
def test_a_status_is_a_failure_of_its_kind_in_the_apis_words(
    status: int, kind: type[AdminApiError], sentence: str
) -> None:
    failure = told(status, {"message": "Why."})

    assert type(failure) is kind
    assert str(failure).startswith(sentence)


def test_an_answer_without_a_reason_is_told_without_one() -> None:
    assert str(told(500)) == f"OpenAI could not answer {COSTS} (status 500); sync again later."
    assert str(explain(400, b"<html>", path=COSTS, key=KEY)) == f"OpenAI refused the request to {COSTS}."


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        ({"message": "No.", "param": "limit", "code": "too_large"}, BadRequest),
        ({"message": "The Page Token is invalid.", "param": "limit", "code": "too_large"}, InvalidPageToken),
    ],
)
def test_a_refusal_keeps_the_parameter_and_the_code(error: dict[str, str], kind: type[BadRequest]) -> None:
    failure = told(400, error)

    assert isinstance(failure, kind)
    assert (type(failure), failure.param, failure.code) == (kind, "limit", "too_large")


def test_history_that_is_too_far_back_has_its_first_day() -> None:
    failure = told(400, {"message": "Since 2026-02-03.", "code": "reporting_lookback_exceeded"})

    assert isinstance(failure, LookbackExceeded)
    assert (failure.earliest, failure.param) == (dt.date(2026, 2, 3), "start_time")


@pytest.mark.parametrize(
    ("path", "message", "scope"),
    [
        (COSTS, "Missing scopes: api.usage.read.", "api.usage.read"),
        (COSTS, "You have insufficient permissions.", "api.usage.read"),
        ("/organization/usage/images", "Insufficient permissions.", "api.usage.read"),
        (PROJECTS, "Insufficient permissions.", "api.management.read"),
        (PROJECTS, "missing scope: a.b, c.d", "a.b, c.d"),
    ],
)
@pytest.mark.parametrize("status", [401, 403])
def test_a_permission_that_is_missing_is_named(status: int, path: str, message: str, scope: str) -> None:
    failure = told(status, {"message": message}, path=path)

    assert isinstance(failure, MissingScope)
    assert failure.scope == scope


@pytest.mark.parametrize(
    ("status", "message", "key", "sentence"),
    [
        (401, "Missing scopes: api.usage.read.", "sk-proj-1", "The key is not an admin key; create one at "),
        (403, "This needs an admin API key.", KEY, "The key is not an admin key; create one at "),
        (403, "A session key is needed.", KEY, "The key is not an admin key; create one at "),
        (401, "Incorrect.", KEY, "OpenAI does not accept the admin key: it is wrong or was revoked; see "),
        (403, "Not from there.", KEY, "OpenAI refused the admin key (status 403): “Not from there.”"),
        (403, "", KEY, "OpenAI refused the admin key (status 403) without saying why."),
        (403, "Missing scopes: a.b", "proxy-key", "The admin key lacks the permission a.b; add it "),
    ],
)
def test_what_is_wrong_with_the_key_is_said(status: int, message: str, key: str, sentence: str) -> None:
    assert str(told(status, {"message": message}, key=key)).startswith(sentence)


@pytest.mark.parametrize("error", [f"Key {KEY} is bad.", {"message": f"Key {KEY} is bad."}])
def test_no_key_is_repeated(error: Any) -> None:
    assert str(told(400, error)) == f"OpenAI refused the request to {COSTS}: “Key sk-… is bad.”"


@pytest.mark.parametrize(("length", "quoted"), [(300, "x" * 300), (301, "x" * 299 + "…")])
def test_a_quotation_has_at_most_300_characters(length: int, quoted: str) -> None:
    assert str(told(418, {"message": "x" * length})).endswith(f": “{quoted}”")


@pytest.mark.parametrize(
    ("message", "day"),
    [
        ("Data begins on 2026-02-03.", dt.date(2026, 2, 3)),
        ("From 2025-01-01 to 2026-02-03.", dt.date(2026, 2, 3)),
        ("Known from 2026-02-03, not from 2026-13-45.", dt.date(2026, 2, 3)),
        ("start_time must be after 1767225600", dt.date(2026, 1, 1)),
        ("start_time must be after 1767225601", dt.date(2026, 1, 2)),
        ("Nothing is known.", None),
    ],
)
def test_the_last_date_that_there_is_is_read_out_of_a_message(message: str, day: dt.date | None) -> None:
    assert date_in(message) == day

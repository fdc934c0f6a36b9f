import datetime as dt

import pytest

from lib.demo.server import entitlements
from lib.demo.server.entitlements import Refused

DAY = dt.date(2025, 12, 6)


@pytest.mark.parametrize(
    ("refused", "status", "param", "code", "told"),
    [
        (entitlements.bad_parameter("limit", "Too large."), 400, "limit", "invalid_value", "Too large."),
        (entitlements.bad_parameter("limit", "No.", "other"), 400, "limit", "other", "No."),
        (entitlements.no_key(), 401, None, None, "You didn't provide an API key."),
        (entitlements.unknown_url("/v1/x"), 404, None, "unknown_url", "Invalid URL (GET /v1/x)"),
        (entitlements.not_found("project"), 404, None, "not_found", "No project found."),
        (entitlements.bad_page(), 400, None, "invalid_request_error", "The page token is invalid"),
        (
            entitlements.too_far_back(DAY),
            400,
            "start_time",
            "reporting_lookback_exceeded",
            "Earliest supported start date: 2025-12-06 (UTC).",
        ),
        (
            entitlements.keys_too_far_back(DAY),
            400,
            "start_time",
            "invalid_request_error",
            "start_time on or after 2025-12-06 (UTC).",
        ),
        (
            entitlements.user_with_project(),
            400,
            "group_by",
            "invalid_request_error",
            "Combining user_id with project_id is not supported",
        ),
    ],
)
def test_a_refusal_has_the_apis_status_parameter_code_and_words(
    refused: Refused, status: int, param: str | None, code: str | None, told: str
) -> None:
    error = refused.body["error"]

    assert refused.status == status
    assert (error["param"], error["code"], error["type"]) == (param, code, "invalid_request_error")
    assert told in error["message"]


@pytest.mark.parametrize(
    ("key", "masked"),
    [
        ("sk-admin-0123456789", "sk-admin*******6789"),
        ("sk-admin-0123", "sk-admin*0123"),
        ("sk-admin0123", "sk-admin0123"),
    ],
)
def test_a_wrong_key_is_repeated_without_its_middle(key: str, masked: str) -> None:
    refused = entitlements.wrong_key(key)

    assert (refused.status, refused.code) == (401, "invalid_api_key")
    assert f"Incorrect API key provided: {masked}." in refused.message


def test_a_missing_scope_is_forbidden_unless_said_otherwise_and_may_be_told_as_a_string() -> None:
    assert entitlements.missing_scope("api.usage.read").status == 403
    plain = entitlements.missing_scope("api.usage.read", 401, plain=True)

    assert plain.status == 401
    assert plain.body == {"error": plain.message}
    assert "Missing scopes: api.usage.read." in plain.message

"""What the API says when it refuses, in its own words where they are known."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

KEY_SITE = "https://platform.openai.com/account/api-keys"


@dataclass
class Refused(Exception):
    """A request that gets `status` and an error instead of an answer."""

    status: int
    message: str
    param: str | None = None
    code: str | None = None
    type: str = "invalid_request_error"
    plain: bool = False
    """Whether the body's `error` is a string instead of an object, as some were."""

    @property
    def body(self) -> dict[str, Any]:
        """Return the body of the answer."""
        if self.plain:
            return {"error": self.message}
        return {"error": {"message": self.message, "type": self.type, "param": self.param, "code": self.code}}


def bad_parameter(param: str, message: str, code: str = "invalid_value") -> Refused:
    """Return the refusal of a parameter's value."""
    return Refused(400, message, param, code)


def wrong_key(key: str) -> Refused:
    """Return the refusal of an unknown key, which repeats it masked as the API does."""
    masked = f"{key[:8]}{'*' * max(0, len(key) - 12)}{key[-4:]}"
    message = f"Incorrect API key provided: {masked}. You can find your API key at {KEY_SITE}."
    return Refused(401, message, code="invalid_api_key")


def no_key() -> Refused:
    """Return the refusal of a request without a key."""
    message = (
        "You didn't provide an API key. You need to provide your API key in an Authorization header using "
        f"Bearer auth (i.e. Authorization: Bearer YOUR_KEY). You can obtain an API key from {KEY_SITE}."
    )
    return Refused(401, message)


def missing_scope(scope: str, status: int = 403, plain: bool = False) -> Refused:
    """Return the refusal of a key without `scope`; both 401 and 403 were seen."""
    message = (
        f"You have insufficient permissions for this operation. Missing scopes: {scope}. Check that you have "
        "the correct role in your organization, and if you're using a restricted API key, that it has the "
        "necessary scopes."
    )
    return Refused(status, message, plain=plain)


def unknown_url(path: str) -> Refused:
    """Return the refusal of an endpoint that there is not."""
    return Refused(404, f"Invalid URL (GET {path})", code="unknown_url")


def not_found(what: str) -> Refused:
    """Return the refusal of an object that there is not."""
    return Refused(404, f"No {what} found.", code="not_found")


def bad_page() -> Refused:
    """Return the refusal of a cursor that does not belong to the query."""
    message = "The page token is invalid, have you modified the query parameters?"
    return Refused(400, message, code="invalid_request_error")


def too_far_back(earliest: dt.date) -> Refused:
    """Return the refusal of a range that begins before the history."""
    message = (
        "Usage and cost data are available for the past year. "
        f"Earliest supported start date: {earliest} (UTC)."
    )
    return Refused(400, message, "start_time", "reporting_lookback_exceeded")


def keys_too_far_back(floor: dt.date) -> Refused:
    """Return the refusal to group costs by key before `floor`."""
    message = f"Grouping by api_key_id is only supported for start_time on or after {floor} (UTC)."
    return Refused(400, message, "start_time", "invalid_request_error")


def user_with_project() -> Refused:
    """Return the refusal to tell users and projects apart at once."""
    message = (
        "Combining user_id with project_id is not supported for this organization "
        "in the requested time range."
    )
    return Refused(400, message, "group_by", "invalid_request_error")

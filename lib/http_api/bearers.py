"""Bearers: who asks, by the token that they bring, and what is written down of those who are refused."""

import threading
import time
from contextlib import suppress

from lib.access.audit import Event
from lib.access.tokens import ApiToken, Refused, brought, identified, refusal
from lib.answers import instance
from lib.errors import AppError
from lib.http_api.problems import Problem
from lib.store.token_keeping import kept_tokens

REALM = 'Bearer realm="openai-usage"'
_SAID = {
    Refused.MISSING: "Send a token as Authorization: Bearer TOKEN. Whoever runs this app makes them.",
    Refused.UNKNOWN: "There is no such token. Whoever runs this app makes them.",
    Refused.EXPIRED: "The token has expired. Ask whoever runs this app for another.",
    Refused.REVOKED: "The token was revoked. Ask whoever runs this app for another.",
}
_QUIET = 60.0
"""For how many seconds the same refusal is not written down again: nobody shall fill the disk."""
_written: dict[str, float] = {}
_writing = threading.Lock()


def bearer(authorization: str | None) -> ApiToken:
    """Return the token that is brought in a header; raise the Problem of one that lets nobody in.

    Looked up anew each time, so that what is revoked ends at once. Raises AppError where it cannot be.
    """
    secret = brought(authorization)
    token = identified(kept_tokens(instance.settings()).read(), secret)
    refused = refusal(token, secret, instance.now())
    if token is not None and refused is None:
        return token
    why = refused or Refused.UNKNOWN
    if why is not Refused.MISSING:
        _write_down(token.called if token else "unknown", why)
    error = "" if why is Refused.MISSING else f', error="invalid_token", error_description="{why.value}"'
    raise Problem(401, "no_valid_token", _SAID[why], headers={"WWW-Authenticate": REALM + error})


def write_down(token: ApiToken, what: str) -> None:
    """Write into the audit log that something was told to whoever brought a token."""
    with suppress(AppError):
        instance.write_audit(Event.EXPORT, token.called, what)


def _write_down(who: str, why: Refused) -> None:
    now = time.monotonic()
    with _writing:
        if now - _written.get(who, -_QUIET) < _QUIET:
            return
        _written[who] = now
    with suppress(AppError):
        instance.write_audit(Event.REFUSAL, who, f"HTTP API: {why.value}")

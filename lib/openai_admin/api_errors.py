"""What an answer other than 200 means, as one sentence without the key."""

import datetime as dt
import re
from dataclasses import dataclass

from lib.errors import (
    AdminApiError,
    BadKey,
    BadRequest,
    InvalidPageToken,
    LookbackExceeded,
    MissingScope,
    RateLimited,
    Unavailable,
    UnexpectedResponse,
    UnknownEndpoint,
)
from lib.openai_admin.json_text import parsed

ADMIN_KEYS = "https://platform.openai.com/settings/organization/admin-keys"
USAGE_SCOPE = "api.usage.read"
NAMES_SCOPE = "api.management.read"
LOOKBACK = "reporting_lookback_exceeded"

# Messages echo keys, also half-masked ones such as sk-admi****abcd.
_KEY = re.compile(r"(?:\bsk-|(?<=[Kk]ey provided: )|(?<=Bearer ))[^\s\"'<>,;()“”]*[^\s\"'<>,;()“”.]")
_SCOPES = re.compile(r"[Mm]issing scopes?:\s*([\w.]+(?:,\s*[\w.]+)*)")
_NOT_ADMIN = re.compile(r"\badmin (api )?key|session key", re.IGNORECASE)
_DATE = re.compile(r"\b(\d{4}-\d{2}-\d{2})\b|\b(1\d{9})\b")
_LONGEST_QUOTE = 300


@dataclass(frozen=True)
class Said:
    """What the body of a refusal says: an `error` object, a plain string, or nothing readable."""

    message: str = ""
    param: str | None = None
    code: str | None = None


def read(body: bytes, key: str) -> Said:
    """Return what `body` says, with anything that looks like a key masked."""
    try:
        answer = parsed(body)
    except (ValueError, ArithmeticError, RecursionError):
        return Said()
    error = answer.get("error", answer) if isinstance(answer, dict) else answer
    if isinstance(error, dict):
        return Said(_quotable(error.get("message"), key), _text(error.get("param")), _text(error.get("code")))
    return Said(_quotable(error, key))


def mask(text: str, key: str) -> str:
    """Return `text` with `key`, and anything that looks like a key, masked."""
    return _KEY.sub("sk-…", text.replace(key, "sk-…"))


def _quotable(value: object, key: str) -> str:
    text = mask(" ".join(value.split()), key) if isinstance(value, str) else ""
    return text if len(text) <= _LONGEST_QUOTE else text[: _LONGEST_QUOTE - 1] + "…"


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None


def explain(status: int, body: bytes, *, path: str, key: str) -> AdminApiError:
    """Return the failure that an answer to `path` with `status` and `body` means."""
    said = read(body, key)
    quote = f": “{said.message}”" if said.message else "."
    if status in {401, 403}:
        return _key_failure(status, said, path=path, key=key)
    if status == 429:
        return RateLimited(f"OpenAI asked to slow down at {path}, and still does; sync again later{quote}")
    if status in {400, 422}:
        return _bad_request(said, f"OpenAI refused the request to {path}{quote}")
    if status == 404:
        return UnknownEndpoint(f"OpenAI does not know {path} for this organization{quote}")
    if status >= 500 or status in {408, 409}:
        return Unavailable(f"OpenAI could not answer {path} (status {status}); sync again later{quote}")
    if 300 <= status < 400:
        return UnexpectedResponse(
            f"{path} was redirected (status {status}), which is not followed so that the key stays where "
            "it belongs; check the base URL."
        )
    return UnexpectedResponse(f"{path} was answered with status {status}{quote}")


def nothing_found(what: str, base_url: str) -> Unavailable:
    """Return the failure that `what` is not where the API should be: an outage, or another address."""
    base_url = base_url.rstrip("/")
    hint = "" if base_url.endswith("/v1") else ", which does not end with /v1 as OpenAI's own does"
    return Unavailable(
        f"{what} was found at {base_url} (status 404). Check the base URL{hint}; where it is right, "
        "OpenAI is disturbed: sync again later."
    )


def _key_failure(status: int, said: Said, *, path: str, key: str) -> AdminApiError:
    scopes = _SCOPES.search(said.message)
    forbidden = scopes or "insufficient permissions" in said.message.lower()
    ordinary = key.startswith("sk-") and not key.startswith("sk-admin")
    if _NOT_ADMIN.search(said.message) or (forbidden and ordinary):
        return BadKey(f"The key is not an admin key; create one at {ADMIN_KEYS} and use it instead.")
    if forbidden:
        usual = USAGE_SCOPE if "/usage/" in path or path.endswith("/costs") else NAMES_SCOPE
        scope = scopes.group(1).rstrip(".") if scopes else usual
        return MissingScope(
            f"The admin key lacks the permission {scope}; add it to the key at {ADMIN_KEYS}.", scope
        )
    if status == 401:
        return BadKey(f"OpenAI does not accept the admin key: it is wrong or was revoked; see {ADMIN_KEYS}.")
    why = f": “{said.message}”" if said.message else " without saying why."
    return BadKey(f"OpenAI refused the admin key (status 403){why}")


def _bad_request(said: Said, message: str) -> BadRequest:
    if said.code == LOOKBACK:
        return LookbackExceeded(message, date_in(said.message))
    if "page token" in said.message.lower():
        return InvalidPageToken(message, param=said.param, code=said.code)
    return BadRequest(message, param=said.param, code=said.code)


def date_in(message: str) -> dt.date | None:
    """Return the last date in `message` (ISO or Unix seconds, rounded up to a day), None without one."""
    for day, seconds in reversed(_DATE.findall(message)):
        try:
            return dt.date.fromisoformat(day) if day else _day_from(int(seconds))
        except ValueError:
            continue
    return None


def _day_from(seconds: int) -> dt.date:
    return dt.datetime.fromtimestamp(-(-seconds // 86400) * 86400, dt.UTC).date()

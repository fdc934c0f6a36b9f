"""The HTTP connection to the admin API: one pooled session, the key, timeouts and retries."""

import datetime as dt
import threading
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http.cookiejar import DefaultCookiePolicy
from typing import Any
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter
from requests.auth import AuthBase

from lib.errors import AdminApiError, RateLimited, SettingsError, Unavailable, UnexpectedResponse
from lib.openai_admin.api_errors import explain
from lib.openai_admin.json_text import parsed
from lib.openai_admin.retries import AGAIN, Brake, Patience, asked_delay
from lib.settings import checked_key, checked_url, is_loopback

Parameters = Mapping[str, str | int | list[str]]
TIMEOUTS = (5.0, 60.0)
"""Seconds to connect, and seconds without a byte of the answer."""
_CHUNK = 1 << 16


@dataclass(frozen=True)
class Timing:
    """The clocks and the randomness of a connection; tests bring their own and need not wait."""

    sleep: Callable[[float], None]
    clock: Callable[[], float]
    now: Callable[[], dt.datetime]
    chance: Callable[[], float]


@dataclass(frozen=True)
class _Trouble:
    """A failed request: what to raise, and whether a retry may help."""

    error: AdminApiError
    again: bool = False
    slow_down: bool = False
    asked: float | None = None


class _Bearer(AuthBase):
    """Adds the key; being set as the session's auth, it also keeps a .netrc from replacing it."""

    def __init__(self, key: str) -> None:
        self.key = key

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        request.headers["Authorization"] = f"Bearer {self.key}"
        return request

    def __repr__(self) -> str:
        return "_Bearer(sk-…)"


class Connection:
    """Sends requests to the admin API, from any number of threads; answers are JSON with exact numbers."""

    def __init__(self, key: str, base_url: str, *, pool: int, patience: Patience, timing: Timing) -> None:
        self._base = _checked("The base URL", base_url, checked_url)
        self._auth = _Bearer(_checked("The admin key", key, checked_key))
        self._patience = patience
        self._timing = timing
        self._brake = Brake()
        self._counts: Counter[str] = Counter()
        self._lock = threading.Lock()
        self._session = self._opened(pool)

    def __repr__(self) -> str:
        return f"Connection({self._base})"

    def _opened(self, pool: int) -> requests.Session:
        session = requests.Session()
        session.auth = self._auth
        session.headers["Accept"] = "application/json"
        session.headers["User-Agent"] = "openai-usage-dashboard"
        session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
        # A proxy from the environment cannot reach this machine's own loopback.
        session.trust_env = not is_loopback(urlsplit(self._base).hostname or "")
        for scheme in ("https://", "http://"):
            session.mount(scheme, HTTPAdapter(pool_connections=2, pool_maxsize=pool))
        return session

    @property
    def requests_made(self) -> Mapping[str, int]:
        """Return how many requests were sent under each name, retries included."""
        with self._lock:
            return dict(self._counts)

    def close(self) -> None:
        """Close the pooled connections."""
        self._session.close()

    def get(
        self, path: str, parameters: Parameters, *, counted_as: str, missing_is_outage: bool = False
    ) -> dict[str, Any]:
        """Return the JSON object at `path`; raise an AdminApiError that says why there is none."""
        deadline = self._timing.clock() + self._patience.total_seconds
        attempt = 0
        while True:
            attempt += 1
            held = self._brake.remaining(self._timing.clock())
            if held:
                self._timing.sleep(held)
            with self._lock:
                self._counts[counted_as] += 1
            answer = self._once(path, parameters, deadline, missing_is_outage=missing_is_outage)
            if isinstance(answer, dict):
                return answer
            self._wait_or_raise(answer, attempt, deadline)

    def _wait_or_raise(self, trouble: _Trouble, attempt: int, deadline: float) -> None:
        if not trouble.again:
            raise trouble.error
        clock = self._timing.clock()
        if trouble.asked is not None and clock + trouble.asked > deadline:
            raise RateLimited(
                f"OpenAI asked to wait {trouble.asked:.0f} s before the next request, which is longer than "
                "one sync waits; sync again after that."
            )
        delay = trouble.asked or self._patience.backoff(attempt, self._timing.chance())
        if attempt >= self._patience.attempts or clock + delay > deadline:
            raise trouble.error
        if trouble.slow_down:
            self._brake.hold(clock + delay)
        self._timing.sleep(delay)

    # A failure is returned, not raised: raised inside `except`, it would carry the library's exception,
    # and with it the request and its headers.
    def _once(
        self, path: str, parameters: Parameters, deadline: float, *, missing_is_outage: bool
    ) -> dict[str, Any] | _Trouble:
        try:
            with self._session.get(
                self._base + path, params=parameters, timeout=TIMEOUTS, allow_redirects=False, stream=True
            ) as response:
                body = self._body(response, deadline)
        except requests.Timeout:
            return _Trouble(
                Unavailable(f"OpenAI did not answer {path} in time; sync again later."), again=True
            )
        except (requests.exceptions.ChunkedEncodingError, requests.exceptions.ContentDecodingError):
            return _Trouble(_cut_short(path), again=True)
        except requests.RequestException:
            host = urlsplit(self._base).netloc
            sentence = f"The connection to {host} failed; check the network and sync again."
            return _Trouble(Unavailable(sentence), again=True)
        if body is None:
            return _Trouble(Unavailable(f"The answer of {path} took too long; sync again later."))
        if response.status_code == 200:
            return _parsed(body, path)
        return self._trouble(response, body, path, missing_is_outage=missing_is_outage)

    def _body(self, response: requests.Response, deadline: float) -> bytes | None:
        """Return the whole body, or None where it is still incomplete at the deadline."""
        chunks = []
        for chunk in response.iter_content(_CHUNK):
            chunks.append(chunk)
            if self._timing.clock() > deadline:
                return None
        return b"".join(chunks)

    def _trouble(
        self, response: requests.Response, body: bytes, path: str, *, missing_is_outage: bool
    ) -> _Trouble:
        status = response.status_code
        outage = missing_is_outage and status == 404
        error = explain(status, body, path=path, key=self._auth.key)
        if outage:
            error = Unavailable(f"OpenAI does not find {path} for now (status 404); sync again later.")
        if status < 500 and status not in AGAIN and not outage:
            return _Trouble(error)
        asked = asked_delay(response.headers, self._timing.now())
        return _Trouble(error, again=True, slow_down=status == 429 or asked is not None, asked=asked)


def _cut_short(path: str) -> Unavailable:
    return Unavailable(f"The answer of {path} was cut short; sync again later.")


def _parsed(body: bytes, path: str) -> dict[str, Any] | _Trouble:
    try:
        answer = parsed(body)
    except (ValueError, ArithmeticError, RecursionError):
        if not body.strip() or body.lstrip().startswith(b"{"):
            return _Trouble(_cut_short(path), again=True)
        answer = None
    if isinstance(answer, dict):
        return answer
    return _Trouble(UnexpectedResponse(f"{path} was answered with something else than a JSON object."))


def _checked(name: str, value: str, check: Callable[[str], str]) -> str:
    """Return `value` as `check` gives it; raise SettingsError naming it where it is not fit to be used."""
    try:
        return check(value)
    except ValueError as unfit:
        sentence = f"{name} {unfit}"
    raise SettingsError(sentence)

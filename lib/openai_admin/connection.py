"""The HTTP connection to the admin API: one pooled session, the key, timeouts and retries."""

import datetime as dt
import threading
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http.cookiejar import DefaultCookiePolicy
from typing import Any, Generic, TypeVar
from urllib.parse import urlsplit

import requests
from requests.auth import AuthBase
from urllib3.exceptions import ReadTimeoutError

from lib.configuration.setting_rules import checked_key, checked_url, is_loopback
from lib.errors import (
    AdminApiError,
    RateLimited,
    SettingsError,
    TooMuchAtOnce,
    Unavailable,
    UnexpectedResponse,
)
from lib.openai_admin.api_errors import explain, nothing_found
from lib.openai_admin.deadline import DeadlineAdapter, answered_within
from lib.openai_admin.json_text import parsed
from lib.openai_admin.request_tally import OF_PROCESS, RequestTally
from lib.openai_admin.retries import AGAIN, Brake, Patience, asked_delay

Parameters = Mapping[str, str | int | list[str]]
Found = TypeVar("Found")
Body = bytes | bytearray
LARGEST = 128_000_000
"""The bytes at which the rest of an answer is not read, unless told otherwise."""
TIMEOUTS = (5.0, 60.0)
"""Seconds to connect, and seconds without a byte of the answer."""
_CHUNK = 1 << 18
_TRIES_IN_ONE = 2
_TOO_LARGE = 413


@dataclass(frozen=True)
class Timing:
    """The clocks and the randomness of a connection; tests bring their own and need not wait."""

    sleep: Callable[[float], None]
    clock: Callable[[], float]
    now: Callable[[], dt.datetime]
    chance: Callable[[], float]


@dataclass(frozen=True)
class _Read(Generic[Found]):
    """What an answer held."""

    found: Found


@dataclass(frozen=True)
class _Trouble:
    """A failed request: what to raise, and whether a retry may help.

    `halve_after` says after how many tries the size of the answer may be what is wrong, 0 for never.
    """

    error: AdminApiError
    again: bool = False
    slow_down: bool = False
    asked: float | None = None
    halve_after: int = 0


class _Bearer(AuthBase):
    """Adds the key; being set as the session's auth, it also keeps a .netrc from replacing it."""

    def __init__(self, key: str) -> None:
        self.key = key

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        request.headers["Authorization"] = f"Bearer {self.key}"
        return request

    def __repr__(self) -> str:
        return "_Bearer(sk-…)"


class _Session(requests.Session):
    """Follows no redirect, and does not even read where it leads: it may be no address."""

    def get_redirect_target(self, resp: requests.Response) -> str | None:  # noqa: ARG002
        """Return None."""
        return None


class Connection:
    """Sends requests to the admin API, from any number of threads; answers are JSON with exact numbers."""

    def __init__(
        self,
        key: str,
        base_url: str,
        *,
        pool: int,
        patience: Patience,
        timing: Timing,
        largest: int = LARGEST,
        tally: RequestTally = OF_PROCESS,
    ) -> None:
        self._base = _checked("The base URL", base_url, checked_url)
        self._auth = _Bearer(_checked("The admin key", key, checked_key))
        self._patience = patience
        self._timing = timing
        self._largest = largest
        self._tally = tally
        self._brake = Brake()
        self._counts: Counter[str] = Counter()
        self._lock = threading.Lock()
        self._session = self._opened(pool)

    def __repr__(self) -> str:
        return f"Connection({self._base})"

    def _opened(self, pool: int) -> requests.Session:
        session = _Session()
        session.auth = self._auth
        session.headers["Accept"] = "application/json"
        session.headers["User-Agent"] = "openai-usage-dashboard"
        session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
        # A proxy from the environment cannot reach this machine's own loopback.
        session.trust_env = not is_loopback(urlsplit(self._base).hostname or "")
        for scheme in ("https://", "http://"):
            session.mount(scheme, DeadlineAdapter(pool_connections=2, pool_maxsize=pool))
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
        return self.read(
            path, parameters, _object, counted_as=counted_as, missing_is_outage=missing_is_outage
        )

    def read(
        self,
        path: str,
        parameters: Parameters,
        reader: Callable[[Body], Found],
        *,
        counted_as: str,
        missing_is_outage: bool = False,
        divisible: bool = False,
    ) -> Found:
        """Return what `reader` makes of the answer at `path`; raise an AdminApiError that says why not.

        `reader` raises ValueError, ArithmeticError or RecursionError where the body is no JSON. A request
        that is `divisible` raises TooMuchAtOnce where the size of its answer may be what fails.
        """
        deadline = self._timing.clock() + self._patience.total_seconds
        attempt = 0
        while True:
            attempt += 1
            held = self._brake.remaining(self._timing.clock())
            if held:
                self._timing.sleep(held)
            with self._lock:
                self._counts[counted_as] += 1
            self._tally.sent(is_retry=attempt > 1)
            answer = self._once(path, parameters, reader, deadline, missing_is_outage=missing_is_outage)
            if isinstance(answer, _Read):
                return answer.found
            if divisible and 0 < answer.halve_after <= attempt:
                raise TooMuchAtOnce(str(answer.error))
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
        self,
        path: str,
        parameters: Parameters,
        reader: Callable[[Body], Found],
        deadline: float,
        *,
        missing_is_outage: bool,
    ) -> _Read[Found] | _Trouble:
        try:
            with (
                answered_within(lambda: deadline - self._timing.clock()),
                self._session.get(
                    self._base + path, params=parameters, timeout=TIMEOUTS, allow_redirects=False, stream=True
                ) as response,
            ):
                body = self._body(response)
        except requests.RequestException as failure:
            self._tally.answered(None)
            return self._failed(failure, path)
        self._tally.answered(response.status_code)
        if body is None:
            most = f"{self._largest / 1e6:.0f} MB, the most that is read"
            sentence = f"The answer of {path} is larger than {most}; raise [sync] memory_mb."
            return _Trouble(UnexpectedResponse(sentence), halve_after=1)
        if response.status_code == 200:
            return _found(reader, body, path)
        return self._trouble(response, body, path, missing_is_outage=missing_is_outage)

    def _failed(self, failure: requests.RequestException, path: str) -> _Trouble:
        cut_short = requests.exceptions.ChunkedEncodingError, requests.exceptions.ContentDecodingError
        if isinstance(failure, cut_short):
            return _Trouble(_cut_short(path), again=True, halve_after=_TRIES_IN_ONE)
        # A body that stops is told as a failed connection.
        silent = isinstance(failure, requests.ReadTimeout) or any(
            isinstance(reason, ReadTimeoutError) for reason in failure.args
        )
        if silent or isinstance(failure, requests.ConnectTimeout):
            late = Unavailable(f"OpenAI did not answer {path} in time; sync again later.")
            return _Trouble(late, again=True, halve_after=1 if silent else 0)
        host = urlsplit(self._base).netloc
        sentence = f"The connection to {host} failed; check the network and sync again."
        return _Trouble(Unavailable(sentence), again=True)

    def _body(self, response: requests.Response) -> bytearray | None:
        """Return the whole body, or None where it is larger than any that is read."""
        body = bytearray()
        for chunk in response.iter_content(_CHUNK):
            body += chunk
            if len(body) > self._largest:
                return None
        return body

    def _trouble(
        self, response: requests.Response, body: Body, path: str, *, missing_is_outage: bool
    ) -> _Trouble:
        status = response.status_code
        outage = missing_is_outage and status == 404
        error = explain(status, bytes(body), path=path, key=self._auth.key)
        if outage:
            error = nothing_found(f"Nothing called {path}", self._base)
        if status < 500 and status not in AGAIN and not outage:
            return _Trouble(error, halve_after=1 if status == _TOO_LARGE else 0)
        asked = asked_delay(response.headers, self._timing.now())
        halve_after = _TRIES_IN_ONE if status >= 500 and asked is None else 0
        return _Trouble(error, True, status == 429 or asked is not None, asked, halve_after)


def _cut_short(path: str) -> Unavailable:
    return Unavailable(f"The answer of {path} was cut short; sync again later.")


def _found(reader: Callable[[Body], Found], body: Body, path: str) -> _Read[Found] | _Trouble:
    try:
        return _Read(reader(body))
    except UnexpectedResponse as wrong:
        return _Trouble(wrong)
    except (ValueError, ArithmeticError, RecursionError):
        if not body.strip() or body.lstrip().startswith(b"{"):
            return _Trouble(_cut_short(path), again=True, halve_after=_TRIES_IN_ONE)
    return _Trouble(UnexpectedResponse(f"{path} was answered with something else than a JSON object."))


def _object(body: Body) -> dict[str, Any]:
    answer = parsed(bytes(body))
    if not isinstance(answer, dict):
        raise ValueError("no object")
    return answer


def _checked(name: str, value: str, check: Callable[[str], str]) -> str:
    """Return `value` as `check` gives it; raise SettingsError naming it where it is not fit to be used."""
    try:
        return check(value)
    except ValueError as unfit:
        sentence = f"{name} {unfit}"
    raise SettingsError(sentence)

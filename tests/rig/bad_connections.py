"""Statuses, redirects, and connections that are slow or end too early."""

from collections.abc import Callable, Mapping
from random import Random
from typing import Any

from tests.rig.server import STOLEN
from tests.rig.wire import Reply, as_json

Make = Callable[[dict[str, Any], Random], Reply]
ELSEWHERE = "http://127.0.0.2:9/v1/organization/costs"
_SLOW = {"error": {"message": "Rate limit reached for requests.", "type": "requests", "code": "rate_limit"}}
_HTML = b"<html><body><h1>502 Bad Gateway</h1></body></html>"


def _slow_down(**headers: str) -> Make:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return lambda _answer, _random: as_json(_SLOW, 429, headers=named)


def _status(status: int, body: bytes = _HTML, **headers: str) -> Make:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return lambda _answer, _random: Reply(body, status, named)


def _redirect(status: int, location: str | None) -> Make:
    headers = {} if location is None else {"Location": location}
    return lambda _answer, _random: Reply(b"", status, headers)


def _stopped(share: float, *, reset: bool = False, sized: bool = True) -> Make:
    """Return an answer that ends after a `share` of its bytes."""

    def make(answer: dict[str, Any], _random: Random) -> Reply:
        whole = as_json(answer)
        return Reply(whole.body, stop=int(share * (len(whole.body) + 90)), reset=reset, sized=sized)

    return make


def _trickled(pause: float, *, stop: bool = False) -> Make:
    def make(answer: dict[str, Any], _random: Random) -> Reply:
        whole = as_json(answer)
        return Reply(whole.body, pause=pause, stop=len(whole.body) // 2 if stop else None)

    return make


def _chunked(answer: dict[str, Any], _random: Random) -> Reply:
    """Return chunks of which the last never comes."""
    body = as_json(answer).body
    headers = {"Transfer-Encoding": "chunked"}
    chunk = f"{len(body) // 2:x}\r\n".encode() + body[: len(body) // 2] + b"\r\n"
    return Reply(chunk, headers=headers, sized=False)


TOO_MANY: Mapping[str, Make] = {
    "without Retry-After": _slow_down(),
    "Retry-After in seconds": _slow_down(Retry_After="1"),
    "Retry-After in part of a second": _slow_down(Retry_After="0.2"),
    "retry-after-ms": _slow_down(retry_after_ms="150"),
    "Retry-After of an hour": _slow_down(Retry_After="3600"),
    "Retry-After below zero": _slow_down(Retry_After="-5"),
    "Retry-After in the past": _slow_down(Retry_After="Wed, 21 Oct 2015 07:28:00 GMT"),
    "Retry-After that is no date": _slow_down(Retry_After="Mon, 99 Foo 99999 99:99:99 GMT"),
    "Retry-After beyond all calendars": _slow_down(Retry_After="Fri, 31 Dec 99999 23:59:59 GMT"),
    "Retry-After with an odd zone": _slow_down(Retry_After="Wed, 21 Oct 2015 07:28:00 +9999"),
    "Retry-After that is not finite": _slow_down(Retry_After="inf"),
    "Retry-After that is nonsense": _slow_down(Retry_After="soon\xa0please"),
}

STATUSES: Mapping[str, Make] = {
    "500 with a page": _status(500),
    "502 without a body": _status(502, b""),
    "503 with a time to wait": _status(503, _HTML, Retry_After="1"),
    "504": _status(504),
    "520": _status(520),
    "599 in JSON": _status(599, b'{"error": {"message": 7, "code": []}}'),
    "500 with half of a character": _status(500, b'{"error": {"message": "\\ud83d and \xff", "code": "x"}}'),
    "500 with an endless message": _status(500, b'{"error": "' + b"sorry " * 50_000 + b'"}'),
    "500 with the JSON of a list": _status(500, b"[[[[[]]]]]"),
    "408": _status(408, b""),
    "409": _status(409, b"{}"),
    "204": _status(204, b""),
    "206": _status(206, b'{"data"'),
    "418": _status(418, b"teapot"),
    "500 that is nested too deep": _status(500, b"[" * 100_000),
}

REDIRECTS: Mapping[str, Make] = {
    "301 to another host": _redirect(301, ELSEWHERE),
    "302 to another host": _redirect(302, ELSEWHERE),
    "302 to another path": _redirect(302, STOLEN),
    "303 to a file": _redirect(303, "file:///etc/hostname"),
    "307 to nowhere": _redirect(307, None),
    "308 to another path": _redirect(308, STOLEN),
    "302 to a strange address": _redirect(302, "http://[::1/\x7f"),
    "304": _redirect(304, None),
}

BROKEN: Mapping[str, Make] = {
    "closed without a word": _stopped(0.0),
    "reset without a word": _stopped(0.0, reset=True),
    "closed within the head": _stopped(0.02),
    "closed within the body": _stopped(0.5),
    "closed before the last bytes": _stopped(0.98),
    "reset within the body": _stopped(0.6, reset=True),
    "closed where nobody can tell": _stopped(0.7, sized=False),
    "chunks without the last one": _chunked,
    "a head that is no HTTP": lambda _a, _r: Reply(b"", 7, {"A\nB: C\r\n\r\nHTTP/1.1 000": "x"}, stop=300),
    "Content-Length that is no number": lambda a, _r: Reply(
        as_json(a).body, headers={"Content-Length": "many"}, stop=200
    ),
    "Content-Length below zero": lambda a, _r: Reply(
        as_json(a).body, headers={"Content-Length": "-1"}, stop=9_999_999
    ),
    "two lengths": lambda a, _r: Reply(as_json(a).body, headers={"content-length": "5"}, stop=400),
    "a header of 100,000 letters": lambda a, _r: as_json(a, headers={"X-Long": "x" * 100_000}, stop=200_000),
    "a thousand headers": lambda a, _r: as_json(a, headers={f"X-{n}": "y" for n in range(1000)}, stop=50_000),
}

TRICKLES: Mapping[str, Make] = {
    "slow to the end": _trickled(0.05),
    "very slow to the end": _trickled(0.15),
    "slow, then closed": _trickled(0.05, stop=True),
}

"""Bodies that are no answer, and right ones that are packed wrongly or swollen."""

import gzip
import json
import zlib
from collections.abc import Callable, Mapping
from random import Random
from typing import Any

from tests.rig.wire import Reply

Make = Callable[[dict[str, Any], Random], Reply]
_SWOLLEN = 200_000_000
_BOMB: list[bytes] = []


def _body(body: bytes, **headers: str) -> Make:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return lambda _answer, _random: Reply(body, headers=named)


def _text(answer: dict[str, Any]) -> bytes:
    return json.dumps(answer).encode()


def _encoded(encode: Callable[[bytes], bytes], name: str) -> Make:
    return lambda answer, _random: Reply(encode(_text(answer)), headers={"Content-Encoding": name})


def _damaged(packed: bytes) -> bytes:
    middle = len(packed) // 2
    return packed[:middle] + bytes([packed[middle] ^ 1]) + packed[middle + 1 :]


def _bomb(answer: dict[str, Any], _random: Random) -> Reply:
    """Return a small body that holds hundreds of megabytes of blanks before the right answer."""
    if not _BOMB:
        packer = zlib.compressobj(9, zlib.DEFLATED, 31)
        _BOMB.append(packer.compress(b" " * _SWOLLEN) + packer.flush())
    return Reply(_BOMB[0] + gzip.compress(_text(answer)), headers={"Content-Encoding": "gzip"})


def _giant(answer: dict[str, Any], _random: Random) -> Reply:
    """Return the right answer after a hundred megabytes of blanks."""
    return Reply(b" " * (_SWOLLEN // 2) + _text(answer))


def _flipped(answer: dict[str, Any], random: Random) -> Reply:
    """Return the right answer with a byte of its punctuation turned into another one."""
    text = bytearray(_text(answer))
    place = random.choice([n for n, byte in enumerate(text) if byte in b'{}[]:,"'])
    text[place] = 0x01
    return Reply(bytes(text))


NO_ANSWERS: Mapping[str, Make] = {
    "nothing": _body(b""),
    "blanks": _body(b" \r\n\t "),
    "a page": _body(b"<!doctype html><title>Log in</title>", Content_Type="text/html"),
    "text": _body(b"upstream connect error or disconnect/reset before headers"),
    "null": _body(b"null"),
    "a number": _body(b"1"),
    "a text": _body(b'"ok"'),
    "a list": _body(b"[]"),
    "an empty object": _body(b"{}"),
    "an error with status 200": _body(b'{"error": {"message": "The server had an error.", "code": null}}'),
    "a bare NUL": _body(b"\0"),
    "bytes": _body(bytes(range(256))),
    "nested too deep": _body(b'{"data": ' + b"[" * 200_000),
    "a number of 10,000 digits": _body(b'{"data": ' + b"9" * 10_000 + b', "has_more": false}'),
    "an exponent beyond all": _body(b'{"data": 1e99999999999999999999, "has_more": false}'),
    "a byte turned": _flipped,
}

PACKED: Mapping[str, Make] = {
    "gzip": _encoded(gzip.compress, "gzip"),
    "deflate": _encoded(zlib.compress, "deflate"),
    "gzip twice": _encoded(lambda text: gzip.compress(gzip.compress(text)), "gzip, gzip"),
    "gzip cut short": _encoded(lambda text: gzip.compress(text)[:-20], "gzip"),
    "gzip damaged": _encoded(lambda text: _damaged(gzip.compress(text)), "gzip"),
    "gzip that is none": _encoded(lambda text: text, "gzip"),
    "an unknown encoding": _encoded(lambda text: text[::-1], "compress"),
    "a gzip bomb": _bomb,
    "giant": _giant,
    "with a byte order mark": lambda a, _r: Reply(json.dumps(a).encode("utf-8-sig")),
    "in UTF-16": lambda a, _r: Reply(json.dumps(a).encode("utf-16")),
}

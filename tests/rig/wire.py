"""Answers as bytes: whole, slowed down, cut or reset at any byte."""

import json
import socket
import struct
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

_PIECES = 12
_RESET = struct.pack("ii", 1, 0)


@dataclass(frozen=True)
class Reply:
    """What goes over the wire: a status, headers and a body.

    `pause` seconds lie between the pieces in which the head and the body are sent. The connection is
    closed after `stop` bytes, or with `reset` ended as by a machine that went down. Without `sized` there
    is no Content-Length, and the end of the connection ends the body.
    """

    body: bytes = b""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    pause: float = 0.0
    stop: int | None = None
    reset: bool = False
    sized: bool = True

    @property
    def closes(self) -> bool:
        """Return whether the connection cannot be used again."""
        return self.stop is not None or self.reset or not self.sized


def as_json(body: Any, status: int = 200, **options: Any) -> Reply:
    """Return the reply that holds `body` as JSON."""
    return Reply(json.dumps(body).encode(), status, **options)


def send(reply: Reply, connection: socket.socket) -> None:
    """Send `reply`; raise OSError where the other side is gone."""
    sent = reply.stop if reply.stop is not None else None
    whole = (_head(reply) + reply.body)[:sent]
    for piece in _pieces(whole, reply.pause):
        connection.sendall(piece)
        time.sleep(reply.pause)
    if reply.reset:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)


def _head(reply: Reply) -> bytes:
    phrase = HTTPStatus(reply.status).phrase if reply.status in list(HTTPStatus) else "Unheard Of"
    headers = {"Content-Type": "application/json", **reply.headers}
    if reply.sized:
        headers.setdefault("Content-Length", str(len(reply.body)))
    lines = [f"HTTP/1.1 {reply.status} {phrase}", *(f"{name}: {value}" for name, value in headers.items())]
    return "\r\n".join([*lines, "", ""]).encode("latin-1")


def _pieces(whole: bytes, pause: float) -> Iterator[bytes]:
    length = -(-len(whole) // _PIECES) if pause else len(whole)
    for start in range(0, len(whole), max(1, length)):
        yield whole[start : start + length]

"""An adapter for `requests` whose deadline holds for all of an answer.

The timeout of `requests` is how long a socket may stay silent: headers or a body that trickle byte by byte
never reach it. Here the socket is given no more than the time that is left, before each read.
"""

import http.client
import io
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from requests.adapters import HTTPAdapter
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool, PoolManager
from urllib3.connection import HTTPConnection, HTTPSConnection

Left = Callable[[], float]
"""Returns the seconds that an answer may still take."""

_thread = threading.local()


@contextmanager
def answered_within(left: Left) -> Iterator[None]:
    """Let the requests of this thread, sent by a `DeadlineAdapter`, time out when nothing is left."""
    _thread.left = left
    try:
        yield
    finally:
        _thread.left = None


class _Reader(io.RawIOBase):
    """Reads a socket as `raw` does, for as long as there is time."""

    def __init__(self, raw: io.RawIOBase, sock: socket.socket, left: Left) -> None:
        self._raw = raw
        self._sock = sock
        self._left = left
        self._silent = sock.gettimeout()

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        left = self._left()
        if left <= 0:
            raise TimeoutError("The answer took too long.")
        self._sock.settimeout(left if self._silent is None else min(left, self._silent))
        return self._raw.readinto(buffer)

    def close(self) -> None:
        self._raw.close()
        super().close()


class _Response(http.client.HTTPResponse):
    def __init__(self, sock: socket.socket, *args: Any, **kwargs: Any) -> None:
        super().__init__(sock, *args, **kwargs)
        left = getattr(_thread, "left", None)
        if left is not None:
            self.fp = io.BufferedReader(_Reader(self.fp.detach(), sock, left))


class _Connection(HTTPConnection):
    response_class = _Response


class _SecureConnection(HTTPSConnection):
    response_class = _Response


class _Pool(HTTPConnectionPool):
    ConnectionCls = _Connection


class _SecurePool(HTTPSConnectionPool):
    ConnectionCls = _SecureConnection


class DeadlineAdapter(HTTPAdapter):
    """Sends requests whose answers have to be complete within the time of `answered_within`."""

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        """Open pools whose connections keep to the deadline."""
        super().init_poolmanager(*args, **kwargs)
        _keep_deadlines(self.poolmanager)

    def proxy_manager_for(self, *args: Any, **kwargs: Any) -> Any:
        """Return the pools of a proxy, which keep to the deadline too."""
        manager = super().proxy_manager_for(*args, **kwargs)
        _keep_deadlines(manager)
        return manager


def _keep_deadlines(manager: PoolManager) -> None:
    manager.pool_classes_by_scheme = {"http": _Pool, "https": _SecurePool}

"""Ports of this machine at which nothing listens, below those that outgoing connections are given."""

import secrets
import socket

_LOWEST, _COUNT = 15_000, 17_000


def free_port() -> int:
    """Return one of them."""
    return free_ports(1)


def free_ports(count: int) -> int:
    """Return the first of some in a row."""
    for _ in range(100):
        first = _LOWEST + secrets.randbelow(_COUNT)
        try:
            for port in range(first, first + count):
                with socket.socket() as trying:
                    trying.bind(("127.0.0.1", port))
        except OSError:
            continue
        return first
    raise AssertionError("No ports in a row are free.")

"""Ports of this machine at which nothing listens."""

import socket


def free_port() -> int:
    """Return one of them."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        return int(listening.getsockname()[1])


def free_ports(count: int) -> int:
    """Return the first of some in a row."""
    for _ in range(100):
        first = free_port()
        try:
            for port in range(first, first + count):
                with socket.socket() as trying:
                    trying.bind(("127.0.0.1", port))
        except (OSError, OverflowError):
            continue
        return first
    raise AssertionError("No ports in a row are free.")

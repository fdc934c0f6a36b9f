"""Waiting for what another thread is about to see to."""

import threading
import time
from collections.abc import Callable


def until(holds: Callable[[], bool]) -> None:
    """Wait until something holds, for ten seconds at most."""
    end = time.monotonic() + 10
    while not holds():
        assert time.monotonic() < end
        threading.Event().wait(0.001)

"""Ending early: SIGTERM ends a command as Ctrl-C does, by its own way out."""

import signal
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

SAID = "The command was ended before it was done. Nothing that was stored is lost; run it again for the rest."
_NUDGE = 0.2
"""Seconds after which a thread that has not heard the signal is told again."""


class Terminated(KeyboardInterrupt):
    """The process was asked to end (SIGTERM)."""


@contextmanager
def ending_at_sigterm() -> Iterator[None]:
    """Let SIGTERM raise Terminated in the block, once: what is held is given back before the process ends."""
    if threading.current_thread() is not threading.main_thread():
        yield  # only there can signals be handled
        return
    heard: list[int] = []

    def end(number: int, _frame: FrameType | None) -> None:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        heard.append(number)
        raise Terminated

    with _nudged(heard):
        before = signal.signal(signal.SIGTERM, end)
        try:
            yield
        finally:
            signal.signal(signal.SIGTERM, before)


@contextmanager
def _nudged(heard: list[int]) -> Iterator[None]:
    """Interrupt this thread until a signal is `heard`.

    One that comes just before a lock is waited for would otherwise be heard only after the wait.
    """
    written, read = socket.socketpair()
    written.setblocking(False)
    before, thread = signal.set_wakeup_fd(written.fileno(), warn_on_full_buffer=False), threading.get_ident()

    def nudge() -> None:
        while number := read.recv(1):
            while number[0] == signal.SIGTERM and not heard:
                signal.pthread_kill(thread, signal.SIGTERM)
                time.sleep(_NUDGE)

    watching = threading.Thread(target=nudge, name="signals", daemon=True)
    watching.start()
    try:
        yield
    finally:
        heard.append(0)
        signal.set_wakeup_fd(before)
        written.close()
        watching.join()
        read.close()

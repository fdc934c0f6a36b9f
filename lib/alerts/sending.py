"""Sending: a message goes out through apprise, which knows Slack, Teams, mail, webhooks and many more."""

import logging
import threading
from collections.abc import Callable
from typing import Any

from lib.alerts.receivers import without_secrets

Send = Callable[[str, str, str, bytes | None], str]
"""Send to a URL a title, a body and a picture (PNG), if any; return why that failed, "" where it did not."""
_LONGEST = 300
_one_at_a_time = threading.Lock()


def send(url: str, title: str, body: str, picture: bytes | None) -> str:
    """Send a message to an address that apprise knows; return why it failed, without the address, else ""."""
    # It takes half a second to load, and most instances tell nobody anything.
    import apprise
    from apprise.attachment.memory import AttachMemory

    attached: Callable[..., Any] = AttachMemory
    with _one_at_a_time, _Complaints() as complaints:
        asset = apprise.AppriseAsset(app_id="OpenAI usage", app_desc="What OpenAI usage costs", app_url="")
        receiver = apprise.Apprise.instantiate(url, asset=asset)
        if receiver is None:
            return "Its url is not an address that apprise knows. See docs/alerts.md."
        if "overflow=" not in url:  # a message that is too long for a service comes in parts
            receiver.overflow_mode = apprise.OverflowMode.SPLIT
        shown = [attached(picture, name="chart.png", mimetype="image/png")] if picture else None
        done = apprise.Apprise(receiver, asset=asset).notify(
            body, title, body_format=apprise.NotifyFormat.TEXT, attach=shown
        )
    if done:
        return ""
    said = without_secrets(" ".join(complaints.said) or "It gave no reason.", url)
    return f"It could not be sent. {said}"[:_LONGEST]


class _Complaints(logging.Handler):
    """Keeps what apprise complains of from the server's log, where it could name an address."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.said: list[str] = []
        self._log = logging.getLogger("apprise")

    def emit(self, record: logging.LogRecord) -> None:
        """Keep what is said."""
        self.said.append(record.getMessage())

    def __enter__(self) -> "_Complaints":
        self._before = (self._log.propagate, self._log.handlers[:])
        self._log.propagate, self._log.handlers = False, [self]
        return self

    def __exit__(self, *_: object) -> None:
        self._log.propagate, self._log.handlers = self._before

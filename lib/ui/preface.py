"""The preface of the page's HTML: what a browser runs before Streamlit's own scripts do anything."""

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from lib.ui import device, one_language, steps, taps, way_clear

_HEAD = b"<head>"
_SCRIPTS = "".join(
    f"<script>{script}</script>"
    for script in (one_language.SCRIPT, steps.SCRIPT, taps.SCRIPT, device.SCRIPT, way_clear.SCRIPT)
)
_PREFACE = _HEAD + _SCRIPTS.encode()
_IN_PART = {b"accept-encoding", b"if-none-match", b"if-modified-since", b"if-range", b"range"}
"""Headers that ask for less than the whole text as it is written."""
_OF_THE_FILE = ("etag", "last-modified", "accept-ranges")
"""Headers that tell of Streamlit's file, not of what is sent."""


class Preface:
    """Puts the app's scripts first in every page of HTML.

    A component of Streamlit's would run them only after the first address was written into the history.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request; where a browser opens a page, with the preface."""
        if not _opens_a_page(scope):
            await self._app(scope, receive, send)
            return
        headers = [(name, value) for name, value in scope["headers"] if name.lower() not in _IN_PART]
        await self._app({**scope, "headers": headers}, receive, _prefacing(send))


def _opens_a_page(scope: Scope) -> bool:
    if scope["type"] != "http" or scope["method"] != "GET":
        return False
    return "text/html" in Headers(scope=scope).get("accept", "")


def _prefacing(send: Send) -> Send:
    """Return `send` with the preface in front of what is in the head of HTML."""
    waiting: list[Message] = []

    async def sent(message: Message) -> None:
        if message["type"] == "http.response.start" and _is_html(message):
            waiting.append(message)  # its length is known once the head is
            return
        if message["type"] == "http.response.body" and waiting:
            start, body = waiting.pop(), message["body"]
            whole = body.replace(_HEAD, _PREFACE, 1)
            headers = MutableHeaders(scope=start)
            for name in _OF_THE_FILE:
                del headers[name]
            if "content-length" in headers:
                headers["content-length"] = str(int(headers["content-length"]) + len(whole) - len(body))
            await send(start)
            message = {**message, "body": whole}
        await send(message)

    return sent


def _is_html(start: Message) -> bool:
    return Headers(raw=start["headers"]).get("content-type", "").startswith("text/html")

"""Middleware: what the server asks of every request before Streamlit sees it, and says in every response."""

import base64
import ipaddress
import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from starlette.datastructures import MutableHeaders
from starlette.requests import HTTPConnection
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from streamlit.auth_util import get_cookie_with_chunks, get_signing_secret
from streamlit.web.server.starlette.starlette_app_utils import decode_signed_value
from streamlit.web.server.starlette.starlette_server_config import USER_COOKIE_NAME

from lib.access.audit import Event
from lib.access.rules import Access, Denial, Grant, SignIn
from lib.answers import instance
from lib.configuration.setting_rules import is_loopback
from lib.errors import AppError
from lib.ui.identity import NOBODY

_HEADERS = {
    "Content-Security-Policy": "frame-ancestors 'self'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
}
_GUARDED = {"media", "_stcore"}
"""Where a path leads to what pages made for somebody, or to the server itself."""
_FOR_ALL = {("_stcore", "health"), ("_stcore", "host-config"), ("_stcore", "stream")}
"""What a browser needs before somebody has signed in; pages ask by themselves who looks."""
_NOT_OUR_NAME = (
    "This app does not go by that name. Whoever runs it can add the name to hosts under [access] in its "
    "secrets file."
)
_RETURN = "usage_return"
"""The cookie that holds where somebody was before they went to sign in."""


class Guard:
    """Refuses other names, and files to whoever may see no page; keeps the way back from signing in."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, or let Streamlit do so."""
        if scope["type"] not in {"http", "websocket"}:
            await self._app(scope, receive, send)
            return
        connection = HTTPConnection(scope)
        said, status, name = _refusal(connection)
        if said:
            if scope["type"] == "websocket":
                await send({"type": "websocket.close", "code": 1008})
            else:
                await PlainTextResponse(f"{said}\n", status, headers=_HEADERS)(scope, receive, send)
            return
        await self._app(scope, receive, _answering(connection, name, send))


def _answering(connection: HTTPConnection, name: str, send: Send) -> Send:
    """Return `send` with what every response says, and what this one says of the way back."""
    parts = _parts(connection.url.path)

    async def sent(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for header, value in _HEADERS.items():
                headers[header] = value
            if parts[-2:] == ("auth", "login"):
                _remember_way_back(connection, headers)
            elif parts[-1:] == ("oauth2callback",):
                _go_back(connection, headers)
            elif "media" in parts and message["status"] == 200:
                _write_export(headers, name)
        await send(message)

    return sent


def _refusal(connection: HTTPConnection) -> tuple[str, int, str]:
    """Return why a request is not answered (nothing where it is), the status, and who asks."""
    parts = _parts(connection.url.path)
    guarded = not _GUARDED.isdisjoint(parts) and parts[-2:] not in _FOR_ALL
    try:
        access = instance.access()
        if not _is_ours(connection.headers.get("host"), access):
            return _NOT_OUR_NAME, 400, NOBODY
        if not guarded:
            return "", 200, NOBODY
        decision = access.decide(_claims(connection, access), instance.now())
    except AppError:
        return (
            ("A setting needs attention: see the app's page.", 503, NOBODY) if guarded else ("", 200, NOBODY)
        )
    if isinstance(decision, Grant):
        return "", 200, (decision.person and decision.person.email) or NOBODY
    return (
        ("Sign in first." if decision is Denial.NOT_SIGNED_IN else "This is not yours to see."),
        403,
        NOBODY,
    )


def _parts(path: str) -> tuple[str, ...]:
    return tuple(part for part in path.split("/") if part not in {"", "."})


def _is_ours(host: str | None, access: Access) -> bool:
    """Return whether the app goes by the name that a browser asked it by.

    A page elsewhere can have its own name lead to this server, and then ask it as if it were its own; an
    address in numbers it cannot have.
    """
    try:
        name = urlsplit(f"//{host}").hostname or ""
    except ValueError:
        return False
    return _is_number(name) or is_loopback(name) or any(_like(name, allowed) for allowed in access.hosts)


def _is_number(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True


def _like(name: str, allowed: str) -> bool:
    return name.endswith(allowed[1:]) if allowed.startswith("*.") else name == allowed


def _claims(connection: HTTPConnection, access: Access) -> Mapping[str, Any]:
    """Return what is claimed about who sends a request, as `lib.ui.identity` does about who has a session."""
    if access.sign_in is SignIn.HEADER:
        return access.proxied(connection.headers.getlist, instance.now())
    secret, cookies = get_signing_secret(), connection.cookies

    def one(name: str) -> bytes | None:
        value = cookies.get(name)
        return decode_signed_value(secret, name, value.encode("latin-1", "replace")) if value else None

    signed = get_cookie_with_chunks(one, USER_COOKIE_NAME)
    try:
        found = json.loads(signed or b"{}")
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _remember_way_back(connection: HTTPConnection, headers: MutableHeaders) -> None:
    """Keep the address from which somebody went to sign in: Streamlit leads back to the first page only."""
    came_from = urlsplit(connection.headers.get("referer", ""))
    if came_from.netloc != connection.headers.get("host"):
        return
    address = came_from.path + (f"?{came_from.query}" if came_from.query else "")
    value = base64.urlsafe_b64encode(address.encode()).decode()
    if len(value) < 3_000:
        headers.append("set-cookie", f"{_RETURN}={value}; Max-Age=900; Path=/; HttpOnly; SameSite=Lax")


def _go_back(connection: HTTPConnection, headers: MutableHeaders) -> None:
    kept = connection.cookies.get(_RETURN)
    if not kept or "location" not in headers:
        return
    try:
        address = base64.urlsafe_b64decode(kept.encode()).decode()
    except ValueError:
        return
    parts = urlsplit(address)
    is_path = address.startswith("/") and not parts.scheme and not parts.netloc
    if is_path and "\\" not in address and address.isprintable():
        headers["location"] = address
    headers.append("set-cookie", f"{_RETURN}=; Max-Age=0; Path=/; HttpOnly; SameSite=Lax")


def _write_export(headers: Mapping[str, str], name: str) -> None:
    said = headers.get("content-disposition", "")
    if "attachment" not in said:
        return
    try:
        instance.write_audit(
            Event.EXPORT, name, said.partition("filename")[2].lstrip("*=").strip('"') or "a file"
        )
    except AppError:
        return

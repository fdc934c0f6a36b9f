"""What the server asks of a request before Streamlit sees it, and says in its answer."""

import base64
import json
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import streamlit as st
from httpx import Response
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse
from starlette.routing import Route, WebSocketRoute
from starlette.testclient import TestClient
from starlette.websockets import WebSocket, WebSocketDisconnect
from streamlit.web.server.starlette.starlette_app_utils import create_signed_value

from lib.answers import instance
from lib.ui import middleware
from lib.ui.middleware import Guard
from tests.access.test_declared import AUTH

Secrets = dict[str, Any]
FILE = "/media/abc.csv"
BEHIND_A_PROXY: Secrets = {
    "access": {
        "email_header": "X-Email",
        "groups_header": "X-Groups",
        "hosts": ["usage.example.com", "*.internal"],
        "rule": [{"emails": ["ada@example.com"], "role": "viewer"}],
    }
}
SIGNED_IN: Secrets = {
    "auth": AUTH,
    "access": {"session_hours": 720, "rule": [{"emails": ["ada@example.com"], "role": "viewer"}]},
}
ADA = {"X-Email": "ada@example.com"}


def answer(request: Request) -> PlainTextResponse | RedirectResponse:
    """Answer as Streamlit would: a file to take under /media, and a way back to the first page."""
    if request.url.path.endswith("oauth2callback"):
        return RedirectResponse("/", 302)
    given = {"content-disposition": f'attachment; filename="{name}"'} if (name := said_name(request)) else {}
    return PlainTextResponse("streamlit", 404 if "gone" in request.url.path else 200, headers=given)


def said_name(request: Request) -> str:
    return request.url.path.rpartition("/")[2] if request.url.path.endswith(".csv") else ""


async def talk(socket: WebSocket) -> None:
    await socket.accept()
    await socket.send_text("streamlit")
    await socket.close()


@pytest.fixture
def served(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Callable[[Secrets], TestClient]]:
    """Return a function that serves an app behind the guard, where such secrets are declared."""
    monkeypatch.setenv("USAGE_STORE_URI", str(tmp_path))
    routes = [WebSocketRoute("/{path:path}", talk), Route("/{path:path}", answer)]
    app = Starlette(routes=routes, middleware=[Middleware(Guard)])

    def serve(secrets: Secrets) -> TestClient:
        monkeypatch.setattr(instance, "read_secrets", lambda: secrets)
        return TestClient(app, base_url="http://localhost:8501", follow_redirects=False)

    yield serve
    st.cache_resource.clear()


def log(folder: Path) -> list[tuple[str, str, str]]:
    """Return who did what by the audit log."""
    lines = [line for file in folder.glob("**/audit.log") for line in file.read_text().splitlines()]
    return [(line["event"], line["who"], line["what"]) for line in map(json.loads, lines)]


Served = Callable[[Secrets], TestClient]


@pytest.mark.parametrize("path", ["/", "/costs", FILE, "/_stcore/health"])
def test_every_answer_says_what_browsers_must_not_do(served: Served, path: str) -> None:
    headers = served({}).get(path).headers

    assert headers["content-security-policy"] == "frame-ancestors 'self'"
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "same-origin"


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("localhost:8501", 200),
        ("127.0.0.1", 200),
        ("10.1.2.3:8501", 200),
        ("[::1]:8501", 200),
        ("usage.example.com", 200),
        ("a.internal", 200),
        ("a.usage.example.com", 400),
        ("internal", 400),
        ("evil.example.org", 400),
        ("[::1", 400),
        ("", 400),
    ],
)
def test_the_app_goes_by_its_own_names_and_by_addresses_in_numbers(
    served: Served, host: str, status: int
) -> None:
    answered = served(BEHIND_A_PROXY).get("/costs", headers={"Host": host})

    assert answered.status_code == status
    assert answered.text.startswith("streamlit" if status == 200 else "This app does not go by that name.")
    assert answered.headers["x-content-type-options"] == "nosniff"


def test_a_socket_under_another_name_is_closed(served: Served) -> None:
    client = served({})

    with client.websocket_connect("ws://localhost/_stcore/stream") as socket:
        assert socket.receive_text() == "streamlit"
    with (
        pytest.raises(WebSocketDisconnect) as refused,
        client.websocket_connect("ws://evil.example.org/_stcore/stream"),
    ):
        pass
    assert refused.value.code == 1008


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/", 200),
        ("/costs", 200),
        ("/_stcore/health", 200),
        ("/_stcore/host-config", 200),
        ("/usage/_stcore/health", 200),
        ("/_stcore/upload_file", 403),
        ("/_stcore/health/more", 403),
        (FILE, 403),
        ("/usage" + FILE, 403),
        ("/./media//abc.csv", 403),
    ],
)
def test_files_and_the_server_itself_are_for_those_who_signed_in(
    served: Served, path: str, status: int
) -> None:
    client = served(BEHIND_A_PROXY)

    assert client.get(path).status_code == status
    assert client.get(path, headers=ADA).status_code == 200


@pytest.mark.parametrize(
    ("who", "said"),
    [
        ({}, (403, "Sign in first.\n")),
        ({"X-Email": "eve@example.com"}, (403, "This is not yours to see.\n")),
        (ADA, (200, "streamlit")),
    ],
)
def test_whoever_is_not_let_in_gets_no_file(
    served: Served, who: Mapping[str, str], said: tuple[int, str]
) -> None:
    answered = served(BEHIND_A_PROXY).get(FILE, headers=who)

    assert (answered.status_code, answered.text) == said


def test_where_the_rules_cannot_be_read_pages_say_so_and_files_stay_shut(served: Served) -> None:
    client = served({"access": {"open": "perhaps"}})

    assert client.get("/costs").text == "streamlit"
    refused = client.get(FILE)
    assert (refused.status_code, refused.text) == (503, "A setting needs attention: see the app's page.\n")


@pytest.mark.parametrize(
    ("said", "status"),
    [
        ({"is_logged_in": True, "email": "ada@example.com", "iat": True}, 403),
        ({"is_logged_in": True, "email": "eve@example.com"}, 403),
        ({"is_logged_in": True, "email": "ada@example.com"}, 200),
        (["ada@example.com"], 403),
        ("not JSON", 403),
    ],
)
def test_a_sign_in_is_known_by_its_signed_cookie(
    served: Served, monkeypatch: pytest.MonkeyPatch, said: Any, status: int
) -> None:
    monkeypatch.setattr(middleware, "get_signing_secret", lambda: "s" * 32)
    if isinstance(said, dict):
        said = {"iat": instance.now().timestamp(), **said}
    text = said if isinstance(said, str) else json.dumps(said)
    client = served(SIGNED_IN)

    client.cookies["_streamlit_user"] = create_signed_value("s" * 32, "_streamlit_user", text).decode()
    assert client.get(FILE).status_code == status

    client.cookies["_streamlit_user"] = create_signed_value("o" * 32, "_streamlit_user", text).decode()
    assert client.get(FILE).status_code == 403


def test_a_file_that_somebody_takes_is_written_down(served: Served, tmp_path: Path) -> None:
    client = served(BEHIND_A_PROXY)

    client.get(FILE, headers=ADA)
    client.get("/media/picture.png", headers=ADA)  # shown, not taken
    client.get("/media/gone.csv", headers=ADA)
    client.get("/costs.csv", headers=ADA)

    assert log(tmp_path) == [("export", "ada@example.com", "abc.csv")]


def test_a_file_without_a_sign_in_is_taken_by_nobody_known(served: Served, tmp_path: Path) -> None:
    assert served({}).get(FILE).status_code == 200

    assert log(tmp_path) == [("export", "not signed in", "abc.csv")]


def kept(response: Response) -> str | None:
    """Return the address that a browser is told to keep, None where it is told nothing."""
    said = response.headers.get("set-cookie")
    if said is None:
        return None
    value, rest = said.removeprefix("usage_return=").split(";", 1)
    assert rest == " Max-Age=900; Path=/; HttpOnly; SameSite=Lax"
    return base64.urlsafe_b64decode(value).decode()


@pytest.mark.parametrize(
    ("came_from", "address"),
    [
        ("http://localhost:8501/costs?period=7d", "/costs?period=7d"),
        ("http://localhost:8501/costs", "/costs"),
        ("http://elsewhere:8501/costs", None),
        ("http://localhost:8501/costs?" + "x" * 2_300, None),
    ],
)
def test_where_somebody_went_to_sign_in_from_is_kept(
    served: Served, came_from: str, address: str | None
) -> None:
    client = served({})

    for path in ("/auth/login", "/usage/auth/login"):
        assert kept(client.get(path, headers={"Referer": came_from})) == address
    assert kept(client.get("/login", headers={"Referer": came_from})) is None


@pytest.mark.parametrize("length", [2_247, 2_248])
def test_an_address_that_makes_a_cookie_too_long_is_not_kept(served: Served, length: int) -> None:
    address = "/" + "x" * (length - 1)

    found = kept(served({}).get("/auth/login", headers={"Referer": f"http://localhost:8501{address}"}))

    assert found == (address if length < 2_248 else None)


@pytest.mark.parametrize(
    ("address", "led_to"),
    [
        ("/usage/costs", "/usage/costs"),
        ("/costs?period=7d", "/costs?period=7d"),
        ("//evil.example.org/costs", "/"),
        ("https://evil.example.org/costs", "/"),
        ("costs", "/"),
        ("/\\evil.example.org", "/"),
        ("/costs\r\nX: 1", "/"),
    ],
)
def test_signing_in_leads_back_to_a_page_of_this_app_only(served: Served, address: str, led_to: str) -> None:
    client = served({})
    client.cookies["usage_return"] = base64.urlsafe_b64encode(address.encode()).decode()

    back = client.get("/usage/oauth2callback")

    assert back.headers["location"] == led_to
    assert back.headers["set-cookie"] == "usage_return=; Max-Age=0; Path=/; HttpOnly; SameSite=Lax"


@pytest.mark.parametrize("cookie", [None, "a", "____"])
def test_without_an_address_that_can_be_read_the_first_page_opens(served: Served, cookie: str | None) -> None:
    client = served({})
    if cookie:
        client.cookies["usage_return"] = cookie

    back = client.get("/oauth2callback")

    assert back.headers["location"] == "/"
    assert "set-cookie" not in back.headers


def test_another_answer_than_a_redirect_is_left_as_it_is(served: Served) -> None:
    client = served({})
    client.cookies["usage_return"] = base64.urlsafe_b64encode(b"/costs").decode()

    assert "location" not in client.get("/costs").headers
    assert "set-cookie" not in client.get("/costs").headers

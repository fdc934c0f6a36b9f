"""Signing in with a provider, and ways around it."""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest
import requests
from playwright.sync_api import Browser, expect
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.web.server.starlette.starlette_app_utils import create_signed_value
from websockets import InvalidStatus, Subprotocol
from websockets.sync.client import connect

from tests.browser.app import App
from tests.browser.identity_provider import COOKIE_SECRET, IdentityProvider
from tests.browser.screen import Screen

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

ADA = {"sub": "ada", "email": "ada@finance.example", "groups": ["finance"]}
BOB = {"sub": "bob", "email": "bob@example.com", "groups": ["growth"]}
EVE = {"sub": "eve", "email": "eve@example.com"}
ADMINS = 'emails = ["*@finance.example"]\nrole = "admin"'
VIEWERS = 'groups = ["growth"]\nrole = "viewer"'
COOKIE = "_streamlit_user"
ASKED = "What the organization spends is shown to those who sign in."


@pytest.fixture(scope="module")
def provider() -> Iterator[IdentityProvider]:
    with IdentityProvider(ADA, BOB, EVE) as running:
        yield running


@pytest.fixture(scope="module")
def app(provider: IdentityProvider, tmp_path_factory: pytest.TempPathFactory) -> Iterator[App]:
    """The app on demo data, where admins and viewers sign in."""
    starting = App(tmp_path_factory.mktemp("signed-in"))
    starting.secrets.write_text(provider.secrets(starting.url, [ADMINS, VIEWERS]))
    with starting as running:
        yield running
        assert "Traceback" not in running.log


@pytest.fixture
def screen(app: App, browser: Browser) -> Iterator[Screen]:
    context = browser.new_context(viewport={"width": 1440, "height": 900}, locale="en-GB")
    # The provider's own page would ask another host for its style.
    context.route(lambda url: not url.startswith("http://127.0.0.1"), lambda route: route.abort())
    yield Screen(context.new_page(), app.url)
    context.close()


@pytest.fixture
def rules(app: App, provider: IdentityProvider) -> Iterator[Callable[..., None]]:
    """Return a function that declares other rules until the test ends."""
    before = app.secrets.read_text()
    yield lambda *declared: app.secrets.write_text(provider.secrets(app.url, declared))
    app.secrets.write_text(before)


def sign_in(screen: Screen, person: Mapping[str, object]) -> None:
    screen.page.get_by_role("button", name="Sign in").click()
    screen.page.get_by_role("button", name=str(person["sub"]), exact=True).click()
    screen.page.wait_for_url(f"{screen.url}/**")
    screen.settle()


def cookies_of(app: App, person: Mapping[str, object]) -> requests.Session:
    """Return a browser's cookies after `person` has signed in."""
    session = requests.Session()
    session.get(f"{app.url}/", timeout=30)
    asked = session.get(f"{app.url}/auth/login?provider={provider_token(app)}", timeout=30)
    session.post(asked.url, data={"sub": str(person["sub"])}, timeout=30)
    assert COOKIE in session.cookies
    return session


def provider_token(app: App) -> str:
    """Return what a page's button says of the provider to sign in with."""
    for message in said_without_a_page(app, {}, click="gate:in:None"):
        if message.WhichOneof("type") == "auth_redirect":
            return message.auth_redirect.url.rpartition("provider=")[2]
    raise AssertionError("The button leads nowhere.")


def said_without_a_page(
    app: App, headers: Mapping[str, str], *, page: str = "", click: str = ""
) -> list[ForwardMsg]:
    """Return what the server tells a WebSocket that nobody's page opened."""
    address = f"{app.url.replace('http', 'ws', 1)}/_stcore/stream"
    asked, messages = BackMsg(), list[ForwardMsg]()
    asked.rerun_script.page_name = page
    with connect(
        address, subprotocols=[Subprotocol("streamlit")], additional_headers=headers, max_size=None
    ) as session:
        for wanted in [None, click] if click else [None]:
            if wanted:
                found = [m.delta.new_element.button.id for m in messages if m.delta.new_element.button.id]
                state = asked.rerun_script.widget_states.widgets.add()
                state.id, state.trigger_value = next(i for i in found if wanted in i), True
            session.send(asked.SerializeToString())
            finished = False
            while not finished:
                messages.append(ForwardMsg.FromString(bytes(session.recv(60))))
                finished = messages[-1].WhichOneof("type") == "script_finished"
    return messages


def drawn(messages: list[ForwardMsg]) -> set[str]:
    return {kind for m in messages if (kind := m.delta.new_element.WhichOneof("type"))}


def test_a_cold_link_asks_to_sign_in_and_is_led_to_afterwards(screen: Screen) -> None:
    screen.page.goto(f"{screen.url}/usage?period=7d&grain=day")
    screen.page.get_by_text(ASKED).wait_for(timeout=60_000)
    assert screen.of("stMetric").count() == screen.of("stVegaLiteChart").count() == 0

    sign_in(screen, ADA)

    expect(screen.page.get_by_role("heading", name="Usage", level=1)).to_be_visible()
    assert screen.query() == "period=7d&grain=day"
    expect(screen.page.get_by_text(re.compile("^Signed in as ada"))).to_be_visible()


def test_whoever_no_rule_names_sees_nothing_but_a_sentence(screen: Screen, app: App) -> None:
    screen.page.goto(f"{screen.url}/costs")
    sign_in(screen, EVE)

    expect(screen.page.get_by_text("none of the rules of this app names you")).to_be_visible()
    assert screen.of("stTopNavSection").count() == screen.of("stMetric").count() == 0
    log = next(app.secrets.parent.glob("store/**/audit.log")).read_text()
    assert '"event": "refusal", "who": "eve@example.com", "what": "no rule names them"' in log
    with screen.page.expect_navigation():  # to the provider, which signs people out as well
        screen.page.get_by_role("button", name="Sign out").click()
    screen.page.goto(f"{screen.url}/costs")
    screen.page.get_by_text(ASKED).wait_for(timeout=60_000)


def test_a_viewer_looks_and_changes_nothing(screen: Screen) -> None:
    screen.page.goto(f"{screen.url}/budgets")
    sign_in(screen, BOB)

    said = ", as viewer. Budgets are changed here by editors and admins."
    expect(screen.page.get_by_text(said)).to_be_visible()
    for name in ("Refresh", "Set budget", "Add note"):
        assert screen.page.get_by_role("button", name=name, exact=True).count() == 0


def test_access_that_is_withdrawn_ends_at_the_next_click(screen: Screen, rules: Callable[..., None]) -> None:
    screen.page.goto(f"{screen.url}/costs")
    sign_in(screen, BOB)

    rules(ADMINS)
    screen.page.get_by_role("button", name="Reset").click()

    screen.page.get_by_text("none of the rules of this app names you").wait_for(timeout=30_000)
    screen.settle()
    assert screen.of("stMetric").count() == screen.of("stVegaLiteChart").count() == 0


@pytest.mark.parametrize("page", ["", "costs", "what_if", "statement"])
def test_a_websocket_without_a_page_is_told_no_number(app: App, page: str) -> None:
    assert drawn(said_without_a_page(app, {}, page=page)) == {"heading", "markdown", "button"}


def forged(secret: str, **claims: object) -> str:
    said = {"is_logged_in": True, "email": "ada@finance.example", "iat": 4_000_000_000, **claims}
    return create_signed_value(secret, COOKIE, json.dumps(said)).decode()


def test_a_cookie_that_somebody_made_lets_nobody_in(app: App) -> None:
    for cookie in (forged("a-secret-that-somebody-guessed-at-home"), "e30.x.y", '{"is_logged_in": true}'):
        headers = {"Cookie": f"{COOKIE}={cookie}", "Origin": app.url}

        assert drawn(said_without_a_page(app, headers)) == {"heading", "markdown", "button"}
        assert requests.get(f"{app.url}/media/x.csv", headers=headers, timeout=30).status_code == 403


def test_a_cookie_of_long_ago_or_of_tomorrow_lets_nobody_in(app: App) -> None:
    for iat in (1_700_000_000, 4_000_000_000, None):
        headers = {"Cookie": f"{COOKIE}={forged(COOKIE_SECRET, iat=iat, origin=app.url)}", "Origin": app.url}

        assert "metric" not in drawn(said_without_a_page(app, headers))
        assert requests.get(f"{app.url}/media/x.csv", headers=headers, timeout=30).status_code == 403


@pytest.mark.parametrize(
    "path",
    [
        "/media/x.csv",
        "//media/x.csv",
        "/media//x.csv",
        "/%6dedia/x.csv",
        "/usage/media/x.csv",
        "/_stcore/metrics",
    ],
)
def test_files_and_the_servers_own_routes_are_for_those_who_are_let_in(app: App, path: str) -> None:
    assert requests.get(f"{app.url}{path}", timeout=30).status_code == 403


def test_a_file_cannot_be_uploaded_by_nobody(app: App) -> None:
    answer = requests.put(f"{app.url}/_stcore/upload_file/session/file", data=b"x", timeout=30)

    assert answer.status_code == 403


def test_whoever_is_let_in_takes_files_and_that_is_written_down(app: App, screen: Screen) -> None:
    screen.page.goto(f"{screen.url}/costs?period=7d")
    sign_in(screen, ADA)
    with screen.page.expect_download() as download:
        screen.page.get_by_role("button", name="CSV").first.click()

    address, name = download.value.url, download.value.suggested_filename
    # By then the file is gone, of which only who may see it is told.
    assert cookies_of(app, ADA).get(address, timeout=30).status_code == 404
    assert requests.get(address, timeout=30).status_code == 403
    assert cookies_of(app, EVE).get(address, timeout=30).status_code == 403
    log = next(app.secrets.parent.glob("store/**/audit.log")).read_text().splitlines()
    events = [(line["event"], line["who"], line["what"]) for line in map(json.loads, log)]
    assert ("sign-in", "ada@finance.example", "let in as admin") in events
    assert ("export", "ada@finance.example", name) in events


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "localhost.evil.example", "[bad"])
def test_a_name_that_is_not_ours_is_refused(app: App, host: str) -> None:
    answer = requests.get(f"{app.url}/", headers={"Host": host}, timeout=30)

    assert (answer.status_code, "does not go by that name" in answer.text) == (400, True)


def test_a_websocket_by_a_name_that_is_not_ours_is_refused(app: App) -> None:
    with pytest.raises(InvalidStatus):
        said_without_a_page(app, {"Host": "evil.example"})


@pytest.mark.parametrize(
    "path", ["/", "/usage", "/_stcore/health", "/media/x.csv", "/static/none.js", "/nowhere"]
)
def test_every_response_says_how_it_may_be_used(app: App, path: str) -> None:
    headers = requests.get(f"{app.url}{path}", timeout=30).headers

    assert headers["Content-Security-Policy"] == "frame-ancestors 'self'"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"


def test_the_way_back_leads_nowhere_else(app: App) -> None:
    for came_from in ("http://evil.example/usage", f"{app.url}//evil.example/", "javascript:alert(1)"):
        session = requests.Session()
        session.headers["Referer"] = came_from
        session.get(f"{app.url}/auth/login?provider={provider_token(app)}", timeout=30, allow_redirects=False)
        back = session.get(f"{app.url}/oauth2callback", timeout=30, allow_redirects=False)

        assert back.headers["location"] in {"/", f"{app.url}/"}


def test_the_app_does_not_start_where_others_would_see_it_without_signing_in(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError, match="The app was not started"), App(tmp_path, address="0.0.0.0"):  # noqa: S104
        pass


def test_an_app_that_is_declared_open_says_so(tmp_path: Path) -> None:
    with App(tmp_path, {"USAGE_ACCESS_OPEN": "true"}, address="0.0.0.0") as running:  # noqa: S104
        assert "everybody who can reach this app sees what it shows" in running.log

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import partial
from pathlib import Path

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from lib.answers import instance
from lib.openai_admin import AdminClient
from lib.sync import opening
from tests.fake_time import FakeTime
from tests.loopback import Handler, Loopback
from tests.pages.organization import NOW
from tests.shown import shown

ROOT = Path(__file__).parents[2]
REDRAWS = 5
"""How often a page may be drawn again because more has arrived; a browser does so by itself."""
Open = Callable[..., AppTest]


@pytest.fixture
def store(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    """Begin with an empty store and empty caches, at NOW, and with retries that do not wait."""
    time = FakeTime(NOW)
    monkeypatch.setattr(instance, "now", lambda: NOW)
    monkeypatch.setattr(opening, "AdminClient", partial(AdminClient, sleep=time.sleep, clock=time.clock))
    monkeypatch.setenv("USAGE_STORE_URI", str(tmp_path / "store"))
    st.cache_data.clear()
    st.cache_resource.clear()
    yield
    st.cache_data.clear()
    st.cache_resource.clear()


@pytest.fixture
def open_page(monkeypatch: pytest.MonkeyPatch, store: None) -> Iterator[Open]:  # noqa: ARG001
    """Return a function that opens a page on an organization, through the frame."""
    with ExitStack() as servers:

        def open_(page: str, handler: Handler, **parameters: str | list[str]) -> AppTest:
            server = servers.enter_context(Loopback(handler))
            monkeypatch.setenv("OPENAI_ADMIN_KEY", "sk-admin-secret-0123456789")
            monkeypatch.setenv("OPENAI_BASE_URL", server.base_url)
            return visit(page, **parameters)

        yield open_


def visit(page: str, **parameters: str | list[str]) -> AppTest:
    """Open a page cold, with query parameters."""
    app = AppTest.from_file(str(ROOT / "tests" / "app.py"), default_timeout=60)
    for name, value in parameters.items():
        app.query_params[name] = value
    app.switch_page(str(ROOT / "pages" / f"{page}.py"))
    return settled(app.run())


def settled(app: AppTest) -> AppTest:
    """Return `app` once all that it fetches has come and is drawn."""
    for _ in range(REDRAWS):
        if not app.get("progress"):
            break
        instance.open_backend().syncer.request(app.session_state["session"].required).wait(5)
        app.run()
    return app


@pytest.fixture
def words() -> Callable[[AppTest], str]:
    """Return a function that gives everything a page says, as one text."""

    def said(app: AppTest) -> str:
        kinds = (
            app.title,
            app.header,
            app.subheader,
            app.markdown,
            app.caption,
            app.info,
            app.warning,
            app.error,
        )
        return shown("\n".join(element.value for kind in kinds for element in kind))

    return said

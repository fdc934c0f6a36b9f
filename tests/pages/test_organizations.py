"""Several organizations on the pages: together, one by one, one that fails, and for whoever may see one."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest
from streamlit.testing.v1 import AppTest

from tests.loopback import Handler, Loopback, Response
from tests.pages import organization
from tests.pages.conftest import visit
from tests.pages.organization import refusing
from tests.pages.test_scope import NAMES, ROWS, answering, granted

__all__ = ["granted"]
Words = Callable[[AppTest], str]
Several = Callable[..., None]
ACME, LABS = organization.ready, answering(ROWS, NAMES)
REVOKED: Response = refusing(401, "Incorrect API key provided.")


@pytest.fixture
def several(monkeypatch: pytest.MonkeyPatch, store: None) -> Iterator[Several]:  # noqa: ARG001
    """Return a function that sets up organizations, each answered by a server of its own."""
    with ExitStack() as servers:

        def set_up(**handlers: Handler) -> None:
            monkeypatch.setenv("USAGE_ORGANIZATIONS", ",".join(handlers))
            for name, handler in handlers.items():
                server = servers.enter_context(Loopback(handler))
                monkeypatch.setenv(f"OPENAI_ADMIN_KEY_{name.upper()}", "sk-admin-secret-0123456789")
                monkeypatch.setenv(f"OPENAI_BASE_URL_{name.upper()}", server.base_url)

        yield set_up


def test_together_they_are_added_up_and_told_apart(several: Several, words: Words) -> None:
    several(acme=ACME, labs=ACME)

    app = visit("costs", stack="organization")

    assert "Total: $120.00" in words(app)
    bill = app.dataframe[0].value
    assert list(zip(bill["label"], bill["now"], strict=True)) == [("acme", 60.0), ("labs", 60.0)]

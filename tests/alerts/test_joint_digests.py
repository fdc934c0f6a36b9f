"""Digests of several organizations together add them up, and are recorded in what these share."""

from dataclasses import replace
from pathlib import Path

import pytest

from lib.alerts.declared_alerts import Alert, Every
from lib.alerts.dispatch import Outcome
from lib.answers.instance import Backend
from lib.settings import Settings
from lib.store.records.saved_views import SavedView
from lib.store.together import Together
from lib.store.usage_store import Store
from lib.sync.together_syncing import Syncers
from tests.alerts.places import NOW, backend_of, billed
from tests.alerts.test_dispatch import Postman, sending

pytestmark = pytest.mark.usefixtures("at_now")
URL = "json://127.0.0.1:9/5ecret"
DIGEST = Alert(URL, frozenset(), digest=Every.DAY, together=True)


@pytest.fixture
def several(tmp_path: Path) -> tuple[Backend, Store]:
    """Return two organizations as one, each with the bill of a day, and the store that they share."""
    stores, each = {}, []
    for name, dollars in (("acme", "30"), ("labs", "12.5")):
        (tmp_path / name).mkdir()
        rows = {"costs": [billed(22, "proj_chat", dollars)]}
        backend = backend_of(tmp_path / name, rows, organization=name)
        backend.store.organizations = (name,)
        stores[name] = backend.store
        each.append(backend.settings)
    shared = Store(str(tmp_path / "together"))
    settings = Settings(store_uri=str(tmp_path), organizations=tuple(each))
    return Backend(settings, Together(stores, shared), Syncers({})), shared


def test_a_digest_of_all_together_adds_them_up_and_is_sent_once(several: tuple[Backend, Store]) -> None:
    (backend, shared), postman = several, Postman()

    assert sending(backend, postman, DIGEST, shared=shared) == Outcome(1)
    assert sending(backend, postman, DIGEST, shared=shared) == Outcome(0)

    ((_, title, body),) = postman.delivered
    assert title == "Yesterday, 22 Nov 2026"
    assert body.startswith("You spent $42.50")
    assert postman.pictures[0]
    assert [message.title for message in shared.alert_messages.read()] == [title]


def test_a_view_of_some_organizations_keeps_to_them(several: tuple[Backend, Store]) -> None:
    (backend, shared), postman = several, Postman()
    query = "period=7d&stack=organization&organization=labs"
    shared.write_saved_view(SavedView("Mine", "costs", query, shared=True), NOW)

    sending(backend, postman, replace(DIGEST, view="Mine"), shared=shared)

    ((_, title, body),) = postman.delivered
    assert title == "Mine, 17–23 Nov 2026"
    assert body.startswith("labs spent $12.50")
    assert f"/costs?{query}\n" in body


def test_what_is_of_all_together_is_not_sent_of_each_by_itself(tmp_path: Path) -> None:
    backend, postman = backend_of(tmp_path, {}, organization="acme"), Postman()

    assert sending(backend, postman, DIGEST) == Outcome(0)


def test_what_is_of_one_is_not_sent_of_all_together(several: tuple[Backend, Store]) -> None:
    (backend, shared), postman = several, Postman()

    assert sending(backend, postman, replace(DIGEST, together=False), shared=shared) == Outcome(0)

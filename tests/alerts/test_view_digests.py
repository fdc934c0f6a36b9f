"""A digest of a saved view says what its page says, of the days that it means on the day it is sent."""

import datetime as dt
from pathlib import Path

import pytest

from lib.alerts.declared_alerts import Alert, Every, Scope
from lib.alerts.dispatch import Outcome
from lib.answers.instance import Backend
from lib.catalog.sources import SOURCES
from lib.periods.widths import Width
from lib.store.records.coverage import Covered
from lib.store.records.saved_views import SavedView
from lib.store.usage_store import Store
from tests.alerts.places import NOW, TEAMS, backend_of, billed
from tests.alerts.test_dispatch import Postman, sending

pytestmark = pytest.mark.usefixtures("at_now")

WHOLE = Scope()
URL = "json://127.0.0.1:9/5ecret"
BILL = [
    billed(22, "proj_search", "12.5") | {"api_key_id": "key_growth"},
    billed(22, "proj_search", "30") | {"api_key_id": "key_other"},
    billed(22, "proj_chat", "70"),
    billed(1, "proj_chat", "900"),
]


def keep(
    store: Store, page: str, query: str, name: str = "Mine", owner: str = "", *, shared: bool = True
) -> None:
    store.write_saved_view(SavedView(name, page, query, owner, shared), NOW)


def sent(backend: Backend, scope: Scope = WHOLE) -> tuple[Postman, Outcome]:
    postman = Postman()
    alert = Alert(URL, frozenset(), scope, Every.DAY, name="Ada", view="Mine")
    return postman, sending(backend, postman, alert)


def test_a_view_is_sent_with_its_figures_its_chart_and_a_link_to_it(tmp_path: Path) -> None:
    backend = backend_of(tmp_path, {"costs": BILL})
    keep(backend.store, "costs", "period=7d&stack=project_id&saved=1")

    postman, outcome = sent(backend)

    assert outcome == Outcome(1)
    ((_, title, body),) = postman.delivered
    assert title == "Mine, 17–23 Nov 2026"
    assert body.startswith("You spent $112.50")
    assert "The most: Chat ($70.00), Search ($42.50)." in body
    assert "https://usage.example.com/costs?period=7d&stack=project_id\n" in body
    assert (postman.pictures[0] or b"").startswith(b"\x89PNG")
    assert sent(backend)[1] == Outcome(0)


def test_the_filters_of_a_view_count(tmp_path: Path) -> None:
    backend = backend_of(tmp_path, {"costs": BILL})
    keep(backend.store, "breakdown", "period=7d&by=line_item&project=proj_chat")

    ((_, _, body),) = sent(backend)[0].delivered

    assert body.startswith("Chat spent $70.00")
    assert "The most: gpt-5, input ($70.00)." in body


def test_a_part_is_told_nothing_of_a_view_but_its_own(tmp_path: Path) -> None:
    backend = backend_of(tmp_path, {"costs": BILL}, teams=TEAMS)
    keep(backend.store, "costs", "period=7d&stack=project_id&project=proj_chat&project=proj_search")

    ((_, title, body),) = sent(backend, Scope(team="Growth"))[0].delivered

    assert title == "Growth: Mine, 17–23 Nov 2026"
    assert body.startswith("Growth, Search spent $12.50")
    link = "/costs?period=7d&stack=project_id&project=proj_search&team=Growth"
    assert link in body
    assert not [word for word in ("Chat", "proj_chat", "$70", "$42.50", "$30") if word in body]


def test_a_view_that_several_organizations_share_is_found_for_each(tmp_path: Path) -> None:
    backend = backend_of(tmp_path, {"costs": BILL}, organization="acme")
    shared = Store(str(tmp_path / "together"))
    keep(shared, "costs", "organization=labs&organization=acme")
    postman = Postman()

    sending(backend, postman, Alert(URL, frozenset(), digest=Every.DAY, view="Mine"), shared=shared)

    ((_, title, body),) = postman.delivered
    assert title == "acme: Mine, 25 Oct – 23 Nov 2026"
    assert "/costs?organization=acme\n" in body


@pytest.mark.parametrize(
    ("kept", "said"),
    [
        ([], "no shared view is called Mine. Share it in the menu Views."),
        ([("costs", "ada@example.com", False)], "no shared view is called Mine. Share it in the menu Views."),
        (
            [("costs", "ada@example.com", True), ("costs", "ben@example.com", True)],
            "2 shared views are called Mine. Rename all but one.",
        ),
        (
            [("savings", "", True)],
            "the view Mine is not of a page that can be sent; these can: Overview, Costs, Usage, Breakdown.",
        ),
    ],
)
def test_why_a_view_is_not_sent_is_told(tmp_path: Path, kept: list[tuple[str, str, bool]], said: str) -> None:
    backend = backend_of(tmp_path, {"costs": BILL})
    for page, owner, shared in kept:
        keep(backend.store, page, "", owner=owner, shared=shared)

    assert sent(backend)[1] == Outcome(0, (f"Ada: {said}",))


@pytest.mark.parametrize(
    ("page", "query", "said"),
    [
        ("overview", "", "You spent $1,013"),
        ("usage", "", "Requests: 0"),
        ("breakdown", "measure=requests", "Requests: 0"),
        ("breakdown", "measure=nothing&by=nobody", "You spent $1,013"),
    ],
)
def test_each_page_says_its_own_figures(tmp_path: Path, page: str, query: str, said: str) -> None:
    backend = backend_of(tmp_path, {"costs": BILL})
    for source in SOURCES.values():
        backend.store.mark([Covered(source.name, Width.DAY, dt.date(2026, 9, 1), dt.date(2026, 11, 24), NOW)])
    keep(backend.store, page, query)

    ((_, _, body),) = sent(backend)[0].delivered

    assert said in body

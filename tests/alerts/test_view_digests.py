"""A digest of a saved view says what its page says, of the days that it means on the day it is sent."""

import datetime as dt
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from lib.alerts.declared_alerts import Alert, Every, Scope
from lib.alerts.dispatch import Outcome
from lib.alerts.view_pages import PAGES
from lib.answers.instance import Backend
from lib.catalog.sources import SOURCES
from lib.periods.widths import Width
from lib.store.records.coverage import Covered
from lib.store.records.saved_views import SavedView
from lib.store.usage_store import Store
from lib.sync.background import Syncer
from tests.alerts.places import NOW, TEAMS, backend_of, billed
from tests.alerts.test_dispatch import Postman, sending
from tests.loopback import Request, Response, bucket, error, page
from tests.tiny_api import TinyApi

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
            [("directory", "", True)],
            "the view Mine is not of a page that can be sent; these can: Overview, Costs, Usage, Breakdown, "
            "Changes, Anomalies, Savings, Budgets and forecast, Statement.",
        ),
    ],
)
def test_why_a_view_is_not_sent_is_told(tmp_path: Path, kept: list[tuple[str, str, bool]], said: str) -> None:
    backend = backend_of(tmp_path, {"costs": BILL})
    for kept_page, owner, shared in kept:
        keep(backend.store, kept_page, "", owner=owner, shared=shared)

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


BERLIN = "from=2026-10-24&to=2026-10-26&tz=Europe%2FBerlin"
"""The days around that on which clocks went back."""


def every_hour(request: Request) -> Response:
    """Answer as an organization that makes a request of 10 tokens in each hour, and nothing else."""
    row = {"model": "gpt-5", "input_tokens": 10, "num_model_requests": 1}
    held = [row] if request.path.endswith("/completions") else []
    hours = range(request.number("start_time"), request.number("end_time"), 3600)
    return page(*(bucket(start, *held, seconds=3600) for start in hours))


def asking(backend: Backend, api: TinyApi) -> Backend:
    """Return the same, which asks an organization for what is missing."""
    client = api.client(now=lambda: NOW)
    return replace(backend, syncer=Syncer(client, backend.store, backend.settings, now=lambda: NOW))


def test_a_view_of_a_zone_is_sent_in_its_days_whose_hours_are_fetched(tmp_path: Path) -> None:
    with TinyApi() as api:
        api.instead = every_hour
        backend = asking(backend_of(tmp_path, {}), api)
        keep(backend.store, "usage", BERLIN)

        postman, outcome = sent(backend)

    assert outcome == Outcome(1)
    ((_, title, body),) = postman.delivered
    assert title == "Mine, 24–26 Oct 2026 (Europe/Berlin)"
    assert "Tokens: 730 (+1.4% against 21–23 Oct 2026)" in body
    assert "/usage?from=2026-10-24&to=2026-10-26&tz=Europe%2FBerlin\n" in body


def test_a_part_is_sent_its_own_hours_alone(tmp_path: Path) -> None:
    def hours(request: Request) -> Response:
        row = {"model": "gpt-5", "num_model_requests": 1}
        rows = [
            row | {"project_id": "proj_search", "input_tokens": 10},
            row | {"project_id": "proj_chat", "input_tokens": 7},
        ]
        held = rows if request.path.endswith("/completions") else []
        starts = range(request.number("start_time"), request.number("end_time"), 3600)
        return page(*(bucket(start, *held, seconds=3600) for start in starts))

    with TinyApi() as api:
        api.instead = hours
        backend = asking(backend_of(tmp_path, {}), api)
        keep(backend.store, "usage", BERLIN)

        ((_, _, body),) = sent(backend, Scope("Search"))[0].delivered

    assert "Tokens: 730 (" in body


def test_a_view_without_a_zone_is_sent_in_that_of_the_settings_as_its_page_shows_it(tmp_path: Path) -> None:
    with TinyApi() as api:
        api.instead = every_hour
        backend = asking(backend_of(tmp_path, {}, time_zone="America/Los_Angeles"), api)
        keep(backend.store, "usage", "period=today")

        ((_, title, _),) = sent(backend)[0].delivered

    # A digest of the 22nd is due at 6:00 (UTC) on the 23rd, when it is still the 22nd there.
    assert title == "Mine, 22 Nov 2026 (America/Los_Angeles)"


def test_a_breakdown_of_usage_is_sent_in_the_days_of_its_zone_too(tmp_path: Path) -> None:
    with TinyApi() as api:
        api.instead = every_hour
        backend = asking(backend_of(tmp_path, {}), api)
        keep(backend.store, "breakdown", f"measure=tokens&by=model&{BERLIN}")

        ((_, title, body),) = sent(backend)[0].delivered

    assert title == "Mine, 24–26 Oct 2026 (Europe/Berlin)"
    assert "The most: gpt-5 (730)." in body


def test_hours_that_cannot_be_fetched_are_told_and_nothing_is_sent_in_other_days(tmp_path: Path) -> None:
    with TinyApi() as api:
        api.instead = lambda _request: error(500, "It is down.")
        backend = asking(backend_of(tmp_path, {}), api)
        keep(backend.store, "usage", BERLIN)

        postman, outcome = sent(backend)

    assert (postman.delivered, outcome.sent) == ([], 0)
    assert outcome.failures[0].startswith("Ada: ")


def test_a_view_whose_zone_has_no_such_days_says_that_they_are_those_of_utc(tmp_path: Path) -> None:
    backend = backend_of(tmp_path, {})
    for source in SOURCES.values():
        backend.store.mark([Covered(source.name, Width.DAY, dt.date(2025, 1, 1), dt.date(2026, 11, 24), NOW)])
    keep(backend.store, "usage", "period=365d&tz=Europe%2FBerlin")

    ((_, title, body),) = sent(backend)[0].delivered

    assert title == "Mine, 24 Nov 2025 – 23 Nov 2026"
    assert body.startswith(
        "Days of Europe/Berlin are made of rows by hour, which are read for at most 93 days at once; "
        "24 Nov 2025 – 23 Nov 2026 has 365. Its days are those of UTC instead.\n\n"
    )


def test_a_page_with_dollars_is_sent_in_days_of_utc_whatever_zone_its_view_was_kept_with(
    tmp_path: Path,
) -> None:
    backend = backend_of(tmp_path, {"costs": BILL}, time_zone="Europe/Berlin")
    keep(backend.store, "costs", "period=7d&tz=Europe%2FBerlin")

    ((_, title, _),) = sent(backend)[0].delivered

    assert title == "Mine, 17–23 Nov 2026"


def stored(backend: Backend) -> Backend:
    """Return the same, of which all days of a year are stored."""
    days = (dt.date(2025, 11, 1), dt.date(2026, 11, 24))
    backend.store.mark([Covered(source.name, Width.DAY, *days, NOW) for source in SOURCES.values()])
    return backend


def body_of(
    folder: Path, kept_page: str, query: str, rows: list[dict[str, Any]], teams: str | None = None
) -> tuple[str, str, Postman]:
    backend = stored(backend_of(folder, {"costs": rows}, teams=teams))
    keep(backend.store, kept_page, query)
    postman, outcome = sent(backend)
    assert outcome == Outcome(1)
    ((_, title, body),) = postman.delivered
    return title, body, postman


def test_a_view_of_changes_tells_the_change_in_words_and_draws_what_it_is_explained_by(
    tmp_path: Path,
) -> None:
    rows = [billed(8, "proj_chat", "20"), billed(22, "proj_chat", "50")]

    title, body, postman = body_of(tmp_path, "changes", "period=7d&explain=model&project=proj_chat", rows)

    assert title == "Mine, 17–23 Nov 2026"
    assert body.startswith("OpenAI billed $50.00 for 17–23 Nov 2026 (only project Chat); for 10–16 Nov 2026")
    assert "https://usage.example.com/changes?period=7d&explain=model&project=proj_chat\n" in body
    assert postman.pictures[0]


def test_a_view_of_anomalies_tells_the_largest_that_nobody_marked(tmp_path: Path) -> None:
    usual = [
        billed(day, "proj_chat", "10") | {"start": f"2026-{month:02}-{day:02}"}
        for month in (8, 9, 10)
        for day in range(1, 29)
    ]
    rows = [*usual, *(billed(day, "proj_chat", "10") for day in range(1, 20) if day != 12)]

    unusual = [*rows, billed(12, "proj_chat", "500")]

    for teams, query, whose in (
        (None, "period=30d", "Chat"),
        (TEAMS, "period=30d", "Chat"),
        (TEAMS, "period=30d&by=team", "No team"),
    ):
        _, body, _ = body_of(tmp_path, "anomalies", query, unusual, teams)

        assert body.startswith("1 unusual thing on the ")
        assert f"Unusual, 12 Nov 2026: {whose} – " in body
        assert "$500.00 on 12 Nov 2026 instead of $10.00" in body
        shutil.rmtree(tmp_path / "store")


def test_a_view_of_savings_tells_that_nothing_was_found(tmp_path: Path) -> None:
    title, body, postman = body_of(tmp_path, "savings", "", BILL)

    assert title == "Mine, 23 Oct – 19 Nov 2026"
    assert body.startswith("Nothing was found that would save at least $20 a month.\n\nhttps://")
    assert postman.pictures == [None]


def test_a_view_of_savings_tells_what_is_likely_and_what_each_would_save(tmp_path: Path) -> None:
    tokens = [
        {
            "start": f"2026-11-{day:02}",
            "project_id": "proj_chat",
            "api_key_id": "key_other",
            "model": "gpt-5.6-sol",
            "input_tokens": 40_000_000,
            "output_tokens": 1_000_000,
            "num_model_requests": 20_000,
        }
        for day in range(1, 20)
    ]
    backend = stored(backend_of(tmp_path, {"costs": BILL, "completions": tokens}))
    keep(backend.store, "savings", "")

    ((_, _, body),) = sent(backend)[0].delivered

    assert body.startswith(
        "Likely to be saved a month: $372, at most $1,859; estimates at list prices.\n\n"
        "$1,859 a month: Send it as batches or flex, Chat, key_other.\n"
        "$1,859 a month: Move from gpt-5.6-sol to gpt-6.1-sol, Chat, key_other.\n\nhttps://"
    )


def test_a_view_of_budgets_tells_how_each_stands_in_the_month_it_was_kept_with_or_this_one(
    tmp_path: Path,
) -> None:
    (tmp_path / "this").mkdir()
    (tmp_path / "last").mkdir()

    title, body, _ = body_of(tmp_path / "this", "budgets", "", BILL)
    last, earlier, _ = body_of(tmp_path / "last", "budgets", "month=2026-10", BILL)

    assert (title, last) == ("Mine, 1–23 Nov 2026", "Mine, 1–31 Oct 2026")
    assert "Search (project): $42.50 of $10.00 · ✕ Exceeded" in body
    assert "Search (project): $0.00 of $10.00 · ✓ $10.00 (100%) left" in earlier


def test_a_view_of_the_statement_tells_the_last_month_unless_it_was_kept_with_another(tmp_path: Path) -> None:
    october = billed(1, "proj_chat", "31") | {"start": "2026-10-05"}

    title, body, _ = body_of(tmp_path, "statement", "", [october])

    assert title == "Mine, 1–31 Oct 2026"
    assert body.startswith(
        "Billed: $31.00\nOf that, credits: $0.00\nSeptember 2026: $0.00\n\nThe most: Chat ($31.00).\n\n"
        "Every day of October 2026 is final."
    )


def test_the_simulator_is_no_page_that_can_be_sent(tmp_path: Path) -> None:
    backend = backend_of(tmp_path, {"costs": BILL})
    keep(backend.store, "savings", "open=simulator")

    said = "Ada: the view Mine is of the simulator, which cannot be sent. Save what was found instead."
    assert sent(backend)[1] == Outcome(0, (said,))


@pytest.mark.parametrize("kept_page", PAGES)
def test_every_page_that_can_be_sent_tells_a_part_its_own_alone(tmp_path: Path, kept_page: str) -> None:
    backend = stored(backend_of(tmp_path, {"costs": BILL}, teams=TEAMS))
    keep(backend.store, kept_page, "project=proj_chat&project=proj_search")

    ((_, title, body),) = sent(backend, Scope(team="Growth"))[0].delivered

    assert title.startswith("Growth: Mine, ")
    assert not [word for word in ("Chat", "proj_chat", "$70", "$42.50", "$112.50", "$900") if word in body]

"""What is news is decided and recorded, sent, and confirmed: at least once, under one number."""

import datetime as dt
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from lib.alerts.declared_alerts import Alert, Declared, Every, Scope
from lib.alerts.dispatch import MOST_ATTEMPTS, Dispatcher, Outcome
from lib.alerts.facts import About
from lib.alerts.quiet_hours import quiet_hours
from lib.answers.instance import Backend
from lib.store.records.alert_messages import AlertMessage, MessageState
from lib.store.records.collecting_runs import CollectingRun
from lib.store.usage_store import Store
from tests.alerts.inbox import WebInbox
from tests.alerts.places import NOW, TEAMS, backend_of, billed, failing

pytestmark = pytest.mark.usefixtures("at_now")
ROOT = Path(__file__).resolve().parents[2]
URL = "json://127.0.0.1:9/5ecret"
SYNC = Alert(URL, frozenset({About.SYNC}))
OTHER = Alert("json://127.0.0.1:9/other", frozenset({About.SYNC}), name="Other")
OVERSPENT = [billed(2, "proj_search", "12.5"), billed(2, "proj_chat", "30")]


class Postman:
    """Delivers messages, or says why not; what was delivered is kept."""

    def __init__(self) -> None:
        self.failure = ""
        self.down: set[str] = set()
        self.delivered: list[tuple[str, str, str]] = []
        self.pictures: list[bytes | None] = []
        self.tried = 0

    def __call__(self, url: str, title: str, body: str, picture: bytes | None) -> str:
        self.tried += 1
        if self.failure or url in self.down:
            return self.failure or "It is down."
        self.delivered.append((url, title, body))
        self.pictures.append(picture)
        return ""

    @property
    def numbers(self) -> list[str]:
        return [body.rpartition("\n")[2].split(".")[0] for *_, body in self.delivered]


def sending(
    backend: Backend,
    postman: Postman,
    *alerts: Alert,
    now: dt.datetime = NOW,
    is_held: bool = True,
    shared: Store | None = None,
) -> Outcome:
    declared = Declared(alerts or (SYNC,), "https://usage.example.com")
    dispatcher = Dispatcher(
        backend, declared, now=lambda: now, shared=shared, is_held=lambda: is_held, deliver=postman
    )
    return dispatcher.send_due()


def states(backend: Backend) -> list[MessageState]:
    return [message.state for message in backend.store.alert_messages.read()]


def test_a_fact_is_sent_once_with_its_page_and_its_number(tmp_path: Path) -> None:
    backend, postman = backend_of(tmp_path, {}), Postman()
    failing(backend, 7)

    assert sending(backend, postman) == Outcome(1)
    assert sending(backend, postman) == Outcome(0)

    ((url, title, body),) = postman.delivered
    assert (url, title) == (URL, "Days are not collected")
    assert body.splitlines()[:2] == [
        "Since 23 Nov 2026, 05:00 UTC, for 7 hours, not all days could be collected (Costs). "
        "The API is down.",
        "https://usage.example.com/connection",
    ]
    (recorded,) = backend.store.alert_messages.read()
    assert recorded.message_id in body
    assert (recorded.sent_to, recorded.state) == ("json://127.0.0.1…", MessageState.SENT)
    assert "5ecret" not in str(recorded)


def test_what_is_worse_and_what_is_over_is_sent_once_more(tmp_path: Path) -> None:
    backend, postman = backend_of(tmp_path, {}), Postman()
    failing(backend, 7)
    sending(backend, postman)
    later = NOW + dt.timedelta(hours=8)
    sending(backend, postman, now=later)
    backend.store.collecting_runs.write([CollectingRun(later, later, "web-1")], later)
    sending(backend, postman, now=later)

    assert [title for _, title, _ in postman.delivered] == [
        "Days are not collected",
        "Worse: Days are not collected",
        "Over: Days are not collected",
    ]
    assert [message.number for message in backend.store.alert_messages.read()] == [1, 2, 3]


def test_what_a_receiver_refuses_is_sent_later_under_the_same_number(tmp_path: Path) -> None:
    backend, postman = backend_of(tmp_path, {}), Postman()
    failing(backend, 7)
    postman.failure = "It is down."

    assert sending(backend, postman) == Outcome(0, ("json://127.0.0.1…: It is down.",))
    assert states(backend) == [MessageState.FAILED]
    (before,) = backend.store.alert_messages.read()
    postman.failure = ""
    assert sending(backend, postman) == Outcome(1)

    (after,) = backend.store.alert_messages.read()
    assert (after.message_id, after.attempts, after.failure) == (before.message_id, 2, "")
    assert postman.numbers == [f"Message {before.message_id}"]


def test_a_receiver_that_fails_is_tried_once_a_turn_and_holds_up_no_other(tmp_path: Path) -> None:
    backend, postman = backend_of(tmp_path, {}), Postman()
    failing(backend, 7)
    postman.down = {URL}

    assert sending(backend, postman, SYNC, OTHER).sent == 1
    tried = postman.tried
    sending(backend, postman, SYNC, OTHER, now=NOW + dt.timedelta(hours=8))

    assert postman.tried == tried + 2
    assert [url for url, *_ in postman.delivered] == [OTHER.url, OTHER.url]


def test_a_message_that_never_arrives_is_given_up_and_is_news_again(tmp_path: Path) -> None:
    backend, postman = backend_of(tmp_path, {}), Postman()
    failing(backend, 7)
    postman.failure = "It is down."
    sending(backend, postman)
    (one,) = backend.store.alert_messages.read()
    many = AlertMessage(**{**vars(one), "attempts": MOST_ATTEMPTS - 1})
    backend.store.alert_messages.write([many], NOW)

    sending(backend, postman)
    postman.failure = ""
    sending(backend, postman)

    assert states(backend) == [MessageState.GIVEN_UP, MessageState.SENT]
    assert len(postman.delivered) == 1


def test_nothing_is_decided_or_sent_in_quiet_hours(tmp_path: Path) -> None:
    backend, postman = backend_of(tmp_path, {}), Postman()
    failing(backend, 7)
    night = Alert(URL, frozenset({About.SYNC}), quiet=quiet_hours("20:00-13:00"))

    assert sending(backend, postman, night) == Outcome(0)
    assert states(backend) == []
    assert sending(backend, postman, night, now=NOW + dt.timedelta(hours=1)).sent == 1


def test_of_two_that_decide_at_once_one_does(tmp_path: Path) -> None:
    backend, postman = backend_of(tmp_path, {}), Postman()
    failing(backend, 7)
    other = Postman()

    class Slow(Dispatcher):
        """Another process decides while this one does."""

        def _drafts(self, *given: object) -> Iterator[object]:  # type: ignore[override]
            found = list(super()._drafts(*given))  # type: ignore[arg-type]
            sending(backend, other)
            return iter(found)

    outcome = Slow(backend, Declared((SYNC,)), now=lambda: NOW, deliver=postman).send_due()

    assert (outcome, len(postman.delivered), len(other.delivered)) == (Outcome(0), 0, 1)
    assert states(backend) == [MessageState.SENT]


def test_who_has_lost_the_lease_sends_nothing(tmp_path: Path) -> None:
    backend, postman = backend_of(tmp_path, {}), Postman()
    failing(backend, 7)

    assert sending(backend, postman, is_held=False) == Outcome(0)
    assert (states(backend), postman.tried) == ([], 0)


DIES = """
import datetime as dt, os, signal, sys
from pathlib import Path
from lib.answers import instance
from tests.alerts import test_dispatch as t

sent = t.Postman()

def die(*given):
    if sys.argv[2] == "after":
        from lib.alerts.sending import send
        assert send(*given) == ""
    os.kill(os.getpid(), signal.SIGKILL)

instance.now = lambda: t.NOW
backend = t.backend_of(Path(sys.argv[1]), {})
t.failing(backend, 7)
t.sending(backend, die, t.Alert(sys.argv[3], frozenset({t.About.SYNC})))
"""


@pytest.mark.parametrize(("when", "arrived"), [("before", 1), ("after", 2)])
def test_a_message_of_a_process_that_was_killed_arrives_at_least_once(
    tmp_path: Path, when: str, arrived: int
) -> None:
    with WebInbox() as inbox:
        killed = subprocess.run(
            [sys.executable, "-c", DIES, str(tmp_path), when, inbox.url],
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            check=False,
        )
        assert killed.returncode == -signal.SIGKILL
        backend = backend_of(tmp_path, {})
        assert states(backend) == [MessageState.DECIDED]

        alert = Alert(inbox.url, frozenset({About.SYNC}))
        dispatcher = Dispatcher(backend, Declared((alert,)), now=lambda: NOW)
        assert (dispatcher.send_due().sent, dispatcher.send_due().sent) == (1, 0)

        assert len(inbox.posted) == arrived
        assert len({one.body for one in inbox.posted}) == 1
        assert states(backend) == [MessageState.SENT]


def test_a_project_hears_of_its_own_budgets_and_of_nothing_else(tmp_path: Path) -> None:
    backend, postman = backend_of(tmp_path, {"costs": OVERSPENT}), Postman()
    failing(backend, 7)
    about = frozenset({About.ANOMALIES, About.BUDGETS, About.FORECAST})

    sending(backend, postman, Alert(URL, about, Scope("Search")), Alert(OTHER.url, frozenset(About)))

    (_, title, own), (_, _, whole) = postman.delivered
    assert title == "Search: Budget exceeded: Search (project)"
    assert "$12.50 of $10.00 billed so far" in own
    assert not [word for word in ("Chat", "$30", "$42.50", "collected", "proj_chat") if word in own]
    assert ("Chat (project): $30.00 of $10.00" in whole, "Search (project)" in whole) == (True, True)


WRONG = "version = 1\n[[team]]\n"


@pytest.mark.parametrize(
    ("scope", "organization", "teams", "said"),
    [
        (Scope("Serach"), None, None, "no project is called Serach."),
        (
            Scope("Serach"),
            "acme",
            None,
            "no project is called Serach in acme. Where another organization has it, name that one too.",
        ),
        (Scope(team="Growht"), "acme", TEAMS, "no team is called Growht."),
        (Scope(team="Growth"), None, None, "no team is called Growth."),
        (
            Scope(team="Growth"),
            None,
            WRONG,
            "nothing is told of a team while there is a mistake in the team file. teams.toml, [[team]] "
            "number 1: name is missing; it must be text of 1 to 80 characters in quotes.",
        ),
    ],
)
def test_a_project_or_team_that_there_is_not_is_told(
    tmp_path: Path, scope: Scope, organization: str | None, teams: str | None, said: str
) -> None:
    backend, postman = backend_of(tmp_path, {}, teams=teams, organization=organization), Postman()

    outcome = sending(backend, postman, Alert(URL, frozenset({About.BUDGETS}), scope, name="Team"))

    assert outcome == Outcome(0, (f"Team: {said}",))


def test_of_several_organizations_the_one_that_is_named_is_told_of(tmp_path: Path) -> None:
    acme, labs = (tmp_path / name for name in ("acme", "labs"))
    alerts = [Alert(URL, frozenset({About.SYNC}), organization="labs"), OTHER]
    titles = {}
    for folder in (acme, labs):
        folder.mkdir()
        backend, postman = backend_of(folder, {}, organization=folder.name), Postman()
        failing(backend, 7)
        sending(backend, postman, *alerts)
        titles[folder.name] = [(url, title) for url, title, _ in postman.delivered]

    assert titles == {
        "acme": [(OTHER.url, "acme: Days are not collected")],
        "labs": [(URL, "labs: Days are not collected"), (OTHER.url, "labs: Days are not collected")],
    }


def test_a_digest_is_sent_once_with_its_chart(tmp_path: Path) -> None:
    rows = [billed(day, "proj_search", "12.5") for day in range(1, 24)]
    backend, postman = backend_of(tmp_path, {"costs": rows}), Postman()
    weekly = Alert(URL, frozenset(), digest=Every.WEEK)

    assert sending(backend, postman, weekly).sent == 1
    assert sending(backend, postman, weekly).sent == 0

    ((_, title, body),) = postman.delivered
    assert title == "Last week, 16–22 Nov 2026"
    assert body.startswith("You spent $87.50, the same as in 9–15 Nov 2026 ($87.50).")
    assert "https://usage.example.com/overview?from=2026-11-16&to=2026-11-22" in body
    assert (postman.pictures[0] or b"").startswith(b"\x89PNG")


def test_a_projects_digest_has_its_own_dollars_alone(tmp_path: Path) -> None:
    rows = [billed(22, "proj_search", "12.5"), billed(22, "proj_chat", "30")]
    backend, postman = backend_of(tmp_path, {"costs": rows}), Postman()

    sending(backend, postman, Alert(URL, frozenset(), Scope("Search"), Every.DAY))

    ((_, title, body),) = postman.delivered
    assert title == "Search: Yesterday, 22 Nov 2026"
    assert body.startswith("Search spent $12.50")
    assert "The newest days are still settling, so this will move a little." in body
    assert not [word for word in ("Chat", "$30", "$42.50", "proj_chat") if word in body]


def test_a_teams_digest_has_its_own_dollars_alone(tmp_path: Path) -> None:
    rows = [
        billed(22, "proj_search", "12.5") | {"api_key_id": "key_growth"},
        billed(22, "proj_search", "30") | {"api_key_id": "key_other"},
        billed(22, "proj_chat", "70"),
    ]
    backend, postman = backend_of(tmp_path, {"costs": rows}, teams=TEAMS), Postman()

    sending(backend, postman, Alert(URL, frozenset(), Scope(team="Growth"), Every.DAY))

    ((_, title, body),) = postman.delivered
    assert title == "Growth: Yesterday, 22 Nov 2026"
    assert body.startswith("Growth spent $12.50")
    assert "The most: Search ($12.50)." in body
    assert "/overview?from=2026-11-22&to=2026-11-22&team=Growth" in body
    assert not [word for word in ("Chat", "Support", "$30", "$42.50", "$112.50", "$70") if word in body]
    assert (postman.pictures[0] or b"").startswith(b"\x89PNG")


def test_messages_that_would_go_out_are_named_and_nothing_is_recorded(tmp_path: Path) -> None:
    backend = backend_of(tmp_path, {})
    failing(backend, 7)
    failures: list[str] = []

    due = list(Dispatcher(backend, Declared((SYNC,)), now=lambda: NOW).due(failures))

    assert [(alert, message.title) for alert, message in due] == [(SYNC, "Days are not collected")]
    assert (states(backend), failures) == ([], [])


def test_the_record_is_shared_with_every_process_of_a_store(tmp_path: Path) -> None:
    backend, postman = backend_of(tmp_path, {}), Postman()
    failing(backend, 7)
    sending(backend, postman)

    assert [m.state for m in Store(backend.store.uri).alert_messages.read()] == [MessageState.SENT]

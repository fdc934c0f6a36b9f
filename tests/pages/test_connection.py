"""The Connection page: which key is used, what it may do, and where another one goes."""

import datetime as dt
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from lib.access.rules import Grant, Role
from lib.answers import instance, secrets_file
from lib.openai_admin.name_lists import Name
from lib.store import token_keeping
from lib.store.records.alert_messages import AlertMessage, MessageState
from lib.store.records.collecting_runs import CollectingRun
from lib.store.usage_store import Store
from lib.ui import connection_panel
from tests.pages.conftest import Open, visit
from tests.pages.organization import NOW, nameless, ready

KEY = "sk-admin-another-0123456789"


def permissions(app: AppTest) -> list[tuple[str, str]]:
    (table,) = (d.value for d in app.dataframe if "granted" in d.value)
    return list(zip(table["name"], table["granted"], strict=True))


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "secrets.toml"
    monkeypatch.setattr(secrets_file, "usual_file", lambda: path)
    return path


def test_the_key_in_use_goes_by_its_last_letters(open_page: Open, words: Callable[[AppTest], str]) -> None:
    said = words(open_page("connection", ready))

    assert "The key that ends in …6789 is used" in said
    assert "sk-admin-secret" not in said
    assert "Its bill was" not in said  # which is said of several organizations


def test_the_engine_that_adds_up_is_named(open_page: Open, words: Callable[[AppTest], str]) -> None:
    assert "The rows are added up by DuckDB." in words(open_page("connection", ready))


def test_a_spark_server_is_named_without_its_token(
    open_page: Open, words: Callable[[AppTest], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("USAGE_ENGINE_URL", "sc://127.0.0.1:9/;token=5ecret")

    said = words(open_page("connection", ready))

    assert "The rows are added up by Spark at 127.0.0.1:9." in said
    assert "5ecret" not in said


def test_an_engine_that_does_not_answer_is_said_on_the_page(
    open_page: Open, words: Callable[[AppTest], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("USAGE_ENGINE_URL", "sc://127.0.0.1:9/;token=5ecret")

    app = open_page("costs", ready)

    assert not app.exception
    assert "Spark at 127.0.0.1:9 does not answer (failed to connect" in words(app)
    assert "5ecret" not in words(app)


def test_a_key_is_tested_permission_by_permission(open_page: Open) -> None:
    app = open_page("connection", nameless)

    app.button(key="connection:test").click().run()

    assert permissions(app) == [
        ("api.usage.read, usage", "✓ Granted"),
        ("api.usage.read, costs", "✓ Granted"),
        ("api.management.read", "✗ Missing"),
    ]


def test_a_typed_key_is_tested_and_written_on_request(open_page: Open, file: Path) -> None:
    app = open_page("connection", ready)

    app.text_input(key="connection:key").set_value(KEY).run()
    assert not [d for d in app.dataframe if "granted" in d.value]
    app.button(key="connection:try").click().run()
    assert [granted for _, granted in permissions(app)] == ["✓ Granted"] * 3
    assert not file.exists()
    app.button(key="connection:write").click().run()

    assert KEY in file.read_text()
    assert app.text_input(key="connection:key").value == ""
    assert app.success[0].value.endswith("is used from now on. OPENAI_ADMIN_KEY is set too, and wins.")


@pytest.mark.usefixtures("file")
def test_a_key_that_is_no_admin_key_is_known_before_anybody_is_asked(open_page: Open) -> None:
    app = open_page("connection", ready)

    app.text_input(key="connection:key").set_value("sk-proj-0123456789").run()

    assert "This is a project key" in app.warning[0].value
    assert app.button(key="connection:try").disabled
    assert app.button(key="connection:write").disabled


def test_elsewhere_no_key_can_be_typed_and_none_is_told(
    open_page: Open, monkeypatch: pytest.MonkeyPatch, words: Callable[[AppTest], str]
) -> None:
    monkeypatch.setattr(connection_panel, "is_here", lambda: False)

    app = open_page("connection", ready)

    assert "Only those who run this instance are shown" in words(app)
    assert "6789" not in words(app)
    assert not [field for field in app.text_input if field.key == "connection:key"]


def test_a_file_that_others_can_read_is_said(
    open_page: Open, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(secrets_file, "readable_by_others", lambda: [file])

    assert "Others on this machine can read" in open_page("connection", ready).warning[0].value


@pytest.mark.usefixtures("store")
def test_without_a_key_the_page_says_how_to_make_one(words: Callable[[AppTest], str]) -> None:
    said = words(visit("connection"))

    assert "No key is set: the demo organization is shown." in said
    assert "create an admin key" in said.lower()


class Context:
    """What a browser sent."""

    def __init__(self, headers: dict[str, str]) -> None:
        self.headers = headers


@pytest.mark.parametrize(
    ("address", "headers", "here"),
    [
        ("localhost", {"Host": "localhost:8501"}, True),
        ("127.0.0.1", {"Host": "127.0.0.1:8501"}, True),
        ("localhost", {"Host": "[::1]:8501"}, True),
        ("0.0.0.0", {"Host": "localhost:8501"}, False),  # noqa: S104 - what must not count as this machine
        (None, {"Host": "localhost:8501"}, False),
        ("localhost", {"Host": "costs.example.com"}, False),
        ("localhost", {"Host": "localhost:8501", "X-Forwarded-For": "192.0.2.7"}, False),
    ],
)
def test_a_key_is_typed_on_this_machine_only(
    address: str | None, headers: dict[str, str], here: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connection_panel.config, "get_option", lambda _: address)
    monkeypatch.setattr(connection_panel.st, "context", Context(headers))

    assert connection_panel.is_here() is here


def test_when_days_were_collected_and_what_failed_is_told(
    open_page: Open, words: Callable[[AppTest], str], tmp_path: Path
) -> None:
    store = Store(str(tmp_path / "store"))
    good, bad = (NOW - dt.timedelta(minutes=minutes) for minutes in (65, 5))
    store.collecting_runs.write([CollectingRun(good, good, "web-1", 12, 40)], good)
    store.collecting_runs.write([CollectingRun(bad, bad, "web-2", 3, 4, {"costs": "The API is down."})], bad)

    app = open_page("connection", ready)

    said = words(app)
    assert "Collected last on 23 Nov 2026, 11:55 UTC by web-2: 3 requests, 4 rows." in said
    assert "Collected every 60 minutes, next on 23 Nov 2026, 12:05 UTC." in said
    assert "the last one without a failure was on 23 Nov 2026, 10:55 UTC." in said
    (table,) = (d.value for d in app.dataframe if "said" in d.value)
    assert table.values.tolist() == [["Costs", "The API is down."]]


def test_who_is_told_what_and_what_was_sent_is_listed_without_an_address(
    open_page: Open, words: Callable[[AppTest], str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    declared = {"url": "slack://T0/B0/5ecret", "about": ["sync"], "quiet": "20:00-08:00", "digest": "weekly"}
    monkeypatch.setattr(instance, "secrets", lambda: {"alerts": [declared]})
    log = Store(str(tmp_path / "store")).alert_messages
    sent = AlertMessage("1f3c", 1, "ab12", "slack://…", MessageState.SENT, "Budget exceeded", "Body.", NOW)
    failed = replace(sent, message_id="2a4d", number=2, state=MessageState.FAILED, failure="It is down.")
    log.write([sent, failed], NOW)

    app = open_page("connection", ready)

    (receivers,) = (d.value for d in app.dataframe if "quiet" in d.value)
    assert receivers.values.tolist() == [["slack://…", "sync", "–", "weekly", "20:00–08:00 UTC"]]
    (messages,) = (d.value for d in app.dataframe if "failure" in d.value)
    at = "2026-11-23 12:00"
    assert messages.values.tolist() == [
        [at, "slack://…", "Budget exceeded", "✗ Failed, tried again", "It is down.", "2a4d"],
        [at, "slack://…", "Budget exceeded", "✓ Sent", "", "1f3c"],
    ]
    assert "5ecret" not in words(app)


def test_why_a_view_that_is_declared_cannot_be_sent_is_said(
    open_page: Open, words: Callable[[AppTest], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    declared = {"url": "slack://T0/B0/5ecret", "name": "Finance", "digest": "weekly", "view": "Mine"}
    monkeypatch.setattr(instance, "secrets", lambda: {"alerts": [declared]})

    said = words(open_page("connection", ready))

    assert "Finance: no shared view is called Mine. Share it in the menu Views." in said


@pytest.mark.parametrize(
    ("secrets", "said"),
    [
        ({}, "Nobody is told anything"),
        ({"alerts": [{"url": 5}]}, "url in .streamlit/secrets.toml must be an address"),
    ],
)
def test_where_nobody_is_told_anything_or_a_setting_is_wrong_that_is_said(
    open_page: Open,
    words: Callable[[AppTest], str],
    monkeypatch: pytest.MonkeyPatch,
    secrets: dict[str, object],
    said: str,
) -> None:
    monkeypatch.setattr(instance, "secrets", lambda: secrets)

    assert said in words(open_page("connection", ready))


def make_token(app: AppTest, name: str) -> AppTest:
    app.text_input(key="tokens:name").set_value(name)
    return app.button(key="tokens:make").click().run()


def tokens(app: AppTest) -> list[tuple[str, str, str]]:
    found = [d.value for d in app.dataframe if "shows" in d.value]
    return [row for d in found for row in zip(d["name"], d["state"], d["shows"], strict=True)]


def test_a_token_is_shown_until_it_is_put_away_and_never_again(open_page: Open, tmp_path: Path) -> None:
    app = open_page("connection", ready)
    assert tokens(app) == []

    make_token(app, "Grafana")

    (secret,) = (code.value for code in app.code)
    assert secret.startswith("usage_")
    assert tokens(app) == [("Grafana", "holds", "everything")]
    app.button(key="tokens:away").click().run()
    assert [code.value for code in app.code] == []
    assert secret not in "".join(f.read_text(errors="replace") for f in tmp_path.rglob("*") if f.is_file())


def test_a_token_is_made_for_projects_and_revoked(open_page: Open, tmp_path: Path) -> None:
    named = Name("project", "proj_a", "Web", first_seen=NOW, last_seen=NOW)
    Store(str(tmp_path / "store")).merge_names([named], NOW)
    app = open_page("connection", ready)
    app.selectbox(key="tokens:shows").select("projects").run()
    make_token(app, "Growth")
    assert app.error[0].value == "Choose the projects that the token shows."

    app.multiselect(key="tokens:projects").select("proj_a")
    app.button(key="tokens:make").click().run()
    assert tokens(app) == [("Growth", "holds", "projects Web")]
    app.button(key="tokens:revoke").click().run()

    assert [(name, state) for name, state, _ in tokens(app)] == [("Growth", "revoked")]
    assert not [b for b in app.button if b.key == "tokens:revoke"]


def test_a_token_needs_a_name_that_no_other_has(open_page: Open) -> None:
    app = open_page("connection", ready)

    make_token(app, " ")
    assert app.error[0].value == "Give the token a name, such as what will use it."
    make_token(app, "Grafana")
    make_token(app, "Grafana")

    assert app.error[0].value.startswith("There is a token called “Grafana” already.")
    assert len(tokens(app)) == 1


TWO = {
    name: {"admin_key": f"sk-admin-{name}", "base_url": "http://127.0.0.1:9/v1"} for name in ("main", "acme")
}


@pytest.mark.usefixtures("store")
def test_an_admin_of_one_organization_makes_and_sees_tokens_of_it_only(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(instance, "read_secrets", lambda: {"openai": {"organizations": TWO}})
    log = token_keeping.kept_tokens(instance.settings())
    for name, organizations in (("All", None), ("Main", ["main"]), ("Both", ["main", "acme"])):
        token_keeping.make(log, name, 5, by="Ada", now=NOW, organizations=organizations)
    admin = Grant(role=Role.ADMIN, organizations=frozenset({"acme"}))
    monkeypatch.setattr(instance, "decided", lambda: admin)

    app = make_token(visit("connection"), "Own")

    assert tokens(app) == [("Own", "holds", "organizations acme")]

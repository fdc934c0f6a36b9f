"""One process has one store and one syncer for each of its settings."""

import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest
import streamlit as st
from streamlit import config
from streamlit.runtime.secrets import Secrets

from lib.access.rules import Access, Denial, SignIn
from lib.answers import instance
from lib.errors import NotLetInError, SettingsError
from lib.openai_admin.name_lists import Name
from lib.store.snapshot import Snapshot
from tests.tiny_api import KEY, TinyApi


@pytest.fixture(autouse=True)
def afresh() -> Iterator[None]:
    st.cache_resource.clear()
    yield
    st.cache_resource.clear()


@pytest.fixture
def api(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[TinyApi]:
    with TinyApi() as server:
        monkeypatch.setattr(instance, "read_secrets", dict)
        monkeypatch.setenv("OPENAI_ADMIN_KEY", KEY)
        monkeypatch.setenv("OPENAI_BASE_URL", server.base_url)
        monkeypatch.setenv("USAGE_STORE_URI", str(tmp_path / "store"))
        yield server


@pytest.mark.usefixtures("api")
def test_everybody_shares_one_backend_until_a_setting_changes(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    first = instance.open_backend()

    assert instance.open_backend() is first
    assert first.store.uri == str(tmp_path / "store")

    monkeypatch.setenv("USAGE_STORE_URI", str(tmp_path / "other"))

    assert instance.open_backend().store.uri == str(tmp_path / "other")


@pytest.mark.usefixtures("api")
def test_a_page_looks_at_the_store_once_and_fetches_like_all() -> None:
    backend = instance.open_backend()

    seen = backend.at_once()

    assert isinstance(seen.store, Snapshot)
    assert (seen.settings, seen.syncer, seen.store.uri) == (
        backend.settings,
        backend.syncer,
        backend.store.uri,
    )


@pytest.mark.usefixtures("api")
def test_a_setting_that_cannot_be_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_BASE_URL", "http://example.com/v1")

    with pytest.raises(SettingsError):
        instance.open_backend()


def test_now_is_in_utc() -> None:
    assert instance.now().tzinfo is dt.UTC


ADA = {"is_logged_in": True, "email": "ada@example.com", "iat": 1_800_000_000}


@pytest.mark.parametrize(
    ("access", "claimed"),
    [
        (Access(), {}),
        (Access(SignIn.OIDC), ADA),
        (
            Access(SignIn.HEADER, email_header="X-Email"),
            {"is_logged_in": True, "email": "bo@example.com", "iat": 1_700_000_000, "groups": []},
        ),
    ],
)
def test_who_looks_is_known_by_the_sign_in_or_by_the_proxy(
    monkeypatch: pytest.MonkeyPatch, access: Access, claimed: dict[str, object]
) -> None:
    headers = {"X-Email": ["bo@example.com"]}
    moment = dt.datetime.fromtimestamp(1_700_000_000, dt.UTC)
    monkeypatch.setattr(st, "user", SimpleNamespace(to_dict=lambda: ADA))
    monkeypatch.setattr(
        st, "context", SimpleNamespace(headers=SimpleNamespace(get_all=lambda name: headers.get(name, [])))
    )
    monkeypatch.setattr(st, "session_state", {})
    monkeypatch.setattr(instance, "now", lambda: moment)

    assert instance.claims(access) == claimed


def test_a_proxys_word_is_as_old_as_the_session(monkeypatch: pytest.MonkeyPatch) -> None:
    access = Access(SignIn.HEADER, email_header="X-Email")
    headers = SimpleNamespace(get_all=lambda _name: ["bo@example.com"])
    monkeypatch.setattr(st, "context", SimpleNamespace(headers=headers))
    monkeypatch.setattr(st, "session_state", {})
    moments = [dt.datetime.fromtimestamp(1_700_000_000 + n, dt.UTC) for n in range(3)]
    seen = iter(moments)
    monkeypatch.setattr(instance, "now", lambda: next(seen))

    assert [instance.claims(access)["iat"] for _ in range(2)] == [1_700_000_000, 1_700_000_000]


@pytest.mark.usefixtures("api")
def test_whoever_is_not_let_in_gets_no_store(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(instance, "decided", lambda: Denial.NO_RULE)

    with pytest.raises(NotLetInError, match="You are not let in"):
        instance.open_backend()


@pytest.mark.usefixtures("api")
def test_a_name_stands_for_every_project_that_goes_by_it_and_for_nothing_else() -> None:
    backend = instance.open_backend()
    names = [
        Name("project", "proj_a", "Search"),
        Name("project", "proj_b", "Search"),
        Name("project", "proj_c", "Shop"),
        Name("api_key", "key_a", "Search"),
    ]
    backend.store.merge_names(names, instance.now())

    assert backend.scoped(frozenset({"Search"})).store.projects == {"Search", "proj_a", "proj_b"}
    assert backend.scoped(frozenset({"proj_c"})).store.projects == {"proj_c"}
    assert backend.scoped(None).store.projects is None


def test_the_secrets_are_those_of_the_files_that_streamlit_is_told(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    file = tmp_path / "secrets.toml"
    file.write_text('[openai]\nadmin_key = "sk-admin-of-a-file-0123456789"\n')
    is_set, option = config.is_manually_set, config.get_option
    monkeypatch.setattr(config, "is_manually_set", lambda name: name == "secrets.files" or is_set(name))
    monkeypatch.setattr(
        config, "get_option", lambda name: [str(file)] if name == "secrets.files" else option(name)
    )

    assert instance.settings().admin_key == "sk-admin-of-a-file-0123456789"


def test_a_folder_of_secrets_is_read_by_streamlit(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    is_set, option = config.is_manually_set, config.get_option
    monkeypatch.setattr(config, "is_manually_set", lambda name: name == "secrets.files" or is_set(name))
    monkeypatch.setattr(
        config, "get_option", lambda name: [str(tmp_path)] if name == "secrets.files" else option(name)
    )
    held = {"openai": {"admin_key": "sk-admin-of-a-folder-0123456789"}}
    monkeypatch.setattr(st, "secrets", SimpleNamespace(to_dict=lambda: held))

    assert instance.settings().admin_key == "sk-admin-of-a-folder-0123456789"


def test_a_folder_without_secrets_holds_none_and_a_broken_file_in_it_is_said(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    is_set, option = config.is_manually_set, config.get_option
    monkeypatch.setattr(config, "is_manually_set", lambda name: name == "secrets.files" or is_set(name))
    monkeypatch.setattr(
        config, "get_option", lambda name: [str(tmp_path)] if name == "secrets.files" else option(name)
    )
    monkeypatch.setattr(st, "secrets", Secrets())

    assert instance.secrets() == {}
    (tmp_path / "secrets.toml").write_text("[openai")
    with pytest.raises(SettingsError, match="cannot be read as TOML"):
        instance.secrets()

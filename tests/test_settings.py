import datetime as dt
import tomllib
import traceback
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import streamlit as st

from lib.answers import instance
from lib.cli.main import main
from lib.configuration.secrets_files import ROOT
from lib.configuration.setting_rules import OPENAI
from lib.configuration.store_address import ObjectAccess
from lib.errors import SettingsError
from lib.periods.widths import Width
from lib.settings import Settings, load_settings
from tests.tiny_api import KEY as API_KEY
from tests.tiny_api import TinyApi

KEY = "sk-admin-secret123"
SECRETS = {
    "openai": {"admin_key": KEY, "base_url": "https://proxy.example/v1/"},
    "store": {"uri": "s3://bucket/usage"},
    "sync": {
        "concurrency": 3,
        "memory_mb": 256,
        "settle_days": 5,
        "refresh_minutes": 30,
        "every_minutes": 15,
    },
    "budgets": {"file": "/etc/budgets.toml", "editors": ["Ada@example.com"]},
    "teams": {"file": "/etc/teams.toml"},
}


def test_without_anything_the_demo_organization_is_shown() -> None:
    settings = load_settings({}, {})

    assert settings == Settings()
    assert settings.is_demo
    assert settings.base_url == OPENAI == "https://api.openai.com/v1"
    assert settings.store_uri == str(ROOT / ".data" / "demo")
    assert settings.concurrency == 6
    assert settings.memory == 512_000_000
    assert settings.settle == dt.timedelta(days=3)
    assert settings.refresh == dt.timedelta(minutes=10)


def test_secrets_are_read() -> None:
    assert load_settings(SECRETS, {}) == Settings(
        admin_key=KEY,
        base_url="https://proxy.example/v1",
        store_uri="s3://bucket/usage",
        object_access=ObjectAccess(),
        concurrency=3,
        memory=256_000_000,
        settle=dt.timedelta(days=5),
        refresh=dt.timedelta(minutes=30),
        collect_minutes=15,
        budgets_file=Path("/etc/budgets.toml"),
        budget_editors=("ada@example.com",),
        teams_file=Path("/etc/teams.toml"),
    )


def test_the_environment_overrides_secrets() -> None:
    environ = {
        "OPENAI_ADMIN_KEY": "sk-admin-other",
        "OPENAI_BASE_URL": "http://127.0.0.1:8080/v1",
        "USAGE_STORE_URI": "/var/usage",
    }

    settings = load_settings(SECRETS, environ)

    assert settings.admin_key == "sk-admin-other"
    assert settings.base_url == "http://127.0.0.1:8080/v1"
    assert settings.store_uri == "/var/usage"
    assert settings.concurrency == 3


def test_the_engine_is_where_the_secrets_or_the_environment_say() -> None:
    secrets = {"engine": {"url": "sc://cluster:15002/;token=5ecret"}}

    assert load_settings({}, {}).engine_url is None
    assert load_settings(secrets, {}).engine_url == "sc://cluster:15002/;token=5ecret"
    assert load_settings(secrets, {"USAGE_ENGINE_URL": "sc://other:15002"}).engine_url == "sc://other:15002"
    assert "5ecret" not in repr(load_settings(secrets, {}))


def test_an_engine_elsewhere_is_waited_for_as_long_as_is_set() -> None:
    assert load_settings({}, {}).engine_seconds == 120
    assert load_settings({"engine": {"seconds": 5}}, {}).engine_seconds == 5
    with pytest.raises(SettingsError, match=r"\[engine\] seconds .*must be a whole number from 1 to 86400"):
        load_settings({"engine": {"seconds": 0}}, {})


def test_the_engine_of_this_process_takes_as_much_memory_as_is_set() -> None:
    assert load_settings({}, {}).engine_megabytes is None
    assert load_settings({"engine": {"memory_mb": 2000}}, {}).engine_megabytes == 2000
    with pytest.raises(SettingsError, match=r"\[engine\] memory_mb .*a whole number from 256 to 1048576"):
        load_settings({"engine": {"memory_mb": 100}}, {})


def test_a_good_variable_hides_a_bad_secret() -> None:
    settings = load_settings({"openai": {"admin_key": 7}}, {"OPENAI_ADMIN_KEY": KEY})

    assert settings.admin_key == KEY


@pytest.mark.parametrize("blank", ["", "  ", "\n"])
def test_a_blank_value_is_as_if_it_were_left_out(blank: str) -> None:
    secrets = {"openai": {"admin_key": blank, "base_url": blank}, "store": {"uri": blank}}
    environ = {"OPENAI_ADMIN_KEY": blank, "OPENAI_BASE_URL": blank, "USAGE_STORE_URI": blank}

    assert load_settings(secrets, {}) == Settings()
    assert load_settings({}, environ) == Settings()
    assert load_settings(SECRETS, environ) == load_settings(SECRETS, {})


def test_a_key_is_taken_without_the_space_around_it() -> None:
    assert load_settings({}, {"OPENAI_ADMIN_KEY": f" {KEY}\n"}).admin_key == KEY


def test_real_and_demo_data_never_share_a_store() -> None:
    real, demo = {"OPENAI_ADMIN_KEY": KEY}, {"USAGE_STORE_URI": "/var/usage/"}

    assert load_settings({}, real).store_uri == str(ROOT / ".data" / "openai")
    assert load_settings({}, {}).store_uri == str(ROOT / ".data" / "demo")
    assert load_settings({}, demo).store_uri == "/var/usage/demo"
    assert load_settings({}, real | demo).store_uri == "/var/usage/"


@pytest.mark.parametrize(
    ("section", "key", "value", "problem"),
    [
        ("openai", "admin_key", "sk-admin-...", "is still the example's placeholder"),
        ("openai", "admin_key", 42, "must be text in quotes"),
        ("openai", "admin_key", "sk admin", "is not a key"),
        ("openai", "admin_key", "sk-admin-é", "is not a key"),
        ("openai", "admin_key", "sk-admin\n-1", "is not a key"),
        ("openai", "base_url", "http://api.openai.com/v1", "must begin with https://"),
        ("openai", "base_url", "http://localhost.example/v1", "must begin with https://"),
        ("openai", "base_url", "http://10.0.0.1/v1", "must begin with https://"),
        ("openai", "base_url", "ftp://127.0.0.1/v1", "must begin with https://"),
        ("openai", "base_url", "api.openai.com/v1", "must begin with https://"),
        ("openai", "base_url", "https://", "must begin with https://"),
        ("openai", "base_url", "https://[::1", "is not an address"),
        ("openai", "base_url", "https://proxy.example:port/v1", "is not an address"),
        ("openai", "base_url", "https://proxy.example/v1?x=1", "is not an address"),
        ("openai", "base_url", "https://proxy.example/v1#x", "is not an address"),
        ("openai", "base_url", "https://proxy.example/v1\nx", "is not an address"),
        ("openai", "base_url", "https://proxy example/v1", "is not an address"),
        ("openai", "base_url", "https://me:secret@proxy.example", "must not hold a user name or password"),
        ("openai", "base_url", "https://me@proxy.example", "must not hold a user name or password"),
        ("openai", "base_url", "https://:@proxy.example", "must not hold a user name or password"),
        ("openai", "base_url", "http://127.0.0.1@evil.example", "must not hold a user name or password"),
        ("store", "uri", ["a"], "must be text in quotes"),
        ("sync", "concurrency", 0, "must be a whole number from 1 to 32"),
        ("sync", "concurrency", 33, "must be a whole number from 1 to 32"),
        ("sync", "concurrency", "6", "must be a whole number from 1 to 32"),
        ("sync", "concurrency", 6.0, "must be a whole number from 1 to 32"),
        ("sync", "concurrency", True, "must be a whole number from 1 to 32"),
        ("sync", "settle_days", -1, "must be a whole number from 0 to 90"),
        ("sync", "refresh_minutes", 0, "must be a whole number from 1 to 1440"),
        ("sync", "every_minutes", -1, "must be a whole number from 0 to 10080"),
        ("app", "time_zone", 1, "must be text in quotes"),
        ("app", "time_zone", "Mars", "must be the name of a time zone, such as Europe/Berlin."),
        (
            "app",
            "time_zone",
            "berlin",
            "must be the name of a time zone, such as Europe/Berlin. Is Europe/Be",
        ),
    ],
)
def test_a_bad_secret_is_named_and_not_repeated(section: str, key: str, value: Any, problem: str) -> None:
    with pytest.raises(SettingsError) as refused:
        load_settings({section: {key: value}}, {})

    message = str(refused.value)
    assert message.startswith(f"[{section}] {key} in .streamlit/secrets.toml {problem}")
    assert "secret@" not in message
    assert "sk-admin-é" not in message


@pytest.mark.parametrize(
    ("variable", "key", "value"),
    [
        ("OPENAI_ADMIN_KEY", "admin_key", "sk-admin-..."),
        ("OPENAI_ADMIN_KEY", "admin_key", "two words"),
        ("OPENAI_BASE_URL", "base_url", "http://api.openai.com/v1"),
        ("OPENAI_BASE_URL", "base_url", "https://u:p@proxy.example/v1"),
        ("OPENAI_BASE_URL", "base_url", "https://proxy.example/v1?x=1"),
    ],
)
def test_a_variable_keeps_the_rules_of_the_secret(variable: str, key: str, value: str) -> None:
    with pytest.raises(SettingsError) as by_file:
        load_settings({"openai": {key: value}}, {})
    with pytest.raises(SettingsError) as by_variable:
        load_settings({}, {variable: value})

    rule = str(by_file.value).removeprefix(f"[openai] {key} in .streamlit/secrets.toml ")
    assert str(by_variable.value) == f"The environment variable {variable} {rule}"


def test_a_refused_key_is_nowhere_in_the_failure() -> None:
    with pytest.raises(SettingsError) as refused:
        load_settings({}, {"OPENAI_ADMIN_KEY": f"{KEY} {KEY}"})

    assert KEY not in "".join(traceback.format_exception(refused.value))
    assert (refused.value.__cause__, refused.value.__context__) == (None, None)


@pytest.mark.parametrize("name", [KEY, "Bearer x", "", "a" * 31])
def test_what_is_no_setting_is_named_only_where_it_cannot_be_a_key(name: str) -> None:
    with pytest.raises(SettingsError) as refused:
        load_settings({"openai": {name: "x"}}, {})

    assert str(refused.value) == (
        "An entry of [openai] in .streamlit/secrets.toml is not a setting. "
        "[openai] takes admin_key, base_url, organizations."
    )


def test_a_misspelt_setting_is_named_with_what_there_is() -> None:
    with pytest.raises(SettingsError) as refused:
        load_settings({"sync": {"settle": 3}}, {})

    assert str(refused.value) == (
        "[sync] settle in .streamlit/secrets.toml is not a setting. "
        "[sync] takes concurrency, every_minutes, memory_mb, refresh_minutes, settle_days."
    )


def test_a_section_that_is_no_table_is_named() -> None:
    with pytest.raises(SettingsError, match=r"^\[store\] in .streamlit/secrets.toml must be a table"):
        load_settings({"store": "/var/usage"}, {})


def test_sections_of_others_are_left_alone() -> None:
    assert load_settings({"passwords": {"anna": "x"}, "theme": "dark"}, {}) == Settings()


@pytest.mark.parametrize("url", ["http://localhost:1/v1", "http://127.0.0.1/v1", "http://[::1]:80/v1"])
def test_plain_http_is_for_this_machine(url: str) -> None:
    assert load_settings({}, {"OPENAI_BASE_URL": url}).base_url == url


def test_the_key_is_not_in_a_repr() -> None:
    settings = load_settings(SECRETS, {})

    assert KEY not in repr(settings)
    assert KEY not in f"{settings}"


def test_the_app_and_the_command_line_read_the_same_secrets(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home, here = tmp_path / "home", tmp_path / "here"
    for folder in (home, here):
        (folder / ".streamlit").mkdir(parents=True)
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.chdir(here)
    with TinyApi() as api:
        (home / ".streamlit" / "secrets.toml").write_text(
            f'[store]\nuri = "{tmp_path / "store"}"\n[openai]\nadmin_key = "sk-admin-old"\n'
        )
        (here / ".streamlit" / "secrets.toml").write_text(
            f'[openai]\nadmin_key = "{API_KEY}"\nbase_url = "{api.base_url}"\n'
        )
        st.cache_resource.clear()
        day = ["--start", "2026-01-01", "--end", "2026-01-01"]

        assert main(["sync", *day, "--source", "embeddings"]) == 0

        backend = instance.open_backend()
        st.cache_resource.clear()
        assert backend.settings.admin_key == API_KEY
        assert list(backend.store.coverage("embeddings", Width.DAY)) == [dt.date(2026, 1, 1)]


def test_a_variable_at_the_top_of_a_secrets_file_counts_as_set() -> None:
    secrets = {"OPENAI_ADMIN_KEY": KEY, "USAGE_STORE_URI": 7}
    environ = {"OPENAI_ADMIN_KEY": "sk-admin-other", "USAGE_STORE_URI": "/var/usage"}

    settings = load_settings(secrets, environ)

    assert (settings.admin_key, settings.store_uri) == (KEY, "/var/usage")


def test_the_example_shows_every_setting_as_it_is_by_default() -> None:
    example = tomllib.loads((ROOT / ".streamlit" / "secrets.example.toml").read_text())

    assert {section: set(keys) for section, keys in example.items()} == {
        section: set(keys) for section, keys in SECRETS.items()
    }
    with pytest.raises(SettingsError, match="placeholder"):
        load_settings(example, {})
    example["openai"]["admin_key"] = KEY
    settings = load_settings(example, {})
    usual = Settings(admin_key=KEY, store_uri=".data/openai")
    for found in ("budgets", "editors", "teams", "collect_every"):
        assert getattr(settings, found) == getattr(usual, found)
    said = {"budgets_file": None, "budget_editors": None, "teams_file": None, "collect_minutes": None}
    assert replace(settings, **said) == usual


def test_budgets_are_in_a_file_of_their_own_which_nobody_may_override() -> None:
    settings = load_settings({}, {"OPENAI_ADMIN_KEY": KEY})

    assert settings.budgets == ROOT / ".streamlit" / "budgets.toml"
    assert settings.editors == ()


def test_teams_are_in_a_file_of_their_own_or_on_demo_data_in_the_example() -> None:
    assert load_settings({}, {"OPENAI_ADMIN_KEY": KEY}).teams == ROOT / ".streamlit" / "teams.toml"
    assert load_settings({}, {}).teams == ROOT / ".streamlit" / "teams.example.toml"
    assert load_settings({"teams": {"file": "own.toml"}}, {}).teams == ROOT / "own.toml"
    assert load_settings(SECRETS, {"USAGE_TEAMS_FILE": "/t.toml"}).teams == Path("/t.toml")


def test_on_demo_data_the_example_declares_budgets_and_everyone_may_change_them() -> None:
    assert load_settings({}, {}).budgets == ROOT / ".streamlit" / "budgets.example.toml"
    assert load_settings({}, {}).editors == ("everyone",)


def test_a_budget_file_is_looked_for_from_the_project() -> None:
    assert load_settings({"budgets": {"file": "own.toml"}}, {}).budgets == ROOT / "own.toml"
    assert load_settings(SECRETS, {"USAGE_BUDGETS_FILE": "/b.toml"}).budgets == Path("/b.toml")


def test_a_time_zone_makes_no_other_instance_and_is_utc_unless_set() -> None:
    found = load_settings({"app": {"time_zone": "Europe/Berlin"}}, {})

    assert found.time_zone == "Europe/Berlin"
    assert found == load_settings({}, {})
    assert load_settings({}, {}).time_zone == "UTC"


@pytest.mark.parametrize("app", ["x", {"address": 7}, {"adress": "x"}])
def test_what_is_wrong_with_the_rest_of_its_table_is_for_alerts_to_say(app: object) -> None:
    assert load_settings({"app": app}, {}).time_zone == "UTC"


@pytest.mark.parametrize("value", ["ada@example.com", ["ada"], [7], 7, True])
def test_editors_are_addresses_or_everyone(value: object) -> None:
    with pytest.raises(SettingsError, match=r"\[budgets\] editors in .* must be a list of e-mail addresses"):
        load_settings({"budgets": {"editors": value}}, {})

    assert load_settings({"budgets": {"editors": "everyone"}}, {}).editors == ("everyone",)


@pytest.mark.parametrize(
    ("folder", "sign"),
    [
        ("/var/[old]", "["),
        ("/var/old]", "]"),
        ("a|b", "|"),
        ("a^b", "^"),
        ("a\\b", "\\"),
        ("a\nb", "\n"),
        ("a\x7fb", "\x7f"),
        ("a%20b", "%20"),
        ("%e9", "%e9"),
    ],
)
def test_a_folder_in_which_no_table_can_be_is_refused_in_words(folder: str, sign: str) -> None:
    with pytest.raises(SettingsError) as refused:
        load_settings({}, {"OPENAI_ADMIN_KEY": KEY, "USAGE_STORE_URI": folder})

    assert f"cannot be in the folder {folder!r}, because of the {sign!r} in it." in str(refused.value)


def test_a_working_folder_in_which_no_table_can_be_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "[x]").mkdir()
    monkeypatch.chdir(tmp_path / "[x]")

    with pytest.raises(SettingsError, match="The store cannot be in the folder 'data'"):
        load_settings({}, {"OPENAI_ADMIN_KEY": KEY, "USAGE_STORE_URI": "data"})


@pytest.mark.parametrize("uri", ["s3://bucket/a%20b", "/var/100%", "/var/a b~#?*'\"ü日本=,:<{$&"])
def test_other_folders_and_addresses_are_taken(uri: str) -> None:
    assert load_settings({}, {"OPENAI_ADMIN_KEY": KEY, "USAGE_STORE_URI": uri}).store_uri == uri


@pytest.mark.parametrize("token", ["x" * 23, "x" * 12 + " " + "x" * 12, "ü" * 24, "\n" + "x\ty" * 12])
def test_a_token_for_metrics_that_can_be_guessed_or_not_be_sent_is_refused(token: str) -> None:
    with pytest.raises(
        SettingsError, match=r"^\[metrics\] token in .* must be at least 24 letters"
    ) as refused:
        load_settings({"metrics": {"token": token}}, {})
    assert token not in str(refused.value)

    with pytest.raises(SettingsError, match=r"^The environment variable USAGE_METRICS_TOKEN must be"):
        load_settings({}, {"USAGE_METRICS_TOKEN": token})


def test_a_token_for_metrics_makes_no_other_instance_and_is_not_shown() -> None:
    found = load_settings({"metrics": {"token": "s" * 24}}, {})

    assert found.metrics_token == "s" * 24
    assert found == load_settings({}, {})
    assert "ssss" not in repr(found)

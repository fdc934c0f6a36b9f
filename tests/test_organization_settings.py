"""Several organizations in the settings: each has a name, a key, an address and a store of its own."""

from typing import Any

import pytest

from lib.configuration.secrets_files import ROOT
from lib.errors import SettingsError
from lib.settings import Settings, load_settings

KEY, OTHER = "sk-admin-secret123", "sk-admin-secret456"


def named(**organizations: Any) -> dict[str, Any]:
    """Return secrets that name organizations."""
    return {"openai": {"organizations": organizations}}


def stores(settings: Settings) -> dict[str | None, str]:
    """Return where each organization is stored."""
    return {each.organization: each.store_uri for each in settings.organizations}


def test_each_organization_has_a_key_and_a_store_of_its_own() -> None:
    secrets = named(acme={"admin_key": KEY}, beta={"admin_key": OTHER}) | {"store": {"uri": "/var/usage/"}}

    settings = load_settings(secrets, {})

    assert settings.admin_key is None
    assert not settings.is_demo
    assert [each.admin_key for each in settings.organizations] == [KEY, OTHER]
    assert stores(settings) == {
        "acme": "/var/usage/organizations/acme",
        "beta": "/var/usage/organizations/beta",
    }


def test_one_organization_alone_is_not_several() -> None:
    settings = load_settings(named(acme={"admin_key": KEY}), {})

    assert settings.organizations == ()
    assert (settings.organization, settings.admin_key) == ("acme", KEY)
    assert settings.store_uri == str(ROOT / ".data" / "openai" / "organizations" / "acme")


def test_a_key_without_a_name_is_one_more_that_keeps_its_store() -> None:
    alone = load_settings({"openai": {"admin_key": KEY}}, {})

    settings = load_settings(
        {"openai": {"admin_key": KEY, "organizations": {"beta": {"admin_key": OTHER}}}}, {}
    )

    assert stores(settings) == {"main": alone.store_uri, "beta": f"{alone.store_uri}/organizations/beta"}
    assert alone.organization is None


def test_an_address_is_for_all_but_those_with_another() -> None:
    secrets = named(acme={"admin_key": KEY}, beta={"admin_key": OTHER, "base_url": "https://beta.example/v1"})
    secrets["openai"]["base_url"] = "https://proxy.example/v1"

    settings = load_settings(secrets, {})

    assert [each.base_url for each in settings.organizations] == [
        "https://proxy.example/v1",
        "https://beta.example/v1",
    ]


def test_the_environment_names_organizations_and_holds_their_keys() -> None:
    environ = {
        "USAGE_ORGANIZATIONS": "acme, be-ta",
        "OPENAI_ADMIN_KEY_ACME": KEY,
        "OPENAI_ADMIN_KEY_BE_TA": OTHER,
        "OPENAI_BASE_URL_BE_TA": "https://beta.example/v1",
    }

    acme, beta = load_settings({}, environ).organizations

    assert (acme.organization, acme.admin_key) == ("acme", KEY)
    assert (beta.organization, beta.admin_key, beta.base_url) == ("be-ta", OTHER, "https://beta.example/v1")


def test_a_variable_overrides_the_key_of_the_file_and_names_nobody_by_itself() -> None:
    environ = {"OPENAI_ADMIN_KEY_ACME": OTHER, "OPENAI_ADMIN_KEY_FILE": "/run/secrets/key"}

    settings = load_settings(named(acme={"admin_key": KEY}), environ)

    assert (settings.organization, settings.admin_key, settings.organizations) == ("acme", OTHER, ())


@pytest.mark.parametrize(
    ("organizations", "problem"),
    [
        ({"acme": {}}, "[openai.organizations.acme] admin_key in .streamlit/secrets.toml must be there"),
        (
            {"acme": {"admin_key": " "}},
            "[openai.organizations.acme] admin_key in .streamlit/secrets.toml must be there",
        ),
        (
            {"acme": {"admin_key": "sk-admin-..."}},
            "[openai.organizations.acme] admin_key in .streamlit/secrets.toml is still the example's",
        ),
        (
            {"acme": {"admin_key": KEY, "base_url": "http://acme.example"}},
            "[openai.organizations.acme] base_url in .streamlit/secrets.toml must begin with https://",
        ),
        (
            {"acme": {"admin_key": KEY, "colour": "red"}},
            "[openai.organizations.acme] colour in .streamlit/secrets.toml is not a setting.",
        ),
        ({"acme": KEY}, "[openai.organizations.acme] in .streamlit/secrets.toml must be a table."),
        ({"two words": {"admin_key": KEY}}, "An organization in .streamlit/secrets.toml or"),
        ({"../up": {"admin_key": KEY}}, "An organization in .streamlit/secrets.toml or"),
        ({"_together": {"admin_key": KEY}}, "An organization in .streamlit/secrets.toml or"),
        ({"a" * 41: {"admin_key": KEY}}, "An organization in .streamlit/secrets.toml or"),
        ({KEY: {"admin_key": "acme"}}, "An organization in .streamlit/secrets.toml or"),
        (
            {"a-b": {"admin_key": KEY}, "A_B": {"admin_key": OTHER}},
            "[openai] organizations in .streamlit/secrets.toml has a-b and A_B, which are too alike",
        ),
        (7, "[openai] organizations in .streamlit/secrets.toml must be tables"),
    ],
)
def test_what_is_wrong_is_said_without_the_key(organizations: Any, problem: str) -> None:
    with pytest.raises(SettingsError) as refused:
        load_settings({"openai": {"organizations": organizations}}, {})

    assert str(refused.value).startswith(problem)
    assert KEY not in str(refused.value)


def test_a_name_that_the_unnamed_key_goes_by_is_refused() -> None:
    secrets = {"openai": {"admin_key": KEY, "organizations": {"Main": {"admin_key": OTHER}}}}

    with pytest.raises(SettingsError, match="has the name that the key in"):
        load_settings(secrets, {})


def test_a_variable_that_is_missing_is_named() -> None:
    with pytest.raises(SettingsError, match="OPENAI_ADMIN_KEY_ACME of the environment"):
        load_settings({}, {"USAGE_ORGANIZATIONS": "acme"})

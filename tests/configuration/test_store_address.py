from pathlib import Path

import pytest

from lib.configuration.store_address import ObjectAccess, folder_of, object_access
from lib.errors import SettingsError
from lib.settings import load_settings

KEY = "sk-admin-key"
FAR = {"openai": {"admin_key": KEY}, "store": {"uri": "s3://bucket/usage"}}
ENVIRONMENT = {
    "AWS_ACCESS_KEY_ID": "id",
    "AWS_SECRET_ACCESS_KEY": "secret",
    "AWS_SESSION_TOKEN": "token",
    "AWS_DEFAULT_REGION": "eu-west-1",
    "AWS_ENDPOINT_URL": "http://127.0.0.1:9000",
}


@pytest.mark.parametrize(
    ("uri", "folder"),
    [
        (".data/openai", Path(".data/openai")),
        ("file:///var/a%20b", Path("/var/a b")),
        ("s3://bucket/usage", None),
    ],
)
def test_a_store_is_in_a_folder_or_in_an_object_store(uri: str, folder: Path | None) -> None:
    assert folder_of(uri) == folder


def test_an_object_store_is_reached_as_the_environment_says() -> None:
    assert load_settings(FAR, ENVIRONMENT).object_access == ObjectAccess(
        "id", "secret", "token", "eu-west-1", "http://127.0.0.1:9000"
    )


def test_options_override_the_environment_and_a_key_of_theirs_goes_without_its_token() -> None:
    options = {"access_key_id": "own", "secret_access_key": "own secret", "region": "eu-north-1"}
    secrets = FAR | {"store": {"uri": "s3://bucket/usage", "options": options}}

    assert load_settings(secrets, ENVIRONMENT).object_access == ObjectAccess(
        "own", "own secret", None, "eu-north-1", "http://127.0.0.1:9000"
    )


def test_nothing_is_said_of_object_stores_where_the_store_is_a_folder() -> None:
    assert load_settings({"store": {"uri": "/var/usage"}}, ENVIRONMENT).object_access is None


def test_what_is_left_open_is_found_by_the_software_of_the_object_store() -> None:
    assert object_access({}, {}) == ObjectAccess()


@pytest.mark.parametrize(
    "uri", ["gs://bucket/usage", "s3://", "s3:///usage", "https://bucket", "abfs://a@b/c"]
)
def test_an_address_where_no_store_can_be_is_refused(uri: str) -> None:
    with pytest.raises(SettingsError, match=r"^The store can be in a folder, or in a bucket as s3://bucket"):
        load_settings({"store": {"uri": uri}}, {})


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"region": 7}, r"^\[store\.options\] region in \.streamlit/secrets\.toml must be text in quotes\.$"),
        ({"profile": "x"}, r"^\[store\.options\] profile in .* is not a setting\. .* takes access_key_id, "),
        ("none", r"^\[store\] options in .* must be a table, headed \[store\.options\]\.$"),
        ({"endpoint_url": "objects:9000"}, r"^\[store\.options\] endpoint_url in .* must be an address such"),
        (
            {"endpoint_url": "https://id:secret@host"},
            r"^\[store\.options\] endpoint_url in .* must be an add",
        ),
    ],
)
def test_a_wrong_option_is_named_and_not_quoted(options: object, said: str) -> None:
    with pytest.raises(SettingsError, match=said) as told:
        load_settings({"store": {"uri": "s3://bucket/usage", "options": options}}, {})

    assert "secret@" not in str(told.value)


def test_keys_show_in_no_repr() -> None:
    assert "secret" not in repr(load_settings(FAR, ENVIRONMENT)).replace("secrets", "")
    assert repr(ObjectAccess("id", "secret", "token")) == "ObjectAccess(region=None, endpoint_url=None)"

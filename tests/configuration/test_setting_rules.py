import pytest

from lib.configuration.setting_rules import checked_key, checked_url, is_loopback


@pytest.mark.parametrize("key", ["sk-admin-...", "sk admin", ""])
def test_what_is_no_key_is_refused_wherever_it_comes_from(key: str) -> None:
    with pytest.raises(ValueError, match=r"^is "):
        checked_key(key)


def test_an_address_is_kept_without_the_slash_at_its_end() -> None:
    assert checked_url("https://proxy.example/v1/") == "https://proxy.example/v1"


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("localhost", True),
        ("127.0.0.1", True),
        ("127.8.8.8", True),
        ("::1", True),
        ("0.0.0.0", False),  # noqa: S104 - an address to refuse
        ("localhost.example", False),
        ("10.0.0.1", False),
        ("", False),
        (None, False),
    ],
)
def test_loopback_is_this_machine_only(host: str | None, expected: bool) -> None:
    assert is_loopback(host) is expected

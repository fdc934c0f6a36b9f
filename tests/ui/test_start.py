"""What the server looks at before it opens: where it listens, and whether people sign in."""

from collections.abc import Callable, Mapping
from typing import Any

import pytest
from streamlit import config

from lib.answers import instance
from lib.ui.start import check_start

OPEN = "Nobody has to sign in: everybody who can reach this app sees what it shows.\n"
HEADER = {"email_header": "X-Email"}


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> Callable[[str, Mapping[str, Any]], None]:
    """Return a function that starts the app at an address with a table `[access]`."""

    option = config.get_option

    def start(address: str, access: Mapping[str, Any]) -> None:
        listens = {"server.address": address}
        monkeypatch.setattr(config, "get_option", lambda name: listens.get(name) or option(name))
        monkeypatch.setattr(instance, "read_secrets", lambda: {"access": access})
        check_start()

    return start


@pytest.mark.parametrize(
    ("address", "access", "said"),
    [
        ("localhost", {"open": "perhaps"}, ""),
        ("10.0.0.5", {"open": True}, OPEN),
        ("10.0.0.5", HEADER, ""),
    ],
)
def test_the_app_says_where_everybody_can_see_it(
    started: Callable[[str, Mapping[str, Any]], None],
    capsys: pytest.CaptureFixture[str],
    address: str,
    access: Mapping[str, Any],
    said: str,
) -> None:
    started(address, access)

    assert capsys.readouterr().err == said


@pytest.mark.parametrize(
    ("address", "access", "said"),
    [
        ("10.0.0.5", {}, "The app would listen at 10.0.0.5, where others can reach it, and nobody"),
        ("0.0.0.0", HEADER, "[access] email_header trusts what a proxy says"),  # noqa: S104 (refused)
        ("10.0.0.5", {"open": "perhaps"}, "[access] open in .streamlit/secrets.toml must be true or false."),
    ],
)
def test_the_app_does_not_start_where_it_must_not_listen(
    started: Callable[[str, Mapping[str, Any]], None],
    capsys: pytest.CaptureFixture[str],
    address: str,
    access: Mapping[str, Any],
    said: str,
) -> None:
    with pytest.raises(SystemExit) as ended:
        started(address, access)

    assert ended.value.code == 1
    assert capsys.readouterr().err.startswith(f"The app was not started. {said}")

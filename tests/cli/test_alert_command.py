from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from lib.cli import alert_command, workplace
from lib.cli.main import main
from lib.configuration import secrets_files
from lib.periods.windows import ONE_DAY
from lib.sync.lease_holding import LeaseHolding
from tests.alerts.inbox import WebInbox
from tests.loopback import error
from tests.tiny_api import KEY, TinyApi

Declare = Callable[[str], None]


@pytest.fixture
def inbox() -> Iterator[WebInbox]:
    with WebInbox() as found:
        yield found


@pytest.fixture
def declare(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Declare:
    """Return a function that writes what it is given into the secrets file."""
    file = tmp_path / "secrets.toml"
    monkeypatch.setattr(secrets_files, "secrets_files", lambda: (file,))

    def write(text: str) -> None:
        file.write_text(text)

    return write


@pytest.mark.usefixtures("api")
def test_where_nobody_is_declared_nothing_is_asked_or_sent(
    declare: Declare, capsys: pytest.CaptureFixture[str], api: TinyApi
) -> None:
    declare("")

    assert main(["alert"]) == 0

    assert "there is no [[alerts]] in the secrets file" in capsys.readouterr().err
    assert api.asked == []


def overspent(folder: Path, monkeypatch: pytest.MonkeyPatch, api: TinyApi) -> None:
    """Let a budget be exceeded this month."""
    file = folder / "budgets.toml"
    file.write_text("version = 1\n[[budget]]\namount = 10\n")
    monkeypatch.setenv("USAGE_BUDGETS_FILE", str(file))
    api.put("costs", workplace.now().date(), {"amount": {"value": "12.5"}})


def test_days_are_collected_and_what_is_news_is_printed_or_sent_once(
    declare: Declare,
    inbox: WebInbox,
    capsys: pytest.CaptureFixture[str],
    api: TinyApi,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    declare(f'[[alerts]]\nurl = "{inbox.url}"\nabout = ["budgets"]\n')
    overspent(tmp_path, monkeypatch, api)

    assert main(["alert", "--dry-run"]) == 0
    printed = capsys.readouterr().out
    assert printed.startswith("To json://127.0.0.1…\nBudget exceeded: Whole organization\n")
    assert inbox.posted == []

    assert [main(["alert"]), main(["alert"])] == [0, 0]
    assert capsys.readouterr().out == "1 message sent\n0 messages sent\n"
    assert [one.title for one in inbox.posted] == ["Budget exceeded: Whole organization"]


def test_a_receiver_that_fails_is_exit_1_and_told_without_its_address(
    declare: Declare,
    inbox: WebInbox,
    capsys: pytest.CaptureFixture[str],
    api: TinyApi,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    declare(f'[[alerts]]\nurl = "{inbox.url}"\nabout = ["budgets"]\n')
    overspent(tmp_path, monkeypatch, api)
    inbox.status = 500

    assert main(["alert"]) == 1

    said = capsys.readouterr().err
    assert "json://127.0.0.1…: It could not be sent." in said
    assert "5ecret" not in said


def test_while_another_process_collects_nothing_is_done(
    declare: Declare,
    capsys: pytest.CaptureFixture[str],
    api: TinyApi,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    declare('[[alerts]]\nurl = "json://127.0.0.1:9/5ecret"\n')
    monkeypatch.setattr(LeaseHolding, "take_patiently", lambda _lease: False)
    monkeypatch.setattr(LeaseHolding, "other", "web-1")

    assert main(["alert"]) == 0

    assert "web-1 collects and sends now, so nothing was done here." in capsys.readouterr().err
    assert api.asked == []


def test_what_cannot_be_collected_is_exit_1(
    declare: Declare, inbox: WebInbox, capsys: pytest.CaptureFixture[str], api: TinyApi
) -> None:
    declare(f'[[alerts]]\nurl = "{inbox.url}"\nabout = ["budgets"]\n')
    api.before = lambda _nth, _source: error(403, "Missing scopes: api.usage.read.", code=None)

    assert main(["alert"]) == 1

    assert "api.usage.read" in capsys.readouterr().err


@pytest.mark.usefixtures("api")
def test_a_bad_setting_is_exit_2_and_told_without_the_address(
    declare: Declare, capsys: pytest.CaptureFixture[str]
) -> None:
    declare('[[alerts]]\nurl = "slack://5ecret"\nabout = ["everything"]\n')

    assert main(["alert"]) == 2

    said = capsys.readouterr().err
    assert "[[alerts]] about" in said
    assert "5ecret" not in said


def test_a_digest_of_all_organizations_together_is_printed_or_sent_once(
    declare: Declare,
    inbox: WebInbox,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    noon = workplace.now().replace(hour=12)
    monkeypatch.setattr(alert_command, "now", lambda: noon)
    declare(f'[[alerts]]\nurl = "{inbox.url}"\ndigest = "daily"\ntogether = true\n')
    monkeypatch.setenv("USAGE_ORGANIZATIONS", "acme,labs")
    monkeypatch.setenv("USAGE_STORE_URI", str(tmp_path / "stores"))
    with TinyApi() as acme, TinyApi() as labs:
        for name, api, dollars in (("ACME", acme, "30"), ("LABS", labs, "12.5")):
            api.put("costs", noon.date() - ONE_DAY, {"amount": {"value": dollars}})
            monkeypatch.setenv(f"OPENAI_ADMIN_KEY_{name}", KEY)
            monkeypatch.setenv(f"OPENAI_BASE_URL_{name}", api.base_url)

        assert main(["alert"]) == 0
        assert "All together: 1 message sent\n" in capsys.readouterr().out
        assert main(["alert", "--dry-run"]) == 0
        assert "All together: 0 messages would go out." in capsys.readouterr().err

    (told,) = inbox.posted
    assert told.title.startswith("Yesterday, ")
    assert told.body.startswith("You spent $42.50")

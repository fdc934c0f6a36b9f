"""The check of the command line: what it prints, and the code with which it ends."""

import datetime as dt
import json
import re
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest

from lib.cli import workplace
from lib.cli.main import main
from lib.periods.windows import ONE_DAY, Window
from lib.store.records.budgets import Budget
from lib.store.usage_store import Store
from tests.loopback import error
from tests.tiny_api import KEY, TinyApi

NOW = dt.datetime(2026, 11, 23, 12, tzinfo=dt.UTC)
DAYS = Window(dt.date(2026, 6, 1), NOW.date() + ONE_DAY)
EVERY_DAY = {"amount": {"value": "2"}, "line_item": "gpt-6-sol, input", "project_id": "proj_1"}


@pytest.fixture
def api(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[TinyApi]:
    """Return an organization that spends $2 a day, $46 this month, and $60 by its end."""
    with TinyApi() as server:
        monkeypatch.setattr(workplace, "now", lambda: NOW)
        monkeypatch.setenv("OPENAI_ADMIN_KEY", KEY)
        monkeypatch.setenv("OPENAI_BASE_URL", server.base_url)
        monkeypatch.setenv("USAGE_STORE_URI", str(tmp_path / "store"))
        monkeypatch.setenv("USAGE_BUDGETS_FILE", str(tmp_path / "budgets.toml"))
        server.projects = [{"id": "proj_1", "name": "Search", "status": "active"}]
        for day in DAYS:
            server.put("costs", day, EVERY_DAY)
        yield server


def declare(folder: Path, *entries: str) -> None:
    (folder / "budgets.toml").write_text("\n".join(["version = 1", *entries]))


def budget(amount: int, subject: str = "") -> str:
    return f"[[budget]]\namount = {amount}\n{subject}"


@pytest.mark.usefixtures("api")
def test_where_all_holds_nothing_is_printed_and_the_code_is_0(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    declare(tmp_path, budget(100), "[balance]\namount = 1000\ndate = 2026-11-01")

    assert main(["check"]) == 0

    out, err = capsys.readouterr()
    assert out == ""
    assert "2 amounts checked; 0 breached or going to be." in err


@pytest.mark.usefixtures("api")
def test_breaches_come_before_coming_ones_and_the_code_is_1(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    declare(tmp_path, budget(50), budget(45, "project = 'Search'"), budget(100, "model = 'gpt-6-sol'"))

    assert main(["check"]) == 1

    assert capsys.readouterr().out.splitlines() == [
        "Exceeded. Search (project): $46.00 of $45.00 billed so far; the month ends at $60.00, as forecast. "
        "The bill passes the amount on 23 Nov 2026. Set by: Budget file.",
        "Going over. Whole organization: $46.00 of $50.00 billed so far; the month ends at $60.00, as "
        "forecast. The forecast passes the amount on 26 Nov 2026. Set by: Budget file.",
    ]


@pytest.mark.usefixtures("api")
def test_json_tells_the_same_with_exact_amounts(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    declare(tmp_path, budget(45, "project = 'Search'"))

    assert main(["check", "--json"]) == 1

    found = json.loads(capsys.readouterr().out)
    assert found["today"] == "2026-11-23"
    assert found["checked"] == 1
    (breach,) = found["breaches"]
    assert breach.pop("words").startswith("Exceeded. Search (project): $46.00 of $45.00")
    assert breach == {
        "state": "breached",
        "about": "Search (project)",
        "dimension": "project_id",
        "id": "proj_1",
        "set_by": "Budget file",
        "amount": "45",
        "billed": "46",
        "forecast": "60",
        "passed_on": "2026-11-23",
    }


@pytest.mark.usefixtures("api")
@pytest.mark.parametrize(
    ("amount", "words"),
    [
        (45, "Prepaid balance: Used up. $1.00 more was billed than the $45.00 paid in."),
        (60, "Prepaid balance: Gone soon. $14.00 of the prepaid $60.00 is left. It is gone on 1 Dec 2026"),
    ],
)
def test_a_balance_that_is_gone_or_soon_will_be_is_a_breach(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], amount: int, words: str
) -> None:
    declare(tmp_path, f"[balance]\namount = {amount}\ndate = 2026-11-01")

    assert main(["check"]) == 1

    assert capsys.readouterr().out.startswith(words)


@pytest.mark.usefixtures("api")
def test_what_the_app_sets_is_checked_too(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    declare(tmp_path, budget(100))
    assert main(["check"]) == 0

    Store(str(tmp_path / "store")).write_budget(Budget("", "", Decimal(40), "ada@example.com"), NOW)

    assert main(["check"]) == 1

    assert "Set by: ada@example.com, 23 Nov 2026." in capsys.readouterr().out


@pytest.mark.usefixtures("api")
def test_what_is_wrong_in_the_file_is_said_and_the_code_is_2(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    declare(tmp_path, budget(45), budget(0), "[balance]\namount = 5\ndate = 2020-01-01")

    assert main(["check"]) == 2

    out, err = capsys.readouterr()
    assert out.startswith("Exceeded. Whole organization")
    assert "budgets.toml, [[budget]] number 2: amount must be a number of US dollars above 0, such as" in err
    assert "The balance of 1 Jan 2020 cannot be followed" in err


@pytest.mark.usefixtures("api")
def test_a_file_that_somebody_named_has_to_be_there(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check"]) == 2

    assert "There is no budget file at" in capsys.readouterr().err


def test_where_the_bill_cannot_be_read_the_code_is_3(
    api: TinyApi, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    declare(tmp_path, budget(45))
    api.before = lambda _nth, _source: error(403, "Missing scopes: api.usage.read.", code=None)

    assert main(["check"]) == 3

    out, err = capsys.readouterr()
    assert out == ""
    assert "api.usage.read" in err
    assert "Nothing was checked, because days of the bill are missing." in err


def test_without_a_usable_setting_the_code_is_2(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("OPENAI_BASE_URL", "http://example.com/v1")

    assert main(["check"]) == 2
    assert main(["check", "--jason"]) == 2
    assert "OPENAI_BASE_URL must begin with https://" in capsys.readouterr().err


def test_the_help_says_what_the_codes_mean(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["check", "--help"])

    said = " ".join(capsys.readouterr().out.split())
    assert "Returns 0 where nothing is, 1 where something is, 2 where" in said
    assert "3 where the check could not be made" in said


def test_bills_that_are_not_in_dollars_are_said_not_to_be_counted(
    api: TinyApi, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    declare(tmp_path, budget(1))
    for day in DAYS:
        api.put("costs", day)
    api.put(
        "costs", dt.date(2026, 11, 2), {"amount": {"value": "900.5", "currency": "eur"}, "line_item": "a"}
    )

    assert main(["check"]) == 0

    out, err = capsys.readouterr()
    assert out == ""
    assert re.search(r"^Bills of 900\.5 EUR since 202\d-\d\d-\d\d were not counted: ", err, re.MULTILINE)

"""Commands go through every organization, or the named ones; one that fails does not keep others from it."""

import datetime as dt
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from lib.catalog.sources import SOURCES
from lib.cli import workplace
from lib.cli.main import main
from lib.store.usage_store import Store
from tests.cli.days import jan
from tests.tiny_api import KEY, TinyApi

REPORT = ["report", "--month", "2026-01", "--format", "md"]
SYNC = ["sync", "--start", "2026-01-01", "--end", "2026-01-03", "--source", "costs"]


@pytest.fixture
def folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Path]:
    """Return the folder of two organizations, of which `acme` spends 1 and `labs` 2 dollars."""
    with TinyApi() as acme, TinyApi() as labs:
        for name, api, amount in (("ACME", acme, "1"), ("LABS", labs, "2")):
            api.put("costs", jan(2), {"amount": {"value": amount}, "line_item": "whisper"})
            monkeypatch.setenv(f"OPENAI_ADMIN_KEY_{name}", KEY)
            monkeypatch.setenv(f"OPENAI_BASE_URL_{name}", api.base_url)
        monkeypatch.setenv("USAGE_ORGANIZATIONS", "acme,labs")
        monkeypatch.setenv("USAGE_STORE_URI", str(tmp_path))
        yield tmp_path


def stored(folder: Path, name: str) -> bool:
    """Return whether anything of an organization is recorded."""
    return bool(Store(str(folder / "organizations" / name)).recorded_keys())


def test_all_organizations_are_fetched_each_into_its_own_store(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(SYNC) == 0

    assert [line.split(" requests")[0] for line in capsys.readouterr().out.splitlines()] == [
        "acme: costs: 1",
        "labs: costs: 1",
    ]
    assert stored(folder, "acme")
    assert stored(folder, "labs")


def test_only_the_named_organization_is_fetched(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*SYNC, "--organization", "labs", "--json"]) == 0

    assert list(json.loads(capsys.readouterr().out)) == ["labs"]
    assert not stored(folder, "acme")
    assert stored(folder, "labs")


def test_a_refused_key_is_named_and_the_others_are_fetched(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("OPENAI_ADMIN_KEY_ACME", "sk-admin-revoked")

    assert main(SYNC) == 1

    said = capsys.readouterr()
    assert "acme: OpenAI does not accept the admin key" in said.err
    assert "sk-admin-revoked" not in said.err
    assert "labs: costs: 1 requests, 1 rows" in said.out
    assert stored(folder, "labs")


def test_verify_goes_through_all_stores(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(SYNC)
    capsys.readouterr()

    assert main(["verify"]) == 0
    assert capsys.readouterr().out == "acme: Costs: 3 days agree\nlabs: Costs: 3 days agree\n"
    assert folder.exists()


@pytest.mark.usefixtures("folder")
def test_an_unknown_organization_is_refused_with_those_there_are(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*SYNC, "--organization", "gamma"]) == 2

    assert capsys.readouterr().err == (
        "--organization gamma is not an organization here. There are acme, labs.\n"
    )


def test_a_key_without_a_name_cannot_be_asked_for_by_one(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("OPENAI_ADMIN_KEY", KEY)

    assert main([*SYNC, "--organization", "acme"]) == 2

    assert "The settings name none." in capsys.readouterr().err


EXPORT = [
    "export",
    "costs",
    "--start",
    "2026-01-01",
    "--end",
    "2026-01-03",
    "--format",
    "csv",
    "--output",
    "-",
]


@pytest.mark.usefixtures("folder")
def test_an_export_holds_all_organizations_or_those_that_are_named(
    capsys: pytest.CaptureFixture[str],
) -> None:
    total = [*EXPORT, "--grain", "total"]

    assert main([*total, "--by", "organization"]) == 0
    assert [line.split(",")[:2] for line in capsys.readouterr().out.splitlines()] == [
        ["organization", "cost_usd"],
        ["acme", "1"],
        ["labs", "2"],
    ]
    assert main(total) == 0
    assert capsys.readouterr().out.splitlines()[1].startswith("3,")
    assert main([*total, "--organization", "labs"]) == 0
    assert capsys.readouterr().out.splitlines()[1].startswith("2,")
    assert main([*total, "--where", "organization=acme"]) == 0
    assert capsys.readouterr().out.splitlines()[1].startswith("1,")


@pytest.mark.usefixtures("folder")
def test_an_export_without_one_organization_is_made_and_said_not_to_be_whole(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("OPENAI_ADMIN_KEY_ACME", "sk-admin-revoked")

    assert main([*EXPORT, "--grain", "total"]) == 1

    said = capsys.readouterr()
    assert "acme: OpenAI does not accept the admin key" in said.err
    assert said.out.splitlines()[1].startswith("2,")


@pytest.mark.usefixtures("folder")
def test_the_bill_in_the_columns_of_focus_has_an_account_for_each(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["export", "focus", *EXPORT[2:]]) == 0

    assert len(capsys.readouterr().out.splitlines()) == 3


BUDGETS = """version = 1
[[budget]]
organization = "acme"
amount = 0.5
[[budget]]
amount = 2.5
"""


@pytest.fixture
def budgets(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Set a budget of acme and one of all organizations, both of which are exceeded in January."""
    (folder / "budgets.toml").write_text(BUDGETS)
    monkeypatch.setenv("USAGE_BUDGETS_FILE", str(folder / "budgets.toml"))
    monkeypatch.setattr(workplace, "now", lambda: dt.datetime(2026, 1, 5, tzinfo=dt.UTC))


@pytest.mark.usefixtures("budgets")
def test_budgets_of_one_and_of_all_organizations_are_checked(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check"]) == 1

    said = capsys.readouterr().out
    assert "Exceeded. acme (organization): $1.00 of $0.50" in said
    assert "Exceeded. All organizations: $3.00 of $2.50" in said
    assert main(["check", "--organization", "acme"]) == 1
    assert "Exceeded. Whole organization: $1.00 of $0.50" in capsys.readouterr().out


@pytest.mark.usefixtures("budgets")
def test_what_is_sound_is_checked_where_a_key_is_refused(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("OPENAI_ADMIN_KEY_LABS", "sk-admin-revoked")

    assert main(["check"]) == 1

    said = capsys.readouterr()
    assert "labs: Not checked, nor what is for all together, because days are missing." in said.err
    assert said.out.startswith("Exceeded. Whole organization: $1.00 of $0.50")
    assert main(["check", "--organization", "labs"]) == 3


@pytest.mark.usefixtures("folder")
def test_a_report_of_all_organizations_says_what_each_was_billed(tmp_path: Path) -> None:
    path = tmp_path / "january.md"

    assert main([*REPORT, "--output", str(path)]) == 0

    said = path.read_text()
    assert "Of these organizations together: acme, labs." in said
    assert "- Billed: \\$3.00" in said
    shares = [line for line in said.splitlines() if line.startswith(("| labs", "| acme"))]
    assert [line.split(" | ")[:3] for line in shares] == [
        ["| labs", "\\$2.00", "66.7%"],
        ["| acme", "\\$1.00", "33.3%"],
    ]

    assert main([*REPORT, "--output", str(path), "--organization", "labs"]) == 0
    assert "Of the organization labs." in path.read_text()
    assert "- Billed: \\$2.00" in path.read_text()


@pytest.mark.usefixtures("folder")
def test_no_report_is_made_of_all_where_days_of_one_are_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("OPENAI_ADMIN_KEY_ACME", "sk-admin-revoked")
    path = tmp_path / "january.md"

    assert main([*REPORT, "--output", str(path)]) == 1

    err = capsys.readouterr().err
    assert "acme: OpenAI does not accept the admin key" in err
    assert err.endswith("No report was written, because days of the bill are missing.\n")
    assert not path.exists()


@pytest.mark.usefixtures("folder")
def test_two_keys_of_one_organization_are_counted_once(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    main(SYNC)
    for name in ("acme", "labs"):
        at = dt.datetime(2026, 1, 9, tzinfo=dt.UTC)
        Store(str(folder / "organizations" / name)).own("org-one", at)
    to = ["--format", "csv", "--output", "-"]
    export = ["export", "costs", *SYNC[1:5], "--grain", "total", *to]
    for command in (
        ["sql", EACH, "--format", "csv"],
        export,
        ["export", "focus", *SYNC[1:5], *to],
        [*REPORT, "--output", "-"],
    ):
        capsys.readouterr()

        assert main(command) == 0

        said = capsys.readouterr()
        assert "labs: It is left out: its key is for the same organization as that of acme." in said.err
        assert not [amount for amount in ("2", "3") if f",{amount}\r" in said.out]


EACH = "select organization, sum(cost_usd) as usd from costs group by all order by all"


@pytest.mark.usefixtures("folder")
def test_sql_tells_organizations_apart_in_every_view(capsys: pytest.CaptureFixture[str]) -> None:
    main(SYNC)
    capsys.readouterr()

    assert main(["sql", EACH, "--format", "csv"]) == 0
    assert capsys.readouterr().out.split() == ["organization,usd", "acme,1", "labs,2"]
    assert main(["sql", EACH, "--format", "csv", "--organization", "labs"]) == 0
    assert capsys.readouterr().out.split() == ["organization,usd", "labs,2"]
    for view in (*SOURCES, "prices", "teams", "names", "days"):
        assert main(["sql", f"from {view} select organization"]) == 0


def test_sql_leaves_out_an_organization_whose_store_is_damaged_and_says_so(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    main(SYNC)
    for log in (folder / "organizations" / "acme").rglob("_delta_log/*.json"):
        log.write_text("{")
    capsys.readouterr()

    assert main(["sql", EACH, "--format", "csv"]) == 1

    said = capsys.readouterr()
    assert said.out.split() == ["organization,usd", "labs,2"]
    assert said.err.startswith("acme: ")

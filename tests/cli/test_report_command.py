import datetime as dt
import re
from pathlib import Path

import openpyxl
import pytest

from lib.cli import workplace
from lib.cli.main import main
from tests.cli.days import jan
from tests.loopback import error
from tests.tiny_api import TinyApi

MONTH = ["--month", "2026-01"]
NO_MONTH = "is not a month of the years 2000 to 2099, such as 2026-10."


@pytest.fixture
def bill(api: TinyApi) -> TinyApi:
    """Return an organization with two projects, of which one spent 4 and then 2 dollars."""
    for id_, name in (("proj_1", "Search"), ("proj_2", "Idle")):
        api.projects.append({"id": id_, "object": "organization.project", "name": name, "status": "active"})
    spent = {"line_item": "gpt-6-sol, input", "project_id": "proj_1"}
    api.put("costs", jan(1), {"amount": {"value": "4"}} | spent)
    api.put(
        "costs",
        jan(2),
        {"amount": {"value": "2"}} | spent,
        {"amount": {"value": "-1"}, "line_item": "credit"},
    )
    return api


def report(path: Path, *more: str) -> int:
    format_ = path.suffix.removeprefix(".")
    return main(["report", *MONTH, "--format", format_, "--output", str(path), *more])


@pytest.mark.usefixtures("bill")
def test_a_report_is_the_statement_of_a_month(tmp_path: Path) -> None:
    path = tmp_path / "january.md"

    assert report(path) == 0

    assert path.read_text().startswith(
        "# Statement of January 2026\n\n"
        "Billed by OpenAI, in US dollars, days in UTC. Every day of January 2026 is final.\n\n"
        "- Billed: \\$5.00\n- Of that, credits: −\\$1.00\n"
    )
    assert "| Search | \\$6.00 |" in path.read_text()


@pytest.mark.usefixtures("bill")
@pytest.mark.parametrize("project", ["proj_1", "Search"])
def test_a_report_of_a_project_is_of_nothing_else(tmp_path: Path, project: str) -> None:
    path = tmp_path / "january.md"

    assert report(path, "--project", project) == 0

    said = path.read_text()
    assert said.startswith("# Statement of January 2026: Search\n")
    assert "- Billed: \\$6.00\n- Of that, credits: \\$0.00\n" in said
    assert "By project" not in said


@pytest.mark.usefixtures("bill")
@pytest.mark.parametrize("ending", ["html", "xlsx", "md"])
def test_a_settled_month_is_the_same_file_each_time(tmp_path: Path, ending: str) -> None:
    first, second = tmp_path / f"a.{ending}", tmp_path / f"b.{ending}"

    assert (report(first), report(second)) == (0, 0)

    assert first.read_bytes() == second.read_bytes()


@pytest.mark.usefixtures("bill")
def test_a_page_stands_alone_with_its_picture(tmp_path: Path) -> None:
    path = tmp_path / "january.html"

    assert report(path) == 0

    said = path.read_text()
    assert "<svg" in said
    assert not re.findall(r"<(?:script|link|img|iframe)\b|url\(['\"]?http", said)


@pytest.mark.usefixtures("bill")
def test_a_workbook_has_a_sheet_for_each_table_and_says_what_it_is(tmp_path: Path) -> None:
    path = tmp_path / "january.xlsx"

    assert report(path) == 0

    book = openpyxl.load_workbook(path)
    assert book.sheetnames == ["By project", "By line item", "By model", "Credits", "About"]
    assert [cell.value for cell in book["By project"][2]][:2] == ["Search", 6]
    assert [cell.value for cell in book["About"][1]] == ["What", "Statement of January 2026"]


@pytest.mark.usefixtures("bill")
@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--month", "2026-13"], "--month 2026-13 is not a month. Write it as YYYY-MM."),
        (["--month", "2026-1"], f"--month 2026-1 {NO_MONTH}"),
        (
            ["--month", "1999-01"],
            f"--month 1999-01 {NO_MONTH}",
        ),
        (["--month", "2099-01"], "--month 2099-01 has not begun."),
        ([*MONTH, "--project", "Nope"], "--project Nope is no project's id or name. There are 2."),
        ([*MONTH, "--team", "Nope"], "--team Nope is no team here. Teams: none."),
    ],
)
def test_what_cannot_be_reported_is_said(
    capsys: pytest.CaptureFixture[str], arguments: list[str], said: str
) -> None:
    assert main(["report", *arguments, "--format", "md", "--output", "-"]) == 2
    out, err = capsys.readouterr()
    assert (out, err.splitlines()[-1]) == ("", said)


def test_a_month_of_which_nothing_was_billed_is_no_report(
    api: TinyApi, capsys: pytest.CaptureFixture[str]
) -> None:
    api.rows.clear()

    assert main(["report", *MONTH, "--format", "md", "--output", "-"]) == 1
    assert capsys.readouterr().err.splitlines()[-1] == (
        "No report was written, because nothing was billed in 2026-01."
    )


def test_a_report_that_lacks_days_is_not_written(api: TinyApi, tmp_path: Path) -> None:
    api.before = lambda _nth, _source: error(403, "Missing scopes: api.usage.read.", code=None)
    path = tmp_path / "january.html"

    assert report(path) == 1

    assert not path.exists()


def test_a_report_of_days_that_could_not_be_fetched_again_is_not_written(
    api: TinyApi, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    began = dt.datetime(2026, 1, 5, 12, tzinfo=dt.UTC)
    monkeypatch.setattr(workplace, "now", lambda: began)
    assert report(tmp_path / "first.md") == 0
    monkeypatch.setattr(workplace, "now", lambda: began + dt.timedelta(hours=1))
    api.before = lambda _nth, _source: error(403, "Missing scopes: api.usage.read.", code=None)

    assert report(tmp_path / "second.md") == 1
    assert not (tmp_path / "second.md").exists()

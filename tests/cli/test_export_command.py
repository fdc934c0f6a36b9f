import csv
import datetime as dt
import io
from decimal import Decimal
from pathlib import Path

import openpyxl
import pyarrow.parquet as pq
import pytest

from lib.cli.main import main
from lib.openai_admin.api_errors import LOOKBACK
from lib.periods.windows import unix
from tests.cli.days import JANUARY, jan
from tests.loopback import Request, Response, bucket, error, page
from tests.tiny_api import TinyApi


def export(capsysbinary: pytest.CaptureFixture[bytes], *arguments: str) -> list[list[str]]:
    code = main(["export", *arguments, *JANUARY, "--format", "csv", "--output", "-"])
    out, _ = capsysbinary.readouterr()
    assert code == 0
    return list(csv.reader(io.StringIO(out.decode(), newline="")))


def test_export_is_by_day_and_syncs_what_is_missing(
    api: TinyApi, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    assert export(capsysbinary, "embeddings") == [
        ["start", "input_tokens", "num_model_requests"],
        ["2026-01-01T00:00:00Z", "5", "0"],
        ["2026-01-03T00:00:00Z", "8", "0"],
    ]
    assert api.asked == ["embeddings"]


@pytest.mark.usefixtures("api")
def test_a_total_has_no_start(capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    assert export(capsysbinary, "embeddings", "--grain", "total") == [
        ["input_tokens", "num_model_requests"],
        ["13", "0"],
    ]


@pytest.mark.usefixtures("api")
@pytest.mark.parametrize("by", [["--by", "model", "project_id"], ["--by", "model", "--by", "project_id"]])
def test_dimensions_hold_ids_under_their_api_names(
    capsysbinary: pytest.CaptureFixture[bytes], by: list[str]
) -> None:
    table = export(capsysbinary, "embeddings", "--grain", "total", *by)

    assert table[0] == ["model", "project_id", "input_tokens", "num_model_requests"]
    assert sorted(table[1:]) == [["a", "", "1", "0"], ["a", "proj_1", "5", "0"], ["b", "", "7", "0"]]


@pytest.mark.usefixtures("api")
@pytest.mark.parametrize(
    ("conditions", "tokens"),
    [
        (["model=a"], "6"),
        (["model=a", "model=b"], "13"),
        (["model=a", "project_id=proj_1"], "5"),
        (["project_id=(none)"], "8"),
        (["project_id="], "8"),
        (["project_id=", "project_id=proj_1"], "13"),
    ],
)
def test_conditions_keep_rows(
    capsysbinary: pytest.CaptureFixture[bytes], conditions: list[str], tokens: str
) -> None:
    where = [part for condition in conditions for part in ("--where", condition)]

    assert export(capsysbinary, "embeddings", "--grain", "total", *where)[1] == [tokens, "0"]


@pytest.mark.usefixtures("api")
def test_money_is_exact_and_text_is_harmless(capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    assert export(capsysbinary, "costs", "--by", "line_item") == [
        ["start", "line_item", "cost_usd", "quantity"],
        ["2026-01-02T00:00:00Z", "'=cmd", "-12.5", "0"],
        ["2026-01-02T00:00:00Z", "whisper", "0.000000000000000001", "2"],
    ]


@pytest.mark.usefixtures("api")
def test_quantities_of_mixed_units_are_not_added(capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    assert export(capsysbinary, "costs", "--grain", "total") == [
        ["cost_usd", "quantity"],
        ["-12.499999999999999999", ""],
    ]


@pytest.mark.usefixtures("api")
def test_parquet_keeps_decimals(tmp_path: Path) -> None:
    path = tmp_path / "costs.parquet"

    assert main(["export", "costs", *JANUARY, "--format", "parquet", "--output", str(path)]) == 0

    assert pq.read_table(path).to_pylist() == [
        {
            "start": dt.datetime(2026, 1, 2, tzinfo=dt.UTC),
            "cost_usd": Decimal("-12.499999999999999999"),
            "quantity": None,
        }
    ]


def test_an_export_that_lacks_days_is_not_written(api: TinyApi, tmp_path: Path) -> None:
    api.before = lambda _nth, _source: error(403, "Missing scopes: api.usage.read.", code=None)
    path = tmp_path / "costs.csv"

    assert main(["export", "costs", *JANUARY, "--format", "csv", "--output", str(path)]) == 1

    assert not path.exists()


def failed(capsys: pytest.CaptureFixture[str], source: str, *days: str) -> list[str]:
    """Return what an export that must fail says last; nothing goes to standard output."""
    assert main(["export", source, *(days or JANUARY), "--format", "csv", "--output", "-"]) == 1
    out, err = capsys.readouterr()
    assert out == ""
    return err.splitlines()[-2:]


NOTHING = "Nothing was exported, because none of these days is known."


def test_an_export_of_an_endpoint_that_is_missing_fails_each_time(
    api: TinyApi, capsys: pytest.CaptureFixture[str]
) -> None:
    api.before = lambda _nth, source: error(404, "Invalid URL") if source == "images" else None
    why = "OpenAI does not know /organization/usage/images for this organization: “Invalid URL”"

    assert [failed(capsys, "images") for _ in range(2)] == [[why, NOTHING]] * 2
    assert api.asked.count("images") == 2


def test_an_export_of_days_before_the_history_or_to_come_fails(
    api: TinyApi, capsys: pytest.CaptureFixture[str]
) -> None:
    early = error(400, "Earliest supported start date: 2026-01-03 (UTC).", param="start_time", code=LOOKBACK)
    api.before = lambda _nth, _source: early if api.asked.count("embeddings") == 1 else None

    assert failed(capsys, "embeddings", "--start", "2026-01-01", "--end", "2026-01-02")[-1] == NOTHING
    assert failed(capsys, "embeddings", "--start", "2090-01-01", "--end", "2090-01-02")[-1] == NOTHING


def test_days_before_the_history_are_left_out_of_an_export_and_named(
    api: TinyApi, capsys: pytest.CaptureFixture[str]
) -> None:
    early = error(400, "Earliest supported start date: 2026-01-03 (UTC).", param="start_time", code=LOOKBACK)
    api.before = lambda _nth, _source: early if api.asked.count("embeddings") == 1 else None

    assert main(["export", "embeddings", *JANUARY, "--format", "csv", "--output", "-"]) == 0

    out, err = capsys.readouterr()
    assert out.splitlines()[1:] == ["2026-01-03T00:00:00Z,8,0"]
    assert err.splitlines()[-1] == "Days that are not known are left out: 1–2 Jan 2026."


def test_an_export_of_days_of_which_some_are_refused_is_written_and_fails(
    api: TinyApi, capsys: pytest.CaptureFixture[str]
) -> None:
    main(["sync", "--start", "2026-01-01", "--end", "2026-01-02", "--source", "embeddings"])
    api.before = lambda _nth, source: error(404, "Invalid URL") if source == "embeddings" else None
    capsys.readouterr()

    assert main(["export", "embeddings", *JANUARY, "--format", "csv", "--output", "-"]) == 1

    out, err = capsys.readouterr()
    assert out.splitlines()[1:] == ["2026-01-01T00:00:00Z,5,0"]
    assert err.splitlines()[-1] == "Days that are not known are left out: 3 Jan 2026."


@pytest.mark.parametrize("command", ["sync", "export"])
def test_an_outage_of_all_usage_fails_and_names_the_base_url(
    api: TinyApi, capsys: pytest.CaptureFixture[str], command: str
) -> None:
    api.before = lambda _nth, source: error(404, "Invalid URL") if source != "costs" else None
    arguments = {
        "sync": ["sync", *JANUARY],
        "export": ["export", "images", *JANUARY, "--format", "csv", "--output", "-"],
    }

    assert main(arguments[command]) == 1

    said = [line for line in capsys.readouterr().err.splitlines() if "was found at" in line]
    assert len(said) == 1
    assert api.base_url in said[0]
    api.before = lambda _nth, _source: None
    assert main(arguments[command]) == 0


@pytest.mark.usefixtures("api")
def test_an_export_to_a_folder_that_does_not_exist_is_exit_1(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = str(tmp_path / "nowhere" / "costs.csv")

    assert main(["export", "costs", *JANUARY, "--format", "csv", "--output", path]) == 1

    assert f"{path} could not be written (No such file or directory)." in capsys.readouterr().err


@pytest.mark.parametrize(
    "by", [[], ["--by", "model"], ["--grain", "week"], ["--grain", "week", "--by", "model"]]
)
def test_a_count_that_passes_what_int64_holds_is_one_sentence(
    api: TinyApi, capsys: pytest.CaptureFixture[str], by: list[str]
) -> None:
    half = {"input_tokens": 2**62, "model": "a"}
    api.put("embeddings", jan(1), half, half | {"project_id": "proj_2"})

    assert main(["export", "embeddings", *JANUARY, *by, "--format", "csv", "--output", "-"]) == 2

    out, err = capsys.readouterr()
    assert out == ""
    assert err.splitlines()[-1] == (
        "A sum of embeddings passes the largest number that can be held exactly "
        "(9,223,372,036,854,775,807 for a count). Ask for fewer days, or by more dimensions."
    )


def test_an_engine_that_does_not_answer_is_one_sentence_and_nothing_is_written(
    api: TinyApi, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("USAGE_ENGINE_URL", "sc://127.0.0.1:9/;token=5ecret")
    api.put("embeddings", jan(1), {"input_tokens": 1})

    output = tmp_path / "sums.csv"
    assert main(["export", "embeddings", *JANUARY, "--format", "csv", "--output", str(output)]) == 1

    err = capfd.readouterr().err
    assert err.splitlines()[-1].startswith("Spark at 127.0.0.1:9 does not answer (failed to connect")
    assert not any(word in err for word in ("Traceback", "5ecret"))
    assert not output.exists()


def test_an_engine_that_nobody_knows_is_refused(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("USAGE_ENGINE_URL", "mysql://host")

    assert main(["export", "embeddings", *JANUARY, "--format", "csv", "--output", "-"]) == 2

    assert capsys.readouterr().err.startswith(
        "[engine] url in .streamlit/secrets.toml, or USAGE_ENGINE_URL, "
    )


def test_weeks_whose_days_pass_int64_together_are_one_sentence(
    api: TinyApi, capsys: pytest.CaptureFixture[str]
) -> None:
    for day in (1, 2):
        api.put("embeddings", jan(day), {"input_tokens": 2**62})

    assert (
        main(["export", "embeddings", *JANUARY, "--grain", "week", "--format", "csv", "--output", "-"]) == 2
    )

    assert "A sum of embeddings passes the largest number" in capsys.readouterr().err


def test_the_largest_count_is_exported(api: TinyApi, capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    api.put("embeddings", jan(1), {"input_tokens": 2**62})
    api.put("embeddings", jan(2), {"input_tokens": 2**62 - 1})
    api.put("embeddings", jan(3))

    assert export(capsysbinary, "embeddings", "--grain", "week")[1:] == [
        ["2025-12-29T00:00:00Z", "9223372036854775807", "0"]
    ]


def test_bills_in_other_currencies_are_said_not_to_be_in_the_dollars(
    api: TinyApi, capsys: pytest.CaptureFixture[str]
) -> None:
    api.put(
        "costs",
        jan(2),
        {"amount": {"value": "12.50", "currency": "eur"}, "line_item": "a"},
        {"amount": {"value": "0.25", "currency": "eur"}, "line_item": "b"},
        {"amount": {"value": "3", "currency": "gbp"}, "line_item": "a"},
    )

    assert main(["export", "costs", *JANUARY, "--grain", "total", "--format", "csv", "--output", "-"]) == 0

    out, err = capsys.readouterr()
    assert out.splitlines() == ["cost_usd,quantity", "0,"]
    assert err.splitlines()[-1] == (
        "Bills of 12.75 EUR and 3 GBP on these days are not in cost_usd, which holds US dollars."
    )


@pytest.mark.usefixtures("api")
def test_nothing_is_said_of_currencies_where_all_is_in_dollars(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["export", "costs", *JANUARY, "--grain", "total", "--format", "csv", "--output", "-"]) == 0

    assert "Bills" not in capsys.readouterr().err


@pytest.mark.usefixtures("api")
def test_a_condition_that_is_not_utf_8_keeps_no_row(capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    assert export(capsysbinary, "embeddings", "--where", "model=a\udcff") == [
        ["start", "input_tokens", "num_model_requests"]
    ]


def test_focus_has_the_lines_of_the_bill_under_the_names_of_the_specification(
    api: TinyApi, tmp_path: Path
) -> None:
    api.projects = [{"id": "proj_1", "object": "organization.project", "name": "Search", "status": "active"}]
    api.put("costs", jan(1), {"amount": {"value": "4"}, "line_item": "web search", "project_id": "proj_1"})
    path = tmp_path / "focus.parquet"

    assert main(["export", "focus", *JANUARY, "--format", "parquet", "--output", str(path)]) == 0

    found = pq.read_table(path)
    assert found.schema.metadata[b"focus_version"] == b"1.2"
    assert [(r["BilledCost"], r["ChargeDescription"], r["SubAccountName"]) for r in found.to_pylist()] == [
        (Decimal(4), "web search", "Search"),
        (Decimal("-12.5"), "=cmd", None),
        (Decimal("0.000000000000000001"), "whisper", None),
    ]


@pytest.mark.usefixtures("api")
@pytest.mark.parametrize("more", [["--by", "model"], ["--where", "model=a"], ["--grain", "day"]])
def test_focus_is_the_whole_bill_by_day(capsys: pytest.CaptureFixture[str], more: list[str]) -> None:
    assert main(["export", "focus", *JANUARY, *more, "--format", "csv", "--output", "-"]) == 2
    assert capsys.readouterr() == (
        "",
        "export focus takes no --by, --where or --grain: its rows are the lines of the bill, by day.\n",
    )


def test_focus_of_days_that_are_not_known_is_not_written(api: TinyApi, tmp_path: Path) -> None:
    api.before = lambda _nth, _source: error(403, "Missing scopes: api.usage.read.", code=None)
    path = tmp_path / "focus.csv"

    assert main(["export", "focus", *JANUARY, "--format", "csv", "--output", str(path)]) == 1

    assert not path.exists()


@pytest.mark.usefixtures("api")
def test_a_team_is_exported_and_filtered_by_like_a_dimension_of_the_api(
    capsysbinary: pytest.CaptureFixture[bytes], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    file = tmp_path / "teams.toml"
    file.write_text('version = 1\n[[team]]\nname = "Growth"\n[[team.rule]]\nprojects = ["proj_1"]\n')
    monkeypatch.setenv("USAGE_TEAMS_FILE", str(file))

    table = export(capsysbinary, "embeddings", "--grain", "total", "--by", "team")
    assert sorted(table[1:]) == [["", "8", "0"], ["Growth", "5", "0"]]
    assert export(capsysbinary, "embeddings", "--grain", "total", "--where", "team=Growth")[1][0] == "5"


@pytest.mark.usefixtures("api")
def test_without_teams_nothing_is_exported_by_them(capsys: pytest.CaptureFixture[str]) -> None:
    code = main(["export", "embeddings", *JANUARY, "--by", "team", "--format", "csv", "--output", "-"])

    said = capsys.readouterr()
    assert (code, said.out) == (2, "")
    assert "No teams are declared. Declare them in" in said.err


@pytest.mark.usefixtures("api")
def test_a_workbook_holds_numbers_and_says_what_was_asked(tmp_path: Path) -> None:
    path = tmp_path / "costs.xlsx"
    asked = ["--by", "line_item", "--where", "line_item=whisper"]

    assert main(["export", "costs", *JANUARY, *asked, "--format", "xlsx", "--output", str(path)]) == 0

    book = openpyxl.load_workbook(path)
    assert [[cell.value for cell in row] for row in book["Rows"].iter_rows()] == [
        ["start", "line_item", "cost_usd", "quantity"],
        [dt.datetime(2026, 1, 2, tzinfo=dt.UTC).replace(tzinfo=None), "whisper", 1e-18, 2],
    ]
    assert dict([cell.value for cell in row] for row in book["About"].iter_rows(max_row=6)) == {
        "Question": "Costs, grouped by line_item, interval: day",
        "Filters": "line_item=whisper",
        "Period": "1–3 Jan 2026",
        "Time zone": "UTC",
        "Final days": "1–3 Jan 2026",
        "Days that can still change": "none",
    }


SECONDS = {"1h": 3600, "1m": 60}


def hourly(request: Request) -> Response:
    """Return the API's answer where one token was used in each of its buckets."""
    seconds = SECONDS[request.one("bucket_width") or ""]
    starts = range(request.number("start_time"), request.number("end_time"), seconds)
    return page(*(bucket(start, {"input_tokens": 1, "model": "a"}, seconds=seconds) for start in starts))


CHANGES = [
    ("Europe/Berlin", "2026-03-28", "2026-03-30", [24, 23, 24], ["+01:00", "+01:00", "+02:00"]),
    ("Europe/Berlin", "2025-10-25", "2025-10-27", [24, 25, 24], ["+02:00", "+02:00", "+01:00"]),
    ("America/New_York", "2026-03-07", "2026-03-09", [24, 23, 24], ["-05:00", "-05:00", "-04:00"]),
    ("Asia/Kolkata", "2026-03-28", "2026-03-29", [1440, 1440], ["+05:30", "+05:30"]),
]


@pytest.mark.parametrize(("zone", "first", "last", "tokens", "offsets"), CHANGES)
def test_days_of_usage_are_those_of_the_zone_asked_for(
    api: TinyApi,
    capsysbinary: pytest.CaptureFixture[bytes],
    zone: str,
    first: str,
    last: str,
    tokens: list[int],
    offsets: list[str],
) -> None:
    api.instead = hourly
    days = ["--start", first, "--end", last]

    assert main(["export", "embeddings", *days, "--tz", zone, "--format", "csv", "--output", "-"]) == 0

    head, *rows = csv.reader(capsysbinary.readouterr().out.decode().splitlines())
    assert head == ["start", "input_tokens", "num_model_requests"]
    assert [row[0][10:] for row in rows] == [f"T00:00:00{offset}" for offset in offsets]
    assert [int(row[1]) for row in rows] == tokens


def test_hours_of_a_zone_are_told_apart_by_their_offset(
    api: TinyApi, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    api.instead = hourly
    day = ["--start", "2025-10-26", "--end", "2025-10-26", "--grain", "hour", "--tz", "Europe/Berlin"]

    assert main(["export", "embeddings", *day, "--format", "csv", "--output", "-"]) == 0

    rows = list(csv.reader(capsysbinary.readouterr().out.decode().splitlines()))[1:]
    assert len(rows) == 25
    assert [row[0][10:] for row in rows[1:5]] == [
        "T01:00:00+02:00",
        "T02:00:00+02:00",
        "T02:00:00+01:00",
        "T03:00:00+01:00",
    ]


def test_a_workbook_says_whose_days_it_holds_and_shows_them_as_days(api: TinyApi, tmp_path: Path) -> None:
    api.instead = hourly
    path = tmp_path / "rows.xlsx"
    asked = ["--tz", "Europe/Berlin", "--format", "xlsx", "--output", str(path)]

    assert main(["export", "embeddings", *JANUARY, *asked]) == 0

    book = openpyxl.load_workbook(path)
    about = {row[0].value: row[1].value for row in book["About"].iter_rows()}
    assert about["Time zone"] == "Europe/Berlin"
    assert about["Final days"] == "1–3 Jan 2026"
    assert book["Rows"]["A2"].value == dt.datetime(2026, 1, 1)  # noqa: DTZ001 - as sheets hold it


def test_days_of_a_zone_of_which_the_api_serves_a_part_are_left_out(
    api: TinyApi, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    early = error(400, "Earliest supported start date: 2026-01-02 (UTC).", param="start_time", code=LOOKBACK)

    def answer(request: Request) -> Response:
        return early if request.number("start_time") < unix(jan(2)) else hourly(request)

    api.instead = answer
    asked = ["--tz", "Europe/Berlin", "--format", "csv", "--output", "-"]

    main(["export", "embeddings", *JANUARY, *asked])

    rows = list(csv.reader(capsysbinary.readouterr().out.decode().splitlines()))[1:]
    assert [(row[0][:10], row[1]) for row in rows] == [("2026-01-03", "24")]


COSTS_IN_UTC = "the API bills by UTC day and has no hours, so costs are in days of UTC."
REFUSED = [
    ("costs", ["--tz", "Europe/Berlin"], f"export costs takes no --tz: {COSTS_IN_UTC}"),
    ("focus", ["--tz", "Europe/Berlin"], f"export focus takes no --tz: {COSTS_IN_UTC}"),
    ("images", ["--tz", "europe/berln"], "--tz europe/berln is not a time zone. Is Europe/Berlin meant?"),
    ("images", ["--tz", "12"], "--tz 12 is not a time zone. Write it as Europe/Berlin."),
    (
        "images",
        ["--tz", "Asia/Kolkata", "--start", "2025-12-01"],
        "Days of Asia/Kolkata begin within an hour, so they are made of rows by minute, which are read for "
        "at most 7 days at once; 1 Dec 2025 – 3 Jan 2026 has 34. Ask for fewer days, or leave --tz out.",
    ),
    (
        "images",
        ["--tz", "Europe/Berlin", "--start", "2025-09-01"],
        "Days of Europe/Berlin are made of rows by hour, which are read for at most 93 days at once; "
        "1 Sep 2025 – 3 Jan 2026 has 125. Ask for fewer days, or leave --tz out.",
    ),
]


@pytest.mark.parametrize(("source", "asked", "said"), REFUSED)
def test_days_of_a_zone_that_cannot_be_had_are_refused_in_words(
    api: TinyApi, capsys: pytest.CaptureFixture[str], source: str, asked: list[str], said: str
) -> None:
    assert main(["export", source, *JANUARY, *asked, "--format", "csv", "--output", "-"]) == 2

    assert capsys.readouterr().err.splitlines()[-1] == said
    assert api.asked == []

import datetime as dt
import io
import json
from decimal import Decimal

import pyarrow as pa
import pytest

from lib.http_api.formats import METADATA, Format, wanted
from lib.http_api.problems import Problem, WrongParameter
from tests.http_api.service import Service, billed, november, put

DAYS = {"from_": "2026-11-02", "to": "2026-11-03"}


@pytest.fixture
def token(service: Service) -> str:
    """Store two days of a bill with a name that a spreadsheet would run, and return a token."""
    line = billed(2, "0.000000000000000001", line_item="=cmd")
    put(service.folder, {"costs": [line, billed(3, "-12.5")]}, november(1, 20))
    return service.token()


def test_every_digit_is_in_every_format(service: Service, token: str) -> None:
    asked = {"by": "line_item", "grain": "total", **DAYS}
    as_json = service.get("rows/costs", token, **asked)
    as_csv = service.get("rows/costs", token, format="csv", **asked)
    as_arrow = service.get("rows/costs", token, format="arrow", **asked)

    assert [(row["line_item"], row["cost_usd"]) for row in as_json.json()["rows"]] == [
        ("=cmd", "0.000000000000000001"),
        ("gpt-6-sol, input", "-12.5"),
    ]
    assert as_csv.text.splitlines() == [
        "line_item,cost_usd,quantity",
        "'=cmd,0.000000000000000001,0",
        '"gpt-6-sol, input",-12.5,0',
    ]
    table = pa.ipc.open_stream(io.BytesIO(as_arrow.content)).read_all()
    assert table.schema.field("cost_usd").type == pa.decimal128(38, 18)
    assert table["cost_usd"].to_pylist() == [Decimal("0.000000000000000001"), Decimal("-12.5")]
    assert [a.headers["content-type"].partition(";")[0] for a in (as_json, as_csv, as_arrow)] == [
        form.media_type for form in Format
    ]


def test_names_are_sent_in_their_own_letters(service: Service) -> None:
    put(service.folder, {"costs": [billed(2, "1", line_item="学習")]}, november(1, 20))

    answered = service.get("rows/costs", service.token(), by="line_item", grain="total", **DAYS)

    assert "学習".encode() in answered.content


def test_what_is_said_beside_the_rows_is_in_the_metadata_of_arrow(service: Service, token: str) -> None:
    said = service.get("series", token, **DAYS).json()
    table = pa.ipc.open_stream(service.get("series", token, format="arrow", **DAYS).content).read_all()

    rows = said.pop("rows")
    assert json.loads(table.schema.metadata[METADATA]) == said
    assert table.schema.field("start").type == pa.timestamp("us", "UTC")
    assert table["start"].to_pylist()[0] == dt.datetime(2026, 11, 2, tzinfo=dt.UTC)
    assert rows[0] == {"start": "2026-11-02T00:00:00Z", "value": "0.000000000000000001", "final": True}


def test_an_answer_without_rows_has_its_columns(service: Service, token: str) -> None:
    answered = service.get("ranking", token, by="project", project="nobody", format="csv", **DAYS)

    assert answered.text == "project,project_name,value,before,difference,change\r\n"


@pytest.mark.parametrize(
    ("accept", "form"),
    [
        (None, Format.JSON),
        ("", Format.JSON),
        ("*/*", Format.JSON),
        ("text/html, */*;q=0.1", Format.JSON),
        ("text/csv", Format.CSV),
        ("text/*", Format.CSV),
        ("application/vnd.apache.arrow.stream", Format.ARROW),
        ("application/*", Format.JSON),
        ("application/json;q=0.5, text/csv;q=0.6", Format.CSV),
        ("application/json;q=0, */*", Format.CSV),
        ("TEXT/CSV ; q=1", Format.CSV),
        ("text/csv;q=x, application/json;q=0.1", Format.JSON),
        ("text/csv;q=7, application/json;q=0.1", Format.JSON),
    ],
)
def test_the_most_welcome_format_is_sent(accept: str | None, form: Format) -> None:
    assert wanted(None, accept) is form


@pytest.mark.parametrize("accept", ["text/html", "image/*", "*/*;q=0", ",", "nonsense"])
def test_a_format_that_there_is_not_is_a_problem_with_those_that_there_are(accept: str) -> None:
    with pytest.raises(Problem) as problem:
        wanted(None, accept)

    assert (problem.value.status, problem.value.code) == (406, "not_acceptable")


def test_the_parameter_wins_over_the_header() -> None:
    assert wanted("csv", "application/json") is Format.CSV
    with pytest.raises(WrongParameter):
        wanted("xml", "application/json")

"""Usage by the days of a time zone, from the rows by hour that are stored; dollars by UTC days alone."""

import datetime as dt
import io
from typing import Any

import pyarrow as pa
import pytest

from lib.catalog.sources import SOURCES
from lib.http_api.answer_kinds import KINDS
from lib.periods.widths import Width
from lib.periods.windows import ONE_DAY
from lib.store.records.coverage import Covered
from lib.store.usage_store import Store
from tests.http_api.service import NOW, Service, billed, november, put
from tests.stored import filled

BERLIN = {"tz": "Europe/Berlin", "from_": "2026-10-24", "to": "2026-10-26"}
"""The days around that on which clocks went back."""
FIRST, END = dt.date(2026, 10, 22), dt.date(2026, 10, 28)
USAGE = [name for name, source in SOURCES.items() if not source.is_money]


def fetched(store: Store, first: dt.date, end: dt.date, width: Width = Width.HOUR) -> None:
    """Write down that all usage of these days was fetched."""
    store.mark([Covered(name, width, first, end, NOW) for name in USAGE])


@pytest.fixture
def token(service: Service) -> str:
    """Store a request of 10 tokens in each hour of some days, half of them of proj_b, and return a token."""
    hours = range(24 * (END - FIRST).days)
    starts = (dt.datetime(2026, 10, 22) + dt.timedelta(hours=nth) for nth in hours)  # noqa: DTZ001
    rows = [
        {
            "start": start.isoformat(),
            "model": "gpt-6-sol",
            "project_id": f"proj_{'ab'[start.hour % 2]}",
            "input_tokens": 10,
            "num_model_requests": 1,
        }
        for start in starts
    ]
    fetched(filled(service.folder, "completions", *rows, width=Width.HOUR), FIRST, END)
    return service.token()


def test_a_series_has_the_hours_of_each_day_of_the_zone_and_begins_with_its_offset(
    service: Service, token: str
) -> None:
    rows = service.rows("series", token, measure="tokens", **BERLIN)

    assert rows == [
        {"start": "2026-10-24T00:00:00+02:00", "value": "240", "final": True},
        {"start": "2026-10-25T00:00:00+02:00", "value": "250", "final": True},
        {"start": "2026-10-26T00:00:00+01:00", "value": "240", "final": True},
    ]


def test_the_hour_that_clocks_go_through_twice_has_two_rows(service: Service, token: str) -> None:
    day = {"tz": "Europe/Berlin", "from_": "2026-10-25", "to": "2026-10-25"}

    rows = service.rows("series", token, measure="tokens", grain="hour", by="project", **day)

    assert len(rows) == 25
    assert [row["start"][10:] for row in rows[1:5]] == [
        "T01:00:00+02:00",
        "T02:00:00+02:00",
        "T02:00:00+01:00",
        "T03:00:00+01:00",
    ]


def test_totals_and_rankings_are_of_the_same_days(service: Service, token: str) -> None:
    totals = service.rows("totals", token, **BERLIN, compare="none")
    ranking = service.rows("ranking", token, measure="requests", by="project", **BERLIN)

    assert [(row["measure"], row["value"]) for row in totals] == [
        ("requests", "73"),
        ("tokens", "730"),
        ("cached_share", "0"),
    ]
    assert [(row["project"], row["value"]) for row in ranking] == [("proj_a", "37"), ("proj_b", "36")]


def test_rows_of_a_source_say_their_zone_in_every_format(service: Service, token: str) -> None:
    said = service.get("rows/completions", token, **BERLIN).json()
    lines = service.get("rows/completions", token, format="csv", **BERLIN).text.splitlines()
    arrow = service.get("rows/completions", token, format="arrow", **BERLIN)

    assert (said["period"], said["time_zone"]) == (
        {"from": "2026-10-24", "to": "2026-10-26"},
        "Europe/Berlin",
    )
    starts = ["2026-10-24T00:00:00+02:00", "2026-10-25T00:00:00+02:00", "2026-10-26T00:00:00+01:00"]
    assert [row["start"] for row in said["rows"]] == [line.split(",")[0] for line in lines[1:]] == starts
    table = pa.ipc.open_stream(io.BytesIO(arrow.content)).read_all()
    assert table.schema.field("start").type == pa.timestamp("us", tz="Europe/Berlin")
    assert table["input_tokens"].to_pylist() == [240, 250, 240]
    assert arrow.headers["usage-time-zone"] == "Europe/Berlin"


def test_without_a_zone_days_are_those_of_utc(service: Service) -> None:
    put(service.folder, {"costs": [billed(2, "1")]}, november(1, 20))

    answered = service.get("series", service.token(), from_="2026-11-02", to="2026-11-02")

    assert answered.headers["usage-time-zone"] == answered.json()["time_zone"] == "UTC"
    assert answered.json()["rows"][0]["start"] == "2026-11-02T00:00:00Z"


def test_periods_end_on_the_day_that_it_is_in_the_zone(service: Service, token: str) -> None:
    store = Store(str(service.folder))
    fetched(store, END, NOW.date() + ONE_DAY)

    said = service.get("totals", token, measure="tokens", tz="Pacific/Auckland", period="7d").json()

    # It is 12:00 in Greenwich on the 23rd, and 01:00 on the 24th in Auckland.
    assert said["period"] == {"from": "2026-11-18", "to": "2026-11-24"}


def test_days_of_which_a_part_is_stored_are_missing_and_counted_in_nothing(
    service: Service, token: str
) -> None:
    days = {"tz": "Europe/Berlin", "from_": "2026-10-21", "to": "2026-10-23"}

    said = service.get("totals", token, measure="tokens", **days).json()
    rows = service.rows("rows/completions", token, **days)

    # The 22nd begins at 22:00 (UTC) of the 21st, of which nothing is stored.
    assert said["coverage"]["missing"] == [{"from": "2026-10-21", "to": "2026-10-22"}]
    assert said["rows"][0]["value"] == "240"
    assert [(row["start"][:10], row["input_tokens"]) for row in rows] == [("2026-10-23", 240)]


DOLLARS = "has dollars in it: the API bills by UTC day and has no hours, so costs are in days of UTC."
REFUSED = [
    ("series", {}, f"spend {DOLLARS}"),
    ("totals", {"measure": ["tokens", "spend"]}, f"spend {DOLLARS}"),
    ("ranking", {"measure": "cost_per_request", "by": "project"}, f"cost_per_request {DOLLARS}"),
    ("totals", {"tz": "europe/berln"}, "“europe/berln” is not a time zone. Is Europe/Berlin meant?"),
    ("totals", {"tz": "+02:00"}, "“+02:00” is not a time zone. Write it as Europe/Berlin."),
    (
        "totals",
        {"from_": "2026-06-01"},
        "Days of Europe/Berlin are made of rows by hour, which are read for at most 93 days at once; "
        "1 Jun – 26 Oct 2026 has 148. Ask for fewer days, or leave tz out.",
    ),
    (
        "totals",
        {"tz": "Asia/Kolkata"},
        "no whole day of Asia/Kolkata is stored by minute. Open Usage with these days and the time zone "
        "Asia/Kolkata, which fetches them, or leave tz out.",
    ),
    (
        "rows/images",
        {"from_": "2026-11-02", "to": "2026-11-03"},
        "no whole day of Europe/Berlin is stored by hour. Open Usage with these days and the time zone "
        "Europe/Berlin, which fetches them, or leave tz out.",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("path", "query", "said"), REFUSED)
def test_what_cannot_be_said_by_the_days_of_a_zone_is_refused_with_the_reason(
    service: Service, token: str, path: str, query: dict[str, Any], said: str
) -> None:
    answered = service.get(path, token, **{**BERLIN, **query})

    assert answered.status_code == 400
    assert answered.json()["parameter"] == "tz"
    assert answered.json()["detail"] == f"tz: {said}"


def test_a_gap_in_what_is_stored_by_hour_is_refused_because_its_days_are_not_whole(
    service: Service, token: str
) -> None:
    fetched(Store(str(service.folder)), dt.date(2026, 10, 30), dt.date(2026, 11, 3))

    answered = service.get("rows/completions", token, tz="Europe/Berlin", from_="2026-10-24", to="2026-11-02")

    assert answered.json()["detail"] == (
        "tz: not all rows of completions by hour are stored of 28–30 Oct 2026. Open Usage with these days "
        "and the time zone Europe/Berlin, which fetches them, or leave tz out."
    )


@pytest.mark.parametrize(
    "path", [path for path, kind in KINDS.items() if "tz" not in {one.name for one in kind.parameters}]
)
def test_answers_about_dollars_or_about_requests_take_no_zone(service: Service, path: str) -> None:
    answered = service.get(path, service.token(), tz="Europe/Berlin")

    assert answered.json()["detail"] == "tz: is not taken here: the days of this answer are those of UTC."


def test_every_answer_that_can_be_of_usage_alone_takes_a_zone() -> None:
    assert {path for path, kind in KINDS.items() if "tz" in {one.name for one in kind.parameters}} == {
        "totals",
        "series",
        "ranking",
        *(f"rows/{name}" for name in USAGE),
    }

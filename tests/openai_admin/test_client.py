"""Windows: what is asked, how pages are followed, what is learned from a refusal."""

import datetime as dt
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from decimal import Decimal
from typing import Any

import pytest

from lib.catalog.sources import COSTS, SOURCES
from lib.errors import BadRequest, UnexpectedResponse
from lib.openai_admin import AdminClient, Part
from lib.openai_admin.name_lists import NameList
from lib.openai_admin.refusals import Refusal, RefusalKind
from lib.periods.widths import Width
from lib.periods.windows import Window, unix
from tests.fake_time import FakeTime
from tests.loopback import Handler, Loopback, Request, Response, bucket, error, page, script

NOW = dt.datetime(2026, 11, 23, 12, tzinfo=dt.UTC)
KEY = "sk-admin-test-0123456789"
EMBEDDINGS = SOURCES["embeddings"]
MODERATIONS = SOURCES["moderations"]
COMPLETIONS = SOURCES["completions"]
DAY = 86400
ALL_COSTS = ("project_id", "line_item", "user_id", "api_key_id", "api_source")
INVALID_TOKEN = error(400, "The page token is invalid, have you modified the query parameters?")


def day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


def window(first: str, end: str) -> Window:
    return Window(day(first), day(end))


WEEK = window("2026-11-01", "2026-11-08")
FIRST = unix(WEEK.first)

Make = Callable[..., tuple[AdminClient, Loopback]]


@pytest.fixture
def serve() -> Iterator[Make]:
    opened = ExitStack()

    def make(handler: Handler, **options: Any) -> tuple[AdminClient, Loopback]:
        server = opened.enter_context(Loopback(handler))
        time = FakeTime(NOW)
        settings = {"sleep": time.sleep, "clock": time.clock, "now": time.now, "chance": lambda: 0.5}
        client = AdminClient(KEY, server.base_url, **{**settings, **options})
        opened.callback(client.close)
        return client, server

    with opened:
        yield make


def days_asked(request: Request) -> list[dict[str, Any]]:
    return [bucket(t) for t in range(request.number("start_time"), request.number("end_time"), DAY)]


def limited(request: Request) -> Response:
    """Answer as the API does: as many daily buckets as the limit allows."""
    buckets, limit = days_asked(request), request.number("limit")
    return page(*buckets[:limit], next_page="page_next" if len(buckets) > limit else None)


def starts(parts: list[Part]) -> list[int]:
    return [start for part in parts for start in part.starts]


def groups(server: Loopback) -> list[tuple[str, ...]]:
    return [tuple(r.query.get("group_by", [])) for r in server.requests]


def spans(parts: list[Part]) -> list[tuple[str, str, str, tuple[str, ...]]]:
    return [(str(p.window.first), str(p.window.end), p.slice, p.dimensions) for p in parts]


def remembered(client: AdminClient) -> list[tuple[Any, ...]]:
    return [(r.source, r.kind, r.dimension, r.since, r.until) for r in client.refusals]


# What goes over the wire


def test_a_window_is_asked_with_both_ends_its_bucket_count_and_bare_repeated_keys(serve: Make) -> None:
    client, server = serve(limited)

    client.fetch(COSTS, Width.DAY, WEEK)

    (request,) = server.requests
    assert request.path == "/v1/organization/costs"
    assert request.raw_query == (
        "start_time=1793491200&end_time=1794096000&bucket_width=1d&limit=7&group_by=project_id"
        "&group_by=line_item&group_by=user_id&group_by=api_key_id&group_by=api_source"
    )
    assert request.headers["Authorization"] == f"Bearer {KEY}"


@pytest.mark.parametrize(("width", "limit"), [(Width.DAY, "1"), (Width.HOUR, "24"), (Width.MINUTE, "1440")])
def test_the_limit_is_the_number_of_buckets_in_the_window(serve: Make, width: Width, limit: str) -> None:
    def handler(request: Request) -> Response:
        ends = range(request.number("start_time"), request.number("end_time"), width.seconds)
        return page(*[bucket(t, seconds=width.seconds) for t in ends])

    client, server = serve(handler)
    client.fetch(EMBEDDINGS, width, window("2026-11-01", "2026-11-02"))

    assert [r.one("limit") for r in server.requests] == [limit]


def test_a_window_longer_than_one_answer_is_cut(serve: Make) -> None:
    client, server = serve(limited)

    parts = client.fetch(EMBEDDINGS, Width.DAY, window("2026-09-01", "2026-10-11"))

    assert [r.one("limit") for r in server.requests] == ["31", "9"]
    assert [(str(p.window.first), str(p.window.end)) for p in parts] == [
        ("2026-09-01", "2026-10-02"),
        ("2026-10-02", "2026-10-11"),
    ]


def test_numbers_with_a_point_are_exact_decimals(serve: Make) -> None:
    body = page(bucket(FIRST, {"amount": {"value": "x"}}))
    text = body.content.replace(b'"x"', b"0.13080438340307526")
    client, _ = serve(script(Response(text)))

    (part,) = client.fetch(COSTS, Width.DAY, window("2026-11-01", "2026-11-02"))

    assert part.table["cost_usd"].to_pylist() == [Decimal("0.13080438340307526")]


# Pages


def test_a_cursor_is_followed_with_every_parameter_sent_again(serve: Make) -> None:
    client, server = serve(
        script(
            page(*[bucket(FIRST + n * DAY) for n in range(4)], next_page="page_AAAA=="),
            page(*[bucket(FIRST + n * DAY) for n in range(4, 7)]),
        )
    )

    parts = client.fetch(EMBEDDINGS, Width.DAY, WEEK)

    first, second = server.requests
    assert starts(parts) == [FIRST + n * DAY for n in range(7)]
    assert second.raw_query == f"{first.raw_query}&page=page_AAAA%3D%3D"


def test_a_cursor_past_the_end_of_the_window_is_not_followed(serve: Make) -> None:
    client, server = serve(script(page(*[bucket(FIRST + n * DAY) for n in range(7)], next_page="page_A")))

    assert len(starts(client.fetch(COSTS, Width.DAY, WEEK))) == 7
    assert len(server.requests) == 1


def test_an_invalid_page_token_resumes_from_the_end_of_the_last_bucket(serve: Make) -> None:
    client, server = serve(
        script(
            page(bucket(FIRST), bucket(FIRST + DAY), next_page="page_A"),
            INVALID_TOKEN,
            page(*[bucket(FIRST + n * DAY) for n in range(2, 7)]),
        )
    )

    assert starts(client.fetch(EMBEDDINGS, Width.DAY, WEEK)) == [FIRST + n * DAY for n in range(7)]
    resumed = server.requests[2]
    assert (resumed.one("page"), resumed.number("start_time"), resumed.one("limit")) == (
        None,
        FIRST + 2 * DAY,
        "5",
    )


@pytest.mark.parametrize(
    "second",
    [
        page(bucket(FIRST), next_page="page_A"),
        page(bucket(FIRST + DAY), next_page="page_A"),
        page(bucket(FIRST + 2 * DAY), next_page="page_B"),
        page(next_page="page_B"),
    ],
    ids=["the same page again", "the same cursor again", "a skipped day", "an empty page"],
)
def test_a_cursor_that_does_not_lead_on_is_left_for_a_start_time(serve: Make, second: Response) -> None:
    client, server = serve(sequence(page(bucket(FIRST), next_page="page_A"), second))

    assert starts(client.fetch(EMBEDDINGS, Width.DAY, WEEK)) == [FIRST + n * DAY for n in range(7)]
    assert len(server.requests) == 3
    assert server.requests[2].one("page") is None


def sequence(*responses: Response) -> Handler:
    """Answer with `responses` first, then as the API does."""
    left = iter(responses)
    return lambda request: next(left, None) or limited(request)


def test_more_without_a_cursor_is_asked_for_by_start_time(serve: Make) -> None:
    client, server = serve(sequence(page(bucket(FIRST), has_more=True)))

    assert starts(client.fetch(EMBEDDINGS, Width.DAY, WEEK)) == [FIRST + n * DAY for n in range(7)]
    assert [r.number("start_time") for r in server.requests] == [FIRST, FIRST + DAY]


def test_more_that_never_comes_is_not_taken_as_complete(serve: Make) -> None:
    client, server = serve(lambda _request: page(has_more=True))

    with pytest.raises(UnexpectedResponse, match="more but does not send it"):
        client.fetch(EMBEDDINGS, Width.DAY, WEEK)
    assert len(server.requests) == 1


def test_buckets_missing_at_the_end_are_asked_for(serve: Make) -> None:
    client, server = serve(sequence(page(bucket(FIRST), bucket(FIRST + DAY))))

    assert starts(client.fetch(EMBEDDINGS, Width.DAY, WEEK)) == [FIRST + n * DAY for n in range(7)]
    assert [r.number("start_time") for r in server.requests] == [FIRST, FIRST + 2 * DAY]


def test_missing_days_are_quiet_once_the_api_says_that_there_is_nothing_from_there(serve: Make) -> None:
    client, server = serve(script(page(bucket(FIRST)), page()))

    assert starts(client.fetch(EMBEDDINGS, Width.DAY, WEEK)) == [FIRST]
    assert [r.number("start_time") for r in server.requests] == [FIRST, FIRST + DAY]


def test_buckets_that_are_not_over_may_be_missing(serve: Make) -> None:
    today = window("2026-11-22", "2026-11-24")
    client, server = serve(script(page(bucket(unix(today.first)))))

    assert starts(client.fetch(EMBEDDINGS, Width.DAY, today)) == [unix(today.first)]
    assert len(server.requests) == 1


@pytest.mark.parametrize(
    "start",
    [FIRST - DAY, FIRST + 7 * DAY, FIRST + 60],
    ids=["before", "after", "unaligned"],
)
def test_a_bucket_that_was_not_asked_for_is_an_error(serve: Make, start: int) -> None:
    client, _ = serve(script(page(bucket(start))))

    with pytest.raises(UnexpectedResponse, match="not asked for"):
        client.fetch(EMBEDDINGS, Width.DAY, WEEK)


def test_pages_without_end_are_given_up(serve: Make) -> None:
    count = iter(range(10_000))
    long = window("2026-11-01", "2026-11-02")
    client, server = serve(
        lambda _r: page(bucket(unix(long.first) + 60 * (n := next(count))), next_page=f"page_{n}")
    )

    with pytest.raises(UnexpectedResponse, match="more than 200 pages"):
        client.fetch(EMBEDDINGS, Width.MINUTE, long)
    assert len(server.requests) == 200


@pytest.mark.parametrize(
    "body",
    [
        {"has_more": False},
        {"data": []},
        {"data": {}, "has_more": False},
        {"data": [], "has_more": "no"},
        {"data": [{"results": []}], "has_more": False},
        {"data": [None], "has_more": False},
    ],
)
def test_an_answer_without_data_has_more_or_start_times_is_an_error(serve: Make, body: Any) -> None:
    client, _ = serve(script(Response(body)))

    with pytest.raises(UnexpectedResponse, match="the API sent something else than documented"):
        client.fetch(EMBEDDINGS, Width.DAY, WEEK)


# The key floor of costs


FLOOR = "2025-12-06"


def floored(message: str, floor: str = FLOOR) -> Handler:
    def handler(request: Request) -> Response:
        keyed = "api_key_id" in request.query.get("group_by", [])
        if keyed and request.number("start_time") < unix(day(floor)):
            return error(400, message, param="start_time")
        return limited(request)

    return handler


ACROSS = window("2025-12-01", "2025-12-11")
WITHOUT_KEY = ("project_id", "line_item", "user_id", "api_source")


@pytest.mark.parametrize(
    ("message", "requests"),
    [
        ("Grouping by api_key_id is only available from 2025-12-06.", 5),
        ("start_time must be at or after 1764979200 when grouping by api_key_id.", 5),
        ("Grouping by api_key_id is not available for this start_time.", 13),
        ("Grouping by api_key_id ended on 2025-12-01.", 13),
        ("Grouping by api_key_id is only available from 2025-12-20.", 9),
        ("start_time is too early for this grouping.", 17),
    ],
    ids=["a date", "an epoch", "no date", "a useless date", "a later date", "no dimension"],
)
def test_a_floor_narrows_only_the_days_before_it(serve: Make, message: str, requests: int) -> None:
    client, server = serve(floored(message))

    parts = client.fetch(COSTS, Width.DAY, ACROSS)

    assert spans(parts) == [
        ("2025-12-01", FLOOR, "whole", WITHOUT_KEY),
        (FLOOR, "2025-12-11", "whole", ALL_COSTS),
    ]
    assert starts(parts) == [unix(ACROSS.first) + n * DAY for n in range(10)]
    assert remembered(client) == [("costs", RefusalKind.FLOOR, "api_key_id", None, day(FLOOR))]
    assert len(server.requests) == requests


def test_a_floor_may_be_today(serve: Make) -> None:
    today = str(NOW.date())
    client, _server = serve(floored("Grouping by api_key_id is not available for this start_time.", today))

    parts = client.fetch(COSTS, Width.DAY, window("2026-11-20", "2026-11-24"))

    assert spans(parts) == [
        ("2026-11-20", today, "whole", WITHOUT_KEY),
        (today, "2026-11-24", "whole", ALL_COSTS),
    ]
    assert remembered(client) == [("costs", RefusalKind.FLOOR, "api_key_id", None, NOW.date())]


def test_probes_for_the_floor_ask_for_one_day_and_one_dimension(serve: Make) -> None:
    client, server = serve(floored("api_key_id is available from 2025-12-06."))

    client.fetch(COSTS, Width.DAY, ACROSS)

    probes = [
        (r.number("start_time"), r.number("end_time"), r.one("limit"), r.query["group_by"])
        for r in server.requests[1:3]
    ]
    floor = unix(day(FLOOR))
    assert probes == [
        (floor, floor + DAY, "1", ["api_key_id"]),
        (floor - DAY, floor, "1", ["api_key_id"]),
    ]


def test_a_known_floor_is_not_asked_about_again(serve: Make) -> None:
    client, server = serve(floored("api_key_id is available from 2025-12-06."))
    client.fetch(COSTS, Width.DAY, ACROSS)
    server.requests.clear()

    parts = client.fetch(COSTS, Width.DAY, window("2025-11-01", "2025-11-11"))

    assert spans(parts) == [("2025-11-01", "2025-11-11", "whole", WITHOUT_KEY)]
    assert groups(server) == [WITHOUT_KEY]


def test_a_floor_learned_earlier_is_asked_about_again_after_a_day(serve: Make) -> None:
    known = Refusal(
        "costs", RefusalKind.FLOOR, "", NOW - dt.timedelta(days=1), "api_key_id", None, day(FLOOR)
    )
    client, server = serve(limited, refusals=[known])

    assert spans(client.fetch(COSTS, Width.DAY, ACROSS)) == [("2025-12-01", "2025-12-11", "whole", ALL_COSTS)]
    assert len(server.requests) == 1


def test_threads_look_for_a_floor_one_at_a_time(serve: Make) -> None:
    barrier = threading.Barrier(4)
    answer = floored("Grouping by api_key_id is not available for this start_time.")

    def handler(request: Request) -> Response:
        if len(request.query.get("group_by", [])) == 5 and request.number("start_time") < unix(day(FLOOR)):
            barrier.wait(5)
        return answer(request)

    client, server = serve(handler)
    windows = [window(f"2025-{m:02}-01", f"2025-{m:02}-03") for m in (8, 9, 10, 11)]
    with ThreadPoolExecutor(4) as pool:
        parts = list(pool.map(lambda w: client.fetch(COSTS, Width.DAY, w), windows))

    assert [p.dimensions for each in parts for p in each] == [WITHOUT_KEY] * 4
    assert groups(server).count(ALL_COSTS) == 4
    assert groups(server).count(("api_key_id",)) <= 10
    assert len(client.refusals) == 1


# Users with projects


PROJECTS = ("project_id", "line_item", "api_key_id", "api_source")
USERS = ("user_id", "line_item", "api_key_id", "api_source")


def uncombined(message: str, param: str | None = "group_by") -> Handler:
    def handler(request: Request) -> Response:
        if {"user_id", "project_id"} <= set(request.query.get("group_by", [])):
            return error(400, message, param=param)
        return limited(request)

    return handler


@pytest.mark.parametrize(
    ("message", "param", "requests"),
    [
        ("Combining user_id with project_id is not supported for this organization.", "group_by", 5),
        ("Grouping by user_id is not supported here.", "group_by", 6),
        ("Unsupported combination.", None, 8),
    ],
    ids=["both named", "one named", "none named"],
)
def test_a_refused_combination_is_fetched_slice_by_slice(
    serve: Make, message: str, param: str | None, requests: int
) -> None:
    client, server = serve(uncombined(message, param))

    parts = client.fetch(COSTS, Width.DAY, WEEK)

    assert spans(parts) == [
        ("2026-11-01", "2026-11-08", "projects", PROJECTS),
        ("2026-11-01", "2026-11-08", "users", USERS),
    ]
    assert remembered(client) == [("costs", RefusalKind.COMBINATION, None, WEEK.first, WEEK.end)]
    assert len(server.requests) == requests


def test_a_refused_combination_holds_for_its_window_only(serve: Make) -> None:
    client, server = serve(uncombined("Cannot combine user_id and project_id."))
    client.fetch(COSTS, Width.DAY, WEEK)
    server.requests.clear()

    client.fetch(COSTS, Width.DAY, WEEK)
    assert groups(server) == [PROJECTS, USERS]

    client.fetch(COSTS, Width.DAY, window("2026-11-08", "2026-11-10"))
    assert groups(server) == [PROJECTS, USERS, *3 * [ALL_COSTS], PROJECTS, USERS]
    assert remembered(client) == [("costs", RefusalKind.COMBINATION, None, WEEK.first, day("2026-11-10"))]


def test_a_combination_is_given_up_for_no_more_days_than_refuse_it(serve: Make) -> None:
    refused = window("2026-11-03", "2026-11-05")

    def handler(request: Request) -> Response:
        combined = {"user_id", "project_id"} <= set(request.query.get("group_by", []))
        touched = (
            request.number("start_time") < refused.end_time
            and request.number("end_time") > refused.start_time
        )
        if combined and touched:
            return error(400, "Cannot combine user_id and project_id.", param="group_by")
        return limited(request)

    client, _ = serve(handler)

    assert spans(client.fetch(COSTS, Width.DAY, WEEK)) == [
        ("2026-11-01", "2026-11-03", "whole", ALL_COSTS),
        ("2026-11-03", "2026-11-05", "projects", PROJECTS),
        ("2026-11-03", "2026-11-05", "users", USERS),
        ("2026-11-05", "2026-11-08", "whole", ALL_COSTS),
    ]
    assert remembered(client) == [("costs", RefusalKind.COMBINATION, None, refused.first, refused.end)]


def test_a_combination_and_a_floor_narrow_the_same_window(serve: Make) -> None:
    combination = uncombined("Cannot combine user_id and project_id.")
    floor = floored("api_key_id is available from 2025-12-06.")

    def handler(request: Request) -> Response:
        refused = combination(request)
        return refused if refused.status == 400 else floor(request)

    client, _ = serve(handler)

    assert spans(client.fetch(COSTS, Width.DAY, ACROSS)) == [
        ("2025-12-01", FLOOR, "projects", ("project_id", "line_item", "api_source")),
        ("2025-12-01", FLOOR, "users", ("user_id", "line_item", "api_source")),
        (FLOOR, "2025-12-11", "projects", PROJECTS),
        (FLOOR, "2025-12-11", "users", USERS),
    ]


# Dimensions


def without(*refused: str, message: str, param: str | None = None) -> Handler:
    def handler(request: Request) -> Response:
        if set(refused) & set(request.query.get("group_by", [])):
            return error(400, message, param=param)
        return limited(request)

    return handler


@pytest.mark.parametrize(
    ("message", "param"),
    [
        ("Unknown value: 'api_source'.", "group_by"),
        ("Invalid value: 'api_source'. Supported values are: 'project_id', 'user_id' and 'model'.", None),
        ("Not supported.", "api_source"),
    ],
)
def test_a_dimension_refused_by_name_is_dropped_alone(serve: Make, message: str, param: str | None) -> None:
    client, server = serve(without("api_source", message=message, param=param))

    (part,) = client.fetch(COMPLETIONS, Width.DAY, WEEK)

    assert part.dimensions == ("project_id", "user_id", "api_key_id", "model", "batch", "service_tier")
    assert remembered(client) == [
        ("completions", RefusalKind.DIMENSION, "api_source", WEEK.first, WEEK.end),
    ]
    assert len(server.requests) == 2


def test_two_dimensions_that_the_next_rung_keeps_together_are_no_refused_combination(serve: Make) -> None:
    def handler(request: Request) -> Response:
        if {"project_id", "line_item"} <= set(request.query.get("group_by", [])):
            return error(400, "Grouping by project_id and line_item is not supported.", param="group_by")
        return limited(request)

    client, _server = serve(handler)

    client.fetch(COSTS, Width.DAY, WEEK)

    assert remembered(client) == [("costs", RefusalKind.DIMENSION, "line_item", WEEK.first, WEEK.end)]


def test_a_word_that_is_also_a_dimension_counts_only_when_quoted(serve: Make) -> None:
    client, _ = serve(without("service_tier", message="This model of service_tier is unknown."))

    (part,) = client.fetch(COMPLETIONS, Width.DAY, WEEK)

    assert "model" in part.dimensions
    assert "service_tier" not in part.dimensions


def test_a_refusal_without_a_name_is_traced_by_dropping_dimensions_newest_first(serve: Make) -> None:
    client, server = serve(without("user_id", message="Bad request."))

    (part,) = client.fetch(EMBEDDINGS, Width.DAY, WEEK)

    assert part.dimensions == ("project_id", "api_key_id", "model")
    assert groups(server) == [
        ("project_id", "user_id", "api_key_id", "model"),
        (),
        ("project_id", "api_key_id", "model"),
        ("project_id", "api_key_id", "model"),
    ]


def test_several_refused_dimensions_are_all_found(serve: Make) -> None:
    client, _ = serve(without("user_id", "api_key_id", message="Bad request."))

    (part,) = client.fetch(EMBEDDINGS, Width.DAY, WEEK)

    assert part.dimensions == ("project_id", "model")
    assert {r.dimension for r in client.refusals} == {"user_id", "api_key_id"}


def test_a_refusal_that_is_not_about_grouping_is_raised_in_the_apis_words(serve: Make) -> None:
    client, server = serve(lambda _r: error(400, "The moon is full.", code="moon"))

    with pytest.raises(BadRequest, match=r"/organization/usage/embeddings: “The moon is full.”") as caught:
        client.fetch(EMBEDDINGS, Width.DAY, WEEK)
    assert caught.value.code == "moon"
    assert len(server.requests) == 2
    assert client.refusals == ()


def test_a_refused_limit_is_raised_at_once(serve: Make) -> None:
    client, server = serve(lambda _r: error(400, "Invalid 'limit'.", param="limit"))

    with pytest.raises(BadRequest, match="Invalid 'limit'"):
        client.fetch(EMBEDDINGS, Width.DAY, WEEK)
    assert len(server.requests) == 1


# Endpoints and history


def test_missing_costs_are_an_outage_that_is_waited_for(serve: Make) -> None:
    client, server = serve(sequence(error(404, "Invalid URL")))

    assert len(starts(client.fetch(COSTS, Width.DAY, WEEK))) == 7
    assert len(server.requests) == 2
    assert client.refusals == ()


def history(earliest: str, message: str) -> Handler:
    def handler(request: Request) -> Response:
        if request.number("start_time") < unix(day(earliest)):
            return error(400, message, param="start_time", code="reporting_lookback_exceeded")
        return limited(request)

    return handler


LOOKBACK = "Usage and cost data are available for the past year. Earliest supported start date: {} (UTC)."


@pytest.mark.parametrize(
    ("message", "requests"),
    [(LOOKBACK.format("2025-11-23"), 2), ("Too far back.", 12)],
    ids=["date named", "no date"],
)
def test_history_is_fetched_from_the_first_day_that_is_served(
    serve: Make, message: str, requests: int
) -> None:
    client, server = serve(history("2025-11-23", message))

    parts = client.fetch(MODERATIONS, Width.DAY, window("2025-11-20", "2025-11-25"))

    assert [(p.window, starts([p])) for p in parts] == [
        (window("2025-11-23", "2025-11-25"), [unix(day("2025-11-23")), unix(day("2025-11-24"))])
    ]
    assert remembered(client) == [("moderations", RefusalKind.LOOKBACK, None, None, day("2025-11-23"))]
    assert len(server.requests) == requests


def test_a_window_before_history_brings_nothing_and_is_asked_once(serve: Make) -> None:
    client, server = serve(history("2025-11-23", LOOKBACK.format("2025-11-23")))

    assert client.fetch(COSTS, Width.DAY, window("2025-01-01", "2025-02-01")) == []
    assert client.fetch(COSTS, Width.DAY, window("2025-02-01", "2025-03-01")) == []
    assert len(server.requests) == 1


def test_history_refused_on_a_later_page_is_fetched_from_the_day_named(serve: Make) -> None:
    client, server = serve(
        sequence(
            page(bucket(FIRST), next_page="page_A"),
            error(400, LOOKBACK.format("2026-11-03"), code="reporting_lookback_exceeded"),
        )
    )

    assert starts(client.fetch(COSTS, Width.DAY, WEEK)) == [FIRST + n * DAY for n in range(2, 7)]
    assert len(server.requests) == 3


def test_one_sources_refusal_leaves_the_others_alone(serve: Make) -> None:
    client, _ = serve(history("2025-11-23", LOOKBACK.format("2025-11-23")))
    client.fetch(COSTS, Width.DAY, window("2025-01-01", "2025-02-01"))

    parts = client.fetch(EMBEDDINGS, Width.DAY, WEEK)

    assert len(starts(parts)) == 7
    assert client.requests_made == {"costs": 1, "embeddings": 1}


def test_of_no_project_no_keys_are_asked_for(serve: Make) -> None:
    client, server = serve(script())

    assert client.fetch_keys([]) == NameList(())
    assert server.requests == []

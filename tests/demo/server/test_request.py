import base64
import datetime as dt
from typing import Any

import pytest

from lib.catalog.sources import COSTS, SOURCES
from lib.demo.server.entitlements import Refused
from lib.demo.server.request import BucketRequest, choice, fields, read, whole_number, within
from lib.periods.widths import Width

NOW = dt.datetime(2026, 11, 23, 12, tzinfo=dt.UTC)
COMPLETIONS, IMAGES = SOURCES["completions"], SOURCES["images"]
START = 1_762_646_400  # 9 November 2025


def asked(source: Any = COMPLETIONS, **query: Any) -> BucketRequest:
    """Return what a query of texts or lists of texts, from START on, asks of a source."""
    given = {"start_time": str(START)} | query
    return read(source, {n: [v] if isinstance(v, str) else v for n, v in given.items()}, NOW)


def refusal(source: Any = COMPLETIONS, **query: Any) -> tuple[str | None, str | None, str]:
    with pytest.raises(Refused) as refused:
        asked(source, **query)
    assert refused.value.status == 400
    return refused.value.param, refused.value.code, refused.value.message


def test_a_parameter_holds_all_its_values_with_or_without_brackets() -> None:
    query = "group_by=model&group_by[]=batch&models="

    assert fields(query) == {"group_by": ["model", "batch"], "models": [""]}
    assert fields(query, brackets=False) == {"group_by": ["model"], "models": [""]}


def test_what_is_not_said_is_by_day_until_now_ungrouped_and_unfiltered() -> None:
    request = asked()

    assert (request.start, request.end, request.width) == (START, int(NOW.timestamp()), Width.DAY)
    assert (request.group_by, request.where, request.resumed) == ((), (), None)


@pytest.mark.parametrize(("width", "limit", "most"), [("1d", 7, 31), ("1h", 24, 168), ("1m", 60, 1440)])
def test_a_page_has_the_default_of_its_width_and_at_most_what_the_width_allows(
    width: str, limit: int, most: int
) -> None:
    assert asked(bucket_width=width).limit == limit
    assert asked(bucket_width=width, limit=str(most)).limit == most
    assert asked(bucket_width=width, limit="1").limit == 1
    assert refusal(bucket_width=width, limit=str(most + 1)) == (
        "limit",
        "integer_above_max_value",
        f"Invalid 'limit': integer above maximum value. Expected a value <= {most}, but got {most + 1} "
        "instead.",
    )
    assert refusal(bucket_width=width, limit="0")[1] == "integer_below_min_value"


def test_a_grouping_named_twice_counts_once() -> None:
    assert asked(group_by=["model", "batch", "model"]).group_by == ("model", "batch")


def test_filters_are_kept_by_dimension() -> None:
    request = asked(models=["a", "b"], batch="true")

    assert dict(request.where) == {"model": frozenset({"a", "b"}), "batch": frozenset({"true"})}


@pytest.mark.parametrize(
    ("source", "query", "param", "code"),
    [
        (COMPLETIONS, {"start_time": []}, "start_time", None),
        (COMPLETIONS, {"nonsense": "1"}, "nonsense", "unknown_parameter"),
        (COMPLETIONS, {"limit": ["1", "2"]}, "limit", "invalid_value"),
        (COMPLETIONS, {"limit": "many"}, "limit", "invalid_type"),
        (COMPLETIONS, {"end_time": str(START)}, "end_time", "invalid_value"),
        (COMPLETIONS, {"bucket_width": "1w"}, "bucket_width", "invalid_value"),
        (COMPLETIONS, {"group_by": "line_item"}, "group_by", "invalid_value"),
        (COMPLETIONS, {"batch": "yes"}, "batch", "invalid_value"),
        (IMAGES, {"sizes": "1x1"}, "sizes", "invalid_value"),
        (COSTS, {"user_ids": "user-a"}, "user_ids", "unknown_parameter"),
        (COSTS, {"bucket_width": "1h"}, "bucket_width", "invalid_value"),
    ],
)
def test_a_wrong_parameter_is_refused_by_name(
    source: Any, query: dict[str, Any], param: str, code: str | None
) -> None:
    if code is None:
        with pytest.raises(Refused) as refused:
            read(source, {}, NOW)
        assert (refused.value.param, refused.value.code) == (param, "missing_required_parameter")
    else:
        assert refusal(source, **query)[:2] == (param, code)


def test_a_range_of_one_second_is_one() -> None:
    assert asked(end_time=str(START + 1)).end == START + 1


def test_a_cursor_resumes_its_own_query_only() -> None:
    cursor = asked(group_by=["model", "batch"]).cursor(START + 86400, NOW)

    assert cursor.startswith("page_")
    assert asked(group_by=["batch", "model"], page=cursor).resumed == START + 86400
    for other in ({"group_by": "model"}, {"group_by": ["model", "batch"], "limit": "3"}):
        assert "page token" in refusal(page=cursor, **other)[2]
    assert "page token" in refusal(SOURCES["embeddings"], group_by="model", page=cursor)[2]


@pytest.mark.parametrize("page", ["page_AAAA", "page_!", "", "page_" + base64.b64encode(b"0" * 20).decode()])
def test_a_cursor_that_was_made_up_is_refused(page: str) -> None:
    assert "page token" in refusal(page=page)[2]


def test_a_cursor_without_its_prefix_is_refused() -> None:
    cursor = asked().cursor(START, NOW)

    assert "page token" in refusal(page=cursor.removeprefix("page_"))[2]


def test_a_number_that_is_not_given_is_none() -> None:
    assert whole_number({}, "limit") is None
    assert whole_number({"limit": ["-3", "x"]}, "limit") == -3


def test_both_bounds_are_allowed() -> None:
    assert (within("limit", 1, 1, 3), within("limit", 3, 1, 3)) == (1, 3)


def test_a_choice_is_one_of_those_that_are_named() -> None:
    assert choice("size", "b", ("a", "b")) == "b"
    with pytest.raises(Refused) as refused:
        choice("size", "c", ("a", "b"))
    assert refused.value.message == "Invalid value: 'c'. Supported values are: 'a', 'b'."

"""A tiny organization whose every day is the same: what its pages must say is known by heart."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from lib.catalog.sources import SOURCES
from lib.periods.widths import Width
from tests.loopback import Request, Response

NOW = dt.datetime(2026, 11, 23, 12, tzinfo=dt.UTC)
WHO = {"project_id": "proj_a", "user_id": "user-a", "api_key_id": "key_a"}
ROWS: Mapping[str, list[dict[str, Any]]] = {
    "completions": [
        WHO
        | {"model": "gpt-6-sol-2026-05-01", "batch": False, "service_tier": "default"}
        | {"input_tokens": 100, "input_cached_tokens": 40, "output_tokens": 20, "num_model_requests": 2},
        WHO
        | {"model": "gpt-6-luna", "project_id": "proj_b", "batch": True, "service_tier": "default"}
        | {"input_tokens": 60, "output_tokens": 20, "num_model_requests": 1},
    ],
    "images": [WHO | {"model": "gpt-image-1", "images": 3, "num_model_requests": 1}],
    "costs": [
        WHO | {"line_item": "gpt-6-sol-2026-05-01, input", "amount": {"value": "1.25", "currency": "usd"}},
        WHO
        | {"line_item": "gpt-6-luna, output", "project_id": "proj_b"}
        | {"amount": {"value": 0.75, "currency": "usd"}},
    ],
}
NAMES: Mapping[str, list[dict[str, Any]]] = {
    "/v1/organization/projects": [
        {"id": "proj_a", "name": "Search", "created_at": 1, "status": "active"},
        {"id": "proj_b", "name": "Support", "created_at": 1, "status": "active"},
    ],
    "/v1/organization/users": [{"id": "user-a", "name": "Ada", "email": "ada@example.com", "added_at": 1}],
    "/v1/organization/projects/proj_a/api_keys": [
        {
            "id": "key_a",
            "name": "Search backend",
            "redacted_value": "sk-...aa",
            "created_at": 1,
            "owner": {
                "type": "user",
                "user": {"id": "user-a", "name": "Ada", "created_at": 1, "role": "owner"},
            },
        }
    ],
}
_BY_PATH = {f"/v1{source.path}": source for source in SOURCES.values()}


def ready(request: Request) -> Response:
    """Answer as the organization does."""
    return answer(request, ROWS, NAMES)


def answer(request: Request, rows: Mapping[str, Any], names: Mapping[str, Any]) -> Response:
    """Answer as an organization with these rows of each day, by source, and these names, by path, does."""
    source = _BY_PATH.get(request.path)
    if source is None:
        listed = names.get(request.path, [])
        return Response(
            {"object": "list", "data": listed, "has_more": False, "first_id": None, "last_id": None}
        )
    return _buckets(request, rows.get(source.name, []), source.result_object)


def empty(request: Request) -> Response:
    """Answer as an organization that never used anything."""
    if request.path in _BY_PATH:
        return _buckets(request, [], "")
    return Response({"object": "list", "data": [], "has_more": False, "first_id": None, "last_id": None})


def nameless(request: Request) -> Response:
    """Answer as the organization does to a key that may not read names."""
    if request.path in _BY_PATH:
        return ready(request)
    said = "You have insufficient permissions for this operation. Missing scopes: api.management.read."
    return refusing(403, said)(request)


def refusing(status: int, message: str, body: Any = None) -> Any:
    """Return a handler that answers everything with `status`."""
    error = {"error": {"message": message, "type": "invalid_request_error", "param": None, "code": None}}
    return lambda _request: Response(error if body is None else body, status=status)


def _buckets(request: Request, rows: list[dict[str, Any]], result_object: str) -> Response:
    seconds = Width(request.one("bucket_width") or "1d").seconds
    starts = range(request.number("start_time"), request.number("end_time"), seconds)
    grouped = set(request.query.get("group_by", []))
    dimensions = {d for source in SOURCES.values() for d in source.dimensions}
    now = int(NOW.timestamp())
    buckets = [
        {
            "object": "bucket",
            "start_time": start,
            "end_time": start + seconds,
            "results": [
                {"object": result_object} | {k: v for k, v in row.items() if k not in dimensions - grouped}
                for row in rows
                if start <= now and start % 86400 == 0
            ],
        }
        for start in starts
    ]
    return Response({"object": "page", "data": buckets, "has_more": False, "next_page": None})

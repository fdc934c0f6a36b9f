"""The description of the HTTP API as OpenAPI 3.1 has it, made from what is declared of the answers."""

from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any

from lib.http_api.answer import STATES
from lib.http_api.answer_kinds import KINDS, AnswerKind
from lib.http_api.formats import MEDIA_TYPES, Format
from lib.http_api.parameters import COMPARED, FILTERS, FORMAT, GRAIN, LIMIT, MONTH, PERIOD, ZONE, Parameter
from lib.http_api.problems import MEDIA_TYPE, TITLES

PATH = "openapi.json"
"""Where the description is, which tells nothing of the organization and needs no token."""
_SHARED = {one.name: one for one in (*PERIOD, ZONE, *COMPARED, *FILTERS, GRAIN, MONTH, LIMIT, FORMAT)}
_WRONG = {
    "400": "A parameter is wrong; `parameter` names it and `allowed` is what it takes, where that is few.",
    "401": "No token, or one that is unknown, has expired or was revoked.",
    "403": "What the token shows is not set up any more.",
    "406": "No format that the header Accept takes.",
    "413": "The answer would have too many rows.",
    "500": "A mistake in the program.",
    "503": "The store or a setting cannot be used now, or too many requests wait.",
}


@cache
def description() -> Mapping[str, Any]:
    """Return the whole description, as JSON holds it."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "OpenAI usage and costs",
            "version": "1",
            "summary": "What an organization's OpenAI usage costs: read-only, exact, from what is stored.",
            "description": "Days are UTC, unless `tz` asks for those of another zone. Exact numbers are "
            "decimals as text in JSON, and decimal128(38, 18) in Arrow. An answer says which of its days are "
            "known; nothing is fetched for it.",
        },
        "servers": [{"url": "/api/v1"}],
        "security": [{"token": []}],
        "paths": {f"/{kind.path}": {"get": _operation(kind)} for kind in KINDS.values()},
        "components": {
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
            "parameters": {name: _parameter(one) for name, one in _SHARED.items()},
            "schemas": {
                "Range": _object({"from": _DAY, "to": _DAY}),
                "Coverage": _object({"complete": {"type": "boolean"}, **dict.fromkeys(STATES, _RANGES)}),
                "Problem": _PROBLEM,
            },
            "responses": {status: _problem(status, about) for status, about in _WRONG.items()},
        },
    }


def _operation(kind: AnswerKind) -> dict[str, Any]:
    contents = {
        MEDIA_TYPES[Format.JSON]: {"schema": _answer(kind)},
        MEDIA_TYPES[Format.CSV]: {"schema": {"type": "string"}},
        MEDIA_TYPES[Format.ARROW]: {"schema": {"type": "string", "contentEncoding": "binary"}},
    }
    named = ("ETag", "Usage-Period", "Usage-Time-Zone", "Usage-Coverage")
    said = {name: {"schema": {"type": "string"}} for name in named}
    return {
        "operationId": kind.path.replace("/", "_"),
        "summary": kind.about,
        "parameters": [_referred(one) for one in kind.parameters],
        "responses": {
            "200": {"description": kind.about, "headers": said, "content": contents},
            "304": {"description": "It is as If-None-Match says."},
            **{status: {"$ref": f"#/components/responses/{status}"} for status in _WRONG},
        },
    }


def _referred(one: Parameter) -> dict[str, Any]:
    return (
        {"$ref": f"#/components/parameters/{one.name}"} if _SHARED.get(one.name) is one else _parameter(one)
    )


def _parameter(one: Parameter) -> dict[str, Any]:
    schema: Mapping[str, Any] = one.schema
    if one.most > 1:
        items = {key: value for key, value in schema.items() if key != "default"}
        schema = {"type": "array", "items": items, "minItems": 1, "maxItems": one.most}
    return {
        "name": one.name,
        "in": "query",
        "description": one.about,
        "required": one.is_required,
        "schema": schema,
    }


def _answer(kind: AnswerKind) -> dict[str, Any]:
    row: dict[str, Any] = _object({column.name: column.json_schema for column in kind.columns})
    # What rows are grouped by, and when their bucket begins, stand before the rest.
    row["additionalProperties"] = {"type": ["string", "null"]} if kind.is_grouped else False
    return _object(
        {
            "answer": {"const": kind.path},
            "period": _RANGE,
            "time_zone": {"type": "string", "description": "Whose days these are"},
            "compared": {"anyOf": [_RANGE, {"type": "null"}]},
            "coverage": {"$ref": "#/components/schemas/Coverage"},
            "left_out": {"type": "integer", "minimum": 0},
            "notes": {"type": "array", "items": {"type": "string"}},
            "rows": {"type": "array", "items": row},
        }
    )


def _object(properties: Mapping[str, Any], required: Iterable[str] | None = None) -> dict[str, Any]:
    needed = list(properties if required is None else required)
    return {
        "type": "object",
        "properties": properties,
        "required": needed,
        "additionalProperties": False,
    }


def _problem(status: str, about: str) -> dict[str, Any]:
    content = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    headers = {"WWW-Authenticate": {"schema": {"type": "string"}}} if status == "401" else {}
    return {"description": f"{TITLES[int(status)]}. {about}", "headers": headers, "content": content}


_DAY = {"type": "string", "format": "date"}
_RANGE = {"$ref": "#/components/schemas/Range"}
_RANGES = {"type": "array", "items": _RANGE}
_PROBLEM = {
    **_object(
        {
            "type": {"const": "about:blank"},
            "title": {"type": "string"},
            "status": {"type": "integer"},
            "code": {"type": "string", "description": "What went wrong, for programs"},
            "detail": {"type": "string", "description": "What went wrong and what to do, in a sentence"},
            "parameter": {"type": "string"},
            "allowed": {"type": "array", "items": {"type": "string"}},
        },
        ("type", "title", "status", "code", "detail"),
    ),
    "additionalProperties": True,
}

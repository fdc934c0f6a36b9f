"""The description is OpenAPI 3.1, names everything that there is, and is what answers keep to."""

import json
from collections.abc import Mapping
from typing import Any

import jsonschema
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from openapi_spec_validator import validate
from referencing import Registry
from referencing.jsonschema import DRAFT202012

from lib.catalog.dimensions import DIMENSIONS
from lib.catalog.measures import MEASURES
from lib.catalog.sources import SOURCES
from lib.http_api.answer_kinds import KINDS
from lib.http_api.description import description
from lib.http_api.parameters import NAMES
from lib.http_api.problems import Problem, WrongParameter, too_many, unknown_answer
from tests.http_api.service import Service, billed, november, put, used

DESCRIPTION = description()
_ROOT = "urn:description"
_REGISTRY = Registry().with_resource(_ROOT, DRAFT202012.create_resource(dict(DESCRIPTION)))


def check(value: Any, pointer: str) -> None:
    """Check a value against the schema at a place of the description."""
    schema = {"$ref": f"{_ROOT}#{pointer}"}
    jsonschema.Draft202012Validator(schema, registry=_REGISTRY).validate(value)


def place(path: str) -> str:
    escaped = f"/{path}".replace("/", "~1")
    return f"/paths/{escaped}/get/responses/200/content/application~1json/schema"


def parameters(path: str) -> dict[str, Mapping[str, Any]]:
    listed = DESCRIPTION["paths"][f"/{path}"]["get"]["parameters"]
    shared = DESCRIPTION["components"]["parameters"]
    found = (shared[one["$ref"].rpartition("/")[2]] if "$ref" in one else one for one in listed)
    return {one["name"]: one for one in found}


def values(schema: Mapping[str, Any]) -> st.SearchStrategy[Any]:
    if schema["type"] == "array":
        return st.lists(values(schema["items"]), min_size=1, max_size=3)
    if "enum" in schema:
        return st.sampled_from(schema["enum"])
    if schema.get("format") == "date":
        return st.sampled_from(["2020-06-11", "2026-10-01", "2026-11-20", "2026-11-23", "2027-01-01"])
    if schema.get("format") == "time-zone":
        return st.sampled_from(["UTC", "Europe/Berlin", "Asia/Kolkata", "Mars/Olympus"])
    if schema["type"] == "integer":
        return st.integers(schema["minimum"], schema["maximum"])
    if "pattern" in schema:
        return st.sampled_from(["2026-11", "2026-10", "1999-01"])
    return st.sampled_from(["proj_a", "gpt-6-sol", "(none)", "", "no such", "\x00", "ü'\"%;--"])


def test_what_may_be_given_several_times_is_a_list_of_so_many() -> None:
    ranked_by, totalled_by = parameters("ranking")["by"]["schema"], parameters("series")["by"]["schema"]

    assert (ranked_by["type"], ranked_by["minItems"], ranked_by["maxItems"]) == ("array", 1, 2)
    assert "maxItems" not in totalled_by


@st.composite
def requests(draw: st.DrawFn) -> tuple[str, dict[str, Any]]:
    path = draw(st.sampled_from(list(KINDS)))
    known = parameters(path)
    usual = {name for name, one in known.items() if one["required"]}
    chosen = usual | draw(st.sets(st.sampled_from(sorted(known)), max_size=4))
    return path, {name: draw(values(known[name]["schema"])) for name in sorted(chosen)}


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """A service over three weeks of two sources, and a token for all of it."""
    with pytest.MonkeyPatch.context() as patch:
        service = Service(tmp_path_factory.mktemp("api") / "store", patch)
        costs = [billed(day, "1.5", f"proj_{'ab'[day % 2]}") for day in range(1, 21)]
        usage = [used(day, 1_000 * day) for day in range(1, 21)]
        put(service.folder, {"costs": costs, "completions": usage}, november(1, 20))
        yield service, service.token()


def test_the_description_is_openapi() -> None:
    validate(dict(DESCRIPTION))  # type: ignore[arg-type]

    assert DESCRIPTION["openapi"] == "3.1.0"


def test_the_description_needs_no_token(service: Service) -> None:
    answered = service.get("openapi.json", None)

    assert answered.status_code == 200
    assert answered.json() == DESCRIPTION


@pytest.mark.parametrize(
    "problem", [unknown_answer(["totals"]), too_many(3, 2), WrongParameter("by", "is not known.", ["model"])]
)
def test_a_problem_may_have_more_members_than_are_described(problem: Problem) -> None:
    check(json.loads(bytes(problem.response().body)), "/components/schemas/Problem")


def test_every_measure_dimension_and_source_of_the_catalog_is_described() -> None:
    assert parameters("series")["measure"]["schema"]["enum"] == list(MEASURES)
    assert parameters("series")["by"]["schema"]["enum"] == list(NAMES.values())
    assert len(NAMES) == len(DIMENSIONS)
    assert {f"/rows/{name}" for name in SOURCES} <= DESCRIPTION["paths"].keys()
    for name, source in SOURCES.items():
        row = DESCRIPTION["paths"][f"/rows/{name}"]["get"]["responses"]["200"]["content"]["application/json"]
        assert list(row["schema"]["properties"]["rows"]["items"]["properties"]) == list(source.metric_names)


@pytest.mark.parametrize("path", KINDS)
def test_every_answer_keeps_to_its_schema(filled: tuple[Service, str], path: str) -> None:
    service, token = filled
    needed = {"by": "project"} if path == "ranking" else {}

    answered = service.get(path, token, **needed)

    assert answered.status_code == 200, answered.text
    check(answered.json(), place(path))


@settings(max_examples=60, suppress_health_check=list(HealthCheck))
@given(requests())
@example(("series", {"grain": "minute", "from": "2026-11-20", "to": "2026-11-20"}))
@example(("totals", {"measure": ["tokens"], "line_item": ["whisper"]}))
def test_whatever_the_description_allows_is_answered_or_a_problem_that_says_what_is_wrong(
    filled: tuple[Service, str], request_: tuple[str, dict[str, Any]]
) -> None:
    service, token = filled
    path, query = request_

    answered = service.client.get(
        f"/api/v1/{path}", params=query, headers={"Authorization": f"Bearer {token}"}
    )

    assert answered.status_code in {200, 400}, answered.text
    if answered.status_code == 400:
        check(answered.json(), "/components/schemas/Problem")
        assert answered.json()["parameter"] in parameters(path)
    elif answered.headers["content-type"] == "application/json":
        check(answered.json(), place(path))

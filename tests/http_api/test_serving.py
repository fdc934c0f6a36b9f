"""How requests are served: under which names, methods and paths, how often, and what goes wrong."""

import asyncio
import logging
import threading
from dataclasses import replace
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette

from lib.catalog.sources import SOURCES
from lib.errors import QuestionError, StoreError
from lib.http_api import serving, sums
from lib.http_api.answer_kinds import KINDS
from tests.http_api.service import NOVEMBER, Service, billed, november, put

PROBLEM = "application/problem+json"


@pytest.mark.parametrize(
    "path", ["", "v1", "v1/", "v1/nothing", "v1/totals/", "v2/totals", "v1/rows/nothing", "totals"]
)
def test_a_path_that_leads_nowhere_is_a_problem_with_the_ways_that_there_are(
    service: Service, path: str
) -> None:
    token = service.token()

    answered = service.client.get(f"/api/{path}", headers={"Authorization": f"Bearer {token}"})

    assert (answered.status_code, answered.headers["content-type"]) == (404, PROBLEM)
    assert answered.json()["code"] == "unknown_answer"
    assert "/api/v1/totals" in answered.json()["answers"]


@pytest.mark.parametrize("path", ["totals", "nothing"])
def test_whether_there_is_an_answer_is_told_to_those_who_bring_a_token(service: Service, path: str) -> None:
    assert service.get(path, None).status_code == 401


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "OPTIONS"])
def test_nothing_can_be_written(service: Service, method: str) -> None:
    headers = {"Authorization": f"Bearer {service.token()}"}

    answered = service.client.request(method, "/api/v1/totals", headers=headers)

    assert (answered.status_code, answered.headers["allow"]) == (405, "GET, HEAD")


def test_a_head_says_what_a_get_would(service: Service) -> None:
    headers = {"Authorization": f"Bearer {service.token()}"}

    got, head = (service.client.request(m, "/api/v1/totals", headers=headers) for m in ("GET", "HEAD"))

    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["content-length"] == str(len(got.content))
    assert head.headers["etag"] == got.headers["etag"]


def test_a_request_by_a_name_that_is_not_the_apps_is_refused(service: Service) -> None:
    token = service.token()

    answered = service.get("totals", token, {"Host": "evil.example.org"})

    assert answered.status_code == 400
    assert answered.text.startswith("This app does not go by that name.")
    assert service.get("openapi.json", None, {"Host": "evil.example.org"}).status_code == 400


def test_what_has_not_changed_is_not_sent_again(service: Service) -> None:
    store_rows = {"costs": [billed(2, "1")]}
    put(service.folder, store_rows, november(1, 20))
    token = service.token()
    first = service.get("totals", token, measure="spend", from_="2026-11-01", to="2026-11-20")
    tag = first.headers["etag"]

    def again(known: str) -> httpx.Response:
        query = {"measure": "spend", "from_": "2026-11-01", "to": "2026-11-20"}
        return service.get("totals", token, {"If-None-Match": known}, **query)

    assert [again(known).status_code for known in (tag, f'"x", {tag[2:]}', "*", '"x"')] == [
        304,
        304,
        304,
        200,
    ]
    unchanged = again(tag)
    assert unchanged.content == b""
    for name in ("etag", "cache-control", "vary", "usage-period", "usage-coverage"):
        assert unchanged.headers[name] == first.headers[name]
    assert first.headers["cache-control"] == "private, no-cache"
    put(service.folder, {"costs": [billed(2, "2")]}, november(1, 20))
    assert again(tag).status_code == 200


def test_an_answer_with_too_many_rows_is_a_problem_that_says_how_many(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sums, "MOST_ROWS", 2)
    monkeypatch.setattr(serving, "MOST_ROWS", 2)
    put(service.folder, {"costs": [billed(day, "1", f"proj_{day}") for day in range(1, 5)]}, november(1, 20))
    token = service.token()

    asked: dict[str, dict[str, Any]] = {
        "rows/costs": {},
        "series": {},
        "ranking": {"by": "project"},
        "coverage": {},
    }
    answers = {
        path: service.get(path, token, from_="2026-11-01", to="2026-11-04", **q) for path, q in asked.items()
    }

    assert {(a.status_code, a.json()["code"], a.json()["most"]) for a in answers.values()} == {
        (413, "too_many_rows", 2)
    }
    assert [a.json()["rows"] for a in answers.values()] == [4, 4, 4, 4 * len(SOURCES)]
    assert (
        service.get(
            "ranking", token, by="project", limit="2", from_="2026-11-01", to="2026-11-04"
        ).status_code
        == 200
    )


@pytest.mark.parametrize(
    ("failure", "status", "code"),
    [
        (QuestionError("A sum passes the largest."), 400, "cannot_be_asked"),
        (StoreError("/secret/place is damaged"), 503, "store_failed"),
        (RuntimeError("/secret/place"), 500, "mistake"),
    ],
)
def test_whatever_goes_wrong_is_a_problem_and_no_traceback(
    service: Service,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    failure: Exception,
    status: int,
    code: str,
) -> None:
    def fail(_asked: object) -> None:
        raise failure

    monkeypatch.setitem(KINDS, "totals", replace(KINDS["totals"], find=fail))  # type: ignore[arg-type]

    with caplog.at_level(logging.WARNING):
        answered = service.get("totals", service.token())

    assert (answered.status_code, answered.json()["code"]) == (status, code)
    assert answered.headers["content-type"] == PROBLEM
    assert "secret" not in answered.text
    assert "Traceback" not in answered.text
    assert ("/secret/place" in caplog.text) is (status >= 500)


def test_pages_are_served_while_an_answer_is_found(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    assert while_one_is_answered(service, monkeypatch) == [200, 400, 200]


def test_where_too_many_requests_wait_another_is_told_to_come_again(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(serving, "_MOST_WAITING", 1)

    assert while_one_is_answered(service, monkeypatch) == [503, 400, 200]

    monkeypatch.setattr(serving, "_MOST_WAITING", 0)
    answered = service.get("totals", service.token())
    assert (answered.status_code, answered.json()["code"]) == (503, "too_busy")
    assert answered.headers["retry-after"] == "5"


def while_one_is_answered(service: Service, monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Return the status of a request while an answer is found, of that answer, and of one behind it."""
    started, goes_on = threading.Event(), threading.Event()

    def slow(_asked: object) -> None:
        started.set()
        assert goes_on.wait(60)
        raise QuestionError("done")

    monkeypatch.setitem(KINDS, "totals", replace(KINDS["totals"], find=slow))  # type: ignore[arg-type]
    headers = {"Authorization": f"Bearer {service.token()}"}

    async def both() -> list[int]:
        transport = httpx.ASGITransport(Starlette(routes=serving.ROUTES))
        async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
            waiting = asyncio.create_task(client.get("/api/v1/totals", headers=headers))
            await asyncio.to_thread(started.wait, 60)
            meanwhile = await client.get("/api/v1/openapi.json")
            goes_on.set()
            done, behind = await waiting, await client.get("/api/v1/openapi.json")
            return [meanwhile.status_code, done.status_code, behind.status_code]

    return asyncio.run(both())


def test_two_ways_to_ask_for_the_same_days_are_the_same_answer(service: Service) -> None:
    put(service.folder, {"costs": [billed(2, "1")]}, november(1, 23))
    token = service.token()
    named = service.get("series", token, period="this-month")
    dated = service.get("series", token, **{**NOVEMBER, "to": "2026-11-23"})

    assert named.json()["rows"] == dated.json()["rows"]

"""What a page's HTML begins with, so that it is in place before Streamlit's scripts are."""

import gzip

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.routing import Route
from starlette.testclient import TestClient

from lib.ui import device, one_language, steps, taps, way_clear
from lib.ui.preface import Preface

PAGE = "<!DOCTYPE html><html><head><script src='./static/app.js'></script></head></html>"
BROWSER = {"accept": "text/html,application/xhtml+xml,*/*;q=0.8"}


async def page(request: Request) -> Response:
    """Answer as Streamlit does: compressed, or not at all, for whoever asks so."""
    if request.headers.get("if-none-match"):
        return Response(status_code=304)
    headers = {"etag": '"1"', "last-modified": "Wed, 25 Nov 2026 22:37:40 GMT"}
    if "gzip" in request.headers.get("accept-encoding", ""):
        return HTMLResponse(gzip.compress(PAGE.encode()), headers=headers | {"content-encoding": "gzip"})
    return HTMLResponse(PAGE, headers=headers)


async def words(_: Request) -> Response:
    return PlainTextResponse("<head>")


@pytest.fixture
def server() -> TestClient:
    routes = [Route("/words", words), Route("/{page:path}", page)]
    return TestClient(Starlette(routes=routes, middleware=[Middleware(Preface)]))


@pytest.mark.parametrize("asked", [{}, {"accept-encoding": "gzip, br"}, {"if-none-match": '"1"'}])
@pytest.mark.parametrize("path", ["/", "/costs?period=7d"])
def test_a_page_runs_the_scripts_of_the_app_before_those_of_streamlit(
    path: str, asked: dict[str, str], server: TestClient
) -> None:
    answer = server.get(path, headers=BROWSER | asked)

    scripts = "".join(
        f"<script>{script}</script>"
        for script in (one_language.SCRIPT, steps.SCRIPT, taps.SCRIPT, device.SCRIPT, way_clear.SCRIPT)
    )
    assert answer.text == PAGE.replace("<head>", f"<head>{scripts}")
    assert int(answer.headers["content-length"]) == len(answer.content)
    assert answer.headers.keys().isdisjoint({"etag", "last-modified"})


def test_no_other_answer_is_changed(server: TestClient) -> None:
    program = server.get("/", headers={"accept": "*/*", "if-none-match": '"1"'})

    assert (program.status_code, program.content) == (304, b"")
    assert server.get("/words", headers=BROWSER).text == "<head>"
    assert server.head("/", headers=BROWSER | {"accept-encoding": "identity"}).headers[
        "content-length"
    ] == str(len(PAGE))

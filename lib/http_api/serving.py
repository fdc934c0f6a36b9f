"""Serving: requests under /api, each answered in a thread, so that pages do not wait for them."""

import asyncio
import hashlib
import logging
from concurrent.futures import ThreadPoolExecutor

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from lib.answers import instance
from lib.catalog.dimensions import ORGANIZATION
from lib.errors import AppError, NotLetInError, QuestionError, SettingsError
from lib.http_api.answer import Answer
from lib.http_api.answer_kinds import KINDS, AnswerKind
from lib.http_api.asking import Asked
from lib.http_api.bearers import bearer, write_down
from lib.http_api.description import PATH, description
from lib.http_api.formats import Format, content, wanted
from lib.http_api.parameters import MOST_ROWS, NAMES, checked, view_of
from lib.http_api.problems import Problem, too_many, unknown_answer

_VERSION = "v1/"
_AT_ONCE = 4
"""How many requests are answered at once: the engine has threads of its own, and pages need them too."""
_MOST_WAITING = 64
_LONGEST = 500
_log = logging.getLogger(__name__)


class Api:
    """The HTTP API as an ASGI application."""

    def __init__(self) -> None:
        self._pool = ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="http-api")
        self._waiting = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request in a thread; refuse it where too many wait already."""
        request = Request(scope)
        if self._waiting >= _MOST_WAITING:
            detail = "Too many requests wait to be answered. Ask again later."
            response = Problem(503, "too_busy", detail, headers={"Retry-After": "5"}).response()
        else:
            self._waiting += 1
            try:
                response = await asyncio.get_running_loop().run_in_executor(self._pool, respond, request)
            finally:
                self._waiting -= 1
        if scope["method"] == "HEAD":
            response.body = b""  # the headers still say how long it would be
        await response(scope, receive, send)


def respond(request: Request) -> Response:
    """Return the response to a request; whatever goes wrong is a problem, and no more is said of it."""
    try:
        return _response(request)
    except Problem as problem:
        return problem.response()
    except QuestionError as failure:
        return Problem(400, "cannot_be_asked", str(failure)).response()
    except NotLetInError:
        detail = "What this token shows is not set up here any more."
        return Problem(403, "nothing_to_see", detail).response()
    except SettingsError:
        return Problem(503, "not_set_up", "A setting needs attention: see the app's page.").response()
    except AppError as failure:
        _log.warning("The HTTP API could not answer: %s", failure)
        detail = "What is stored cannot be read now. Whoever runs this app finds the reason in its log."
        return Problem(503, "store_failed", detail).response()
    except Exception:  # noqa: BLE001 - it stands in the log, and whoever asks is told no more
        _log.exception("The HTTP API made a mistake")
        detail = "A mistake in the program. Whoever runs this app finds it in its log."
        return Problem(500, "mistake", detail).response()


def _response(request: Request) -> Response:
    if request.method not in {"GET", "HEAD"}:
        detail = "The HTTP API is read-only: use GET."
        raise Problem(405, "read_only", detail, headers={"Allow": "GET, HEAD"})
    path = str(request.path_params.get("path", ""))
    if path == _VERSION + PATH:
        return JSONResponse(description(), headers={"Cache-Control": "no-cache"})
    token = bearer(request.headers.get("authorization"))
    kind = KINDS.get(path.removeprefix(_VERSION)) if path.startswith(_VERSION) else None
    if kind is None:
        raise unknown_answer([f"/api/{_VERSION}{name}" for name in KINDS])
    given = checked(request.query_params.multi_items(), kind.parameters)
    form = wanted(next(iter(given.get("format", ())), None), request.headers.get("accept"))
    known = instance.organizations_of(token.grant)
    view = view_of(given, instance.now(), known)
    chosen = given.get(NAMES[ORGANIZATION], ())
    backend = instance.opened_for(token.grant, chosen).at_once()
    answer = kind.find(Asked(backend, view, given))
    body = content(kind.path, _small_enough(answer), form)
    # A weak one: what is in front of the app may compress what it sends.
    etag = f'W/"{hashlib.sha256(body).hexdigest()[:32]}"'
    headers = {
        **answer.headers,
        "ETag": etag,
        "Cache-Control": "private, no-cache",
        "Vary": "Authorization, Accept",
    }
    if _is_known(request.headers.get("if-none-match"), etag):
        return Response(status_code=304, headers=headers)
    write_down(token, _told(kind, request, form))
    return Response(body, headers=headers, media_type=form.media_type)


def _small_enough(answer: Answer) -> Answer:
    """Return an answer; raise the Problem of one with too many rows."""
    rows = answer.table.num_rows
    if rows > MOST_ROWS:
        raise too_many(rows, MOST_ROWS)
    return answer


def _is_known(if_none_match: str | None, etag: str) -> bool:
    tags = [tag.strip().removeprefix("W/") for tag in (if_none_match or "").split(",")]
    return etag.removeprefix("W/") in tags or tags == ["*"]


def _told(kind: AnswerKind, request: Request, form: Format) -> str:
    query = f"?{request.url.query}" if request.url.query else ""
    return f"HTTP API: {kind.path}{query} as {form}"[:_LONGEST]


_API = Api()
ROUTES = (Route("/api", _API), Route("/api/{path:path}", _API))

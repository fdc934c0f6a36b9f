"""Operating: addresses of the server that are for machines, beside Streamlit's pages."""

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from lib.answers.health import health
from lib.errors import SettingsError

_NOT_KEPT = {"Cache-Control": "no-store"}
_REFUSED = (
    "The metrics need a token: send the one that stands under [metrics] in the secrets file as "
    "Authorization: Bearer TOKEN.\n"
)


async def _live(_request: Request) -> JSONResponse:
    """Return that the process answers; it waits for no store and no setting."""
    return JSONResponse({"live": True}, headers=_NOT_KEPT)


def _ready(_request: Request) -> JSONResponse:
    """Return whether pages can be answered, with nothing about whom or what they are of.

    It is no coroutine, so that a store that hangs holds up a thread and not the server.
    """
    found = health()
    said = {
        "ready": found.is_ready,
        "settings": found.settings,
        "store": found.store,
        "sync_age_seconds": found.sync_age_seconds,
    }
    return JSONResponse(said, 200 if found.is_ready else 503, headers=_NOT_KEPT)


def _metrics(request: Request) -> Response:
    from lib.ui import exposition  # not loaded where nobody ever asks

    try:
        allowed = exposition.may_ask(request.headers.get("authorization"))
    except SettingsError:
        return PlainTextResponse("A setting needs attention: see the app's page.\n", 503)
    if not allowed:
        return PlainTextResponse(_REFUSED, 403)
    return Response(exposition.exposition(), media_type=exposition.CONTENT_TYPE, headers=_NOT_KEPT)


ROUTES = (
    Route("/healthz/live", _live),
    Route("/healthz/ready", _ready),
    Route("/healthz", _ready),
    Route("/metrics", _metrics),
)

"""A head start: what the first visitor will see is fetched while the browser is still loading the page."""

import logging
import threading

from lib.access.rules import SignIn
from lib.answers import instance
from lib.answers.address import Choices
from lib.answers.reading import Reading
from lib.catalog.measures import HEADLINES, sources_behind
from lib.errors import AppError
from lib.periods.widths import Width
from lib.sync.plan import Need

_log = logging.getLogger(__name__)


def begin() -> threading.Thread | None:
    """Begin to fetch what the Overview shows by default; return the thread that does, None where none does.

    Only the demo organization is asked, and only where nobody has to sign in. A real one is asked for nothing
    before somebody comes.
    """
    try:
        open_demo = instance.settings().is_demo and instance.access().sign_in is SignIn.NONE
    except AppError:
        return None  # the page says what is wrong
    if not open_demo:
        return None
    thread = threading.Thread(target=_run, name="head start", daemon=True)
    thread.start()
    return thread


def _run() -> None:
    try:
        _fetch()
    except AppError as failure:
        _log.warning("The first page was not fetched ahead of its first visitor: %s", failure)


def _fetch() -> None:
    backend = instance.open_backend()
    view = Choices().view(instance.now().date())
    sources = sources_behind(HEADLINES)
    for window in (view.window, view.compared):
        if window:
            backend.syncer.request([Need(source.name, Width.DAY, window) for source in sources]).wait()
    Reading(backend.at_once(), view, sources).headlines(HEADLINES)  # kept for everybody

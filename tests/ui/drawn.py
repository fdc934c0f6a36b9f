"""A page of a test's own: whatever a function draws, run as Streamlit runs a page."""

from collections.abc import Callable
from typing import Any

from streamlit.testing.v1 import AppTest

from tests.shown import shown


def drawn(draw: Callable[[], Any]) -> AppTest:
    """Return the page that `draw` draws; each run of it calls `draw` again."""
    app = AppTest.from_function(_page, default_timeout=20, args=(draw,)).run()
    assert not app.exception
    return app


def _page(draw: object) -> None:
    draw()  # type: ignore[operator]  # AppTest runs this without the imports


def values(elements: Any) -> list[str]:
    """Return the text of these elements of a page, as a browser shows it."""
    return [shown(element.value) for element in elements]

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


def layout(app: AppTest) -> list[str]:
    """Return how the page lays out what it holds: each `grid of 3`, `row` and `frame`, in order."""
    found: list[str] = []

    def look(block: Any) -> None:
        about = getattr(block, "proto", None)
        if hasattr(about, "min_column_width_px"):
            found.append(f"grid of {about.columns}")
        elif hasattr(about, "flex_container"):
            container = about.flex_container
            found.extend(["frame"] * container.border)
            found.extend(["row"] * (container.direction == container.Direction.HORIZONTAL))
        for child in getattr(block, "children", {}).values():
            look(child)

    look(app.main)
    return found


def values(elements: Any) -> list[str]:
    """Return the text of these elements of a page, as a browser shows it."""
    return [shown(element.value) for element in elements]

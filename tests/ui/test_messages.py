"""What a page says about its filters is so."""

from types import SimpleNamespace

import pytest
from streamlit.testing.v1 import AppTest

from lib.catalog.measures import MEASURES
from lib.engine.filters import Filters
from tests.shown import shown


def captions(filters: Filters) -> list[str]:
    """Return what is said to be left out of spend under `filters`."""

    def page(reading: object, measure: object) -> None:
        from lib.ui.messages import say_left_out

        say_left_out(reading, measure)  # type: ignore[arg-type]  # a stand-in

    reading = SimpleNamespace(view=SimpleNamespace(filters=filters))
    app = AppTest.from_function(page, args=(reading, MEASURES["spend"]), default_timeout=20).run()
    assert not app.exception
    return [shown(caption.value) for caption in app.caption]


@pytest.mark.parametrize("filters", [{}, {"project_id": ["proj_a"]}, {"line_item": ["x"], "model": ["y"]}])
def test_nothing_is_said_where_the_filters_leave_nothing_out(filters: dict[str, list[str]]) -> None:
    assert captions(Filters.of(filters)) == []


def test_what_the_filters_leave_out_is_said() -> None:
    filters = Filters.of({"project_id": ["proj_a"], "batch": ["true"]})

    assert captions(filters) == ["Costs is not recorded by batch, so the filter leaves it out."]

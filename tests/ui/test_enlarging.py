"""A chart opened large: what is drawn of it, and what a click in it does."""

from collections.abc import Mapping

import altair as alt
import pandas as pd
from streamlit.testing.v1 import AppTest

from lib.charts.specification import Drawing
from lib.ui.enlarging import offer_enlarged
from tests.ui.drawn import drawn, values


def bars(height: int = 300) -> Drawing:
    rows = pd.DataFrame({"x": range(5), "y": range(5)})
    return Drawing(alt.Chart(rows, height=height).mark_bar().encode(x="x:Q", y="y:Q"))


def opened(charts: Mapping[str, Drawing], note: str | None = None) -> tuple[AppTest, list[int]]:
    """Return the page once the large charts were opened, and the height of each plot in them."""
    heights: list[int] = []

    def draw(larger: Mapping[str, Drawing]) -> None:
        heights.extend(each.to_dict()["height"] for each in larger.values())

    app = drawn(lambda: offer_enlarged("Who *spent*?", charts, "who", note, draw))
    assert heights == []
    return app.button(key="enlarge:who").click().run(), heights


def test_a_chart_opens_large_with_its_note() -> None:
    app, heights = opened({"": bars()}, "So far.")

    assert heights == [520]
    assert values(app.caption) == ["So far."]


def test_several_charts_open_less_large_each() -> None:
    assert opened({"a": bars(110), "b": bars(110)})[1] == [200, 200]


def test_what_is_larger_already_stays_so() -> None:
    assert opened({"": bars(900)})[1] == [900]


def test_a_large_chart_closes_with_the_next_click_elsewhere() -> None:
    app, heights = opened({"": bars()})

    app.run()

    assert heights == [520]

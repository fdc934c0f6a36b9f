from decimal import Decimal
from typing import Any

import altair as alt
import pandas as pd
import pytest
import streamlit as st

from lib.ui.drawing import drawn

ROWS = pd.DataFrame({"x": [1, 2], "y": [Decimal(3), Decimal(4)]})
made: list[pd.DataFrame] = []


@pytest.fixture(autouse=True)
def afresh() -> None:
    made.clear()
    st.cache_resource.clear()


def points(frame: pd.DataFrame, **_: Any) -> alt.Chart:
    made.append(frame)
    return alt.Chart(frame.assign(y=frame["y"].astype(float))).mark_point().encode(x="x:Q", y="y:Q")


def test_the_same_numbers_are_drawn_once() -> None:
    first = drawn(points, ROWS, title="Spend", order=["a"], shades={"a": "red"})

    assert drawn(points, ROWS.copy(), title="Spend", order=["a"], shades={"a": "red"}) is first
    assert len(made) == 1


@pytest.mark.parametrize(
    ("frame", "title"),
    [(ROWS.assign(y=[Decimal(3), Decimal(5)]), "Spend"), (ROWS, "Tokens"), (ROWS.head(1), "")],
)
def test_other_numbers_or_words_are_another_drawing(frame: pd.DataFrame, title: str) -> None:
    first = drawn(points, ROWS, title="Spend")

    assert drawn(points, frame, title=title) is not first

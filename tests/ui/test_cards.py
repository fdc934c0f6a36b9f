"""How a card is laid out: the question, the note, the download, the chart and the numbers behind it."""

import json
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import altair as alt
import pandas as pd
import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from lib.analysis.comparison import Compared
from lib.answers.reading import Headline
from lib.catalog.measures import MEASURES
from lib.catalog.units import Unit
from lib.tables.columns import column, text_column
from lib.ui import cards, grid
from lib.ui.picks import Pick
from tests.shown import shown

TABLE = pd.DataFrame(
    {
        "name": ["Search", "=1+1"],
        "value": [Decimal("1.10"), None],
        "hidden": ["a", "b"],
    }
)
COLUMNS = {"name": text_column("Project", pinned=True), "value": column("Spend, USD", Unit.USD, "Billed.")}


def page(draw: object) -> None:
    """Run what draws a card."""
    draw()  # type: ignore[operator]  # AppTest runs this without the imports


def drawn(draw: Callable[[], None]) -> AppTest:
    app = AppTest.from_function(page, default_timeout=20, args=(draw,)).run()
    assert not app.exception
    return app


def chart() -> alt.Chart:
    return (
        alt.Chart(pd.DataFrame({"x": [1]}))
        .mark_bar()
        .encode(x="x:Q")
        .add_params(alt.selection_point(name="pick", fields=["x"]))
    )


@pytest.fixture
def downloads(monkeypatch: pytest.MonkeyPatch) -> list[tuple[bytes, str]]:
    """Return what each download on the page would hold, and its file's name."""
    made: list[tuple[bytes, str]] = []

    def button(_label: str, data: Callable[[], bytes], *, file_name: str, **_options: Any) -> None:
        made.append((data(), file_name))

    monkeypatch.setattr(st, "download_button", button)
    return made


def test_a_table_shows_only_its_columns_under_the_question_with_the_note() -> None:
    app = drawn(lambda: cards.show_table("Which *one*?", TABLE, COLUMNS, name="one", note="All *of* it."))

    assert shown(app.subheader[0].value) == "Which *one*?"
    assert [shown(caption.value) for caption in app.caption] == ["All *of* it."]
    assert list(app.dataframe[0].value.columns) == ["name", "value"]
    assert app.dataframe[0].value["value"].tolist()[0] == 1.1


def test_the_download_holds_exact_numbers_under_headings_and_no_formula(
    downloads: list[tuple[bytes, str]],
) -> None:
    drawn(lambda: cards.show_table("Which?", TABLE, COLUMNS, name="one"))

    ((held, name),) = downloads
    assert name == "one.csv"
    assert held.decode("utf-8-sig").splitlines() == ['Project,"Spend, USD"', "Search,1.1", "'=1+1,"]


def test_a_figure_has_its_chart_and_its_table_behind_an_expander() -> None:
    app = drawn(lambda: cards.show_figure("How?", chart(), TABLE, COLUMNS, name="one", alt_text="In words."))

    (figure,) = app.get("vega_lite_chart")
    assert json.loads(figure.proto.spec)["mark"]["type"] == "bar"
    assert figure.proto.alt == "In words."
    assert [box.label for box in app.expander] == ["Table"]
    assert len(app.dataframe) == 0


def test_small_charts_stand_three_in_a_row_each_under_its_name() -> None:
    charts = {f"P*{n}*": alt.layer(chart()) for n in range(4)}
    app = drawn(lambda: cards.show_figure("How?", charts, TABLE, COLUMNS, name="one", alt_text="Words."))

    assert len(app.get("vega_lite_chart")) == 4
    assert len(app.columns) == 6
    assert [shown(text.value) for text in app.markdown] == [f"**P*{n}***" for n in range(4)]


SPEND, CACHED, TOKENS = (MEASURES[m] for m in ("spend", "cached_share", "tokens"))


def metrics(*headlines: Headline, compared_with: str | None = "1–7 Nov 2026") -> AppTest:
    return drawn(lambda: cards.show_metrics(headlines, compared_with))


def test_a_headline_shows_its_value_and_its_change() -> None:
    metric = metrics(Headline(SPEND, Compared(Decimal(3), Decimal(4)), [1.0, 2.0])).metric[0]

    assert (metric.label, metric.value, metric.delta) == ("Spend", "$3.00", "-25.0%")
    assert shown(metric.help).endswith("In 1–7 Nov 2026: $4.00.")


def test_spend_that_falls_is_good_and_other_changes_are_neither() -> None:
    app = metrics(Headline(SPEND, Compared(Decimal(3), Decimal(4)), []), Headline(TOKENS, Compared(3, 4), []))

    colors = [metric.proto.color for metric in app.metric]
    assert colors == [1, 2]


def test_a_share_changes_by_points() -> None:
    assert metrics(Headline(CACHED, Compared(0.5, 0.4), [])).metric[0].delta == "+10.0 pts"


@pytest.mark.parametrize(
    ("change", "compared_with"),
    [
        (Compared(Decimal(3), Decimal(4)), None),
        (Compared(Decimal(3), Decimal(0)), "1–7 Nov 2026"),
        (Compared(None, Decimal(4)), "1–7 Nov 2026"),
        (None, "1–7 Nov 2026"),
    ],
)
def test_without_two_values_there_is_no_change(change: Compared | None, compared_with: str | None) -> None:
    assert metrics(Headline(SPEND, change, []), compared_with=compared_with).metric[0].delta == ""


def test_what_the_filters_leave_without_a_source_is_said_to_have_no_value() -> None:
    metric = metrics(Headline(SPEND, None, [])).metric[0]

    assert metric.value == "–"
    assert shown(metric.help).endswith("The filters name something that it is not recorded by.")


def test_a_share_of_more_than_the_whole_is_said_to_contradict_itself() -> None:
    plain = metrics(Headline(CACHED, Compared(0.5, None), []))
    wrong = metrics(Headline(CACHED, Compared(2.5, None), [], contradicts=True))

    assert (len(plain.caption), len(wrong.caption)) == (0, 1)


def test_a_click_on_one_mark_narrows_and_on_none_or_several_does_not(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    narrowed: list[Any] = []
    monkeypatch.setattr(Pick, "narrow", lambda _pick, label: narrowed.append(label))

    class Selected:
        def __init__(self, *marks: dict[str, str]) -> None:
            self.selection = {"pick": list(marks)} if marks else {}

    clicks = [Selected({"group": "Search"}), Selected({"group": "a"}, {"group": "b"}), Selected()]
    for click in clicks:
        monkeypatch.setattr(st, "session_state", {"chart:one": click})
        cards._on_chart("chart:one", Pick("project_id", {}))()

    assert narrowed == ["Search"]


def test_a_tick_on_a_row_narrows_to_its_first_column(monkeypatch: pytest.MonkeyPatch) -> None:
    narrowed: list[Any] = []
    monkeypatch.setattr(Pick, "narrow", lambda _pick, label: narrowed.append(label))

    class Selected:
        def __init__(self, *rows: int) -> None:
            self.selection = type("Selection", (), {"rows": list(rows)})

    for click in (Selected(), Selected(1)):
        monkeypatch.setattr(st, "session_state", {"grid:one": click})
        grid._on_row("grid:one", TABLE, Pick("project_id", {}))()

    assert narrowed == ["=1+1"]

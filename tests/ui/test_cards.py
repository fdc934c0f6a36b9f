"""What stands in the cards at the top of a page."""

from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import altair as alt
import pandas as pd
import pyarrow as pa
import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from lib.analysis.comparison import Compared
from lib.answers.results import Headline
from lib.catalog.measures import MEASURES
from lib.catalog.units import Unit
from lib.tables.columns import column, text_column
from lib.ui import cards
from lib.ui.picks import Pick
from tests.ui.drawn import drawn, layout, values

SPEND, REQUESTS, CACHED = (MEASURES[slug] for slug in ("spend", "requests", "cached_share"))


def metrics(*headlines: Headline, compared_with: str | None = "October") -> AppTest:
    def page(headlines: object, compared_with: str | None) -> None:
        from lib.ui.cards import show_metrics

        show_metrics(headlines, compared_with)  # type: ignore[arg-type]

    app = AppTest.from_function(page, args=(headlines, compared_with), default_timeout=20).run()
    assert not app.exception
    return app


def test_a_number_has_its_change_and_says_what_it_was() -> None:
    (card,) = metrics(Headline(SPEND, Compared(Decimal(150), Decimal(100)), [1.0, 2.0])).metric

    assert (card.label, card.value, card.delta) == ("Spend", "$150.00", "+50.0%")
    assert card.help.endswith("In October: \\$100.00.")


def test_a_fall_has_a_plain_minus_sign_that_streamlit_reads() -> None:
    (card,) = metrics(Headline(SPEND, Compared(Decimal(50), Decimal(100)), [])).metric

    assert card.delta == "-50.0%"


@pytest.mark.parametrize(
    ("now", "before", "points"), [(0.25, 0.5, "-25.0 pts"), (0.5, 0.25, "+25.0 pts"), (0.0, 0.5, "-50.0 pts")]
)
def test_a_share_changes_by_points(now: float, before: float, points: str) -> None:
    (card,) = metrics(Headline(CACHED, Compared(now, before), [])).metric

    assert card.delta == points


@pytest.mark.parametrize(
    ("change", "compared_with"),
    [
        (Compared(Decimal(5), Decimal(0)), "October"),
        (Compared(Decimal(5), None), "October"),
        (Compared(None, Decimal(5)), "October"),
        (Compared(Decimal(5), Decimal(4)), None),
    ],
    ids=["from nothing", "from no value", "to no value", "not compared"],
)
def test_there_is_no_change_where_there_is_nothing_to_compare(
    change: Compared, compared_with: str | None
) -> None:
    (card,) = metrics(Headline(SPEND, change, []), compared_with=compared_with).metric

    assert card.delta == ""
    assert ("In October" in card.help) is (compared_with is not None)


@pytest.mark.parametrize(
    ("headline", "delta"),
    [
        (Headline(SPEND, Compared(Decimal(5), Decimal(5)), []), "no change"),
        (Headline(CACHED, Compared(0.25, 0.2501), []), "0.0 pts"),
    ],
)
def test_what_stayed_the_same_has_no_direction(headline: Headline, delta: str) -> None:
    (card,) = metrics(headline).metric

    assert card.delta == delta
    assert card.proto.MetricColor.Name(card.proto.color) == "GRAY"
    assert card.proto.MetricDirection.Name(card.proto.direction) == "NONE"


def test_a_change_between_credits_is_not_a_percentage() -> None:
    (card,) = metrics(Headline(SPEND, Compared(Decimal(-5), Decimal(-4)), [])).metric

    assert card.delta == ""


def test_what_the_filters_leave_without_a_source_has_no_number() -> None:
    (card,) = metrics(Headline(SPEND, None, [])).metric

    assert (card.value, card.delta) == ("–", "")
    assert card.help.endswith("The filters name something that it is not recorded by.")


def test_less_of_what_is_better_low_is_green() -> None:
    change = Compared(Decimal(5), Decimal(4))
    spend, requests = metrics(Headline(SPEND, change, []), Headline(REQUESTS, change, [])).metric

    assert (SPEND.lower_is_better, REQUESTS.lower_is_better) == (True, False)
    assert spend.proto.color != requests.proto.color


def test_a_share_of_more_than_the_whole_is_said_to_be_the_apis() -> None:
    change = Compared(2.5, 0.5)

    assert len(metrics(Headline(CACHED, change, [], contradicts=True)).caption) == 1
    assert len(metrics(Headline(CACHED, change, [])).caption) == 0


@pytest.mark.parametrize(("compared_with", "where"), [("October", ["in October."]), (None, [])])
def test_it_is_said_of_the_compared_period_where_only_that_contradicts_itself(
    compared_with: str | None, where: list[str]
) -> None:
    headline = Headline(CACHED, Compared(0.5, None), [], contradicts_before=True)

    captions = metrics(headline, compared_with=compared_with).caption

    assert [c.value.partition("than input tokens ")[2] for c in captions] == where


TABLE = pd.DataFrame({"name": ["=1+1", "b"], "value": [Decimal("1.5"), Decimal(2)], "inner": [0, 0]})
COLUMNS = {"name": text_column("Name"), "value": column("Billed (USD)", Unit.USD)}
PICK = Pick("project_id", {"=1+1": "proj_a"})


class Screen:
    """What cards draw of charts, grids and downloads, kept as it was given."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.charts: list[dict[str, Any]] = []
        self.grids: list[tuple[Any, ...]] = []
        self.files: dict[str, bytes] = {}
        monkeypatch.setattr(st, "altair_chart", lambda _chart, **how: self.charts.append(how))
        monkeypatch.setattr(cards, "show_grid", lambda *given: self.grids.append(given))
        monkeypatch.setattr(st, "download_button", self._download)

    def _download(self, _label: str, data: Any, **how: Any) -> None:
        self.files[how["file_name"]] = data()


@pytest.fixture
def screen(monkeypatch: pytest.MonkeyPatch) -> Screen:
    return Screen(monkeypatch)


def chart() -> alt.Chart:
    return alt.Chart(pd.DataFrame({"x": [1]})).mark_bar().encode(x="x:Q")


def test_a_figure_has_its_question_its_note_its_chart_and_its_table_as_a_file(screen: Screen) -> None:
    app = drawn(
        lambda: cards.show_figure(
            "Who *spent*?", chart(), TABLE, COLUMNS, name="who", alt_text="All.", note="So."
        )
    )

    assert (values(app.header), values(app.caption)) == (["Who *spent*?"], ["So."])
    assert screen.charts == [{"key": "chart:who", "alt": "All.", "width": "stretch"}]
    assert screen.files == {
        "who-spent.csv": (
            b'\xef\xbb\xbfName,Billed (USD),"Billed (USD), exact"\r\n\'=1+1,1.5,1.5\r\nb,2,2\r\n'
        )
    }
    assert screen.grids == []


@pytest.mark.parametrize("has_chart", [True, False])
def test_a_figure_is_saved_in_other_ways_once_the_menu_is_opened(screen: Screen, has_chart: bool) -> None:
    def page() -> None:
        st.session_state["save:who"] = True
        if has_chart:
            cards.show_figure("Who *spent*?", chart(), TABLE, COLUMNS, name="who", alt_text="All.")
        else:
            cards.show_table("Who *spent*?", TABLE, COLUMNS, name="who")

    drawn(page)

    pictures = ["who-spent.png", "who-spent.svg"] if has_chart else []
    assert list(screen.files) == [*pictures, "who-spent.xlsx", "who-spent.parquet", "who-spent.csv"]
    if has_chart:
        assert b"Who *spent*?" in screen.files["who-spent.svg"]


def test_a_click_on_a_figure_is_read_where_it_narrows_to_something(screen: Screen) -> None:
    drawn(lambda: cards.show_figure("Who?", chart(), TABLE, COLUMNS, name="who", alt_text="All.", pick=PICK))

    ((only),) = screen.charts
    assert (only["selection_mode"], callable(only["on_select"])) == (["pick"], True)


def test_the_table_behind_a_figure_is_drawn_once_it_is_opened(screen: Screen) -> None:
    def page() -> None:
        st.session_state["open:who"] = True
        cards.show_figure("Who?", chart(), TABLE, COLUMNS, name="who", alt_text="All.", pick=PICK)

    drawn(page)

    ((table, columns, name, pick),) = screen.grids
    assert (list(table.columns), columns, name, pick) == (["name", "value"], COLUMNS, "who", PICK)


def test_small_charts_stand_three_in_a_row_each_under_its_name(screen: Screen) -> None:
    small = {f"*{n}*": chart() for n in range(4)}

    app = drawn(lambda: cards.show_figure("Who?", small, TABLE, COLUMNS, name="who", alt_text="All."))

    assert len(app.columns) == 6
    assert values(app.markdown) == [f"***{n}***" for n in range(4)]
    assert [(each["key"], each["alt"]) for each in screen.charts] == [
        (f"chart:who:*{n}*", f"*{n}*. All.") for n in range(4)
    ]


def test_every_card_stands_in_a_frame(screen: Screen, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cards, "choose_page", lambda _total, _name: 1)
    rows = SimpleNamespace(total=1, page=lambda _nth: TABLE, everything=lambda: pa.Table.from_pandas(TABLE))

    def page() -> None:
        cards.show_figure("Who?", chart(), TABLE, COLUMNS, name="a", alt_text="All.")
        cards.show_table("Who?", TABLE, COLUMNS, name="b")
        cards.show_rows("Who?", rows, COLUMNS, name="c")  # type: ignore[arg-type]

    assert layout(drawn(page)).count("frame") == 3
    assert len(screen.grids) == 2


def test_a_table_is_drawn_at_once(screen: Screen) -> None:
    app = drawn(
        lambda: cards.show_table("Who?", TABLE, COLUMNS, name="who", note="So.", pick=PICK, height=300)
    )

    ((table, columns, *rest),) = screen.grids
    assert (list(table.columns), columns, rest) == (["name", "value"], COLUMNS, ["who", PICK, 300, None])
    assert (values(app.caption), list(screen.files)) == (["So."], ["who.csv"])


def test_stored_rows_come_a_page_at_a_time_and_whole_as_a_file(
    screen: Screen, monkeypatch: pytest.MonkeyPatch
) -> None:
    pages: list[Any] = []
    monkeypatch.setattr(cards, "choose_page", lambda total, name: pages.append((total, name)) or 2)
    rows: Any = SimpleNamespace(
        total=2, page=lambda nth: TABLE[nth - 1 :], everything=lambda: pa.Table.from_pandas(TABLE)
    )

    drawn(lambda: cards.show_rows("Which rows?", rows, COLUMNS, name="rows"))

    assert pages == [(2, "rows")]
    ((table, _, name, pick),) = screen.grids
    assert (list(table["name"]), list(table.columns), name, pick) == (["b"], ["name", "value"], "rows", None)
    assert screen.files == {"which-rows.csv": b"\xef\xbb\xbfName,Billed (USD)\r\n'=1+1,1.5\r\nb,2\r\n"}


@pytest.mark.parametrize(
    ("headline", "colour"),
    [
        (Headline(SPEND, Compared(Decimal(150), Decimal(100)), []), "RED"),
        (Headline(SPEND, Compared(Decimal(50), Decimal(100)), []), "GREEN"),
        (Headline(REQUESTS, Compared(150, 100), []), "GRAY"),
    ],
)
def test_more_of_what_should_be_less_is_red_and_of_the_rest_grey(headline: Headline, colour: str) -> None:
    (card,) = metrics(headline).metric

    assert card.proto.MetricColor.Name(card.proto.color) == colour


@pytest.mark.parametrize(("course", "drawn_course"), [([1.0, 2.0], [1.0, 2.0]), ([], [])])
def test_a_number_has_its_course_over_time(course: list[float], drawn_course: list[float]) -> None:
    (card,) = metrics(Headline(SPEND, Compared(Decimal(3), Decimal(2)), course)).metric

    assert list(card.proto.chart_data) == drawn_course
    assert card.proto.chart_type == card.proto.ChartType.AREA


def test_headlines_stand_beside_each_other() -> None:
    one = Headline(SPEND, None, [])

    assert layout(metrics(one, one, one, one)) == ["grid of 4"]

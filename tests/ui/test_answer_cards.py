"""What a card draws of an answer: the chart's titles and colours, the table behind it, what a click does."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

import pandas as pd
import pytest

from lib import tables
from lib.analysis.marks import Mark
from lib.answers.results import OverTime, Ranking, Shares, TwoWay
from lib.catalog.dimensions import DIMENSIONS
from lib.catalog.measures import MEASURES
from lib.periods.grains import Grain
from lib.store.records.notes import Note
from lib.ui import answer_cards
from lib.ui.picks import Pick
from lib.wording.mark_words import marks_frame
from tests.charts.drawn_data import rows_of, titles

SPEND, REQUESTS, CACHED = (MEASURES[m] for m in ("spend", "requests", "cached_share"))
PROJECT, MODEL = DIMENSIONS["project_id"], DIMENSIONS["model"]
LABELS = {"proj_a": "Search", "proj_b": "Shop", "Other": "Other"}
PICKED = {"Search": "proj_a", "Shop": "proj_b", "(none)": "(none)"}


@dataclass
class Drawn:
    """One card as it was given to be laid out."""

    question: str
    chart: Any
    table: pd.DataFrame
    columns: Mapping[str, tables.Column]
    name: str
    alt_text: str | None = None
    note: str | None = None
    pick: Pick | None = None
    zoom: Any = None
    controls: Any = None

    @property
    def rows(self) -> list[list[Any]]:
        """Return the table as it is shown."""
        return list(self.table[list(self.columns)].to_dict("split")["data"])

    @property
    def headings(self) -> list[str]:
        return [column.label for column in self.columns.values()]

    @property
    def spec(self) -> str:
        """Return the chart's specification as JSON."""
        made = self.chart.to_dict() | {"datasets": rows_of(self.chart)}
        return json.dumps(made, ensure_ascii=False, default=str)


@pytest.fixture
def captions(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return the captions that are drawn, in order."""
    drawn: list[str] = []
    monkeypatch.setattr(answer_cards.text, "caption", drawn.append)
    return drawn


@pytest.fixture
def cards(monkeypatch: pytest.MonkeyPatch) -> list[Drawn]:
    """Return the cards that are drawn, in order."""
    drawn: list[Drawn] = []

    def figure(question: str, chart: object, *rest: Any, **more: Any) -> None:
        drawn.append(Drawn(question, chart, *rest, **more))

    def table(question: str, *rest: Any, **more: Any) -> None:
        drawn.append(Drawn(question, None, *rest, **more))

    monkeypatch.setattr(answer_cards, "show_figure", figure)
    monkeypatch.setattr(answer_cards, "show_table", table)
    return drawn


def day(number: int) -> pd.Timestamp:
    return pd.Timestamp(f"2026-11-{number:02}", tz="UTC")


def course(*amounts: int, group: str = "Total") -> pd.DataFrame:
    """Return a series from 8 November on."""
    values = pd.Series([Decimal(a) for a in amounts], dtype=object)
    return pd.DataFrame({"start": [day(8 + n) for n in range(len(amounts))], "group": group, "value": values})


WHOLE = OverTime(
    SPEND,
    Grain.DAY,
    course(3, 4),
    ("Total",),
    {"Total": "Spend"},
    frozenset([day(9)]),
    course(5, 6),
    "6–7 Nov 2026",
    marks_frame([]),
)
GROUPED = OverTime(
    SPEND,
    Grain.DAY,
    pd.concat([course(3, 4, group="proj_a"), course(1, 0, group="Other")]),
    ("proj_a", "Other"),
    LABELS,
    dimension=PROJECT,
)
RANKED = Ranking(
    SPEND,
    PROJECT,
    pd.DataFrame(
        {
            "project_id": ["proj_a", "proj_b"],
            "now": [Decimal(3), Decimal(1)],
            "before": [Decimal(2), Decimal(4)],
            "difference": [Decimal(1), Decimal(-3)],
            "share": [0.5, -0.75],
        }
    ),
    LABELS,
    "1–7 Nov 2026",
)


def test_a_whole_is_tabled_beside_the_compared_period_with_its_state(cards: list[Drawn]) -> None:
    answer_cards.over_time_card("How much?", WHOLE, name="spend", value_title="Billed", note="Exact.")

    (card,) = cards
    assert (card.question, card.name, card.note, card.pick) == ("How much?", "spend", "Exact.", None)
    assert card.headings == [
        "Day (UTC)",
        "Billed (USD)",
        "6–7 Nov 2026 (USD)",
        "State",
        "Notes and revisions",
    ]
    assert card.rows == [
        [day(8), Decimal(3), Decimal(5), "settled", ""],
        [day(9), Decimal(4), Decimal(6), "provisional", ""],
    ]
    assert card.alt_text
    assert card.alt_text.startswith("Billed: $7.00 in total, from $3.00 (Sun 8 Nov 2026)")


def test_a_whole_is_drawn_as_bars_with_the_compared_period_as_a_dashed_line(cards: list[Drawn]) -> None:
    answer_cards.over_time_card("How much?", WHOLE, name="spend", value_title="Billed")

    assert '"mark": {"type": "bar"}' in cards[0].spec
    assert '"title": "6–7 Nov 2026"' in cards[0].spec
    assert '"height": 300' in cards[0].spec


@pytest.mark.parametrize(
    ("changed", "headings"),
    [
        ({"before": None}, ["Day (UTC)", "Billed (USD)", "State", "Notes and revisions"]),
        ({"compared_with": None}, ["Day (UTC)", "Billed (USD)", "State", "Notes and revisions"]),
        ({"marks": None}, ["Day (UTC)", "Billed (USD)"]),
    ],
)
def test_a_table_has_no_column_for_what_is_not_known(
    cards: list[Drawn], changed: dict[str, Any], headings: list[str]
) -> None:
    answer_cards.over_time_card("?", replace(WHOLE, **changed), name="spend", value_title="Billed")

    assert cards[0].headings == headings
    assert [row[1] for row in cards[0].rows] == [3, 4]


def test_without_a_comparison_no_line_is_drawn(cards: list[Drawn]) -> None:
    alone = replace(WHOLE, before=None, compared_with=None)
    answer_cards.over_time_card("?", alone, name="spend", value_title="Billed")

    assert '"strokeDash": {"field": "series"' not in cards[0].spec


def test_groups_have_a_column_each_and_a_click_narrows_to_one(cards: list[Drawn]) -> None:
    answer_cards.over_time_card("?", GROUPED, name="by", value_title="Billed", shape="lines")

    (card,) = cards
    assert card.headings == ["Day (UTC)", "Search", "Other"]
    assert card.rows == [[day(8), 3, 1], [day(9), 4, 0]]
    assert card.pick == Pick("project_id", PICKED)
    assert '"title": "Project"' in card.spec
    assert '"type": "bar"' not in card.spec


def test_groups_that_are_no_dimension_go_by_their_own_title_and_no_click(cards: list[Drawn]) -> None:
    sources = replace(GROUPED, dimension=None, group_title="Source")
    answer_cards.over_time_card("?", sources, name="by", value_title="Billed")

    assert cards[0].pick is None
    assert '"title": "Source"' in cards[0].spec


def test_groups_can_stand_side_by_side(cards: list[Drawn]) -> None:
    answer_cards.over_time_card("?", GROUPED, name="by", value_title="Billed", shape="side by side")

    assert list(cards[0].chart) == ["Search", "Other"]


def test_groups_can_have_colours_of_their_own(cards: list[Drawn]) -> None:
    shades = {"Search": "#123456", "Other": "#654321"}
    answer_cards.over_time_card("?", GROUPED, name="by", value_title="Billed", shades=shades)

    assert "#123456" in cards[0].spec


def test_a_fuller_table_stands_in_for_the_own_one(cards: list[Drawn]) -> None:
    fuller = (pd.DataFrame({"a": [1]}), {"a": tables.text_column("A")})
    answer_cards.over_time_card("?", WHOLE, name="n", value_title="Billed", table=fuller)

    assert (cards[0].headings, cards[0].rows) == (["A"], [[1]])


def test_a_ranking_draws_the_first_few_and_tables_all(cards: list[Drawn]) -> None:
    rows = pd.DataFrame(
        {
            "project_id": [f"p{n}" for n in range(10)],
            "now": [Decimal(20 - 2 * n) for n in range(10)],
            "before": [Decimal(1)] * 10,
            "difference": [Decimal(19 - 2 * n) for n in range(10)],
            "share": [1.0] * 10,
        }
    )
    answer = replace(RANKED, rows=rows, labels={f"p{n}": f"P{n}" for n in range(10)})

    answer_cards.ranking_card("Which?", answer, name="projects")

    (card,) = cards
    drawn = [row["group"] for row in next(iter(rows_of(card.chart).values()))]
    assert drawn == [*(f"P{n}" for n in range(8)), "Other (2 projects)"]
    assert len(card.rows) == 10
    assert card.alt_text == "Billed: $110.00 in total, the largest of 9 is P0 with $20.00."


def test_a_ranking_is_set_against_the_compared_period(cards: list[Drawn]) -> None:
    answer_cards.ranking_card("Which?", RANKED, name="projects")
    answer_cards.ranking_card("Which?", replace(RANKED, compared_with=None), name="projects")

    compared, alone = cards
    assert (compared.question, compared.name) == ("Which?", "projects")
    assert compared.pick == Pick("project_id", PICKED)
    assert '"title": "1–7 Nov 2026"' in compared.spec
    assert '"previous"' not in alone.spec
    assert compared.headings == [
        "Project",
        "Spend, USD",
        "Share",
        "Before, USD",
        "Change, USD",
        "Change, %",
    ]
    assert alone.headings == compared.headings[:3]


def test_a_ranking_can_be_a_table_alone(cards: list[Drawn]) -> None:
    answer_cards.ranking_table_card("Which?", RANKED, name="projects", note="All.")

    (card,) = cards
    assert (card.chart, card.note, card.pick) == (None, "All.", Pick("project_id", PICKED))
    assert (card.question, card.name) == ("Which?", "projects")
    assert card.rows == [
        ["Search", Decimal(3), 0.75, Decimal(2), Decimal(1), 0.5],
        ["Shop", Decimal(1), 0.25, Decimal(4), Decimal(-3), -0.75],
    ]


def test_a_ratio_has_no_parts_of_the_whole(cards: list[Drawn]) -> None:
    answer_cards.ranking_table_card("Which?", replace(RANKED, measure=CACHED), name="projects")

    assert "Share" not in cards[0].headings


TWO = TwoWay(
    SPEND,
    PROJECT,
    MODEL,
    pd.DataFrame({"first": ["proj_a"], "second": ["sol"], "value": [Decimal(3)]}),
    LABELS,
    {"sol": "gpt-6-sol"},
)


def test_two_dimensions_are_tabled_under_their_labels(cards: list[Drawn]) -> None:
    answer_cards.two_way_card("Who and what?", TWO, name="two", value_title="Billed", note="N.")

    (card,) = cards
    assert (card.headings, card.note) == (["Project", "Model", "Billed (USD)"], "N.")
    assert (card.question, card.name) == ("Who and what?", "two")
    assert card.rows == [["Search", "gpt-6-sol", Decimal(3)]]
    assert card.pick == Pick("project_id", PICKED)
    assert card.alt_text == "Billed: $3.00 in total, the largest of 1 is Search with $3.00."
    assert [column.pinned for column in card.columns.values()] == [True, False, False]


def test_what_a_click_on_two_dimensions_narrows_to_can_be_given(cards: list[Drawn]) -> None:
    given = Pick("project_id", {"Search": "proj_a"})
    counted = replace(TWO, measure=REQUESTS)
    answer_cards.two_way_card("?", counted, name="two", value_title="Requests", pick=given)

    assert cards[0].pick is given
    assert cards[0].headings[-1] == "Requests"


def test_parts_of_a_whole_stand_beside_what_is_in_other(cards: list[Drawn]) -> None:
    rows = pd.DataFrame(
        {"group": ["proj_a", "Other"], "value": [Decimal(97), Decimal(3)], "share": [0.97, 0.03]}
    )
    other = pd.DataFrame({"group": ["proj_b"], "value": [Decimal(3)], "share": [0.03]})

    answer_cards.shares_cards(
        "Of what?", Shares(SPEND, PROJECT, rows, other, LABELS), order=["Search", "Other"], name="parts"
    )

    whole, small = cards
    assert (whole.question, small.question) == ("Of what?", "What is in Other?")
    assert (whole.name, small.name) == ("parts", "other")
    assert whole.rows == [["Search", Decimal(97), 0.97], ["Other", Decimal(3), 0.03]]
    assert small.rows == [["Shop", Decimal(3), 0.03]]
    assert whole.headings == small.headings == ["Project", "Spend, USD", "Share"]
    assert small.note is None
    assert whole.pick == small.pick == Pick("project_id", PICKED)


def test_it_is_said_where_nothing_is_in_other(cards: list[Drawn]) -> None:
    rows = pd.DataFrame({"group": ["proj_a"], "value": [Decimal(9)], "share": [1.0]})

    answer_cards.shares_cards(
        "Of what?", Shares(SPEND, PROJECT, rows, rows.head(0), LABELS), order=["Search"], name="parts"
    )

    (whole,) = cards
    assert whole.note == "Every part is at least 5% of the whole."
    assert whole.alt_text == "Spend: $9.00 in total, the largest of 1 is Search with $9.00."


def test_a_frame_can_be_told_by_labels() -> None:
    frame = pd.DataFrame({"project_id": ["proj_a", "proj_x"]})

    assert list(answer_cards.named(frame, "project_id", LABELS)["project_id"]) == ["Search", "proj_x"]


@pytest.mark.parametrize(
    ("now", "before", "said"),
    [
        ((), (), []),
        (("proj_a",), (), ["of Search: … here."]),
        ((), ("proj_b",), ["of Shop: … in 1–7 Nov 2026."]),
        (("proj_a",), ("proj_a",), ["of Search: … here.", "of Search: … in 1–7 Nov 2026."]),
    ],
)
def test_each_period_in_which_a_share_contradicts_itself_is_said(
    now: tuple[str, ...], before: tuple[str, ...], said: list[str], captions: list[str]
) -> None:
    cached = replace(RANKED, measure=CACHED, contradicting=now, contradicting_before=before)

    answer_cards.say_contradictions(cached)

    more = "the API reports more cached input tokens than input tokens"
    assert captions == [f"No cached share {each.replace('…', more)}" for each in said]


NOTED = marks_frame(
    [
        Mark(
            day(9).to_pydatetime(),
            Note("n", day(9).date(), day(9).date(), "Launch", "", day(9).to_pydatetime()),
        )
    ]
)


def test_a_note_on_a_day_is_drawn_there_and_tabled(cards: list[Drawn]) -> None:
    answer_cards.over_time_card("?", replace(WHOLE, marks=NOTED), name="spend", value_title="Billed")

    assert "Launch" in cards[0].spec
    assert [row[-1] for row in cards[0].rows] == ["", "9 Nov 2026: Launch"]


def test_charts_call_what_they_draw_by_the_measure_and_the_dimension(cards: list[Drawn]) -> None:
    rows = pd.DataFrame({"group": ["proj_a"], "value": [Decimal(9)], "share": [1.0]})
    answer_cards.over_time_card("?", GROUPED, name="a", value_title="Billed", shape="stacked")
    answer_cards.over_time_card("?", GROUPED, name="a", value_title="Billed", shape="lines")
    answer_cards.ranking_card("?", RANKED, name="b")
    answer_cards.two_way_card("?", TWO, name="c", value_title="Billed")
    answer_cards.shares_cards(
        "?", Shares(SPEND, PROJECT, rows, rows.head(0), LABELS), order=["Search"], name="d"
    )

    drawn = [card for card in cards if card.chart]
    assert [titles(card.chart) for card in drawn] == [
        ["Day (UTC)", "Project", "Billed", "Total", "Share"],
        ["Day (UTC)", "Project", "Billed", "Total", "Share"],
        ["Project", "Billed", "1–7 Nov 2026"],
        ["Project", "Model", "Billed", "Total", "Share"],
        ["Project", "Spend", "Share"],
    ]
    assert all('"$,.2f"' in card.spec for card in drawn)
    assert [card.columns[name].label for card, name in zip(drawn[3:], ("value", "value"), strict=True)] == [
        "Billed (USD)",
        "Spend, USD",
    ]


def test_a_group_with_a_name_says_how_it_is_measured(cards: list[Drawn]) -> None:
    nameless = replace(GROUPED, labels={"proj_a": "Search"})

    answer_cards.over_time_card("?", nameless, name="by", value_title="Billed")

    assert [column.help for column in list(cards[0].columns.values())[1:]] == [SPEND.definition, None]

"""One anomaly up close: its days, the arithmetic, who made it, and whether it was expected."""

import datetime as dt
from dataclasses import replace
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from lib.analysis.anomalies.findings import AnomalyKind
from lib.answers import instance, loading
from lib.store.records.notes import Note
from lib.ui import anomaly_card
from tests.analysis.anomalies.test_detection import LEAK, NOVEMBER, november, one, used, watched
from tests.ui.drawn import drawn, layout, values

NOW = dt.datetime(2026, 11, 23, 12, tzinfo=dt.UTC)
ANOMALY = one(*LEAK)
CALLED = {
    "project_id": {"shop": "*Shop*", "": "–"},
    "api_key_id": {"web": "Web key", "": "–"},
    "model": {"big": "Big", "": "–"},
}


class Card:
    """The card over a store that keeps what is written to it; `shown` are its figures and tables."""

    def __init__(self) -> None:
        self.notes: tuple[Note, ...] = ()
        self.written: list[Note] = []
        self.shown: dict[str, dict[str, Any]] = {}
        self.narrowed: list[tuple[str, str]] = []

    def write_note(self, note: Note, now: dt.datetime) -> None:
        assert now == NOW
        self.written.append(note)

    def figure(self, question: str, chart: Any, table: pd.DataFrame, columns: Any, **more: Any) -> None:
        self.shown[more["name"]] = {
            "question": question,
            "chart": chart,
            "table": table,
            "columns": columns,
            **more,
        }

    def table(self, question: str, table: pd.DataFrame, columns: Any, **more: Any) -> None:
        self.figure(question, None, table, columns, **more)

    def drawn(self) -> AppTest:
        reading: Any = SimpleNamespace(backend=SimpleNamespace(store=self))
        return drawn(lambda: anomaly_card.show_anomaly(reading, watched(*LEAK), ANOMALY, CALLED))


@pytest.fixture
def card(monkeypatch: pytest.MonkeyPatch) -> Card:
    made = Card()
    monkeypatch.setattr(instance, "now", lambda: NOW)
    monkeypatch.setattr(loading, "load_notes", lambda backend: backend.store.notes)
    monkeypatch.setattr(anomaly_card, "show_figure", made.figure)
    monkeypatch.setattr(anomaly_card, "show_table", made.table)
    monkeypatch.setattr(anomaly_card, "narrow", lambda *to: made.narrowed.append(to))
    return made


def test_its_days_are_drawn_and_the_unusual_one_is_marked(card: Card) -> None:
    card.drawn()

    course = card.shown["unusual-days"]
    assert course["question"] == "Spend up: *Shop*"
    assert [
        day for day, state in zip(course["table"]["start"], course["table"]["state"], strict=True) if state
    ] == [pd.Timestamp("2026-11-10", tz="UTC")]
    assert course["note"].startswith("Spend of *Shop*, day by day.")
    assert course["alt_text"] == (
        "Spend: $5,690 in total, from $80.00 (Tue 15 Sep 2026) to $80.00 (Fri 20 Nov 2026), highest $410.00 "
        "(Tue 10 Nov 2026)."
    )
    assert list(course["columns"]) == ["start", "value", "baseline", "low", "high", "state"]


def test_the_arithmetic_can_be_redone_by_hand(card: Card) -> None:
    card.drawn()

    sums = card.shown["compared-days"]
    assert len(sums["table"]) == 8
    assert sums["note"] == (
        "Tuesday, 10 Nov 2026: $410.00. The days below are the Tuesdays before it. Their median is $80.00; "
        "the median of their distances from it is $0.00. The spread is 1.4826 × $0.00, and at least $8.00 "
        "(the larger of 10% of the median and $2.00): $8.00. The score is ($410.00 − $80.00) / $8.00 = "
        "$330.00 / $8.00 = 41.2. A day is unusual from 6 on, or from −6 down where a ratio falls."
    )


def test_the_days_compared_with_stay_in_sight(card: Card) -> None:
    card.drawn()

    columns = card.shown["compared-days"]["columns"]
    assert [column.pinned for column in columns.values()] == [True, False, False]


def test_another_kind_is_looked_at_where_it_is_chosen(card: Card) -> None:
    app = card.drawn()

    app.button_group[0].set_value(AnomalyKind.REQUESTS).run()

    assert card.shown["unusual-days"]["question"] == "Requests up: *Shop*"
    assert card.shown["compared-days"]["note"].startswith("Tuesday, 10 Nov 2026: 41,000.")


def test_who_is_responsible_is_tabled_with_a_way_to_each(card: Card) -> None:
    app = card.drawn()

    rows = card.shown["responsible"]["table"]
    assert rows[["part", "name", "amount", "profile"]].to_dict("split")["data"] == [
        ["Project", "*Shop*", Decimal(330), "profile?kind=project&id=shop"],
        ["API key", "Web key", Decimal(300), "profile?kind=key&id=web"],
        ["Model", "Big", Decimal(300), None],
    ]
    assert card.shown["responsible"]["columns"]["amount"].label == "Above its baseline, USD"
    assert card.shown["responsible"]["note"].startswith("Spend up, 10 Nov 2026: by how much")

    app.button(key="narrow:api_key_id").click().run()

    assert card.narrowed == [("api_key_id", "web")]


def mark(app: AppTest, why: str) -> AppTest:
    app.text_input(key="expected:why").set_value(why)
    next(button for button in app.button if button.label == "Mark as expected").click()
    return app.run()


def test_what_was_expected_is_marked_with_why(card: Card) -> None:
    mark(card.drawn(), " load test ")

    ((written),) = card.written
    assert (written.about, written.text) == (ANOMALY.key, "load test")
    assert (written.first, written.last, written.written_at) == (november(10), november(10), NOW)


def test_a_mark_needs_words_and_says_so_once(card: Card) -> None:
    app = mark(card.drawn(), " ")

    assert card.written == []
    assert values(app.error) == ["Say in a few words why it was expected, then mark it again."]
    assert values(app.run().error) == []


def test_what_is_marked_says_why_and_can_be_undone(card: Card) -> None:
    note = Note("n", november(10), november(10), "load *test*", ANOMALY.key, NOW)
    card.notes = (note,)
    app = card.drawn()

    assert values(app.markdown) == ["**Marked as expected**, 23 Nov 2026: load *test*"]
    assert "frame" in layout(app)
    assert len(app.text_input) == 0

    next(button for button in app.button if button.label == "Undo").click().run()

    assert card.written == [replace(note, removed=True)]


def test_without_an_anomaly_the_spend_of_all_is_drawn(card: Card) -> None:
    calm = watched(used("shop web big", 40))

    drawn(lambda: anomaly_card.show_expected_spend(calm, NOVEMBER))

    assert card.shown["unusual-days"]["question"] == "Was spend as expected?"
    assert set(card.shown["unusual-days"]["table"]["state"]) == {""}
    assert len(card.shown["unusual-days"]["table"]) == NOVEMBER.days


def test_where_nothing_was_spent_nothing_is_drawn(card: Card) -> None:
    drawn(lambda: anomaly_card.show_expected_spend(watched([]), NOVEMBER))

    assert card.shown == {}

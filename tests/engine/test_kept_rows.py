"""Rows that filters leave: held in memory they answer as the store does, and only where that pays."""

import datetime as dt
from decimal import Decimal
from pathlib import Path

import pytest

from lib.engine import kept_rows
from lib.engine.execution import answer
from lib.engine.filters import EVERYTHING, Filters
from lib.engine.kept_rows import held_rows, shared_by
from lib.engine.question import Question
from lib.periods.grains import Grain
from lib.periods.windows import Window
from lib.store.scoped import Scoped
from lib.store.usage_store import Store
from tests.stored import filled

WEEK = Window(dt.date(2026, 1, 1), dt.date(2026, 1, 8))
OF_A = Filters.of({"project_id": ["proj_a"]})
ROWS = [
    {"start": "2026-01-01", "project_id": "proj_a", "line_item": "gpt-4o, input", "cost_usd": Decimal("1.1")},
    {"start": "2026-01-02", "project_id": "proj_a", "line_item": "gpt-4o, output", "cost_usd": Decimal(2)},
    {"start": "2026-01-02", "project_id": "proj_a", "line_item": None, "cost_usd": Decimal("-0.5")},
    {"start": "2026-01-02", "project_id": None, "line_item": "whisper", "cost_usd": Decimal(4)},
    {"start": "2026-01-03", "project_id": "proj_b", "line_item": "whisper", "cost_usd": Decimal(8)},
    {"start": "2026-01-09", "project_id": "proj_a", "line_item": "whisper", "cost_usd": Decimal(16)},
]


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return filled(tmp_path, "costs", *ROWS)


def asked(*by: str, grain: Grain = Grain.TOTAL, filters: Filters = OF_A, days: Window = WEEK) -> Question:
    return Question("costs", days, grain, by, filters=filters)


@pytest.mark.parametrize(
    "kept",
    [
        {"project_id": ["proj_a"]},
        {"project_id": [None]},
        {"project_id": ["proj_a", None], "line_item": ["gpt-4o, input", None]},
        {"model": ["gpt-4o"]},
        {"project_id": ["proj_unknown"]},
    ],
)
def test_held_rows_answer_as_the_store_does(store: Store, kept: dict[str, list[str | None]]) -> None:
    filters = Filters.of(kept)
    held = held_rows(store, asked(filters=filters))
    assert held is not None

    for by in ((), ("line_item",), ("model",), ("project_id", "model"), ("user_id",)):
        for grain in (Grain.TOTAL, Grain.DAY, Grain.WEEK, Grain.MONTH):
            question = asked(*by, grain=grain, filters=filters)
            assert answer(store, question, held).equals(answer(store, question))


def test_only_rows_that_filters_keep_are_held(store: Store) -> None:
    held = held_rows(store, asked())

    assert held is not None
    assert held["cost_usd"].to_pylist() == [Decimal("1.1"), Decimal(2), Decimal("-0.5")]


def test_more_rows_than_pay_are_not_held(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept_rows, "MOST_HELD", 2)

    assert held_rows(store, asked()) is None


def test_questions_share_rows_of_the_same_days_filters_and_slices(store: Store) -> None:
    shared = shared_by(store, asked())

    assert shared is not None
    assert shared_by(store, asked("line_item", grain=Grain.DAY)) == shared
    assert shared_by(store, asked(days=Window(WEEK.first, dt.date(2026, 1, 7)))) != shared
    assert shared_by(store, asked(filters=Filters.of({"project_id": ["proj_b"]}))) != shared
    items = Filters.of({"line_item": ["whisper"]})
    assert shared_by(store, asked("user_id", filters=items)) != shared_by(store, asked(filters=items))


def test_rows_are_shared_only_where_something_narrows_a_period(store: Store) -> None:
    year = Window(dt.date(2025, 1, 1), dt.date(2026, 1, 1))

    assert shared_by(store, asked(filters=EVERYTHING)) is None
    assert shared_by(store, asked(days=year)) is None
    assert shared_by(store, asked("team")) is None
    assert shared_by(store, asked(filters=Filters.of({"organization": ["acme"]}))) is None


def test_whoever_sees_some_projects_shares_the_rows_of_these(store: Store) -> None:
    scoped = Scoped(store, frozenset({"proj_b"}))
    question = asked("line_item", filters=EVERYTHING)
    held = held_rows(scoped, question)

    assert shared_by(scoped, question) is not None
    assert held is not None
    assert held["cost_usd"].to_pylist() == [Decimal(8)]
    assert answer(scoped, question, held).equals(answer(scoped, question))

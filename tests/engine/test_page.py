import datetime as dt
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from lib.engine.execution import answer, page, row_counts
from lib.engine.question import Question
from lib.periods.grains import Grain
from lib.periods.windows import Window
from lib.store.usage_store import Store
from tests.stored import filled

NOVEMBER = Window(dt.date(2026, 11, 1), dt.date(2026, 12, 1))


def bill(day: int, project: str | None, dollars: int) -> dict[str, object]:
    return {"start": f"2026-11-{day:02}", "project_id": project, "cost_usd": Decimal(dollars)}


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return filled(tmp_path, "costs", bill(2, None, 1), bill(2, "a", 2), bill(9, "a", 4), bill(10, "b", 8))


@pytest.mark.parametrize("grain", [Grain.DAY, Grain.WEEK, Grain.MONTH, Grain.TOTAL])
@pytest.mark.parametrize("by", [(), ("project_id",), ("model",)])
@pytest.mark.parametrize("size", [1, 2, 3])
def test_pages_are_the_answer_cut_up(store: Store, grain: Grain, by: tuple[str, ...], size: int) -> None:
    question = Question("costs", NOVEMBER, grain, by, ("cost_usd",))
    whole = answer(store, question)

    pages = [page(store, question, first, size) for first in range(0, whole.num_rows, size)]

    assert [row for rows in pages for row in rows.to_pylist()] == whole.to_pylist()
    assert sum(row_counts(store, question).values()) == whole.num_rows


def test_an_empty_store_has_an_empty_page(tmp_path: Path) -> None:
    empty, question = Store(str(tmp_path)), Question("costs", NOVEMBER, Grain.DAY)

    assert (page(empty, question, 0, 5).num_rows, sum(row_counts(empty, question).values())) == (0, 0)


def test_rows_are_counted_by_bucket_in_order(store: Store) -> None:
    by_day = Question("costs", NOVEMBER, Grain.DAY, ("project_id",))
    second, ninth, tenth = (dt.datetime(2026, 11, day, tzinfo=dt.UTC) for day in (2, 9, 10))

    assert list(row_counts(store, by_day).items()) == [(second, 2), (ninth, 1), (tenth, 1)]
    assert row_counts(store, replace(by_day, grain=Grain.TOTAL)) == {None: 3}


def test_a_page_needs_no_count_where_the_rows_were_counted_before(store: Store) -> None:
    by_day = Question("costs", NOVEMBER, Grain.DAY, ("project_id",), ("cost_usd",))

    found = page(store, by_day, 2, 2, row_counts(store, by_day))

    assert found.to_pylist() == answer(store, by_day).to_pylist()[2:]


def test_a_page_after_the_last_one_is_empty(store: Store) -> None:
    assert page(store, Question("costs", NOVEMBER, Grain.DAY), 3, 5).num_rows == 0

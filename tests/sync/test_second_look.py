import datetime as dt
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pytest

from lib.catalog.schemas import schema
from lib.catalog.sources import SOURCES, Source
from lib.openai_admin import Part
from lib.periods.widths import Width
from lib.periods.windows import Window, unix
from lib.store.records.coverage import DayTotal
from lib.store.usage_store import Store
from lib.sync.plan import Need
from lib.sync.second_look import (
    Answered,
    fallen_days,
    fetched_twice_where_doubtful,
    unanswered_days,
    windows_to_ask_again,
)

NOW = dt.datetime(2026, 1, 9, 12, tzinfo=dt.UTC)
EMBEDDINGS = SOURCES["embeddings"]


def jan(*days: int) -> set[dt.date]:
    return {dt.date(2026, 1, day) for day in days}


def window(first: int, end: int) -> Window:
    return Window(dt.date(2026, 1, first), dt.date(2026, 1, end))


def part(first: int, end: int, tokens: dict[int, int], *, slice_: str = "whole") -> Part:
    """Return an answer that has buckets of the days in `tokens`, quiet ones where these are 0."""
    rows = [
        {
            "start": dt.datetime(2026, 1, day, tzinfo=dt.UTC),
            "input_tokens": count,
            "slice": slice_,
            "month": "2026-01",
        }
        for day, count in tokens.items()
        if count
    ]
    starts = tuple(unix(dt.date(2026, 1, day)) for day in tokens)
    table = pa.Table.from_pylist(rows, schema(EMBEDDINGS))
    return Part(window(first, end), slice_, ("model",), table, starts)


def read(answered: Answered) -> dict[int, int]:
    rows = pa.concat_tables(p.table for p in answered.parts).sort_by("start").to_pylist()
    return {row["start"].day: row["input_tokens"] for row in rows}


class Api:
    """Gives the answers that it is made with, one after another."""

    def __init__(self, *answers: list[Part]) -> None:
        self.answers = [*answers]
        self.asked: list[Window] = []

    def fetch(self, _source: Source, _width: Width, asked: Window) -> list[Part]:
        self.asked.append(asked)
        return self.answers.pop(0)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(str(tmp_path / "store"))


def answered(api: Api, store: Store, first: int, end: int) -> Answered:
    need = Need("embeddings", Width.DAY, window(first, end))
    return fetched_twice_where_doubtful(api.fetch, store, need, NOW)


def test_an_answer_of_every_day_is_believed(store: Store) -> None:
    api = Api([part(1, 4, {1: 5, 2: 0, 3: 7})])

    assert read(answered(api, store, 1, 4)) == {1: 5, 3: 7}
    assert api.asked == [window(1, 4)]


def test_days_that_are_not_answered_are_asked_for_by_themselves(store: Store) -> None:
    api = Api([part(1, 5, {1: 5, 4: 7})], [part(2, 4, {2: 6, 3: 0})])

    found = answered(api, store, 1, 5)

    assert api.asked == [window(1, 5), window(2, 4)]
    assert (read(found), found.unanswered) == ({1: 5, 2: 6, 4: 7}, frozenset())


def test_days_that_are_not_answered_twice_are_named(store: Store) -> None:
    api = Api([part(1, 5, {1: 5, 4: 7})], [part(2, 4, {2: 6})])

    found = answered(api, store, 1, 5)

    assert (read(found), found.unanswered) == ({1: 5, 2: 6, 4: 7}, jan(3))


def test_an_empty_answer_is_asked_for_once_more(store: Store) -> None:
    api = Api([part(1, 4, {})], [part(1, 4, {1: 5, 2: 6, 3: 7})])

    assert read(answered(api, store, 1, 4)) == {1: 5, 2: 6, 3: 7}


def test_days_that_are_not_over_may_be_missing() -> None:
    assert unanswered_days([part(8, 11, {8: 1})], Width.DAY, NOW) == set()
    assert unanswered_days([part(8, 11, {9: 1})], Width.DAY, NOW) == jan(8)


def test_a_day_by_hour_is_unanswered_where_any_hour_is() -> None:
    hours = tuple(range(unix(dt.date(2026, 1, 1)), unix(dt.date(2026, 1, 3)), 3600))
    table = schema(EMBEDDINGS, Width.HOUR).empty_table()

    assert unanswered_days([Part(window(1, 3), "whole", (), table, hours)], Width.HOUR, NOW) == set()
    assert unanswered_days([Part(window(1, 3), "whole", (), table, hours[:30])], Width.HOUR, NOW) == jan(2)


def test_each_slice_is_completed_by_its_own(store: Store) -> None:
    api = Api(
        [part(1, 3, {1: 5}, slice_="a"), part(1, 3, {1: 5, 2: 9}, slice_="b")],
        [part(2, 3, {2: 9}, slice_="a"), part(2, 3, {2: 9}, slice_="b")],
    )

    found = answered(api, store, 1, 3)

    assert [p.table["input_tokens"].to_pylist() for p in found.parts] == [[5, 9], [5, 9]]
    assert found.unanswered == frozenset()


def test_many_gaps_are_asked_for_in_one() -> None:
    assert windows_to_ask_again(jan(1, 2, 4, 6)) == [window(1, 3), window(4, 5), window(6, 7)]
    assert windows_to_ask_again(jan(1, 3, 5, 8)) == [window(1, 9)]
    assert windows_to_ask_again(set()) == []


@pytest.mark.parametrize(("now", "falls"), [(5, False), (4, True), (0, True), (11, False)])
def test_a_day_falls_where_less_than_half_is_left(now: int, falls: bool) -> None:
    (day,) = jan(1)
    after = {day: DayTotal(1, Decimal(now))} if now else {}

    assert fallen_days({day: DayTotal(3, Decimal(10))}, after) == (jan(1) if falls else set())


def test_a_credit_and_what_cannot_be_told_are_no_fall() -> None:
    (day,) = jan(1)

    assert fallen_days({day: DayTotal(1, Decimal(-5))}, {day: DayTotal(1, Decimal(-2))}) == set()
    assert fallen_days({day: DayTotal(1, Decimal(5))}, {day: None}) == set()

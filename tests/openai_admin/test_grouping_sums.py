"""However a question is grouped, filtered or asked, it is about the same numbers."""

import csv
import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow.parquet as pq
import pytest
import streamlit as st
from hypothesis import given, settings
from hypothesis import strategies as hs

from lib.analysis.frames import framed
from lib.answers import loading
from lib.answers.instance import Backend
from lib.catalog.dimensions import ORGANIZATION, TEAM, UNATTRIBUTED
from lib.catalog.measures import MEASURES, Measure, Term
from lib.catalog.sources import COSTS, SOURCES, Source
from lib.catalog.units import Unit
from lib.cli import workplace
from lib.cli.main import main
from lib.demo.server.http_server import DemoServer
from lib.engine.execution import answer
from lib.engine.filters import EVERYTHING, Filters
from lib.engine.question import Question
from lib.openai_admin import AdminClient
from lib.openai_admin.refusals import RefusalKind
from lib.periods.grains import Grain
from lib.periods.widths import Width
from lib.periods.windows import ONE_DAY, Window
from lib.settings import Settings
from lib.store.usage_store import Store
from lib.sync.background import Syncer
from lib.sync.plan import Need
from tests.synced import synced

NOW = dt.datetime(2026, 11, 23, 20, tzinfo=dt.UTC)
DAYS = Window(dt.date(2026, 10, 29), dt.date(2026, 11, 18))  # twenty, in two months, all settled
FLOOR = dt.date(2026, 11, 4)
REFUSED = Window(dt.date(2026, 11, 9), dt.date(2026, 11, 13))
BY_HOUR = SOURCES["images"]
BY_DAY = [Grain.TOTAL, Grain.DAY, Grain.WEEK, Grain.MONTH]

Row = dict[str, Any]


@dataclass(frozen=True)
class Place:
    """The same days in a store, behind the pages, and behind the command line."""

    server: DemoServer
    store: Store
    backend: Backend
    files: Path


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    folder = tmp_path_factory.mktemp("place")
    needs = [Need(name, Width.DAY, DAYS) for name in SOURCES] + [Need(BY_HOUR.name, Width.HOUR, DAYS)]
    with DemoServer(now=lambda: NOW) as server, pytest.MonkeyPatch.context() as patch:
        patch.setattr(workplace, "now", lambda: NOW)
        patch.setenv("OPENAI_ADMIN_KEY", server.admin_key)
        patch.setenv("OPENAI_BASE_URL", server.base_url)
        patch.setenv("USAGE_STORE_URI", str(folder / "store"))
        store = synced(server, folder / "store", needs, now=NOW)
        used = Settings(server.admin_key, server.base_url, store.uri)
        client = AdminClient(server.admin_key, server.base_url, now=lambda: NOW)
        st.cache_data.clear()
        yield Place(server, store, Backend(used, store, Syncer(client, store, used, now=lambda: NOW)), folder)
        st.cache_data.clear()
        client.close()


@pytest.fixture(scope="module")
def refused(tmp_path_factory: pytest.TempPathFactory) -> Store:
    """The same costs, from an API that tells keys only since FLOOR, and no users of projects in REFUSED."""
    with DemoServer(now=lambda: NOW) as server:
        server.rules.key_floor, server.rules.user_with_project = FLOOR, REFUSED
        return synced(server, tmp_path_factory.mktemp("refused"), [Need("costs", Width.DAY, DAYS)], now=NOW)


def rows(store: Store, source: Source, by: tuple[str, ...] = (), filters: Filters = EVERYTHING) -> list[Row]:
    found: list[Row] = answer(store, Question(source.name, DAYS, by=by, filters=filters)).to_pylist()
    return found


def sums(found: list[Row], source: Source) -> Row:
    """Return each metric's sum, None for one that the rows do not tell."""
    return {m: _sum([row[m] for row in found]) for m in source.metric_names}


def _sum(numbers: list[Any]) -> Any:
    return None if None in numbers else sum(numbers)


@cache
def whole(store: Store, name: str, *, by_item: bool = False) -> Row:
    """Return the ungrouped totals; quantities are told `by_item` only, so theirs are added up by it."""
    source = SOURCES[name]
    total = sums(rows(store, source), source)
    if by_item:
        total["quantity"] = sums(rows(store, source, ("line_item",)), source)["quantity"]
    return total


def told(source: Source) -> list[str]:
    """Return the dimensions of a source that an export has without teams and with one organization."""
    return [d for d in source.groupable if d not in (TEAM, ORGANIZATION)]


@hs.composite
def questions(draw: hs.DrawFn, sources: list[Source], grains: list[Grain]) -> Question:
    source = draw(hs.sampled_from(sources))
    by = draw(hs.lists(hs.sampled_from(told(source)), unique=True))
    return Question(source.name, DAYS, draw(hs.sampled_from(grains)), tuple(by))


ANY = questions(list(SOURCES.values()), BY_DAY)
OF_COSTS = questions([COSTS], BY_DAY)


@settings(max_examples=50)
@given(question=ANY)
def test_every_grouping_sums_to_the_ungrouped_total(place: Place, question: Question) -> None:
    source = SOURCES[question.source]

    found = answer(place.store, question).to_pylist()

    assert sums(found, source) == whole(place.store, source.name, by_item="line_item" in question.by)


@settings(max_examples=20)
@given(question=questions([BY_HOUR], [Grain.HOUR]))
def test_every_grouping_of_hours_sums_to_the_days(place: Place, question: Question) -> None:
    found = answer(place.store, question)

    assert len(set(found["start"].to_pylist())) > DAYS.days
    assert sums(found.to_pylist(), BY_HOUR) == whole(place.store, BY_HOUR.name)


@pytest.mark.parametrize("source", SOURCES.values(), ids=SOURCES)
def test_filters_that_share_out_the_values_of_a_dimension_share_out_the_total(
    place: Place, source: Source
) -> None:
    assert source.groupable
    for dimension in source.groupable:
        values = [row[dimension] for row in rows(place.store, source, (dimension,))]
        shares = [tuple(values[nth::3]) for nth in range(3)]
        filtered = [
            row
            for share in shares
            for row in rows(place.store, source, filters=Filters.of({dimension: share}))
        ]

        assert values
        assert sums(filtered, source) == whole(place.store, source.name)


@settings(max_examples=30)
@given(question=ANY, choice=hs.data())
def test_a_filter_on_the_values_of_a_row_gives_that_row(
    place: Place, question: Question, choice: hs.DataObject
) -> None:
    assert_rows_can_be_filtered(place.store, question, choice)


def assert_rows_can_be_filtered(store: Store, question: Question, choice: hs.DataObject) -> None:
    """Ask for one row of an answer again, by filters on the values of its dimensions."""
    source, by = SOURCES[question.source], question.by
    row = choice.draw(hs.sampled_from(rows(store, source, by)))

    filters = Filters.of({dimension: [row[dimension]] for dimension in by})

    assert rows(store, source, by, filters) == [row]


@settings(max_examples=30)
@given(question=OF_COSTS)
def test_every_grouping_of_costs_that_were_refused_in_part_sums_to_the_bill(
    place: Place, refused: Store, question: Question
) -> None:
    found = answer(refused, question).to_pylist()

    assert sums(found, COSTS) == whole(place.store, "costs", by_item="line_item" in question.by)


@settings(max_examples=20)
@given(question=OF_COSTS, choice=hs.data())
def test_a_filter_on_costs_that_were_refused_in_part_gives_the_row(
    refused: Store, question: Question, choice: hs.DataObject
) -> None:
    assert_rows_can_be_filtered(refused, question, choice)


@pytest.mark.parametrize("dimension", [d for d in COSTS.groupable if d != "api_key_id"])
def test_a_refusal_leaves_other_dimensions_as_they_are(place: Place, refused: Store, dimension: str) -> None:
    assert rows(refused, COSTS, (dimension,)) == rows(place.store, COSTS, (dimension,))


def test_what_was_not_refused_is_told_in_full(place: Place, refused: Store) -> None:
    floor, combination = sorted(refused.refusals(), key=lambda r: r.kind, reverse=True)
    assert (floor.kind, floor.dimension, floor.until) == (RefusalKind.FLOOR, "api_key_id", FLOOR)
    assert (combination.kind, combination.since, combination.until) == (
        RefusalKind.COMBINATION,
        REFUSED.first,
        REFUSED.end,
    )

    keys = Question("costs", Window(FLOOR, DAYS.end), Grain.DAY, ("api_key_id",))
    users_of_projects = [
        Question("costs", days, Grain.DAY, ("project_id", "user_id"))
        for days in (Window(DAYS.first, REFUSED.first), Window(REFUSED.end, DAYS.end))
    ]

    for question in (keys, *users_of_projects):
        assert answer(refused, question).to_pylist() == answer(place.store, question).to_pylist()


def test_what_was_refused_is_told_without_names(refused: Store) -> None:
    keys = answer(refused, Question("costs", Window(DAYS.first, FLOOR), by=("api_key_id",)))
    users_of_projects = answer(refused, Question("costs", REFUSED, by=("project_id", "user_id")))

    assert keys["api_key_id"].to_pylist() == [None]
    assert set(users_of_projects["user_id"].to_pylist()) == {None}
    assert users_of_projects.num_rows > 1


@settings(max_examples=15)
@given(question=ANY, choice=hs.data(), format_=hs.sampled_from(["csv", "parquet"]))
def test_the_store_the_export_and_the_page_give_the_same_answer(
    place: Place, question: Question, choice: hs.DataObject, format_: str
) -> None:
    assert_the_same_everywhere(place, filtered(place.store, question, choice), format_)


@pytest.mark.parametrize("format_", ["csv", "parquet"])
def test_what_has_no_user_is_the_same_in_the_store_the_export_and_the_page(
    place: Place, format_: str
) -> None:
    users = Filters.of({"user_id": [None, rows(place.store, COSTS, ("user_id",))[0]["user_id"]]})

    assert_the_same_everywhere(
        place, Question("costs", DAYS, Grain.DAY, ("user_id",), filters=users), format_
    )


def assert_the_same_everywhere(place: Place, question: Question, format_: str) -> None:
    found = keyed(answer(place.store, question).to_pylist(), question)
    asked = place.server.count()

    assert exported(place, question, format_) == found
    assert explored(place, question) == found
    assert charted(place, question) == found
    assert place.server.count() == asked  # what is stored and settled is not fetched again


def filtered(store: Store, question: Question, choice: hs.DataObject) -> Question:
    """Return the question about some values of one more dimension, or about everything."""
    source = SOURCES[question.source]
    dimension = choice.draw(hs.sampled_from([None, *told(source)]))
    if dimension is None:
        return question
    values = [row[dimension] for row in rows(store, source, (dimension,))]
    kept = choice.draw(hs.lists(hs.sampled_from(values), min_size=1, max_size=3, unique=True))
    return replace(question, filters=Filters(((dimension, tuple(kept)),)))


def keyed(found: list[Row], question: Question) -> dict[tuple[Any, ...], Row]:
    """Return an answer's metrics by its start and ids."""
    starts = [] if question.grain is Grain.TOTAL else ["start"]
    keys, metrics = [*starts, *question.by], SOURCES[question.source].metric_names
    assert all(set(row) == {*keys, *metrics} for row in found)
    told = {tuple(row[k] for k in keys): {m: row[m] for m in metrics} for row in found}
    assert len(told) == len(found)
    return told


def exported(place: Place, question: Question, format_: str) -> dict[tuple[Any, ...], Row]:
    """Return what `python -m lib export` writes for the question."""
    file = place.files / f"export.{format_}"
    last = question.window.end - ONE_DAY
    arguments = ["export", question.source, "--start", str(question.window.first), "--end", str(last)]
    arguments += ["--grain", question.grain, "--format", format_, "--output", str(file)]
    if question.by:
        arguments += ["--by", *question.by]
    for dimension, values in question.filters:
        for value in values:
            arguments += ["--where", f"{dimension}={UNATTRIBUTED if value is None else value}"]
    assert main(arguments) == 0
    if format_ == "parquet":
        return keyed(pq.read_table(file).to_pylist(), question)
    with file.open(newline="", encoding="utf-8") as lines:
        return keyed([_read(row, question) for row in csv.DictReader(lines)], question)


def _read(row: Row, question: Question) -> Row:
    number = Decimal if SOURCES[question.source].is_money else int
    readers = dict.fromkeys(SOURCES[question.source].metric_names, number) | {
        "start": dt.datetime.fromisoformat
    }
    return {name: readers.get(name, str)(cell) if cell else None for name, cell in row.items()}


def explored(place: Place, question: Question) -> dict[tuple[Any, ...], Row]:
    """Return what a page's table of a source's rows is made of."""
    return keyed(identified(framed(loading.load_table(place.backend, question)), question), question)


def charted(place: Place, question: Question) -> dict[tuple[Any, ...], Row]:
    """Return what a page's charts are made of."""
    source = SOURCES[question.source]
    told = [m for m in source.metrics if m.needs is None or m.needs in question.by]
    everything = Measure("all", "All", Unit.CALLS, "", tuple(Term(source.name, m.name) for m in told))
    parts = loading.load_parts(
        place.backend,
        [everything],
        question.window,
        grain=question.grain,
        by=question.by,
        filters=question.filters,
    ).rename(columns=lambda name: name.removeprefix(f"{source.name}."))
    unattributed = dict.fromkeys(source.metric_names)
    return keyed([unattributed | row for row in identified(parts, question)], question)


def identified(frame: pd.DataFrame, question: Question) -> list[Row]:
    """Return the rows of a page's frame, None in place of ids that are missing."""
    found: list[Row] = frame.to_dict("records")
    return [row | {d: None if row[d] == UNATTRIBUTED else row[d] for d in question.by} for row in found]


@settings(max_examples=30)
@given(measure=hs.sampled_from([m for m in MEASURES.values() if not m.is_ratio]), choice=hs.data())
def test_a_measure_that_a_page_breaks_down_sums_to_what_the_store_holds(
    place: Place, measure: Measure, choice: hs.DataObject
) -> None:
    by = tuple(choice.draw(hs.lists(hs.sampled_from(measure.dimensions), unique=True)))
    grain = choice.draw(hs.sampled_from(BY_DAY))

    parts = loading.load_parts(place.backend, [measure], DAYS, grain=grain, by=by)

    expected = sum(t.sign * whole(place.store, t.source)[t.metric] for t in measure.terms)
    assert sum(measure.of(parts)) == expected != 0

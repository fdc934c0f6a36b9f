import datetime as dt
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lib.catalog.schemas import MONEY
from lib.catalog.sources import COSTS, SOURCES
from lib.engine.execution import amounts_by_currency, answer, known_values, other_currencies
from lib.engine.filters import EVERYTHING, Filters
from lib.engine.question import Question, answer_schema
from lib.errors import QuestionError
from lib.periods.grains import Grain
from lib.periods.widths import Width
from lib.periods.windows import Window
from lib.store.usage_store import Store
from tests.stored import ALWAYS, filled

JANUARY = Window(dt.date(2026, 1, 1), dt.date(2026, 2, 1))
CENT = Decimal("0.01")
FINE_TUNE = "ft:gpt-4o-2024-08-06:acme::x"


def rows(store: Store, source: str, *by: str, **asked: Any) -> list[dict[str, Any]]:
    question = Question(source, asked.pop("window", JANUARY), by=by, **asked)
    found: list[dict[str, Any]] = answer(store, question).to_pylist()
    return found


def spent(store: Store, *by: str, filters: Filters = EVERYTHING) -> list[tuple[Any, ...]]:
    found = rows(store, "costs", *by, metrics=("cost_usd",), filters=filters)
    return [tuple(row.values()) for row in found]


def bill(line_item: str | None, dollars: str, **rest: Any) -> dict[str, Any]:
    return {"start": "2026-01-05", "line_item": line_item, "cost_usd": Decimal(dollars), **rest}


# On 5 January everything is known at once; on the 6th projects and users are known apart.
LADDER = (
    bill("gpt-4o-2024-08-06, input", "1", project_id="proj_a", user_id="user-1"),
    bill("gpt-4o-2024-08-06, output", "2", project_id="proj_b", user_id="user-2"),
    bill("whisper", "4", start="2026-01-06", project_id="proj_a", slice="projects"),
    bill("gpt-4o, output", "8", start="2026-01-06", project_id="proj_b", slice="projects"),
    bill("whisper", "4", start="2026-01-06", user_id="user-1", slice="users"),
    bill("gpt-4o, output", "8", start="2026-01-06", user_id="user-2", slice="users"),
)


@pytest.fixture
def ladder(tmp_path: Path) -> Store:
    return filled(tmp_path, "costs", *LADDER)


@pytest.fixture
def models(tmp_path: Path) -> Store:
    return filled(
        tmp_path,
        "costs",
        bill("gpt-4o-2024-08-06, input", "1"),
        bill("gpt-4o, cached input", "2"),
        bill("priority | gpt-4o-2024-11-20, output, long context", "4"),
        bill("ft-gpt-4o-2024-08-06, input", "8"),
        bill("gpt-4o-mini-2024-07-18, input", "16"),
        bill("whisper", "32"),
        bill(None, "64"),
    )


def test_an_empty_store_answers_with_no_rows_in_the_columns_asked_for(tmp_path: Path) -> None:
    question = Question("costs", JANUARY, Grain.DAY, ("model", "project_id"), ("cost_usd",))

    found = answer(Store(str(tmp_path)), question)

    assert found.num_rows == 0
    assert found.schema == answer_schema(question)
    assert found.schema.names == ["start", "model", "project_id", "cost_usd"]
    assert other_currencies(Store(str(tmp_path)), JANUARY).num_rows == 0


def test_a_total_is_every_row_of_the_window_and_no_other(tmp_path: Path) -> None:
    store = filled(
        tmp_path,
        "embeddings",
        {"start": "2025-12-31", "input_tokens": 1},
        {"start": "2026-01-01", "input_tokens": 2},
        {"start": "2026-01-31", "input_tokens": 4, "num_model_requests": 1},
        {"start": "2026-02-01", "input_tokens": 8},
    )

    assert rows(store, "embeddings") == [{"input_tokens": 6, "num_model_requests": 1}]


def test_an_answer_is_sorted_by_start_and_dimensions_and_null_comes_last(tmp_path: Path) -> None:
    store = filled(
        tmp_path,
        "embeddings",
        {"start": "2026-01-02", "model": None, "input_tokens": 1},
        {"start": "2026-01-02", "model": "b", "input_tokens": 2},
        {"start": "2026-01-02", "model": "a", "input_tokens": 4},
        {"start": "2026-01-01", "model": "b", "input_tokens": 8},
        {"start": "2026-01-02", "model": "a", "project_id": "proj_a", "input_tokens": 16},
    )

    found = rows(store, "embeddings", "model", grain=Grain.DAY, metrics=("input_tokens",))

    assert [(r["start"].day, r["model"], r["input_tokens"]) for r in found] == [
        (1, "b", 8),
        (2, "a", 20),
        (2, "b", 2),
        (2, None, 1),
    ]


@pytest.mark.parametrize(
    ("grain", "expected"),
    [
        (Grain.DAY, {"2026-01-01": 1, "2026-01-04": 2, "2026-01-05": 4, "2026-02-01": 8}),
        (Grain.WEEK, {"2025-12-29": 3, "2026-01-05": 4, "2026-01-26": 8}),
        (Grain.MONTH, {"2026-01-01": 7, "2026-02-01": 8}),
    ],
)
def test_days_are_summed_into_weeks_from_monday_and_months(
    tmp_path: Path, grain: Grain, expected: dict[str, int]
) -> None:
    store = filled(
        tmp_path,
        "embeddings",
        {"start": "2026-01-01", "input_tokens": 1},
        {"start": "2026-01-04", "input_tokens": 2},  # a Sunday
        {"start": "2026-01-05", "input_tokens": 4},
        {"start": "2026-02-01", "input_tokens": 8},
    )

    found = rows(store, "embeddings", grain=grain, window=ALWAYS, metrics=("input_tokens",))

    assert {f"{r['start']:%Y-%m-%d}": r["input_tokens"] for r in found} == expected
    assert all(r["start"].utcoffset() == dt.timedelta(0) for r in found)


def test_hours_are_read_from_hourly_rows_and_days_from_daily_ones(tmp_path: Path) -> None:
    filled(tmp_path, "embeddings", {"start": "2026-01-02", "input_tokens": 100})
    store = filled(
        tmp_path,
        "embeddings",
        {"start": "2026-01-02T05:00", "input_tokens": 1},
        {"start": "2026-01-02T23:00", "input_tokens": 2},
        width=Width.HOUR,
    )

    hours = rows(store, "embeddings", grain=Grain.HOUR, metrics=("input_tokens",))

    assert [(r["start"].hour, r["input_tokens"]) for r in hours] == [(5, 1), (23, 2)]
    assert rows(store, "embeddings", metrics=("input_tokens",)) == [{"input_tokens": 100}]


def test_counts_above_two_to_the_53_stay_whole(tmp_path: Path) -> None:
    store = filled(
        tmp_path,
        "embeddings",
        {"start": "2026-01-02", "model": "a", "input_tokens": 2**53 + 1},
        {"start": "2026-01-03", "model": "a", "input_tokens": 2**60},
    )

    expected = 2**53 + 1 + 2**60
    assert rows(store, "embeddings", metrics=("input_tokens",)) == [{"input_tokens": expected}]
    assert rows(store, "embeddings", "model", metrics=("input_tokens",))[0]["input_tokens"] == expected


def test_money_is_exact_to_eighteen_decimals(tmp_path: Path) -> None:
    store = filled(
        tmp_path,
        "costs",
        bill("a, input", "0.100000000000000001"),
        bill("a, input", "0.200000000000000002"),
        bill("a, input", "123456789.000000000000000004"),
        bill("credit", "-3.25"),
    )

    assert spent(store) == [(Decimal("123456786.050000000000000007"),)]
    assert answer(store, Question("costs", JANUARY, metrics=("cost_usd",))).schema.types == [MONEY]


def test_the_whole_of_costs_counts_each_bill_once(ladder: Store) -> None:
    assert spent(ladder) == [(15,)]
    assert spent(ladder, "line_item") == [
        ("gpt-4o, output", 8),
        ("gpt-4o-2024-08-06, input", 1),
        ("gpt-4o-2024-08-06, output", 2),
        ("whisper", 4),
    ]


def test_by_project_reads_the_slice_that_knows_projects(ladder: Store) -> None:
    assert spent(ladder, "project_id") == [("proj_a", 5), ("proj_b", 10)]
    assert spent(ladder, filters=Filters((("project_id", ("proj_a",)),))) == [(5,)]


def test_by_user_reads_the_slice_that_knows_users(ladder: Store) -> None:
    assert spent(ladder, "user_id") == [("user-1", 5), ("user-2", 10)]
    assert spent(ladder, filters=Filters((("user_id", ("user-2",)),))) == [(10,)]


def test_known_values_are_said_by_the_slices_that_know_the_dimension(ladder: Store) -> None:
    assert known_values(ladder, SOURCES["costs"], ("project_id", "user_id", "model")) == {
        "project_id": {"proj_a", "proj_b"},
        "user_id": {"user-1", "user-2"},
        "model": {"gpt-4o", None},
    }


def test_nothing_is_known_of_an_empty_store(tmp_path: Path) -> None:
    assert known_values(Store(str(tmp_path)), SOURCES["costs"], ("project_id",)) == {}


def test_by_project_and_user_names_users_only_where_both_are_known(ladder: Store) -> None:
    assert spent(ladder, "project_id", "user_id") == [
        ("proj_a", "user-1", 1),
        ("proj_a", None, 4),
        ("proj_b", "user-2", 2),
        ("proj_b", None, 8),
    ]


def test_a_dimension_read_from_line_items_keeps_to_the_slice_of_the_others(ladder: Store) -> None:
    assert spent(ladder, "user_id", "model") == [
        ("user-1", "gpt-4o", 1),
        ("user-1", None, 4),
        ("user-2", "gpt-4o", 10),
    ]
    assert spent(ladder, "model", filters=Filters((("project_id", ("proj_b",)),))) == [("gpt-4o", 10)]


def test_model_and_token_class_are_read_from_line_items(models: Store) -> None:
    assert spent(models, "model") == [("ft-gpt-4o", 8), ("gpt-4o", 7), ("gpt-4o-mini", 16), (None, 96)]
    assert spent(models, "token_class") == [
        ("cached input", 2),
        ("input", 25),
        ("other", 32),
        ("output", 4),
        (None, 64),
    ]


def test_model_and_line_item_stand_beside_each_other(models: Store) -> None:
    found = spent(models, "token_class", "line_item", filters=Filters((("model", ("gpt-4o",)),)))

    assert found == [
        ("cached input", "gpt-4o, cached input", 2),
        ("input", "gpt-4o-2024-08-06, input", 1),
        ("output", "priority | gpt-4o-2024-11-20, output, long context", 4),
    ]


@pytest.mark.parametrize(
    ("model", "dollars"),
    [
        ("gpt-4o", 7),
        ("gpt-4o-2024-08-06", 7),
        ("gpt-4o-2099-01-01", 7),
        ("gpt-4o-mini", 16),
        (FINE_TUNE, 8),
        ("ft-gpt-4o-2024-08-06", 8),
        ("ft-gpt-4o", 8),
        (None, 96),
        ("gpt-5", 0),
    ],
)
def test_a_model_filters_bills_however_its_snapshot_is_named(
    models: Store, model: str | None, dollars: int
) -> None:
    assert spent(models, filters=Filters((("model", (model,)),))) == [(dollars,)]


def test_a_model_filters_usage_by_its_exact_name(tmp_path: Path) -> None:
    store = filled(
        tmp_path,
        "completions",
        {"start": "2026-01-02", "model": "gpt-4o-2024-08-06", "input_tokens": 1},
        {"start": "2026-01-02", "model": "gpt-4o-2024-11-20", "input_tokens": 2},
    )

    found = rows(
        store, "completions", metrics=("input_tokens",), filters=Filters.of({"model": ["gpt-4o-2024-08-06"]})
    )

    assert found == [{"input_tokens": 1}]


def test_several_filters_narrow_each_other(models: Store) -> None:
    assert spent(
        models, filters=Filters.of({"model": ["gpt-4o", "gpt-4o-mini"], "token_class": ["input"]})
    ) == [(17,)]


@pytest.mark.parametrize(
    ("values", "tokens"),
    [((None,), 4), (("a",), 1), (("a", None), 5), (("a", "b"), 3), ((), 0), (("c",), 0)],
)
def test_a_filter_keeps_its_values_and_none_means_without_one(
    tmp_path: Path, values: tuple[str | None, ...], tokens: int
) -> None:
    store = filled(
        tmp_path,
        "embeddings",
        {"start": "2026-01-02", "user_id": "a", "input_tokens": 1},
        {"start": "2026-01-02", "user_id": "b", "input_tokens": 2},
        {"start": "2026-01-02", "user_id": None, "input_tokens": 4},
    )

    assert rows(store, "embeddings", metrics=("input_tokens",), filters=Filters((("user_id", values),))) == [
        {"input_tokens": tokens}
    ]


def test_a_filter_by_text_is_never_read_as_sql(tmp_path: Path) -> None:
    quoted = "o'; drop table x; --"
    store = filled(tmp_path, "embeddings", {"start": "2026-01-02", "user_id": quoted, "input_tokens": 1})

    assert rows(
        store, "embeddings", "user_id", metrics=("input_tokens",), filters=Filters.of({"user_id": [quoted]})
    ) == [{"user_id": quoted, "input_tokens": 1}]


def test_quantities_are_added_only_within_a_line_item(tmp_path: Path) -> None:
    store = filled(
        tmp_path,
        "costs",
        bill("a, input", "1", quantity=Decimal(30)),
        bill("a, input", "1", quantity=Decimal(12)),
        bill("whisper", "1", quantity=Decimal("0.5")),
    )

    assert rows(store, "costs", "line_item", metrics=("quantity",)) == [
        {"line_item": "a, input", "quantity": Decimal(42)},
        {"line_item": "whisper", "quantity": Decimal("0.5")},
    ]
    assert rows(store, "costs", metrics=("quantity",)) == [{"quantity": None}]
    assert rows(store, "costs", "model", metrics=("quantity",)) == [
        {"model": "a", "quantity": None},
        {"model": None, "quantity": None},
    ]


def test_other_currencies_stand_apart(tmp_path: Path) -> None:
    euro = {"currency": "eur", "slice": "whole"}
    store = filled(
        tmp_path,
        "costs",
        bill("a, input", "1"),
        bill("a, input", "0", other_amount=Decimal("2.000000000000000001"), **euro),
        bill("a, input", "0", other_amount=Decimal(3), **euro),
        bill("b, input", "0", other_amount=Decimal(5), currency="gbp"),
        bill("a, input", "0", other_amount=Decimal(7), start="2026-02-01", **euro),
    )

    assert spent(store) == [(1,)]
    assert other_currencies(store, JANUARY).to_pylist() == [
        {"currency": "eur", "line_item": "a, input", "amount": Decimal("5.000000000000000001")},
        {"currency": "gbp", "line_item": "b, input", "amount": Decimal(5)},
    ]
    assert amounts_by_currency(store, JANUARY) == {
        "eur": Decimal("5.000000000000000001"),
        "gbp": Decimal(5),
    }


def test_other_currencies_count_each_bill_once(tmp_path: Path) -> None:
    euro = {"currency": "eur", "other_amount": Decimal(2)}
    store = filled(
        tmp_path,
        "costs",
        bill("a, input", "0", project_id="proj_a", slice="projects", **euro),
        bill("a, input", "0", user_id="user-1", slice="users", **euro),
    )

    assert [r["amount"] for r in other_currencies(store, JANUARY).to_pylist()] == [2]


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"source": "chat"}, "There is no source called chat. Sources: completions, embeddings,"),
        (
            {"source": "vector_stores", "by": ("model",)},
            "vector_stores cannot be grouped or filtered by model. It has project_id, team, organization.",
        ),
        (
            {"source": "completions", "filters": Filters.of({"line_item": ["x"]})},
            "completions cannot be grouped or filtered by line_item. It has project_id, user_id,",
        ),
        ({"source": "costs", "metrics": ("input_tokens",)}, "costs has no metric input_tokens."),
        ({"source": "costs", "grain": Grain.HOUR}, "costs comes by day only, not by hour."),
    ],
)
def test_a_question_that_a_source_cannot_answer_is_refused(asked: dict[str, Any], said: str) -> None:
    with pytest.raises(QuestionError) as refused:
        Question(**{"window": JANUARY} | asked)

    assert str(refused.value).startswith(said)


MAYBE = st.sampled_from([None, "a", "b"])
STARTS = st.dates(dt.date(2026, 1, 1), dt.date(2026, 3, 3)).map(dt.date.isoformat)
GRAINS = st.sampled_from([Grain.TOTAL, Grain.DAY, Grain.WEEK, Grain.MONTH])
AMOUNTS = st.decimals(-1000, 1000, places=18)
LINE_ITEMS = st.sampled_from(
    [None, "whisper", "gpt-4o, input", "gpt-4o-2024-08-06, output", "ft-gpt-4o-2024-08-06, input"]
)


@st.composite
def used(draw: st.DrawFn) -> dict[str, Any]:
    dimensions = {name: draw(MAYBE) for name in SOURCES["completions"].dimensions}
    counts = {"input_tokens": draw(st.integers(0, 2**58)), "num_model_requests": draw(st.integers(0, 9))}
    return {"start": draw(STARTS), **dimensions, **counts}


@settings(max_examples=25)
@given(
    st.lists(used(), min_size=1, max_size=8),
    st.lists(st.tuples(GRAINS, st.sets(st.sampled_from(SOURCES["completions"].groupable))), max_size=4),
)
def test_every_grouping_of_usage_sums_to_the_whole(
    stored: list[dict[str, Any]], groupings: list[tuple[Grain, set[str]]]
) -> None:
    metrics = ("input_tokens", "num_model_requests")
    with TemporaryDirectory() as folder:
        store = filled(Path(folder), "completions", *stored)
        for grain, by in [(Grain.TOTAL, set[str]()), *groupings]:
            found = rows(store, "completions", *by, grain=grain, metrics=metrics, window=ALWAYS)
            assert [sum(r[m] for r in found) for m in metrics] == [sum(r[m] for r in stored) for m in metrics]


@st.composite
def billed(draw: st.DrawFn) -> list[dict[str, Any]]:
    """Return one bill as the API may tell it: whole, or once by project and once by user."""
    start, amount = draw(STARTS), draw(AMOUNTS)
    shared = {"line_item": draw(LINE_ITEMS), "api_key_id": draw(MAYBE), "cost_usd": amount, "start": start}
    project, user = {"project_id": draw(MAYBE)}, {"user_id": draw(MAYBE)}
    if draw(st.booleans()):
        return [shared | project | user]
    return [shared | project | {"slice": "projects"}, shared | user | {"slice": "users"}]


@settings(max_examples=25)
@given(
    st.lists(billed(), min_size=1, max_size=8),
    st.lists(st.tuples(GRAINS, st.sets(st.sampled_from(COSTS.groupable))), max_size=4),
)
def test_every_grouping_of_costs_sums_to_the_bill(
    bills: list[list[dict[str, Any]]], groupings: list[tuple[Grain, set[str]]]
) -> None:
    whole = sum((told[0]["cost_usd"] for told in bills), Decimal(0))
    with TemporaryDirectory() as folder:
        store = filled(Path(folder), "costs", *(row for told in bills for row in told))
        for grain, by in [(Grain.TOTAL, set[str]()), *groupings]:
            found = rows(store, "costs", *by, grain=grain, metrics=("cost_usd",), window=ALWAYS)
            assert sum((r["cost_usd"] for r in found), Decimal(0)) == whole


def test_an_answer_has_the_columns_it_promises(ladder: Store) -> None:
    for grain in (Grain.TOTAL, Grain.DAY, Grain.WEEK, Grain.MONTH):
        for by in ((), ("model",), ("token_class", "user_id", "line_item")):
            question = Question("costs", JANUARY, grain, by)
            assert answer(ladder, question).schema == answer_schema(question)
    assert answer_schema(Question("embeddings", JANUARY)).types == [pa.int64(), pa.int64()]


@pytest.mark.parametrize("folder", ["usage data", "größe #1", "a+b (copy)"])
def test_a_store_may_lie_in_any_folder(tmp_path: Path, folder: str) -> None:
    store = filled(tmp_path / folder, "costs", bill("gpt-4o, input", "1"))

    assert spent(store) == [(1,)]


def test_a_sum_that_cannot_be_held_is_refused_with_what_to_do(tmp_path: Path) -> None:
    far = {"start": "2026-01-05", "input_tokens": 2**62}
    store = filled(tmp_path, "embeddings", far, far | {"start": "2026-01-06"})

    with pytest.raises(QuestionError) as refused:
        rows(store, "embeddings", grain=Grain.TOTAL)

    assert str(refused.value) == (
        "A sum of embeddings passes the largest number that can be held exactly (9,223,372,036,854,775,807 "
        "for a count). Ask for fewer days, or by more dimensions."
    )

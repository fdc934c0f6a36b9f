import datetime as dt
from collections import defaultdict
from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import example, given
from hypothesis import strategies as hs

from lib.analysis.anomalies.panel import ORGANIZATION, Scope, ScopedRows, panel
from lib.catalog.measures import MEASURES
from lib.periods.windows import Window
from tests.analysis.anomalies.columns import rows

WINDOW = Window(dt.date(2026, 11, 1), dt.date(2026, 11, 5))
ALL = frozenset(WINDOW)
A, KEY, MODEL, BOTH = Scope("a"), Scope("a", "k"), Scope("a", "", "m"), Scope("a", "k", "m")


def parts(columns: tuple[str, ...], *rows: tuple[Any, ...]) -> pd.DataFrame:
    """Return rows of (day of November, project, key, model, values...)."""
    frame = pd.DataFrame(rows, columns=["start", "project_id", "api_key_id", "model", *columns])
    starts = [pd.Timestamp(2026, 11, day, tz="UTC") for day in frame["start"]]
    return frame.assign(start=starts).astype(dict.fromkeys(columns, object))


SPEND = parts(
    ("costs.cost_usd",),
    (2, "a", "k", "m", Decimal("0.1")),
    (2, "a", "k", "n", Decimal("0.2")),
    (2, "b", "l", "m", Decimal(4)),
    (4, "a", "k", "m", Decimal(1)),
    (4, "b", "l", "m", Decimal(0)),
)


def test_every_place_has_the_exact_sum_of_its_rows() -> None:
    found = panel(ScopedRows([rows(SPEND)], WINDOW), MEASURES["spend"], WINDOW, ALL)

    second, fourth = dt.date(2026, 11, 2), dt.date(2026, 11, 4)
    assert found.values[ORGANIZATION] == {second: Decimal("4.3"), fourth: Decimal(1)}
    assert found.values[A] == found.values[KEY] == {second: Decimal("0.3"), fourth: Decimal(1)}
    assert found.values[MODEL] == found.values[BOTH] == {second: Decimal("0.1"), fourth: Decimal(1)}


def test_a_sum_is_watched_at_projects_their_keys_and_their_models() -> None:
    found = panel(ScopedRows([rows(SPEND)], WINDOW), MEASURES["spend"], WINDOW, ALL)

    assert found.scopes == (
        ORGANIZATION,
        A,
        *(Scope("a", "", "m"), Scope("a", "", "n"), KEY),
        *(Scope("b"), Scope("b", "", "m"), Scope("b", "l")),
    )
    assert not A.is_part
    assert KEY.is_part
    assert KEY.within == A


def test_days_count_from_the_first_use_on_and_are_zero_without_rows() -> None:
    found = panel(ScopedRows([rows(SPEND)], WINDOW), MEASURES["spend"], WINDOW, ALL)

    assert found.counted(A) == {
        dt.date(2026, 11, 2): Decimal("0.3"),
        dt.date(2026, 11, 3): Decimal(0),
        dt.date(2026, 11, 4): Decimal(1),
    }
    assert found.counted(Scope("nobody")) == {}


def test_days_that_are_not_held_do_not_count() -> None:
    found = panel(ScopedRows([rows(SPEND)], WINDOW), MEASURES["spend"], WINDOW, ALL - {dt.date(2026, 11, 4)})

    assert dt.date(2026, 11, 4) not in found.counted(A)


def test_the_floats_are_the_days_that_count_and_nan_elsewhere() -> None:
    found = panel(ScopedRows([rows(SPEND)], WINDOW), MEASURES["spend"], WINDOW, ALL)

    column = found.floats[:, found.scopes.index(A)]
    assert np.isnan(column[0])
    assert list(column[1:]) == [0.3, 0.0, 1.0]


def test_a_ratio_is_of_sums_and_watched_at_the_models_of_keys_only() -> None:
    columns = ("completions.output_tokens", "completions.num_model_requests", "decisions.output_tokens")
    frame = parts(
        (*columns, "decisions.num_model_requests"),
        (2, "a", "k", "m", 100, 10, 20, 20),
        (3, "a", "k", "m", 0, 4, 0, 0),
        (4, "a", "k", "m", 0, 0, 0, 0),
    )

    found = panel(ScopedRows([rows(frame)], WINDOW), MEASURES["output_per_request"], WINDOW, ALL)

    assert found.scopes == (BOTH,)
    assert found.counted(BOTH) == {dt.date(2026, 11, 2): pytest.approx(4.0), dt.date(2026, 11, 3): 0.0}
    assert found.below[BOTH] == {dt.date(2026, 11, 2): 30, dt.date(2026, 11, 3): 4}
    assert found.below.at(BOTH, dt.date(2026, 11, 3)) == 4


def test_a_day_without_rows_is_zero_in_the_kind_of_number_that_the_measure_has() -> None:
    frame = parts(("completions.input_tokens",), (2, "a", "k", "m", 5), (4, "a", "k", "m", 6))
    tokens = panel(ScopedRows([rows(frame)], WINDOW), MEASURES["input_tokens"], WINDOW, ALL).counted(A)
    spend = panel(ScopedRows([rows(SPEND)], WINDOW), MEASURES["spend"], WINDOW, ALL).counted(A)

    third = dt.date(2026, 11, 3)
    assert (tokens[third], type(tokens[third])) == (0, int)
    assert (spend[third], type(spend[third])) == (0, Decimal)


def rows_of(value: hs.SearchStrategy[Any]) -> hs.SearchStrategy[list[tuple[Any, ...]]]:
    names = (hs.sampled_from(names) for names in (["a", "b"], ["k", "l"], ["m", "n"]))
    return hs.lists(hs.tuples(hs.integers(1, 4), *names, value), min_size=1, max_size=12)


@given(given_rows=rows_of(hs.decimals(-100, 100, places=18)))
def test_every_scope_has_what_its_rows_sum_to_one_by_one(given_rows: list[tuple[Any, ...]]) -> None:
    every_scope_has_its_sum("costs.cost_usd", "spend", given_rows)


@given(given_rows=rows_of(hs.integers(-(2**59), 2**59)))
@example(given_rows=[(1, "a", "k", "m", 2**62), (1, "a", "k", "n", 1), (2, "a", "k", "m", 1)])
def test_every_scope_has_what_its_rows_count_one_by_one(given_rows: list[tuple[Any, ...]]) -> None:
    every_scope_has_its_sum("completions.input_tokens", "input_tokens", given_rows)


def every_scope_has_its_sum(column_: str, measure: str, given_rows: list[tuple[Any, ...]]) -> None:
    sums: dict[Scope, dict[dt.date, Any]] = defaultdict(lambda: defaultdict(int))
    for number, project, key, model, value in given_rows:
        if value:
            within = Scope(project), Scope(project, key), Scope(project, "", model)
            for scope in (ORGANIZATION, *within, Scope(project, key, model)):
                sums[scope][dt.date(2026, 11, number)] += value

    given_parts = rows(parts((column_,), *given_rows))
    found = panel(ScopedRows([given_parts], WINDOW), MEASURES[measure], WINDOW, ALL)

    assert dict(found.values) == sums
    assert found.scopes == tuple(sorted(scope for scope in sums if not (scope.key and scope.model)))
    for column, scope in enumerate(found.scopes):
        counted = found.counted(scope)
        expected = [float(counted[day]) if day in counted else np.nan for day in WINDOW]
        np.testing.assert_allclose(found.floats[:, column], expected, rtol=1e-15)


def test_rows_of_several_tables_are_summed_as_if_they_were_of_one() -> None:
    first = parts(("costs.cost_usd",), (2, "a", "k", "m", Decimal(1)), (3, "a", "k", "m", Decimal(2)))
    second = parts(
        ("costs.cost_usd",),
        (2, "b", "l", "m", Decimal(16)),
        (3, "b", "l", "m", Decimal(4)),
        (4, "a", "k", "m", Decimal(8)),
    )

    found = panel(ScopedRows([rows(first), rows(second)], WINDOW), MEASURES["spend"], WINDOW, ALL)

    at = {day: dt.date(2026, 11, day) for day in (2, 3, 4)}
    assert found.values[A] == {at[2]: 1, at[3]: 2, at[4]: 8}
    assert found.values[Scope("b")] == {at[2]: 16, at[3]: 4}
    assert found.values[ORGANIZATION] == {at[2]: 17, at[3]: 6, at[4]: 8}


@pytest.mark.parametrize("each", [2**61, 2**62, -(2**62)])
def test_counts_are_exact_beyond_what_64_bits_hold(each: int) -> None:
    column = "completions.num_model_requests"
    frame = parts((column,), *((2, "a", "k", model, each) for model in "mnop"))

    found = panel(ScopedRows([rows(frame)], WINDOW), MEASURES["requests"], WINDOW, ALL)

    assert found.values[ORGANIZATION] == {dt.date(2026, 11, 2): 4 * each}

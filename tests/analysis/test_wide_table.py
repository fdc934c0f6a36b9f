"""One table of several measures: rows, parts, changes and the rest as one."""

from decimal import Decimal
from typing import Any

import pandas as pd

from lib.analysis.wide_table import wide_table
from lib.catalog.measures import MEASURES

SPEND, REQUESTS, CACHED = (MEASURES[slug] for slug in ("spend", "requests", "cached_share"))
BY = ("project_id",)


def parts(**spent: tuple[int, int]) -> pd.DataFrame:
    """Return dollars and requests by project."""
    return pd.DataFrame(
        {
            "project_id": list(spent),
            "costs.cost_usd": [Decimal(usd) for usd, _ in spent.values()],
            "completions.num_model_requests": [n for _, n in spent.values()],
        },
        dtype=object,
    )


def cached(**tokens: tuple[int, int]) -> pd.DataFrame:
    """Return input tokens, and those of them that were cached, by project."""
    return pd.DataFrame(
        {
            "project_id": list(tokens),
            "completions.input_tokens": [n for n, _ in tokens.values()],
            "completions.input_cached_tokens": [n for _, n in tokens.values()],
        },
        dtype=object,
    )


def rows(frame: pd.DataFrame) -> list[list[Any]]:
    return [list(row) for row in frame.itertuples(index=False)]


NOW = parts(a=(60, 1), b=(30, 7), c=(8, 1), d=(2, 1))


def test_each_measure_has_its_part_of_the_whole_and_the_first_ranks() -> None:
    found, folded = wide_table(NOW, None, BY, [SPEND, REQUESTS])

    assert list(found.columns) == ["project_id", "spend", "spend:share", "requests", "requests:share"]
    assert rows(found) == [
        ["a", Decimal(60), 0.6, 1, 0.1],
        ["b", Decimal(30), 0.3, 7, 0.7],
        ["c", Decimal(8), 0.08, 1, 0.1],
        ["d", Decimal(2), 0.02, 1, 0.1],
    ]
    assert folded == 0


def test_beyond_the_most_all_others_are_one_row_that_sums_them() -> None:
    found, folded = wide_table(NOW, None, BY, [REQUESTS, SPEND], most=1)

    assert rows(found[["project_id", "requests", "spend"]]) == [
        ["b", 7, Decimal(30)],
        ["Other", 3, Decimal(70)],
    ]
    assert folded == 3


def test_a_single_row_is_never_called_other() -> None:
    found, folded = wide_table(NOW, None, BY, [SPEND], most=3)

    assert (list(found["project_id"]), folded) == (["a", "b", "c", "d"], 0)


def test_a_change_is_against_the_same_row_and_others_against_all_others() -> None:
    before = parts(a=(30, 1), c=(4, 1), d=(1, 1), gone=(5, 1))

    found, folded = wide_table(NOW, before, BY, [SPEND], most=2)

    assert rows(found[["project_id", "spend", "spend:change"]]) == [
        ["a", Decimal(60), 1.0],
        ["b", Decimal(30), None],
        ["Other", Decimal(10), 0.0],
    ]
    assert folded == 3


def test_what_is_gone_is_a_row_of_nothing() -> None:
    found, _ = wide_table(parts(a=(1, 1)), parts(gone=(5, 1)), BY, [SPEND])

    assert rows(found) == [["a", Decimal(1), 1.0, None], ["gone", 0, 0.0, -1.0]]


def test_a_search_keeps_what_is_wanted_and_parts_are_still_of_the_whole() -> None:
    found, folded = wide_table(NOW, NOW, BY, [SPEND], is_wanted=lambda row: row[0] in "bcd", most=1)

    assert rows(found) == [["b", Decimal(30), 0.3, 0.0], ["Other", Decimal(10), 0.1, 0.0]]
    assert folded == 2


def test_a_credit_is_no_part_and_has_no_change() -> None:
    found, _ = wide_table(parts(a=(10, 1), b=(-5, 1)), parts(a=(-5, 1), b=(1, 1)), BY, [SPEND])

    assert rows(found) == [["a", Decimal(10), 1.0, None], ["b", Decimal(-5), None, None]]


def test_a_ratio_is_of_the_sums_and_no_part_of_anything() -> None:
    used = cached(a=(100, 50), b=(10, 10), c=(30, 10))

    found, _ = wide_table(used, None, BY, [MEASURES["input_tokens"], CACHED], most=1)

    assert list(found.columns) == ["project_id", "input_tokens", "input_tokens:share", "cached_share"]
    assert list(found["cached_share"]) == [0.5, 0.5]


def test_where_there_is_no_ratio_it_ranks_as_nothing() -> None:
    used = cached(a=(100, 50), b=(0, 0), c=(40, 10))

    found, _ = wide_table(used, None, BY, [CACHED])

    assert rows(found) == [["a", 0.5], ["c", 0.25], ["b", None]]


def test_two_dimensions_make_a_row_for_each_pair() -> None:
    pairs = pd.DataFrame(
        {"project_id": ["a", "a", "b"], "model": ["x", "y", "x"], "costs.cost_usd": [1, 2, 3]}, dtype=object
    )

    found, _ = wide_table(pairs, None, ("project_id", "model"), [SPEND], most=1)

    assert rows(found[["project_id", "model", "spend"]]) == [["b", "x", 3], ["Other", "", 3]]


def test_levels_are_averaged_over_the_days_of_each_period() -> None:
    level = MEASURES["usage_bytes"]
    term = f"{level.terms[0].source}.{level.terms[0].metric}"
    stored = pd.DataFrame({"project_id": ["a"], term: [100]}, dtype=object)

    found, _ = wide_table(stored, stored, BY, [level], days=(10, 20))

    assert rows(found) == [["a", 10.0, 1.0, 1.0]]

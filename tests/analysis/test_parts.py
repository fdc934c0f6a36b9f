from decimal import Decimal
from typing import Any

import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.analysis.parts import folded, joined, leaders, measured, part_columns, small, summed
from lib.catalog.dimensions import OTHER
from lib.catalog.schemas import MONEY as WIRE_MONEY
from lib.catalog.schemas import TIME
from tests.analysis import samples
from tests.analysis.samples import BYTES, CACHED, INPUT, MONEY, SHARE, SPEND, TOKENS, frame, spending, stamp

KEYS = st.lists(st.sampled_from(["start", "project_id", "model"]), unique=True)


def records(table: pd.DataFrame) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = table.to_dict("records")
    return found


@samples.SOME
@given(samples.parts(), KEYS)
def test_sums_by_any_keys_are_exact(parts: pd.DataFrame, keys: list[str]) -> None:
    found = summed(parts, keys)

    for column in (MONEY, INPUT, CACHED):
        assert sum(found[column]) == sum(parts[column])
    assert all(isinstance(v, Decimal) for v in found[MONEY])
    assert all(isinstance(v, int) for v in found[INPUT])
    assert len(found) == (len(parts[keys].drop_duplicates()) if keys else 1)


@samples.SOME
@given(samples.parts(), KEYS, st.sets(st.sampled_from(samples.PROJECTS)))
def test_folding_loses_nothing(parts: pd.DataFrame, keys: list[str], keep: set[str]) -> None:
    found = folded(parts, "project_id", keep, ["project_id", *(k for k in keys if k != "project_id")])

    assert set(found["project_id"]) <= {*keep, OTHER}
    for column in (MONEY, INPUT):
        assert sum(found[column]) == sum(parts[column])


@samples.SOME
@given(samples.parts(), st.integers(0, 6))
def test_leaders_are_the_largest_and_come_in_order(parts: pd.DataFrame, most: int) -> None:
    sizes = summed(parts, ["project_id"])
    size = {k: abs(v) for k, v in zip(sizes["project_id"], sizes[MONEY], strict=True)}

    found = leaders(parts, SPEND, "project_id", most)

    assert len(found) == min(most, len(size))
    assert [size[name] for name in found] == sorted(size.values(), reverse=True)[:most]


def answered(**columns: Any) -> pa.Table:
    """Return an answer of the engine: ids as text, dollars as decimals of 18 places."""
    kinds = {"start": TIME, "cost_usd": WIRE_MONEY, "project_id": pa.string(), "model": pa.string()}
    return pa.table({name: pa.array(v, kinds.get(name, pa.int64())) for name, v in columns.items()})


def test_parts_of_several_sources_stand_side_by_side() -> None:
    answers = {
        "costs": answered(project_id=["proj_a"], cost_usd=[Decimal("1.5")]),
        "completions": answered(project_id=["proj_b", "proj_a"], input_tokens=[2**53 + 1, 10]),
    }

    assert records(joined(answers, ["project_id"])) == [
        {"project_id": "proj_a", MONEY: Decimal("1.5"), INPUT: 10},
        {"project_id": "proj_b", MONEY: 0, INPUT: 2**53 + 1},
    ]


def test_where_bills_meet_usage_models_go_by_the_name_on_which_both_agree() -> None:
    answers = {
        "costs": answered(model=["gpt-4o", "(none)"], cost_usd=[Decimal(1), Decimal(2)]),
        "completions": answered(
            model=["gpt-4o-2024-08-06", "gpt-4o-2024-11-20", "(none)"], input_tokens=[1, 2, 4]
        ),
    }

    assert records(joined(answers, ["model"])) == [
        {"model": "(none)", MONEY: Decimal(2), INPUT: 4},
        {"model": "gpt-4o", MONEY: Decimal(1), INPUT: 3},
    ]


def test_usage_alone_keeps_its_snapshots_apart() -> None:
    answers = {"completions": answered(model=["gpt-4o-2024-08-06", "gpt-4o"], input_tokens=[1, 2])}

    assert list(joined(answers, ["model"])["model"]) == ["gpt-4o", "gpt-4o-2024-08-06"]


def test_snapshots_whose_tokens_pass_64_bits_together_still_add_up() -> None:
    answers = {
        "costs": answered(model=["gpt-4o"], cost_usd=[Decimal(1)]),
        "completions": answered(
            model=["gpt-4o-2024-08-06", "gpt-4o-2024-11-20"], input_tokens=[2**63 - 1, 2]
        ),
    }

    assert joined(answers, ["model"])[INPUT].tolist() == [2**63 + 1]
    wholes = {name: answer.drop_columns("model") for name, answer in answers.items()}
    assert records(joined(wholes, [])) == [{MONEY: 1, INPUT: 2**63 + 1}]


@samples.SOME
@given(
    st.dictionaries(st.tuples(st.sampled_from(samples.PROJECTS), st.integers(0, 9)), st.integers(0, 2**60))
)
def test_joined_parts_are_what_every_source_says_of_each_key(counts: dict[tuple[str, int], int]) -> None:
    projects, days = ([key[n] for key in counts] for n in (0, 1))
    starts = [stamp("2026-01-01") + pd.Timedelta(days=day) for day in days]
    dollars = [Decimal(count).scaleb(-18) for count in counts.values()]
    answers = {
        "completions": answered(start=starts, project_id=projects, input_tokens=list(counts.values())),
        "costs": answered(start=starts[:5], project_id=projects[:5], cost_usd=dollars[:5]),
    }

    found = joined(answers, ["start", "project_id"])

    expected = sorted(
        (start, project, count, dollar if n < 5 else 0)
        for n, (start, project, count, dollar) in enumerate(
            zip(starts, projects, counts.values(), dollars, strict=True)
        )
    )
    assert list(found.itertuples(index=False, name=None)) == expected
    assert {type(v) for v in found[INPUT]} <= {int}


def test_no_sources_have_no_rows() -> None:
    found = joined({}, ["start", "model"])

    assert list(found.columns) == ["start", "model"]
    assert len(found) == 0


def test_a_whole_without_rows_is_zero() -> None:
    assert records(summed(spending("model"), [])) == [{MONEY: 0}]
    assert len(summed(spending("model"), ["model"])) == 0


def test_small_is_what_is_below_the_share_and_not_what_is_at_it() -> None:
    parts = spending("model", a="94.01", b="5.00", c="0.99")

    assert small(parts, SPEND, "model", 0.05) == ["c"]


@samples.SOME
@given(st.integers(1, 10**6), st.integers(0, 6))
def test_exactly_five_percent_is_never_small(unit: int, places: int) -> None:
    """As floats, 0.15 / 3.00 is a little less than 0.05."""
    exact = Decimal(unit).scaleb(-places)
    parts = frame(["model", MONEY], ("a", 19 * exact), ("b", exact))

    assert small(parts, SPEND, "model", 0.05) == []
    assert small(parts, SPEND, "model", 0.0500001) == ["b"]


def test_where_there_is_nothing_everything_is_small() -> None:
    assert small(spending("model", a="0", b="0"), SPEND, "model", 0.05) == ["a", "b"]


def test_small_is_sorted_by_size() -> None:
    parts = spending("model", a="1", b="2", c="97", d="1")

    assert small(parts, SPEND, "model", 0.05) == ["b", "a", "d"]


def test_a_ratio_ranks_by_what_it_divides_by() -> None:
    parts = frame(["model", CACHED, INPUT], ("tiny", 1, 1), ("large", 0, 1000), ("middle", 5, 99))

    assert leaders(parts, SHARE, "model", 2) == ["large", "middle"]
    assert small(parts, SHARE, "model", 0.05) == ["tiny"]


def test_a_large_credit_leads_as_a_large_bill_does() -> None:
    assert leaders(spending("model", a="1", b="-5", c="3"), SPEND, "model", 2) == ["b", "c"]


def test_leaders_of_one_size_come_by_name() -> None:
    assert leaders(spending("model", b="1", a="1"), SPEND, "model", 9) == ["a", "b"]


def test_the_ratio_of_other_is_the_ratio_of_its_sums() -> None:
    parts = frame(["model", CACHED, INPUT], ("a", 10, 100), ("b", 90, 100), ("c", 0, 300))

    few = measured(folded(parts, "model", ["a"], ["model"]), [SHARE])

    assert records(few) == [
        {"model": "Other", "cached_share": 0.225},
        {"model": "a", "cached_share": 0.1},
    ]


def test_measures_take_the_place_of_parts() -> None:
    parts = frame(["model", MONEY, INPUT], ("a", Decimal("0.1"), 0))

    assert records(measured(parts, [SPEND, TOKENS, SHARE])) == [
        {"model": "a", "spend": Decimal("0.1"), "input_tokens": 0, "cached_share": None}
    ]


def test_a_level_is_averaged_over_its_days_and_a_flow_is_not() -> None:
    parts = frame(["vector_stores.usage_bytes", MONEY], (300, Decimal(30)))

    assert records(measured(parts, [BYTES, SPEND], 3)) == [{"usage_bytes": 100, "spend": Decimal(30)}]


def test_a_level_is_averaged_over_the_days_of_its_own_bucket() -> None:
    parts = frame(
        ["start", "vector_stores.usage_bytes"], (stamp("2026-01-01"), 310), (stamp("2026-02-01"), 40)
    )

    found = measured(parts, [BYTES], {stamp("2026-01-01"): 31, stamp("2026-02-01"): 2})

    assert list(found["usage_bytes"]) == [10, 20]


@pytest.mark.parametrize("parts", [spending("model"), frame(["start", "model", INPUT, MONEY])])
def test_part_columns_are_those_of_terms(parts: pd.DataFrame) -> None:
    assert part_columns(parts) == [c for c in parts.columns if c in (MONEY, INPUT)]


def test_a_whole_stays_exact() -> None:
    assert summed(frame(["model", INPUT], ("a", 1), ("b", 2)), [])[INPUT].dtype == object


def test_small_ones_come_largest_first_and_equals_by_name() -> None:
    parts = spending("model", a="97", d="0.5", c="1", b="0.5", e="1")

    assert small(parts, SPEND, "model", 0.05) == ["c", "e", "b", "d"]
    assert small(spending("model", b="0", a="0"), SPEND, "model", 0.05) == ["a", "b"]

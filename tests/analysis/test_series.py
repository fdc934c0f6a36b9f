import datetime as dt
from decimal import Decimal

import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from lib.analysis import series
from lib.analysis.parts import summed
from lib.analysis.series import (
    by_group,
    drawn,
    in_order,
    in_parts,
    marked,
    moved,
    over_time,
    running,
    stacked,
    together,
    wide,
)
from lib.catalog.dimensions import CREDITS, OTHER
from lib.periods.grains import Grain
from lib.periods.windows import Window
from tests.analysis import samples
from tests.analysis.samples import BYTES, CACHED, INPUT, MONEY, SHARE, SPEND, frame, stamp

TEN_DAYS = Window(samples.FIRST, samples.FIRST + dt.timedelta(days=samples.DAYS))
DAY, WEEK = Grain.DAY, Grain.WEEK


def window(first: str, last: str) -> Window:
    """Return a window with both dates inclusive."""
    return Window(dt.date.fromisoformat(first), dt.date.fromisoformat(last) + dt.timedelta(days=1))


def table(found: pd.DataFrame) -> list[tuple[object, ...]]:
    """Return rows, moments as text."""
    rows = found.itertuples(index=False, name=None)
    return [tuple(f"{v:%Y-%m-%d}" if isinstance(v, pd.Timestamp) else v for v in row) for row in rows]


@samples.SOME
@given(samples.parts(), st.integers(0, 6))
def test_groups_sum_to_the_total_in_every_bucket(parts: pd.DataFrame, most: int) -> None:
    whole = over_time(parts, SPEND, DAY, TEN_DAYS)
    groups, order = by_group(parts, SPEND, DAY, TEN_DAYS, "project_id", most)

    assert sum(whole["value"]) == sum(parts[MONEY])
    assert table(together(groups)) == table(whole)
    assert len(groups) == samples.DAYS * len(order)
    assert OTHER not in [name for name in order if name != CREDITS][:-1]
    assert CREDITS not in order[:-1]
    assert len(set(order) - {OTHER, CREDITS}) <= most


def test_no_bucket_of_the_window_is_left_out() -> None:
    parts = frame(["start", MONEY], (stamp("2026-01-02"), Decimal("1.5")))

    assert table(over_time(parts, SPEND, DAY, window("2026-01-01", "2026-01-03"))) == [
        ("2026-01-01", "Total", 0),
        ("2026-01-02", "Total", Decimal("1.5")),
        ("2026-01-03", "Total", 0),
    ]


def test_a_ratio_is_left_out_where_it_has_no_value() -> None:
    parts = frame(
        ["start", CACHED, INPUT],
        (stamp("2026-01-02"), 1, 4),
        (stamp("2026-01-02"), 1, 4),
        (stamp("2026-01-03"), 0, 0),
    )

    assert table(over_time(parts, SHARE, DAY, window("2026-01-01", "2026-01-03"))) == [
        ("2026-01-02", "Total", 0.25)
    ]


def test_without_rows_a_sum_is_zero_and_a_ratio_is_nowhere() -> None:
    nothing = frame(["start", MONEY])
    two_days = window("2026-01-01", "2026-01-02")

    assert table(over_time(nothing, SPEND, DAY, two_days)) == [
        ("2026-01-01", "Total", 0),
        ("2026-01-02", "Total", 0),
    ]
    assert table(over_time(nothing, SHARE, DAY, two_days)) == []


def test_a_level_is_averaged_over_the_days_that_its_bucket_has_in_the_window() -> None:
    parts = frame(
        ["start", "vector_stores.usage_bytes"], (stamp("2025-12-29"), 40), (stamp("2026-01-05"), 70)
    )

    found = over_time(parts, BYTES, WEEK, window("2026-01-01", "2026-01-11"))

    assert table(found) == [("2025-12-29", "Total", 10), ("2026-01-05", "Total", 10)]


def test_groups_come_largest_first_and_the_rest_is_other() -> None:
    rows = [("a", "1"), ("b", "5"), ("c", "2"), ("d", "3")]
    parts = frame(
        ["start", "model", MONEY], *((stamp("2026-01-01"), name, Decimal(usd)) for name, usd in rows)
    )

    found, order = by_group(parts, SPEND, DAY, window("2026-01-01", "2026-01-01"), "model", most=2)

    assert order == ["b", "d", "Other"]
    assert [row[1:] for row in table(found)] == [("b", 5), ("d", 3), ("Other", 3)]


def test_a_group_is_zero_where_it_has_no_rows_and_a_ratio_is_left_out_there() -> None:
    parts = frame(
        ["start", "model", CACHED, INPUT, MONEY],
        (stamp("2026-01-01"), "a", 1, 2, Decimal(1)),
        (stamp("2026-01-02"), "b", 1, 4, Decimal(2)),
    )
    days = window("2026-01-01", "2026-01-02")

    sums, _ = by_group(parts, SPEND, DAY, days, "model")
    ratios, order = by_group(parts, SHARE, DAY, days, "model")

    assert [row[1:] for row in table(sums)] == [("b", 0), ("a", 1), ("b", 2), ("a", 0)]
    assert order == ["b", "a"]
    assert table(ratios) == [("2026-01-01", "a", 0.5), ("2026-01-02", "b", 0.25)]


def test_the_ratio_of_other_over_time_is_of_its_sums() -> None:
    start = stamp("2026-01-01")
    parts = frame(
        ["start", "model", CACHED, INPUT], (start, "a", 0, 100), (start, "b", 9, 10), (start, "c", 0, 20)
    )

    found, _ = by_group(parts, SHARE, DAY, window("2026-01-01", "2026-01-01"), "model", most=1)

    assert [row[1:] for row in table(found)] == [("a", 0.0), ("Other", 0.3)]


def test_several_series_stand_under_their_names() -> None:
    one, two = (frame(["start", "group", "value"], (stamp("2026-01-01"), "Total", n)) for n in (1, 2))

    found = stacked({"Input": one, "Output": two})

    assert [row[1:] for row in table(found)] == [("Input", 1), ("Output", 2)]
    assert table(together(found)) == [("2026-01-01", "Total", 3)]
    assert list(stacked({}).columns) == ["start", "group", "value"]


def test_another_period_is_laid_over_this_one_bucket_by_bucket() -> None:
    january, february = window("2026-01-01", "2026-01-31"), window("2026-02-01", "2026-02-28")
    parts = frame(
        ["start", MONEY],
        (stamp("2026-01-01"), Decimal(1)),
        (stamp("2026-01-28"), Decimal(28)),
        (stamp("2026-01-31"), Decimal(31)),
    )

    found = moved(over_time(parts, SPEND, DAY, january), february, DAY, january)

    assert len(found) == 28
    assert table(found)[0] == ("2026-02-01", "Total", 0, "2026-01-04")  # both are Sundays
    assert table(found)[-4:] == [
        ("2026-02-25", "Total", 28, "2026-01-28"),
        ("2026-02-26", "Total", 0, "2026-01-29"),
        ("2026-02-27", "Total", 0, "2026-01-30"),
        ("2026-02-28", "Total", 31, "2026-01-31"),
    ]


def test_a_shorter_period_covers_only_the_beginning() -> None:
    january, february = window("2026-01-01", "2026-01-31"), window("2026-02-01", "2026-02-28")

    found = moved(over_time(frame(["start", MONEY]), SPEND, DAY, february), january, DAY, february)

    assert table(found)[0][0] == "2026-01-04"  # Sunday, as 1 February is
    assert table(found)[-1][0] == "2026-01-31"


def test_less_than_two_weeks_are_set_against_what_was_as_far_from_their_beginning() -> None:
    earlier, later = window("2026-01-01", "2026-01-03"), window("2026-01-04", "2026-01-06")
    parts = frame(["start", MONEY], (stamp("2026-01-01"), Decimal(1)), (stamp("2026-01-03"), Decimal(3)))

    found = moved(over_time(parts, SPEND, DAY, earlier), later, DAY, earlier)

    assert table(found) == [
        ("2026-01-04", "Total", 1, "2026-01-01"),
        ("2026-01-05", "Total", 0, "2026-01-02"),
        ("2026-01-06", "Total", 3, "2026-01-03"),
    ]


def test_a_total_so_far_is_the_exact_sum_of_its_group_up_to_the_bucket() -> None:
    first, second = stamp("2026-01-01"), stamp("2026-01-02")
    long = frame(
        ["start", "group", "value"],
        (first, "a", Decimal("0.1")),
        (first, "Credits", Decimal(-5)),
        (second, "a", Decimal("0.2")),
        (second, "Credits", Decimal(0)),
    )

    assert table(running(long)) == [
        ("2026-01-01", "a", Decimal("0.1")),
        ("2026-01-01", "Credits", Decimal(-5)),
        ("2026-01-02", "a", Decimal("0.3")),
        ("2026-01-02", "Credits", Decimal(-5)),
    ]


def test_parts_of_a_bucket_are_of_what_is_above_zero_and_credits_are_none() -> None:
    first, second = stamp("2026-01-01"), stamp("2026-01-02")
    long = frame(
        ["start", "group", "value"],
        (first, "a", 3),
        (first, "b", 1),
        (first, "Credits", -5),
        (second, "a", 0),
    )

    assert [value for _, _, value in table(in_parts(long))] == [0.75, 0.25, None, None]


def test_another_period_in_order_begins_on_the_first_bucket_whatever_its_weekday() -> None:
    own = [stamp("2026-02-01"), stamp("2026-02-02"), stamp("2026-02-03")]
    earlier = frame(
        ["start", "group", "value"], (stamp("2026-01-05"), "Total", 1), (stamp("2026-01-06"), "Total", 2)
    )

    assert table(in_order(earlier, own)) == [
        ("2026-02-01", "Total", 1, "2026-01-05"),
        ("2026-02-02", "Total", 2, "2026-01-06"),
    ]


def test_a_series_without_values_can_be_moved() -> None:
    january = window("2026-01-01", "2026-01-31")
    nothing = over_time(frame(["start", INPUT]), SHARE, DAY, january)

    found = moved(nothing, january, DAY, january)

    assert list(found.columns) == ["start", "group", "value", "was"]
    assert len(found) == 0


def test_a_table_has_a_column_for_each_group_and_gaps_where_there_is_no_value() -> None:
    first, second = stamp("2026-01-01"), stamp("2026-01-02")
    long = frame(["start", "group", "value"], (first, "a", 0.5), (second, "a", 1.0), (second, "b", 0.25))

    found = wide(long, ["b", "a"])

    assert list(found.columns) == ["start", "b", "a"]
    assert table(found) == [("2026-01-01", None, 0.5), ("2026-01-02", 0.25, 1.0)]


def test_a_chart_takes_labels_floats_and_what_is_provisional() -> None:
    long = frame(
        ["start", "group", "value"],
        (stamp("2026-01-01"), "proj_a", Decimal("1.5")),
        (stamp("2026-01-02"), "Other", 2),
    )

    found = drawn(long, {"proj_a": "Search"}, {stamp("2026-01-02")})

    assert table(found) == [("2026-01-01", "Search", 1.5, False), ("2026-01-02", "Other", 2.0, True)]
    assert {type(v) for v in found["value"]} == {float}


def test_a_table_says_which_buckets_are_provisional_and_what_was_before() -> None:
    first, second = stamp("2026-01-01"), stamp("2026-01-02")
    now = frame(["start", "group", "value"], (first, "Total", 1), (second, "Total", 2))
    before = frame(["start", "group", "value"], (first, "Total", 9))

    noted = frame(["start", "text"], (second, "deploy\nrollback"), (second, "was 1, is 2"))
    assert table(marked(now, {second}, noted, before)) == [
        ("2026-01-01", 1, 9, "settled", ""),
        ("2026-01-02", 2, None, "provisional", "deploy; rollback; was 1, is 2"),
    ]
    assert list(marked(now, (), noted).columns) == ["start", "value", "state", "marks"]


def test_an_exact_series_stays_exact() -> None:
    big, tiny = 2**53 + 1, Decimal("0.000000000000000001")
    start = stamp("2026-01-01")
    parts = frame(["start", "model", INPUT, MONEY], (start, "a", big, tiny), (start, "a", 1, tiny))
    day = window("2026-01-01", "2026-01-01")

    assert summed(parts, ["model"]).to_dict("records") == [{"model": "a", INPUT: big + 1, MONEY: 2 * tiny}]
    assert table(over_time(parts, samples.TOKENS, DAY, day)) == [("2026-01-01", series.TOTAL, big + 1)]
    assert table(over_time(parts, SPEND, DAY, day)) == [("2026-01-01", series.TOTAL, 2 * tiny)]


def test_what_sums_to_less_than_zero_is_a_series_of_credits_after_other() -> None:
    day = stamp("2026-01-01")
    parts = frame(
        ["start", "project_id", MONEY],
        (day, "a", Decimal(9)),
        (day, "b", Decimal(2)),
        (day, "c", Decimal(1)),
        (day, "(none)", Decimal(-50)),
    )

    found, order = by_group(parts, SPEND, DAY, window("2026-01-01", "2026-01-01"), "project_id", most=1)

    assert order == ["a", "Other", "Credits"]
    assert list(found["value"]) == [9, 3, -50]


def test_what_is_before_stands_beside_its_bucket_in_a_part_of_a_series() -> None:
    series = stacked({"Total": _days(1, 2, 3)})
    part = series.loc[[1, 2]]
    nothing = pd.DataFrame({"start": [], "text": []})

    assert list(marked(part, (), nothing, series)["before"]) == [2, 3]


def _days(*values: int) -> pd.DataFrame:
    starts = [pd.Timestamp(f"2026-11-{day:02}", tz="UTC") for day in range(1, len(values) + 1)]
    return pd.DataFrame({"start": starts, "group": "Total", "value": pd.Series(values, dtype=object)})


def test_whole_numbers_stay_exact_however_large_they_are() -> None:
    large = 2**53 + 1
    starts = [pd.Timestamp("2026-11-02", tz="UTC")] * 2
    parts = pd.DataFrame(
        {"start": starts, "group": ["a", "b"], "value": pd.Series([large, large], dtype=object)}
    )

    found = series.together(parts)

    assert (found["value"].dtype, list(found["value"])) == (object, [2 * large])

import datetime as dt
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from lib.analysis.comparison import Compared
from lib.answers.reading import Reading
from lib.answers.spending import sources_of
from lib.catalog.measures import MEASURES
from lib.engine.filters import Filters
from lib.openai_admin.refusals import Refusal, RefusalKind
from lib.periods.grains import Grain
from lib.periods.presets import Comparison
from lib.periods.widths import Width
from lib.periods.windows import Window
from tests.answers.readings import BEFORE, BILLS, NOW, PERIOD, bill, november, reading_of, whole
from tests.stored import filled

SPEND, REQUESTS, TOKENS = (MEASURES[m] for m in ("spend", "requests", "tokens"))


pytestmark = pytest.mark.usefixtures("afresh")


def test_headlines_compare_with_the_other_period(tmp_path: Path) -> None:
    (headline,) = whole(tmp_path).headlines([SPEND])

    assert headline.change
    assert (headline.change.now, headline.change.before) == (Decimal(8), Decimal(5))
    assert headline.course == [0, 3, 4, 0, 0, 0, 1]


def test_movers_hold_both_periods(tmp_path: Path) -> None:
    found = whole(tmp_path).movers(SPEND, "project_id")

    assert list(zip(found["project_id"], found["now"], found["before"], strict=True)) == [
        ("proj_a", Decimal(4), Decimal(5)),
        ("proj_b", Decimal(4), Decimal(0)),
    ]


def test_a_period_that_is_itself_known_in_part_is_compared_with_nothing(tmp_path: Path) -> None:
    fetched = {"costs": [BEFORE, november(8, 12)]}
    reading = reading_of(tmp_path, {"costs": BILLS}, PERIOD, fetched=fetched)

    assert reading.coverage.missing == {dt.date(2026, 11, 13), dt.date(2026, 11, 14)}
    assert reading.compared is None


def test_without_a_comparison_nothing_is_compared(tmp_path: Path) -> None:
    reading = whole(tmp_path, comparison=Comparison.NONE)

    assert reading.compared is None
    assert reading.ranking(SPEND, "project_id").compared_with is None


def test_a_bill_that_does_not_tell_keys_is_not_compared_by_keys(tmp_path: Path) -> None:
    floor = Refusal("costs", RefusalKind.FLOOR, "refused", NOW, "api_key_id", until=dt.date(2026, 11, 5))
    reading = whole(tmp_path, refusals=[floor])

    assert reading.compared == BEFORE
    assert reading.compared_by("api_key_id") is None
    assert reading.compared_by("project_id") == BEFORE
    assert reading.ranking(SPEND, "project_id").compared_with == "1–7 Nov 2026"


def test_an_endpoint_that_is_not_there_keeps_nothing_from_being_known(tmp_path: Path) -> None:
    absent = Refusal("decisions", RefusalKind.ENDPOINT, "unknown", NOW)
    fetched = {"costs": [BEFORE, PERIOD], "decisions": []}
    reading = reading_of(tmp_path, {"costs": BILLS}, PERIOD, fetched=fetched, refusals=[absent])

    assert reading.compared == BEFORE


def test_days_before_the_history_are_not_served(tmp_path: Path) -> None:
    lookback = Refusal("costs", RefusalKind.LOOKBACK, "too early", NOW, until=dt.date(2026, 11, 3))
    fetched = {"costs": [november(3, 14)]}
    reading = reading_of(tmp_path, {"costs": BILLS}, PERIOD, fetched=fetched, refusals=[lookback])

    assert reading.coverage_before
    assert reading.coverage_before.unserved == {dt.date(2026, 11, 1), dt.date(2026, 11, 2)}


def test_a_source_that_does_not_know_a_dimension_has_no_rows(tmp_path: Path) -> None:
    rows = {
        "embeddings": [{"start": "2026-11-09", "model": "a", "num_model_requests": 7}],
        "vector_stores": [{"start": "2026-11-09", "usage_bytes": 5}],
    }
    fetched = {"embeddings": [PERIOD], "vector_stores": [PERIOD]}
    reading = reading_of(tmp_path, rows, PERIOD, fetched=fetched, filters=Filters.of({"model": ["a"]}))

    assert sum(REQUESTS.of(reading.parts([REQUESTS]))) == 7
    assert not len(reading.parts([MEASURES["usage_bytes"]]))
    assert reading.applies(MEASURES["usage_bytes"]) is False
    assert reading.applies(MEASURES["embedding_tokens"]) is True


def test_a_narrowed_reading_keeps_the_other_filters_and_what_the_page_reads(tmp_path: Path) -> None:
    reading = whole(tmp_path, filters=Filters.of({"project_id": ["proj_a"], "model": ["m"]}))

    own = reading.narrowed("project_id", "proj_b")

    assert own.view.filters == Filters.of({"model": ["m"], "project_id": ["proj_b"]})
    assert own.sources == reading.sources
    assert reading.widened("project_id").view.filters == Filters.of({"model": ["m"]})
    assert reading.leaves_out("project_id", "proj_b")
    assert not reading.leaves_out("project_id", "proj_a")


def item(day: int, dollars: str, name: str, project: str | None = "proj_a") -> dict[str, Any]:
    return bill(day, dollars, project) | {"line_item": name}


CREDITED = [
    item(2, "-7", "Refund"),
    item(9, "60", "input"),
    item(9, "36", "output", "proj_b"),
    item(10, "3", "storage"),
    item(10, "1", "search"),
    item(11, "-5", "Refund", "proj_b"),
    item(12, "-2", "Grant", None),
]
"""$100 of costs and $7 of credits in the period; the credits of the one before do not matter to it."""


def credited(folder: Path, **choices: Any) -> Reading:
    return reading_of(folder, {"costs": CREDITED}, PERIOD, fetched={"costs": [BEFORE, PERIOD]}, **choices)


def test_credits_are_a_group_of_their_own_in_a_split(tmp_path: Path) -> None:
    found = credited(tmp_path).split(SPEND, ("project_id",))

    assert found.to_dict("split")["data"] == [
        ["Credits", Decimal(-7)],
        ["proj_a", Decimal(64)],
        ["proj_b", Decimal(36)],
    ]


def test_a_split_of_another_window_sets_its_own_credits_apart(tmp_path: Path) -> None:
    reading = credited(tmp_path)

    assert len(reading.split(SPEND, ("project_id",))) == 3
    assert reading.split(SPEND, ("project_id",), BEFORE).to_dict("split")["data"] == [
        ["Credits", Decimal(-7)]
    ]


def test_a_split_by_day_sets_credits_apart_on_their_days(tmp_path: Path) -> None:
    found = credited(tmp_path).split(SPEND, ("project_id",), grain=Grain.DAY)

    credits_given = found.loc[found["project_id"] == "Credits"]
    assert [start.day for start in credits_given["start"]] == [11, 12]
    assert list(credits_given["costs.cost_usd"]) == [-5, -2]


def test_what_is_not_dollars_has_no_credits(tmp_path: Path) -> None:
    rows = {"completions": [{"start": "2026-11-09", "project_id": "proj_a", "num_model_requests": 4}]}
    reading = reading_of(tmp_path, rows, PERIOD, fetched={"completions": [PERIOD]})

    assert list(reading.split(REQUESTS, ("project_id",))["project_id"]) == ["proj_a"]
    assert reading.shares(REQUESTS, "project_id").rows["value"].tolist() == [4]


def test_two_dimensions_tell_each_cell_and_credits_apart(tmp_path: Path) -> None:
    found = credited(tmp_path).two_way(SPEND, "project_id", "line_item")

    assert found.rows.to_dict("split")["data"] == [
        ["Credits", "Credits", Decimal(-7)],
        ["proj_a", "input", Decimal(60)],
        ["proj_a", "search", Decimal(1)],
        ["proj_a", "storage", Decimal(3)],
        ["proj_b", "output", Decimal(36)],
    ]
    assert (found.first.name, found.second.name) == ("project_id", "line_item")
    assert found.first_labels["proj_a"] == "proj_a"
    assert found.second_labels["storage"] == "storage"


def test_shares_are_of_what_is_above_zero_and_small_ones_are_in_other(tmp_path: Path) -> None:
    found = credited(tmp_path).shares(SPEND, "line_item")

    assert found.rows.to_dict("split")["data"] == [
        ["input", Decimal(60), 0.6],
        ["output", Decimal(36), 0.36],
        ["Other", Decimal(4), 0.04],
        ["Credits", Decimal(-7), None],
    ]
    assert found.other.to_dict("split")["data"] == [
        ["storage", Decimal(3), 0.03],
        ["search", Decimal(1), 0.01],
    ]
    assert set(found.labels) == {"input", "output", "Other", "Credits", "storage", "search"}


def test_shares_of_a_level_are_its_mean_over_the_days(tmp_path: Path) -> None:
    rows = {"vector_stores": [{"start": "2026-11-09", "project_id": "proj_a", "usage_bytes": 70}]}
    reading = reading_of(tmp_path, rows, PERIOD, fetched={"vector_stores": [PERIOD]})

    assert reading.shares(MEASURES["usage_bytes"], "project_id").rows["value"].tolist() == [10]


def test_credits_go_by_their_own_names_among_line_items(tmp_path: Path) -> None:
    found = credited(tmp_path).movers(SPEND, "line_item")

    assert list(found[["line_item", "now", "before"]].itertuples(index=False, name=None))[-2:] == [
        ("Grant", Decimal(-2), Decimal(0)),
        ("Refund", Decimal(-5), Decimal(-7)),
    ]


def test_a_long_period_is_drawn_by_week_in_a_headline(tmp_path: Path) -> None:
    def course(first: dt.date) -> list[float]:
        window = Window(first, dt.date(2026, 11, 9))
        reading = reading_of(
            tmp_path, {"costs": BILLS}, window, fetched={"costs": [window]}, comparison=Comparison.NONE
        )
        (headline,) = reading.headlines([SPEND])
        return headline.course

    assert len(course(dt.date(2026, 8, 1))) == 100
    assert len(course(dt.date(2026, 7, 31))) == 15


def test_a_headline_whose_sources_do_not_know_the_filter_has_no_value(tmp_path: Path) -> None:
    rows = {"costs": BILLS, "vector_stores": [{"start": "2026-11-09", "usage_bytes": 5}]}
    reading = reading_of(
        tmp_path,
        rows,
        PERIOD,
        fetched={name: [BEFORE, PERIOD] for name in rows},
        filters=Filters.of({"line_item": ["x"]}),
    )

    spend, stored = reading.headlines([SPEND, MEASURES["usage_bytes"]])

    assert spend.change
    assert (spend.change.now, spend.change.before) == (0, 0)
    assert (stored.change, stored.course) == (None, [])


def test_groups_whose_share_contradicts_itself_are_named(tmp_path: Path) -> None:
    used = [
        {"start": "2026-11-09", "model": "a", "input_tokens": 2, "input_cached_tokens": 5},
        {"start": "2026-11-09", "model": "b", "input_tokens": 2, "input_cached_tokens": 1},
    ]
    reading = reading_of(
        tmp_path, {"completions": used}, PERIOD, fetched={"completions": [PERIOD], "decisions": [PERIOD]}
    )

    assert reading.ranking(MEASURES["cached_share"], "model").contradicting == ("a",)
    assert reading.ranking(MEASURES["tokens"], "model").contradicting == ()


def test_a_contradiction_only_in_the_compared_period_is_told_apart(tmp_path: Path) -> None:
    used = [
        {"start": "2026-11-02", "model": "a", "input_tokens": 2, "input_cached_tokens": 5},
        {"start": "2026-11-09", "model": "a", "input_tokens": 2, "input_cached_tokens": 1},
    ]
    days = [BEFORE, PERIOD]
    reading = reading_of(
        tmp_path, {"completions": used}, PERIOD, fetched={"completions": days, "decisions": days}
    )

    ranking = reading.ranking(MEASURES["cached_share"], "model")
    (headline,) = reading.headlines([MEASURES["cached_share"]])

    assert (ranking.contradicting, ranking.contradicting_before) == ((), ("a",))
    assert (headline.contradicts, headline.contradicts_before) == (False, True)
    assert headline.change == Compared(0.5, None)


def test_what_the_bill_cannot_tell_leaves_no_day_of_usage_out(tmp_path: Path) -> None:
    floor = Refusal("costs", RefusalKind.FLOOR, "no", NOW, "api_key_id", until=dt.date(2026, 11, 11))
    fetched = {"costs": [PERIOD], "completions": [PERIOD]}
    reading = reading_of(tmp_path, {"costs": BILLS}, PERIOD, fetched=fetched, refusals=[floor])
    costs, completions = reading.sources

    assert len(reading.known_days(PERIOD, "api_key_id", sources=[costs]).unattributed) == 3
    assert reading.known_days(PERIOD, "api_key_id", sources=[completions]).is_complete
    assert reading.known_days(PERIOD, sources=[costs]).is_complete


def test_other_filters_would_help_only_where_they_leave_something(tmp_path: Path) -> None:
    reading = reading_of(tmp_path, {"costs": BILLS}, PERIOD, fetched={"costs": [PERIOD]})
    spend, tokens = reading.any_rows(SPEND), reading.any_rows(TOKENS)

    assert spend(Filters())
    assert spend(Filters.of({"project_id": ["proj_b"]}))
    assert not spend(Filters.of({"project_id": ["proj_z"]}))
    assert not spend(Filters.of({"batch": ["true"]}))
    assert not tokens(Filters())


def test_the_hours_of_a_day_that_is_known_all_stay_where_another_day_is_not(tmp_path: Path) -> None:
    two_days, first = november(9, 10), november(9, 9)
    fetched = {"completions": [first], "decisions": [first]}
    reading = reading_of(tmp_path, {}, two_days, fetched=fetched, grain=Grain.HOUR)
    filled(tmp_path, "completions", {"start": "2026-11-09T05:00", "input_tokens": 7}, width=Width.HOUR)

    rows = reading.over_time(TOKENS)

    assert [(start.day, start.hour) for start in rows["start"][rows["value"] > 0]] == [(9, 5)]


@pytest.mark.parametrize(
    ("until", "by", "reads_usage"),
    [(14, "api_key_id", True), (5, "api_key_id", True), (1, "api_key_id", False), (14, "project_id", False)],
)
def test_usage_is_read_where_the_bill_of_either_period_does_not_go_far_enough(
    tmp_path: Path, until: int, by: str, reads_usage: bool
) -> None:
    floor = Refusal("costs", RefusalKind.FLOOR, "refused", NOW, "api_key_id", until=dt.date(2026, 11, until))

    sources = [s.name for s in sources_of(whole(tmp_path, refusals=[floor]), (by,))]

    assert sources[0] == "costs"
    assert (len(sources) > 1) is reads_usage

from decimal import Decimal
from itertools import product

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.catalog.measures import BY_REACH, IN_OWN_UNITS, MEASURES, Measure, Term
from lib.catalog.sources import SOURCES, Source
from lib.catalog.units import Unit

EVERY = pytest.mark.parametrize("measure", MEASURES.values(), ids=lambda m: m.slug)


def parts(**columns: list[object]) -> pd.DataFrame:
    """Return parts; `completions__input_tokens` is the column `completions.input_tokens`."""
    return pd.DataFrame({k.replace("__", "."): pd.Series(v, dtype=object) for k, v in columns.items()})


def totals_of(source: Source, metric: str) -> set[str]:
    """Return every metric that already includes `metric`."""
    above = source.metric(metric).part_of
    return {above} | totals_of(source, above) if above else set()


@EVERY
def test_every_term_is_a_metric_of_a_source(measure: Measure) -> None:
    assert measure.terms
    for term in (*measure.terms, *measure.per):
        assert term.metric in SOURCES[term.source].metric_names
        assert term.sign in (1, -1)


@EVERY
def test_a_part_is_never_added_to_its_total(measure: Measure) -> None:
    pairs = [*product(measure.terms, repeat=2), *product(measure.per, repeat=2)]
    added = [(one, other) for one, other in pairs if (one.source, one.sign) == (other.source, other.sign)]

    assert added
    for one, other in added:
        assert other.metric not in totals_of(SOURCES[one.source], one.metric)


@EVERY
def test_nothing_is_counted_twice(measure: Measure) -> None:
    assert len({(t.source, t.metric) for t in measure.terms}) == len(measure.terms)
    assert len({(t.source, t.metric) for t in measure.per}) == len(measure.per)


@EVERY
def test_what_is_taken_away_is_part_of_what_is_there(measure: Measure) -> None:
    added = {(t.source, t.metric) for t in measure.terms if t.sign > 0}
    taken = [t for t in measure.terms if t.sign < 0]
    totals = [{(t.source, total) for total in totals_of(SOURCES[t.source], t.metric)} for t in taken]

    assert all(added & above for above in totals)


@EVERY
def test_a_sum_adds_one_unit(measure: Measure) -> None:
    units = {SOURCES[t.source].metric(t.metric).unit for t in measure.terms}

    assert len(units) == 1
    if not measure.is_ratio:
        assert units == {measure.unit}


@EVERY
def test_a_measure_can_be_broken_down_by_what_all_its_sources_know(measure: Measure) -> None:
    for source in measure.sources:
        assert set(measure.dimensions) <= set(source.groupable)
    assert measure.dimensions
    assert len(set(measure.dimensions)) == len(measure.dimensions)


def test_a_measure_is_declared_once_in_its_own_words() -> None:
    assert all(slug == measure.slug for slug, measure in MEASURES.items())
    assert len({m.label for m in MEASURES.values()}) == len(MEASURES)
    assert len({m.definition for m in MEASURES.values()}) == len(MEASURES)
    assert all(m.definition.endswith(".") for m in MEASURES.values())


def test_every_source_feeds_a_measure() -> None:
    assert {s.name for m in MEASURES.values() for s in m.sources} == set(SOURCES)


def test_only_bytes_are_a_level() -> None:
    assert [m.slug for m in MEASURES.values() if m.is_level] == ["usage_bytes"]
    assert MEASURES["usage_bytes"].unit is Unit.BYTES


def test_requests_leave_out_web_searches_because_completions_count_them() -> None:
    assert {t.source for t in MEASURES["requests"].terms} == {
        "completions",
        "decisions",
        "embeddings",
        "moderations",
        "images",
        "audio_speeches",
        "audio_transcriptions",
    }


def test_uncached_input_is_input_less_cached_and_cache_writes() -> None:
    frame = parts(
        completions__input_tokens=[100],
        completions__input_cached_tokens=[30],
        completions__input_cache_write_tokens=[20],
        decisions__input_tokens=[10],
        decisions__input_cached_tokens=[4],
        decisions__input_cache_write_tokens=[1],
    )

    assert list(MEASURES["uncached_tokens"].of(frame)) == [55]


def test_the_classes_of_input_make_the_input() -> None:
    frame = parts(
        completions__input_tokens=[100],
        completions__input_cached_tokens=[30],
        completions__input_cache_write_tokens=[20],
    )
    classes = ("uncached_tokens", "cached_tokens", "cache_write_tokens")

    assert sum(MEASURES[c].of(frame)[0] for c in classes) == MEASURES["input_tokens"].of(frame)[0] == 100


def test_missing_parts_are_zero() -> None:
    frame = parts(embeddings__input_tokens=[7, 9])

    assert list(MEASURES["tokens"].of(frame)) == [7, 9]
    assert list(MEASURES["output_tokens"].of(frame)) == [0, 0]


def test_sums_of_money_and_counts_are_exact() -> None:
    money = parts(costs__cost_usd=[Decimal("0.100000000000000001"), Decimal("-3.25")])
    counts = parts(completions__input_tokens=[2**53 + 1], decisions__input_tokens=[2**53])

    assert list(MEASURES["spend"].of(money)) == [Decimal("0.100000000000000001"), Decimal("-3.25")]
    assert list(MEASURES["input_tokens"].of(counts)) == [2**54 + 1]


def test_a_ratio_is_a_ratio_of_sums() -> None:
    frame = parts(
        completions__input_cached_tokens=[10],
        completions__input_tokens=[100],
        decisions__input_cached_tokens=[450],
        decisions__input_tokens=[900],
    )

    assert list(MEASURES["cached_share"].of(frame)) == [0.46]


def test_a_price_is_exact_and_per_million() -> None:
    frame = parts(costs__cost_usd=[Decimal("1.50")], completions__input_tokens=[2_000_000])

    assert list(MEASURES["cost_per_million"].of(frame)) == [Decimal("0.75")]
    assert isinstance(MEASURES["cost_per_million"].of(frame)[0], Decimal)


@pytest.mark.parametrize("slug", [m.slug for m in MEASURES.values() if m.is_ratio])
def test_there_is_no_ratio_where_there_is_nothing_to_divide_by(slug: str) -> None:
    measure = MEASURES[slug]
    nothing = pd.DataFrame({t.column: pd.Series([0], dtype=object) for t in (*measure.terms, *measure.per)})

    assert list(measure.of(nothing)) == [None]
    assert list(measure.of(nothing.head(0))) == []


def test_a_measure_asks_each_source_once_for_each_metric() -> None:
    assert MEASURES["cached_share"].metrics == {
        "completions": ("input_cached_tokens", "input_tokens"),
        "decisions": ("input_cached_tokens", "input_tokens"),
    }


def test_a_measure_of_money_over_usage_knows_what_both_know() -> None:
    assert MEASURES["cost_per_million"].dimensions == (
        "project_id",
        "user_id",
        "api_key_id",
        "model",
        "team",
        "organization",
    )
    assert MEASURES["spend"].dimensions == (
        "project_id",
        "line_item",
        "user_id",
        "api_key_id",
        "api_source",
        "model",
        "token_class",
        "team",
        "organization",
    )


@given(st.lists(st.tuples(st.integers(0, 2**60), st.integers(0, 2**60)), min_size=1, max_size=6))
def test_a_sum_of_rows_is_the_sum_of_its_terms(rows: list[tuple[int, int]]) -> None:
    measure = Measure(
        "net",
        "Net",
        Unit.TOKENS,
        "",
        (Term("completions", "input_tokens"), Term("embeddings", "input_tokens", -1)),
    )
    frame = parts(
        completions__input_tokens=[r[0] for r in rows], embeddings__input_tokens=[r[1] for r in rows]
    )

    assert list(measure.of(frame)) == [a - b for a, b in rows]


def test_what_a_source_counts_in_its_own_unit_is_declared_with_it() -> None:
    assert [m.slug for m in IN_OWN_UNITS] == [
        "embedding_tokens",
        "moderation_tokens",
        "images",
        "characters",
        "seconds",
        "usage_bytes",
        "sessions",
        "file_searches",
        "web_searches",
    ]


def test_what_can_be_filtered_by_most_comes_first_and_levels_last() -> None:
    assert [m.slug for m in BY_REACH] == [
        "embedding_tokens",
        "moderation_tokens",
        "images",
        "characters",
        "seconds",
        "web_searches",
        "file_searches",
        "sessions",
        "usage_bytes",
    ]


def test_definitions_name_the_sources_that_are_added_up() -> None:
    assert MEASURES["requests"].definition == (
        "Model requests of completions, decisions, embeddings, moderations, images, speech and "
        "transcription. Web searches are left out: their model requests are counted in completions."
    )
    assert MEASURES["tokens"].definition == (
        "Input and output of completions and decisions, input of embeddings and moderations."
    )


def test_a_share_above_one_is_a_contradiction_and_not_a_number() -> None:
    frame = parts(
        completions__input_cached_tokens=[25, 10, 10, 0],
        completions__input_tokens=[10, 10, 40, 0],
    )

    assert list(MEASURES["cached_share"].of(frame)) == [None, 1.0, 0.25, None]
    assert list(MEASURES["cached_share"].contradictions(frame)) == [True, False, False, False]


def test_only_a_share_contradicts_itself() -> None:
    frame = parts(costs__cost_usd=[Decimal(5)], completions__input_tokens=[1])

    assert list(MEASURES["cost_per_million"].of(frame)) == [Decimal(5_000_000)]
    assert list(MEASURES["cost_per_million"].contradictions(frame)) == [False]


@pytest.mark.parametrize("slug", ["cost_per_million", "cost_per_request"])
def test_dollars_without_anything_to_divide_by_have_no_price(slug: str) -> None:
    frame = parts(costs__cost_usd=[Decimal(5), Decimal(0)])

    assert list(MEASURES[slug].of(frame)) == [None, None]


def test_a_rise_is_bad_only_of_what_costs_dollars() -> None:
    assert [m.slug for m in MEASURES.values() if m.lower_is_better] == [
        "spend",
        "cost_per_million",
        "cost_per_request",
    ]


def test_only_a_price_of_a_million_tokens_is_scaled() -> None:
    assert {m.slug: m.scale for m in MEASURES.values() if m.scale != 1} == {"cost_per_million": 1_000_000}

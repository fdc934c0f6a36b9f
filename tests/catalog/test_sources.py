import datetime as dt

import pytest

from lib.catalog.dimensions import DIMENSIONS, UNATTRIBUTED
from lib.catalog.sources import COSTS, SOURCES, WHOLE, Source
from lib.catalog.units import Unit
from lib.engine.question import Question
from lib.errors import QuestionError
from lib.periods.widths import Width
from lib.periods.windows import Window
from lib.wording.labels import Labels

JANUARY = Window(dt.date(2026, 1, 1), dt.date(2026, 2, 1))
EVERY = pytest.mark.parametrize("source", SOURCES.values(), ids=lambda s: s.name)


def test_there_are_eleven_usage_endpoints_and_costs() -> None:
    assert {name: source.path for name, source in SOURCES.items()} == {
        "completions": "/organization/usage/completions",
        "embeddings": "/organization/usage/embeddings",
        "moderations": "/organization/usage/moderations",
        "images": "/organization/usage/images",
        "audio_speeches": "/organization/usage/audio_speeches",
        "audio_transcriptions": "/organization/usage/audio_transcriptions",
        "vector_stores": "/organization/usage/vector_stores",
        "code_interpreter_sessions": "/organization/usage/code_interpreter_sessions",
        "file_search_calls": "/organization/usage/file_search_calls",
        "web_search_calls": "/organization/usage/web_search_calls",
        "decisions": "/organization/usage/decisions",
        "costs": "/organization/costs",
    }


def test_result_objects_are_spelt_as_the_api_spells_them() -> None:
    assert SOURCES["completions"].result_object == "organization.usage.completions.result"
    assert SOURCES["file_search_calls"].result_object == "organization.usage.file_searches.result"
    assert SOURCES["web_search_calls"].result_object == "organization.usage.web_searches.result"
    assert COSTS.result_object == "organization.costs.result"
    assert len({s.result_object for s in SOURCES.values()}) == len(SOURCES)


@EVERY
def test_a_source_has_the_limits_that_the_api_names(source: Source) -> None:
    by_day = {Width.DAY: 180}
    by_any = {Width.DAY: 31, Width.HOUR: 168, Width.MINUTE: 1440}

    assert source.limits == (by_day if source is COSTS else by_any)
    assert source.widths == tuple(source.limits)


@EVERY
def test_every_dimension_is_declared_once(source: Source) -> None:
    assert len(set(source.groupable)) == len(source.groupable)
    assert set(source.groupable) <= set(DIMENSIONS)
    assert set(source.derived.values()) <= set(source.dimensions)


@EVERY
def test_a_part_names_a_total_of_the_same_unit(source: Source) -> None:
    assert not [m for m in source.metrics if m.part_of and source.metric(m.part_of).unit is not m.unit]


@EVERY
def test_a_metric_needs_only_what_its_source_knows(source: Source) -> None:
    assert {m.needs for m in source.metrics if m.needs} <= set(source.dimensions)
    assert len(set(source.metric_names)) == len(source.metric_names)


@EVERY
def test_the_first_rung_knows_everything_and_every_rung_loses_no_dimension(source: Source) -> None:
    first, *rest = source.rungs

    assert [(s.name, s.dimensions) for s in first] == [(WHOLE, source.dimensions)]
    for rung in rest:
        assert {d for s in rung for d in s.dimensions} == set(source.dimensions)


@EVERY
def test_slices_have_names_of_their_own(source: Source) -> None:
    names = [s.name for rung in source.rungs for s in rung]

    assert len(set(names)) == len(names)


def test_no_slice_below_the_first_rung_of_costs_joins_user_with_project() -> None:
    lower = [set(s.dimensions) for rung in COSTS.rungs[1:] for s in rung]

    assert lower
    assert not any({"project_id", "user_id"} <= dimensions for dimensions in lower)


def test_only_costs_is_money_and_must_not_be_missing() -> None:
    assert [s.name for s in SOURCES.values() if s.is_money] == ["costs"]
    assert [s.name for s in SOURCES.values() if not s.optional] == ["costs"]


def test_an_unknown_metric_is_a_key_error() -> None:
    with pytest.raises(KeyError):
        COSTS.metric("input_tokens")


@pytest.mark.parametrize(("width", "per_day"), [(Width.DAY, 1), (Width.HOUR, 24), (Width.MINUTE, 1440)])
def test_a_day_is_made_of_whole_buckets(width: Width, per_day: int) -> None:
    assert width.per_day == per_day
    assert width.seconds * per_day == 86400


def test_every_dimension_has_words() -> None:
    assert all(d.label and d.plural for d in DIMENSIONS.values())
    assert all(Labels(()).of(name, UNATTRIBUTED) for name in DIMENSIONS)


def test_a_quantity_is_in_the_unit_of_its_line_item() -> None:
    assert COSTS.metric("quantity").unit is Unit.AS_LINE_ITEM
    assert COSTS.metric("quantity").needs == "line_item"
    assert COSTS.metric("cost_usd").field == "amount"


def test_every_source_can_be_asked_for_everything_it_declares() -> None:
    for source in SOURCES.values():
        Question(source.name, JANUARY, by=source.groupable, metrics=source.metric_names)
    with pytest.raises(QuestionError):
        Question("vector_stores", JANUARY, by=("model",))

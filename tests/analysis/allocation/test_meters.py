from typing import Any

import pytest

from lib.analysis.allocation.meters import METERED, meters
from lib.catalog.dimensions import UNATTRIBUTED
from lib.catalog.line_items import parse
from lib.catalog.sources import SOURCES

ROW: dict[str, Any] = {"model": "gpt-6-sol-2026-05-01", "batch": "false", "service_tier": "default"}
NAMED = {"input_tokens": 100, "input_cached_tokens": 30, "input_cache_write_tokens": 10, "output_tokens": 7}
COUNTED = dict.fromkeys(METERED["completions"], 0) | NAMED


def counted(line: str, **row: Any) -> int | None:
    """Return how many units the first meter of a line item counts of a row, None where it does not fit."""
    meter = meters(parse(line))[0]
    full = COUNTED | ROW | row
    counted, taken = (sum(full[name] for name in names) for names in (meter.adds, meter.less))
    return counted - taken if meter.fits(full) else None


@pytest.mark.parametrize(
    ("line", "units"),
    [
        ("gpt-6-sol-2026-05-01, input", 60),
        ("gpt-6-sol-2026-05-01, cached input", 30),
        ("gpt-6-sol-2026-05-01, cache write", 10),
        ("gpt-6-sol, output", 7),
        ("gpt-6-luna, output", None),
        ("batch | gpt-6-sol-2026-05-01, output", None),
        ("flex | gpt-6-sol-2026-05-01, output", None),
    ],
)
def test_a_line_item_counts_the_class_that_it_bills(line: str, units: int | None) -> None:
    assert counted(line) == units


def test_a_tier_counts_its_own_requests_only() -> None:
    assert counted("flex | gpt-6-sol, output", service_tier="flex") == 7
    assert counted("gpt-6-sol, output", service_tier="flex") is None


def test_fast_is_another_word_for_priority() -> None:
    assert counted("fast | gpt-6-sol, output", service_tier="priority") == 7
    assert counted("priority | gpt-6-sol, output", service_tier="fast") == 7
    assert counted("gpt-6-sol, output", service_tier="fast") is None


def test_usage_that_does_not_tell_its_tier_fits_every_surface() -> None:
    for line in ("gpt-6-sol, output", "flex | gpt-6-sol, output", "batch | gpt-6-sol, output"):
        assert counted(line, batch=UNATTRIBUTED, service_tier=UNATTRIBUTED) == 7


def test_tokens_of_a_modality_are_counted_by_themselves() -> None:
    assert counted("gpt-6-sol audio, output", output_audio_tokens=4) == 4
    assert counted("gpt-6-sol text, output", output_audio_tokens=4) == 3
    assert counted("gpt-6-sol text, cached input", input_cached_image_tokens=10) == 20


@pytest.mark.parametrize(
    ("line", "source", "unit"),
    [
        ("whisper", "audio_transcriptions", "seconds"),
        ("tts hd", "audio_speeches", "characters"),
        ("web search tool calls", "web_search_calls", "num_requests"),
        ("Vector storage", "vector_stores", "usage_bytes"),
    ],
)
def test_a_service_is_counted_in_its_own_unit(line: str, source: str, unit: str) -> None:
    meter = meters(parse(line))[0]

    assert (meter.source, meter.adds) == (source, (unit,))


def test_nothing_counts_what_usage_does_not_record() -> None:
    assert meters(parse("evals | gpt-4o-mini, input")) == ()
    assert meters(parse("Credit grant")) == ()


@pytest.mark.parametrize("source", METERED)
def test_what_meters_add_up_is_declared(source: str) -> None:
    assert set(METERED[source]) <= set(SOURCES[source].metric_names)


def tried(line: str) -> list[tuple[str, tuple[str, ...]]]:
    return [(meter.source, meter.adds) for meter in meters(parse(line))]


def test_a_line_tries_its_own_surface_first_and_every_surface_last() -> None:
    first, *_, last = meters(parse("gpt-6-sol, output"))
    batch = COUNTED | ROW | {"batch": "true"}

    assert (first.source, last.source) == ("completions", "completions")
    assert (first.fits(batch), last.fits(batch)) == (False, True)
    assert last.less == first.less


def test_input_pays_for_the_sources_that_only_read_too_and_output_does_not() -> None:
    assert tried("text-embedding-3-small, input")[1:3] == [
        ("embeddings", ("input_tokens",)),
        ("moderations", ("input_tokens",)),
    ]
    assert "embeddings" not in dict(tried("gpt-6-sol, output"))


def test_a_surface_of_its_own_is_that_sources_alone() -> None:
    assert tried("decisions | gpt-6-luna, output") == [("decisions", ("output_tokens",))]
    (meter,) = meters(parse("decisions | gpt-6-luna, output"))
    assert meter.fits({"model": "gpt-6-luna"})
    assert not meter.fits({"model": "gpt-6-sol"})


def test_speech_is_counted_in_the_quality_that_the_line_names() -> None:
    hd, plain = (meters(parse(text))[0] for text in ("tts hd", "tts"))

    assert [hd.fits({"model": model}) for model in ("tts-1-hd", "tts-1", "gpt-4o-hd")] == [True, False, False]
    assert [plain.fits({"model": model}) for model in ("tts-1-hd", "tts-1")] == [False, True]


def test_any_row_fits_a_service_without_models() -> None:
    assert meters(parse("Vector storage"))[0].fits({})


def test_a_training_of_a_model_is_no_usage_of_it() -> None:
    assert meters(parse("gpt-4o-2024-08-06 fine-tuning, training")) == ()


def test_a_batch_is_told_by_one_column_and_a_tier_by_the_other() -> None:
    batch, flex = "batch | gpt-6-sol, output", "flex | gpt-6-sol, output"

    assert [counted(line, batch=UNATTRIBUTED) for line in (batch, flex)] == [7, None]
    assert [counted(line, service_tier=UNATTRIBUTED) for line in (batch, flex)] == [None, 7]

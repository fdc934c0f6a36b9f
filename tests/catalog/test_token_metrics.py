"""What adds up to all tokens and to all requests, and what is only a part of that."""

from lib.catalog.measures import MEASURES
from lib.catalog.metric import Total
from lib.catalog.sources import SOURCES
from lib.catalog.token_metrics import INPUT_TOKENS, MODEL_REQUESTS, TOKEN_METRICS

READERS = ("completions", "decisions")
"""The sources that tell input and output apart."""


def adding_to(total: Total) -> list[str]:
    return [metric.name for metric in TOKEN_METRICS if metric.total is total]


def test_input_and_output_add_up_to_all_tokens_and_their_parts_do_not() -> None:
    assert adding_to(Total.TOKENS) == ["input_tokens", "output_tokens"]
    assert adding_to(Total.REQUESTS) == ["num_model_requests"]
    assert all(metric.part_of is None for metric in TOKEN_METRICS if metric.total)
    assert all(metric.part_of for metric in TOKEN_METRICS if not metric.total)


def test_every_part_is_of_a_metric_that_there_is() -> None:
    names = {metric.name for metric in TOKEN_METRICS}

    assert {metric.part_of for metric in TOKEN_METRICS if metric.part_of} == {
        "input_tokens",
        "input_cached_tokens",
        "input_cache_write_tokens",
        "output_tokens",
    }
    assert {metric.part_of for metric in TOKEN_METRICS if metric.part_of} <= names


def test_all_tokens_are_those_of_every_source_that_has_any() -> None:
    terms = [(term.source, term.metric) for term in MEASURES["tokens"].terms]

    assert sorted(terms) == sorted(
        [(name, metric) for name in READERS for metric in ("input_tokens", "output_tokens")]
        + [("embeddings", "input_tokens"), ("moderations", "input_tokens")]
    )
    assert INPUT_TOKENS in SOURCES["embeddings"].metrics


def test_the_requests_of_web_searches_are_counted_with_the_models_that_search() -> None:
    counted = {term.source for term in MEASURES["requests"].terms}

    assert "web_search_calls" not in counted
    assert {name for name, source in SOURCES.items() if MODEL_REQUESTS in source.metrics} == counted

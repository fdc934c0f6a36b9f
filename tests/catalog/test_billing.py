import pytest

from lib.catalog.billing import Billing, LineItemKind
from lib.catalog.line_items import parse, service
from lib.catalog.sources import SOURCES


def test_a_phrase_is_found_anywhere_in_a_line_item_at_the_beginning_of_a_word() -> None:
    billing = Billing("num_requests", LineItemKind.TOOL, words="web search")

    assert billing.names("web search tool calls")
    assert billing.names("hosted web search")
    assert not billing.names("cobweb search")


def test_a_model_is_found_only_where_a_line_item_begins_with_it() -> None:
    billing = Billing("characters", LineItemKind.SPEECH, model_prefix="tts")

    assert billing.names("tts hd")
    assert not billing.names("realtime tts")
    assert not billing.names("ttsx")


def test_without_words_nothing_is_named() -> None:
    assert not Billing("input_tokens").names("gpt-6-sol, input")


@pytest.mark.parametrize(
    ("line", "source"),
    [
        ("assistants api | file search", "file_search_calls"),
        ("code interpreter sessions", "code_interpreter_sessions"),
        ("dall-e 3, standard, 1024x1792", "images"),
        ("tts hd", "audio_speeches"),
        ("Vector storage", "vector_stores"),
        ("web search tool calls", "web_search_calls"),
        ("whisper", "audio_transcriptions"),
    ],
)
def test_a_service_names_the_source_that_counts_it(line: str, source: str) -> None:
    assert service(parse(line)) is SOURCES[source]


@pytest.mark.parametrize("line", ["gpt-6-sol, input", "container usage", "Promotional credit", "anything"])
def test_what_no_source_counts_names_none(line: str) -> None:
    assert service(parse(line)) is None


def test_a_source_bills_a_metric_of_its_own() -> None:
    billed = {source.name: source.billing.metric for source in SOURCES.values() if source.billing}

    assert set(billed) == set(SOURCES) - {"costs"}
    assert [name for name, metric in billed.items() if metric not in SOURCES[name].metric_names] == []

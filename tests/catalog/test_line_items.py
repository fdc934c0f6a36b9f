import pytest

from lib.catalog.billing import LineItemKind
from lib.catalog.line_items import LineItem, base_model, parse, read, untuned

IMAGES, TOOL = LineItemKind.IMAGES, LineItemKind.TOOL
# Each as it was seen on a real bill, or in the API's own documentation.
SEEN = [
    LineItem("gpt-4o-mini-2024-07-18, input", "gpt-4o-mini-2024-07-18", "input"),
    LineItem("gpt-4o-mini-2024-07-18, output", "gpt-4o-mini-2024-07-18", "output"),
    LineItem("gpt-4o-mini-2024-07-18, cached input", "gpt-4o-mini-2024-07-18", "cached input"),
    LineItem("gpt-5.5-2026-04-23, cached input", "gpt-5.5-2026-04-23", "cached input"),
    LineItem("gpt-4.1-2025-04-14, output", "gpt-4.1-2025-04-14", "output"),
    LineItem("web search tool calls", None, "other", kind=TOOL),
    LineItem("gpt-5.6-terra, cache writes", "gpt-5.6-terra", "cache write"),
    LineItem("gpt-image-1 image, output", "gpt-image-1", "output", modality="image", kind=IMAGES),
    LineItem("gpt-image-1 text, cached input", "gpt-image-1", "cached input", modality="text", kind=IMAGES),
    LineItem(
        "gpt-image-2-2026-04-21 text, input", "gpt-image-2-2026-04-21", "input", modality="text", kind=IMAGES
    ),
    LineItem("whisper", None, "other", kind=LineItemKind.TRANSCRIPTION),
    LineItem(
        "gpt-5.4-2026-03-05, cached input, long context",
        "gpt-5.4-2026-03-05",
        "cached input",
        long_context=True,
    ),
    LineItem("tts hd", None, "other", kind=LineItemKind.SPEECH),
    LineItem(
        "priority | gpt-5.6-sol, output, long context",
        "gpt-5.6-sol",
        "output",
        surface="priority",
        long_context=True,
    ),
    LineItem(
        "gpt-audio-mini-2025-12-15 audio, input", "gpt-audio-mini-2025-12-15", "input", modality="audio"
    ),
    LineItem("gpt-realtime-2.1 audio, output", "gpt-realtime-2.1", "output", modality="audio"),
    LineItem(
        "gpt-image-2.5-flare image, output", "gpt-image-2.5-flare", "output", modality="image", kind=IMAGES
    ),
    LineItem("Vector storage", None, "other", kind=TOOL),
    LineItem("ft-gpt-4o-2024-08-06, input", "ft-gpt-4o-2024-08-06", "input"),
    LineItem("evals | gpt-4o-mini-2024-07-18, input", "gpt-4o-mini-2024-07-18", "input", surface="evals"),
    LineItem("assistants api | file search", None, "other", surface="assistants api", kind=TOOL),
    LineItem("dall-e 3, standard, 1024x1792, 1792x1024", None, "other", kind=IMAGES),
    LineItem("gpt-6-astra, input_tokens", "gpt-6-astra", "input"),
    LineItem("input_tokens", None, "other", kind=LineItemKind.UNREAD),
    LineItem("gpt-5, input_tokens", "gpt-5", "input"),
    LineItem("o1, output", "o1", "output"),
    LineItem("gpt-4o, input", "gpt-4o", "input"),
]
# Each as the grammar would have it; no bill with it has been seen.
EXPECTED = [
    LineItem("batch | gpt-5-mini, output", "gpt-5-mini", "output", surface="batch"),
    LineItem("gpt-5-mini, output (batch)", "gpt-5-mini", "output", surface="batch"),
    LineItem("flex | o3, cached input", "o3", "cached input", surface="flex"),
    LineItem("decisions | gpt-6-luna, input", "gpt-6-luna", "input", surface="decisions"),
    LineItem("gpt-6-sol, cache writes, 12 h", "gpt-6-sol", "cache write", kept="12 h"),
    LineItem(
        "priority | gpt-6-sol, cache writes, 12 h, long context",
        "gpt-6-sol",
        "cache write",
        surface="priority",
        kept="12 h",
        long_context=True,
    ),
    LineItem(
        "gpt-4o-2024-08-06 fine-tuning, training", "gpt-4o-2024-08-06", "training", kind=LineItemKind.TRAINING
    ),
    LineItem("code interpreter sessions", None, "other", kind=TOOL),
    LineItem("Promotional credit", None, "other", kind=LineItemKind.CREDIT),
    LineItem("Quantum annealing, hours", None, "other", kind=LineItemKind.UNREAD),
]


@pytest.mark.parametrize("expected", [*SEEN, *EXPECTED], ids=lambda item: item.text)
def test_a_line_item_is_read_by_its_grammar(expected: LineItem) -> None:
    assert parse(expected.text) == expected


@pytest.mark.parametrize("text", ["", ",", " | ", "gpt-4o,", "Promotional credit", "gpt-4o | ", ", ,"])
def test_what_cannot_be_read_names_no_model(text: str) -> None:
    assert (parse(text).model, parse(text).token_class) == (None, "other")


@pytest.mark.parametrize(
    ("in_usage", "in_costs"),
    [
        ("gpt-image-1-2025-04-23", "gpt-image-1"),
        ("gpt-image-2", "gpt-image-2-2026-04-21"),
        ("gpt-5.4-2026-03-05", "gpt-5.4-2026-03-05"),
        ("ft:gpt-4o-2024-08-06:distillation-test:wordle2:abc", "ft-gpt-4o-2024-08-06"),
        ("ft:gpt-4o-2024-08-06:acme::x", "ft-gpt-4o-2024-08-06"),
    ],
)
def test_usage_and_costs_agree_on_the_base_model(in_usage: str, in_costs: str) -> None:
    assert base_model(in_usage) == base_model(in_costs)


@pytest.mark.parametrize(
    ("name", "base"),
    [
        ("gpt-4o-2024-08-06", "gpt-4o"),
        ("gpt-4o", "gpt-4o"),
        ("ft:gpt-4o-2024-08-06:acme::x", "ft-gpt-4o"),
        ("gpt-4-0613", "gpt-4-0613"),
        ("text-embedding-3-small", "text-embedding-3-small"),
    ],
)
def test_a_base_model_has_no_date(name: str, base: str) -> None:
    assert base_model(name) == base


def test_a_base_model_is_its_own_base() -> None:
    names = [item.model for item in SEEN if item.model]

    assert [base_model(base_model(name)) for name in names] == [base_model(name) for name in names]


def test_the_model_is_read_by_its_base_and_the_class_as_it_is() -> None:
    text = "priority | gpt-5.4-2026-03-05, cached input, long context"

    assert read(text, "model") == "gpt-5.4"
    assert read(text, "token_class") == "cached input"


def test_a_service_has_no_model_and_no_line_item_has_nothing() -> None:
    assert read("whisper", "model") is None
    assert read("whisper", "token_class") == "other"
    assert read(None, "model") is None
    assert read(None, "token_class") is None


@pytest.mark.parametrize(
    ("name", "made_from"),
    [
        ("ft:gpt-4o-2024-08-06:acme::x", "gpt-4o-2024-08-06"),
        ("ft-gpt-4o-2024-08-06", "gpt-4o-2024-08-06"),
        ("gpt-4o", "gpt-4o"),
    ],
)
def test_a_fine_tune_is_made_from_a_model(name: str, made_from: str) -> None:
    assert untuned(name) == made_from


@pytest.mark.parametrize("text", [", input", "input", "gpt-5 input", "gpt-5, something else"])
def test_without_a_model_before_a_comma_and_what_is_billed_after_it_nothing_is_read(text: str) -> None:
    assert parse(text) == LineItem(text, None, "other", kind=LineItemKind.UNREAD)

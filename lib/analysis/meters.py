"""Meters: which usage a line item of the bill pays for, and in which of its units.

Read from the line item's words (`lib.line_items`) and the service it names; see the table of sources.
Usage that does not tell its batch or tier fits every surface, and a line item without any usage of its
surface pays for the model's usage of every other.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from lib.analysis.ledgers import TOKENS
from lib.line_items import LineItem, base_model
from lib.sources import UNATTRIBUTED

Row = Mapping[str, Any]
_TIERS = ("flex", "priority")
_SURFACES = (None, "batch", *_TIERS)
_OF_MODALITY = {
    "input": "input_{}_tokens",
    "cached input": "input_cached_{}_tokens",
    "output": "output_{}_tokens",
}
_UNITS = {"images": "images", "audio_speeches": "characters", "audio_transcriptions": "seconds"}
_SERVICES = (
    ("whisper", "audio_transcriptions", "seconds"),
    ("tts", "audio_speeches", "characters"),
    ("dall-e", "images", "images"),
    ("web search", "web_search_calls", "num_requests"),
    ("file search", "file_search_calls", "num_requests"),
    ("code interpreter", "code_interpreter_sessions", "num_sessions"),
    ("vector storage", "vector_stores", "usage_bytes"),
)
_NAMES_MODELS = ("whisper", "tts", "dall-e")

_CHAT_METRICS = (
    *dict.fromkeys(name for adds, less in TOKENS.values() for name in (*adds, *less)),
    *(words.format("text") for words in _OF_MODALITY.values()),
)
METERED: Mapping[str, tuple[str, ...]] = {
    "completions": _CHAT_METRICS,
    "decisions": _CHAT_METRICS,
    "embeddings": ("input_tokens",),
    "moderations": ("input_tokens",),
    **{source: (unit,) for source, unit in _UNITS.items()},
    **{source: (unit,) for _, source, unit in _SERVICES},
}
"""The sources that meters read, with the metrics that they add up."""


@dataclass(frozen=True)
class Meter:
    """Units of a source's rows: the sum of `adds` less that of `less`, of the rows that `fits` keeps."""

    source: str
    adds: tuple[str, ...]
    fits: Callable[[Row], bool]
    less: tuple[str, ...] = ()

    def units(self, row: Row) -> int:
        """Return how many billed units a usage row holds; never below zero."""
        return max(0, sum(int(row[a]) for a in self.adds) - sum(int(row[s]) for s in self.less))


@cache
def meters(item: LineItem) -> tuple[Meter, ...]:
    """Return the meters to try for a line item, the closest first; none where usage records no such thing."""
    if (item.counted_as, "text") in TOKENS and item.model:
        return _token_meters(item, base_model(item.model))
    text = item.text.lower()
    return tuple(
        Meter(source, (unit,), _named(word, text) if word in _NAMES_MODELS else _any)
        for word, source, unit in _SERVICES
        if word in text
    )


def _token_meters(item: LineItem, model: str) -> tuple[Meter, ...]:
    def fits(row: Row) -> bool:
        return base_model(row["model"]) == model and _on_surface(row, item.surface)

    adds, less = TOKENS[item.counted_as, "text"]
    if item.surface == "decisions":
        return (Meter("decisions", adds, lambda row: base_model(row["model"]) == model, less),)
    if item.surface not in _SURFACES:
        return ()
    found = [Meter("completions", adds, fits, less)]
    if item.modality and item.token_class in _OF_MODALITY:
        only = (_OF_MODALITY[item.token_class].format(item.modality),)
        found.insert(0, Meter("completions", only, fits))
    if (adds, less) == TOKENS["input", "text"]:
        found += [Meter(source, ("input_tokens",), fits) for source in ("embeddings", "moderations")]
    found += [Meter(source, (unit,), fits) for source, unit in _UNITS.items()]
    # A bill that does not tell batches and tiers apart pays for all of them.
    return (*found, Meter("completions", adds, lambda row: base_model(row["model"]) == model, less))


def _on_surface(row: Row, surface: str | None) -> bool:
    batch, tier = row.get("batch", UNATTRIBUTED), row.get("service_tier", UNATTRIBUTED)
    if surface == "batch":
        return batch in ("true", UNATTRIBUTED)
    return batch != "true" and (tier in (surface, UNATTRIBUTED) if surface else tier not in _TIERS)


def _named(word: str, text: str) -> Callable[[Row], bool]:
    """Return whether a row's model is of the service, in the quality (`hd`) that the line item names."""
    return lambda row: row["model"].startswith(word) and ("hd" in row["model"]) == ("hd" in text.split())


def _any(_row: Row) -> bool:
    return True

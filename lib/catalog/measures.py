"""The registry of measures: one declaration each; charts, tables, exports and definitions read it.

A measure is a sum of a source's metrics, or one such sum over another. Ratios are always taken of
sums, never averaged: the share of a month is the month's parts over the month's whole.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

import pandas as pd

from lib.catalog.sources import SOURCES, Source
from lib.catalog.units import Unit


@dataclass(frozen=True)
class Term:
    """One metric of one source, added or (`sign` -1) taken away."""

    source: str
    metric: str
    sign: int = 1

    @property
    def column(self) -> str:
        """Return the term's column in a frame of parts."""
        return f"{self.source}.{self.metric}"


@dataclass(frozen=True)
class Measure:
    """A number that the app shows, and how it is computed from parts.

    `per` makes it a ratio, times `scale`. `lower_is_better` colours a change. `standing` measures are
    levels, not flows: over several buckets they are averaged, not added.
    """

    slug: str
    label: str
    unit: Unit
    definition: str
    terms: tuple[Term, ...]
    per: tuple[Term, ...] = ()
    scale: int = 1
    lower_is_better: bool = False
    standing: bool = False

    @property
    def in_words(self) -> str:
        """Return the label as it stands within a sentence: `cost per 1M tokens`."""
        return self.label[0].lower() + self.label[1:]

    @property
    def sources(self) -> tuple[Source, ...]:
        """Return the sources that the measure reads."""
        return tuple(SOURCES[name] for name in dict.fromkeys(t.source for t in (*self.terms, *self.per)))

    @property
    def dimensions(self) -> tuple[str, ...]:
        """Return the dimensions by which the measure can be broken down: those of all its sources."""
        first, *rest = self.sources
        return tuple(d for d in first.groupable if all(d in s.groupable for s in rest))

    @property
    def metrics(self) -> Mapping[str, tuple[str, ...]]:
        """Return the metrics to ask each source for."""
        wanted: dict[str, dict[str, None]] = {}
        for term in (*self.terms, *self.per):
            wanted.setdefault(term.source, {})[term.metric] = None
        return {source: tuple(metrics) for source, metrics in wanted.items()}

    @property
    def is_ratio(self) -> bool:
        """Return whether the measure is one sum over another."""
        return bool(self.per)

    def of(self, parts: pd.DataFrame) -> pd.Series:
        """Return the measure of each row of `parts` (a column for each term, missing ones are zero).

        Sums are exact: Decimal for money, int for counts. Money ratios are Decimal, others float; None
        where there is nothing to divide by.
        """
        top = _sum(parts, self.terms)
        if not self.per:
            return top
        bottom = _sum(parts, self.per)
        values = [_ratio(t, b, self.scale) for t, b in zip(top, bottom, strict=True)]
        return pd.Series(values, index=parts.index, dtype=object)


def _sum(parts: pd.DataFrame, terms: tuple[Term, ...]) -> pd.Series:
    total = pd.Series([0] * len(parts), index=parts.index, dtype=object)
    for term in terms:
        if term.column in parts:
            total = total + term.sign * parts[term.column].astype(object)
    return total


def _ratio(top: Decimal | int, bottom: Decimal | int, scale: int) -> Decimal | float | None:
    if not bottom:
        return None
    return top * scale / bottom


def _terms(metric: str, *sources: str, sign: int = 1) -> tuple[Term, ...]:
    return tuple(Term(source, metric, sign) for source in sources)


_CHAT = ("completions", "decisions")
_INPUT = _terms("input_tokens", *_CHAT)
_OUTPUT = _terms("output_tokens", *_CHAT)
_CACHED = _terms("input_cached_tokens", *_CHAT)
_WRITES = _terms("input_cache_write_tokens", *_CHAT)
_ALL_TOKENS = (*_INPUT, *_OUTPUT, *_terms("input_tokens", "embeddings", "moderations"))
_ALL_REQUESTS = _terms(
    "num_model_requests",
    "completions",
    "decisions",
    "embeddings",
    "moderations",
    "images",
    "audio_speeches",
    "audio_transcriptions",
)
_BILLED = (Term("costs", "cost_usd"),)

MEASURES: Mapping[str, Measure] = {
    m.slug: m
    for m in (
        Measure(
            "spend",
            "Spend",
            Unit.USD,
            "Billed amounts of the costs endpoint in US dollars, credits included: what the invoice shows.",
            _BILLED,
            lower_is_better=True,
        ),
        Measure(
            "requests",
            "Requests",
            Unit.REQUESTS,
            "Model requests of completions, decisions, embeddings, moderations, images, speech and "
            "transcription. Web searches are left out: their model requests are counted in completions.",
            _ALL_REQUESTS,
        ),
        Measure(
            "tokens",
            "Tokens",
            Unit.TOKENS,
            "Input and output of completions and decisions, input of embeddings and moderations.",
            _ALL_TOKENS,
        ),
        Measure(
            "input_tokens",
            "Input tokens",
            Unit.TOKENS,
            "Input of completions and decisions, cached included.",
            _INPUT,
        ),
        Measure(
            "output_tokens", "Output tokens", Unit.TOKENS, "Output of completions and decisions.", _OUTPUT
        ),
        Measure(
            "uncached_tokens",
            "Uncached input",
            Unit.TOKENS,
            "Input tokens less cached and cache-write tokens, of completions and decisions.",
            (
                *_INPUT,
                *_terms("input_cached_tokens", *_CHAT, sign=-1),
                *_terms("input_cache_write_tokens", *_CHAT, sign=-1),
            ),
        ),
        Measure(
            "cached_tokens", "Cached input", Unit.TOKENS, "Input tokens read from the prompt cache.", _CACHED
        ),
        Measure(
            "cache_write_tokens",
            "Cache writes",
            Unit.TOKENS,
            "Input tokens written to the prompt cache.",
            _WRITES,
        ),
        Measure(
            "cost_per_million",
            "Cost per 1M tokens",
            Unit.USD_PER_MILLION,
            "All billed dollars over all tokens, times a million: images and tools are in the dollars.",
            _BILLED,
            _ALL_TOKENS,
            scale=1_000_000,
            lower_is_better=True,
        ),
        Measure(
            "cost_per_request",
            "Cost per request",
            Unit.USD_PER_REQUEST,
            "All billed dollars over all model requests.",
            _BILLED,
            _ALL_REQUESTS,
            lower_is_better=True,
        ),
        Measure(
            "cached_share",
            "Cached share",
            Unit.SHARE,
            "Cached input tokens over input tokens.",
            _CACHED,
            _INPUT,
        ),
        Measure(
            "output_per_request",
            "Output per request",
            Unit.TOKENS_PER_REQUEST,
            "Output tokens over requests, of completions and decisions.",
            _OUTPUT,
            _terms("num_model_requests", *_CHAT),
        ),
        Measure(
            "embedding_tokens",
            "Embedding tokens",
            Unit.TOKENS,
            "Input tokens of embeddings.",
            _terms("input_tokens", "embeddings"),
        ),
        Measure(
            "moderation_tokens",
            "Moderation tokens",
            Unit.TOKENS,
            "Input tokens of moderations.",
            _terms("input_tokens", "moderations"),
        ),
        Measure(
            "images",
            "Images",
            Unit.IMAGES,
            "Images made, edited or varied, as usage reports them.",
            _terms("images", "images"),
        ),
        Measure(
            "characters",
            "Characters spoken",
            Unit.CHARACTERS,
            "Characters turned into speech.",
            _terms("characters", "audio_speeches"),
        ),
        Measure(
            "seconds",
            "Audio transcribed",
            Unit.SECONDS,
            "Seconds of audio turned into text.",
            _terms("seconds", "audio_transcriptions"),
        ),
        Measure(
            "usage_bytes",
            "Vector storage",
            Unit.BYTES,
            "Bytes in vector stores, averaged over the buckets of the range: a level, not a flow.",
            _terms("usage_bytes", "vector_stores"),
            standing=True,
        ),
        Measure(
            "sessions",
            "Code sessions",
            Unit.SESSIONS,
            "Code interpreter sessions.",
            _terms("num_sessions", "code_interpreter_sessions"),
        ),
        Measure(
            "file_searches",
            "File searches",
            Unit.CALLS,
            "File search calls.",
            _terms("num_requests", "file_search_calls"),
        ),
        Measure(
            "web_searches",
            "Web searches",
            Unit.CALLS,
            "Web search calls.",
            _terms("num_requests", "web_search_calls"),
        ),
    )
}

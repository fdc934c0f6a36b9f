"""The registry of measures: one declaration each; charts, tables, exports and definitions read it.

A measure is a sum of a source's metrics, or one such sum over another. Ratios are always taken of
sums, never averaged: the share of a month is the month's parts over the month's whole.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from lib.catalog.dimensions import FILTERABLE
from lib.catalog.metric import Total
from lib.catalog.sources import SOURCES, Source
from lib.catalog.units import Unit

if TYPE_CHECKING:  # the command line starts in half the time without pandas
    import pandas as pd


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

    `per` makes it a ratio, times `scale`. `lower_is_better` colours a change. `is_level` measures are
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
    is_level: bool = False

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

    @property
    def is_billed(self) -> bool:
        """Return whether dollars are in it, which the API bills by UTC day and tells no hours of."""
        return any(source.is_money for source in self.sources)

    @property
    def is_share(self) -> bool:
        """Return whether the measure is a part over its whole, so never below 0 or above 1."""
        return self.is_ratio and self.unit is Unit.SHARE

    def of(self, parts: "pd.DataFrame") -> "pd.Series":
        """Return the measure of each row of `parts` (a column for each term, missing ones are zero).

        Sums are exact: Decimal for money, int for counts. Money ratios are Decimal, others float; None
        where there is nothing to divide by, and where a share contradicts itself (see `contradictions`).
        """
        ratios = self._ratios(parts)
        if not self.is_share:
            return ratios
        possible = [None if wrong else r for r, wrong in zip(ratios, _impossible(ratios), strict=True)]
        import pandas as pd

        return pd.Series(possible, index=parts.index, dtype=object)

    def _ratios(self, parts: "pd.DataFrame") -> "pd.Series":
        top = _sum(parts, self.terms)
        if not self.per:
            return top
        bottom = _sum(parts, self.per)
        values = [_ratio(t, b, self.scale) for t, b in zip(top, bottom, strict=True)]
        import pandas as pd

        return pd.Series(values, index=parts.index, dtype=object)

    def contradictions(self, parts: "pd.DataFrame") -> "pd.Series":
        """Return for each row of `parts` whether a share would be below 0 or above 1.

        So it is where the API reports more of a part (cached tokens) than of its whole (input tokens).
        """
        return _impossible(self._ratios(parts)) & self.is_share


def _impossible(shares: "pd.Series") -> "pd.Series":
    outside = [share is not None and not 0 <= share <= 1 for share in shares]
    import pandas as pd

    return pd.Series(outside, index=shares.index, dtype=bool)


def _sum(parts: "pd.DataFrame", terms: tuple[Term, ...]) -> "pd.Series":
    import pandas as pd

    total = pd.Series([0] * len(parts), index=parts.index, dtype=object)
    for term in terms:
        if term.column in parts:
            total = total + term.sign * parts[term.column].astype(object)
    return total


def _ratio(top: Decimal | int, bottom: Decimal | int, scale: int) -> Decimal | float | None:
    if not bottom:
        return None
    return top * scale / bottom


def _terms(metric: str, sources: Iterable[Source], sign: int = 1) -> tuple[Term, ...]:
    return tuple(Term(source.name, metric, sign) for source in sources)


def _added_to(total: Total) -> tuple[Term, ...]:
    return tuple(Term(s.name, m.name) for s in _ORDERED for m in s.metrics if m.total is total)


def _named(sources: Iterable[Source]) -> str:
    """Return the sources as a sentence lists them: `completions, decisions and embeddings`."""
    *others, last = (s.label.lower() for s in sources)
    return f"{', '.join(others)} and {last}" if others else last


_ORDERED = sorted(SOURCES.values(), key=lambda s: not s.writes_tokens)
"""The sources, those first whose models answer in tokens."""
_WRITERS = [s for s in _ORDERED if s.writes_tokens]
_READERS = [s for s in _ORDERED if s.reads_tokens and not s.writes_tokens]
_INPUT = _terms("input_tokens", _WRITERS)
_OUTPUT = _terms("output_tokens", _WRITERS)
_CACHED = _terms("input_cached_tokens", _WRITERS)
_WRITES = _terms("input_cache_write_tokens", _WRITERS)
_ALL_TOKENS = _added_to(Total.TOKENS)
_ALL_REQUESTS = _added_to(Total.REQUESTS)
_BILLED = (Term("costs", "cost_usd"),)
IN_OWN_UNITS: tuple[Measure, ...] = tuple(
    Measure(
        shown.slug,
        shown.label,
        source.metric(shown.metric).unit,
        shown.definition,
        (Term(source.name, shown.metric),),
        is_level=shown.is_level,
    )
    for source in SOURCES.values()
    if (shown := source.unit_measure)
)
"""What each source counts in a unit of its own."""

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
            f"Model requests of {_named(SOURCES[t.source] for t in _ALL_REQUESTS)}. "
            "Web searches are left out: their model requests are counted in completions.",
            _ALL_REQUESTS,
        ),
        Measure(
            "tokens",
            "Tokens",
            Unit.TOKENS,
            f"Input and output of {_named(_WRITERS)}, input of {_named(_READERS)}.",
            _ALL_TOKENS,
        ),
        Measure(
            "input_tokens",
            "Input tokens",
            Unit.TOKENS,
            f"Input of {_named(_WRITERS)}, cached included.",
            _INPUT,
        ),
        Measure("output_tokens", "Output tokens", Unit.TOKENS, f"Output of {_named(_WRITERS)}.", _OUTPUT),
        Measure(
            "uncached_tokens",
            "Uncached input",
            Unit.TOKENS,
            f"Input tokens less cached and cache-write tokens, of {_named(_WRITERS)}.",
            (
                *_INPUT,
                *_terms("input_cached_tokens", _WRITERS, sign=-1),
                *_terms("input_cache_write_tokens", _WRITERS, sign=-1),
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
            f"Output tokens over requests, of {_named(_WRITERS)}.",
            _OUTPUT,
            _terms("num_model_requests", _WRITERS),
        ),
        *IN_OWN_UNITS,
    )
}

BY_REACH = tuple(
    sorted(IN_OWN_UNITS, key=lambda m: (m.is_level, -len([d for d in m.dimensions if d in FILTERABLE])))
)
"""What each source counts, first what can be filtered by most; levels come last."""

HEADLINES = tuple(
    MEASURES[slug] for slug in ("spend", "requests", "tokens", "cost_per_million", "cached_share")
)
"""What the Overview begins with."""


def sources_behind(measures: Iterable[Measure]) -> tuple[Source, ...]:
    """Return the sources that any of `measures` is made of, each once."""
    return tuple({source.name: source for measure in measures for source in measure.sources}.values())

"""The registry of sources: one declaration for each endpoint of the usage and costs API.

Client, frames, store, sync, pages, exports and the demo organization read it. A new endpoint is
one entry in `SOURCES`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from lib.catalog.units import Unit
from lib.periods.widths import Width


@dataclass(frozen=True)
class Metric:
    """A number in a result; `part_of` names the total that already includes it, so never add both."""

    name: str
    label: str
    unit: Unit
    part_of: str | None = None
    field: str | None = None
    """The result field where it differs from `name`."""
    needs: str | None = None
    """The dimension without which the metric mixes units and means nothing."""


@dataclass(frozen=True)
class Slice:
    """One way to group a source; the rows of any one slice sum to the source's whole."""

    name: str
    dimensions: tuple[str, ...]


WHOLE = "whole"


@dataclass(frozen=True)
class Source:
    """One endpoint: where it is, what its rows hold and what it allows.

    `limits` is the largest `limit` (buckets in one answer) for each bucket width. `rungs` is the
    ladder of groupings, finest first: where the API refuses a rung, the next one is asked, slice by
    slice. `optional` endpoints may be missing from an organization without that being a failure.
    """

    name: str
    label: str
    path: str
    result_object: str
    dimensions: tuple[str, ...]
    metrics: tuple[Metric, ...]
    limits: Mapping[Width, int]
    rungs: tuple[tuple[Slice, ...], ...] = field(default=())
    optional: bool = True
    derived: Mapping[str, str] = field(default_factory=dict)
    """Dimensions read out of another one's text: derived name → the dimension it is read from."""

    def __post_init__(self) -> None:
        if not self.rungs:
            object.__setattr__(self, "rungs", ((Slice(WHOLE, self.dimensions),),))

    @property
    def widths(self) -> tuple[Width, ...]:
        """Return the bucket widths that the endpoint offers."""
        return tuple(self.limits)

    def days_in_one_answer(self, width: Width) -> int:
        """Return how many whole days one answer holds at most, in buckets of `width`; at least 1."""
        return max(1, self.limits[width] // width.per_day)

    @property
    def groupable(self) -> tuple[str, ...]:
        """Return every dimension that a question may group by, the derived ones included."""
        return (*self.dimensions, *self.derived)

    def metric(self, name: str) -> Metric:
        """Return the metric called `name`; raise KeyError where the source has none."""
        return {m.name: m for m in self.metrics}[name]

    @property
    def metric_names(self) -> tuple[str, ...]:
        """Return the metrics' names in the API's order."""
        return tuple(m.name for m in self.metrics)

    @property
    def is_money(self) -> bool:
        """Return whether the rows are billed amounts."""
        return any(m.unit is Unit.USD for m in self.metrics)


_WHO = ("project_id", "user_id", "api_key_id", "model")
_USAGE_LIMITS: Mapping[Width, int] = {Width.DAY: 31, Width.HOUR: 168, Width.MINUTE: 1440}
_REQUESTS = Metric("num_model_requests", "Requests", Unit.REQUESTS)


def _tokens(name: str, label: str, part_of: str | None = None) -> Metric:
    return Metric(name, label, Unit.TOKENS, part_of)


# input = uncached + cached + cache writes, each split again by modality (API reference, 2026-08).
_TOKEN_METRICS = (
    _tokens("input_tokens", "Input tokens"),
    _tokens("output_tokens", "Output tokens"),
    _REQUESTS,
    _tokens("input_cached_tokens", "Cached input tokens", "input_tokens"),
    _tokens("input_uncached_tokens", "Uncached input tokens", "input_tokens"),
    _tokens("input_cache_write_tokens", "Cache-write tokens", "input_tokens"),
    _tokens("input_cache_write_30m_tokens", "Cache-write tokens, 30 min", "input_cache_write_tokens"),
    _tokens("input_cache_write_12h_tokens", "Cache-write tokens, 12 h", "input_cache_write_tokens"),
    _tokens("input_text_tokens", "Uncached text input", "input_tokens"),
    _tokens("input_audio_tokens", "Uncached audio input", "input_tokens"),
    _tokens("input_image_tokens", "Uncached image input", "input_tokens"),
    _tokens("input_cached_text_tokens", "Cached text input", "input_cached_tokens"),
    _tokens("input_cached_audio_tokens", "Cached audio input", "input_cached_tokens"),
    _tokens("input_cached_image_tokens", "Cached image input", "input_cached_tokens"),
    _tokens("output_text_tokens", "Text output", "output_tokens"),
    _tokens("output_audio_tokens", "Audio output", "output_tokens"),
    _tokens("output_image_tokens", "Image output", "output_tokens"),
)


def _usage(
    name: str,
    label: str,
    dimensions: tuple[str, ...],
    metrics: tuple[Metric, ...],
    result_object: str | None = None,
) -> Source:
    return Source(
        name=name,
        label=label,
        path=f"/organization/usage/{name}",
        result_object=f"organization.usage.{result_object or name}.result",
        dimensions=dimensions,
        metrics=metrics,
        limits=_USAGE_LIMITS,
    )


SOURCES: Mapping[str, Source] = {
    s.name: s
    for s in (
        _usage("completions", "Completions", (*_WHO, "batch", "service_tier", "api_source"), _TOKEN_METRICS),
        _usage("embeddings", "Embeddings", _WHO, (_tokens("input_tokens", "Input tokens"), _REQUESTS)),
        _usage("moderations", "Moderations", _WHO, (_tokens("input_tokens", "Input tokens"), _REQUESTS)),
        _usage(
            "images",
            "Images",
            (*_WHO, "size", "source"),
            (Metric("images", "Images", Unit.IMAGES), _REQUESTS),
        ),
        _usage(
            "audio_speeches",
            "Speech",
            _WHO,
            (Metric("characters", "Characters", Unit.CHARACTERS), _REQUESTS),
        ),
        _usage(
            "audio_transcriptions",
            "Transcription",
            _WHO,
            (Metric("seconds", "Seconds of audio", Unit.SECONDS), _REQUESTS),
        ),
        _usage(
            "vector_stores",
            "Vector stores",
            ("project_id",),
            (Metric("usage_bytes", "Bytes stored", Unit.BYTES),),
        ),
        _usage(
            "code_interpreter_sessions",
            "Code interpreter",
            ("project_id",),
            (Metric("num_sessions", "Sessions", Unit.SESSIONS),),
        ),
        _usage(
            "file_search_calls",
            "File search",
            ("project_id", "user_id", "api_key_id", "vector_store_id"),
            (Metric("num_requests", "Calls", Unit.CALLS),),
            result_object="file_searches",
        ),
        _usage(
            "web_search_calls",
            "Web search",
            (*_WHO, "context_level", "api_source"),
            (Metric("num_requests", "Calls", Unit.CALLS), _REQUESTS),
            result_object="web_searches",
        ),
        _usage("decisions", "Decisions", (*_WHO, "batch", "service_tier", "api_source"), _TOKEN_METRICS),
        Source(
            name="costs",
            label="Costs",
            path="/organization/costs",
            result_object="organization.costs.result",
            dimensions=("project_id", "line_item", "user_id", "api_key_id", "api_source"),
            metrics=(
                Metric("cost_usd", "Billed", Unit.USD, field="amount"),
                Metric("quantity", "Quantity", Unit.AS_LINE_ITEM, needs="line_item"),
            ),
            limits={Width.DAY: 180},
            # Some organizations refuse user with project: then one slice knows projects, one users.
            rungs=(
                (Slice(WHOLE, ("project_id", "line_item", "user_id", "api_key_id", "api_source")),),
                (
                    Slice("projects", ("project_id", "line_item", "api_key_id", "api_source")),
                    Slice("users", ("user_id", "line_item", "api_key_id", "api_source")),
                ),
            ),
            optional=False,
            derived={"model": "line_item", "token_class": "line_item"},
        ),
    )
}

COSTS = SOURCES["costs"]

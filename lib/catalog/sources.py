"""The registry of sources: one declaration for each endpoint of the usage and costs API.

Client, frames, store, sync, measures, pages, exports, allocation and reconciliation read it. A new
endpoint is one entry in `SOURCES`; a workload in `lib.demo.organization.workloads` gives it demo traffic.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from lib.catalog.billing import Billing, LineItemKind
from lib.catalog.dimensions import ORGANIZATION, TEAM
from lib.catalog.metric import Metric, UnitMeasure
from lib.catalog.token_metrics import INPUT_TOKENS, MODEL_REQUESTS, TOKEN_METRICS
from lib.catalog.units import Unit
from lib.periods.widths import Width


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
    `unit_measure` shows what it counts in a unit of its own; `billing` says how the bill charges for it.
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
    is_busy: bool = False
    """Whether a day may have thousands of rows, so that few days are asked for at first."""
    unit_measure: UnitMeasure | None = None
    billing: Billing | None = None

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
        """Return every dimension that a question may group by: derived ones, teams and organization too."""
        teams = (TEAM,) if "project_id" in self.dimensions else ()
        return (*self.dimensions, *self.derived, *teams, ORGANIZATION)

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

    @property
    def writes_tokens(self) -> bool:
        """Return whether models answer in tokens: the source knows input, cached input and output."""
        return "output_tokens" in self.metric_names

    @property
    def reads_tokens(self) -> bool:
        """Return whether input tokens are counted."""
        return "input_tokens" in self.metric_names


_WHO = ("project_id", "user_id", "api_key_id", "model")
_USAGE_LIMITS: Mapping[Width, int] = {Width.DAY: 31, Width.HOUR: 168, Width.MINUTE: 1440}
_ANSWERS = (*_WHO, "batch", "service_tier", "api_source")
_IN_TOKENS = Billing("input_tokens")


def _usage(
    name: str,
    label: str,
    dimensions: tuple[str, ...],
    metrics: tuple[Metric, ...],
    unit_measure: UnitMeasure | None,
    billing: Billing,
    *,
    result_object: str | None = None,
    is_busy: bool = False,
) -> Source:
    return Source(
        name=name,
        label=label,
        path=f"/organization/usage/{name}",
        result_object=f"organization.usage.{result_object or name}.result",
        dimensions=dimensions,
        metrics=metrics,
        limits=_USAGE_LIMITS,
        is_busy=is_busy,
        unit_measure=unit_measure,
        billing=billing,
    )


SOURCES: Mapping[str, Source] = {
    s.name: s
    for s in (
        _usage("completions", "Completions", _ANSWERS, TOKEN_METRICS, None, _IN_TOKENS, is_busy=True),
        _usage(
            "embeddings",
            "Embeddings",
            _WHO,
            (INPUT_TOKENS, MODEL_REQUESTS),
            UnitMeasure(
                "input_tokens", "embedding_tokens", "Embedding tokens", "Input tokens of embeddings."
            ),
            _IN_TOKENS,
        ),
        _usage(
            "moderations",
            "Moderations",
            _WHO,
            (INPUT_TOKENS, MODEL_REQUESTS),
            UnitMeasure(
                "input_tokens", "moderation_tokens", "Moderation tokens", "Input tokens of moderations."
            ),
            _IN_TOKENS,
        ),
        _usage(
            "images",
            "Images",
            (*_WHO, "size", "source"),
            (Metric("images", "Images", Unit.IMAGES), MODEL_REQUESTS),
            UnitMeasure(
                "images", "images", "Images", "Images made, edited or varied, as usage reports them."
            ),
            Billing("images", LineItemKind.IMAGES, model_prefix="dall-e", in_tokens_too=True),
        ),
        _usage(
            "audio_speeches",
            "Speech",
            _WHO,
            (Metric("characters", "Characters", Unit.CHARACTERS), MODEL_REQUESTS),
            UnitMeasure("characters", "characters", "Characters spoken", "Characters turned into speech."),
            Billing(
                "characters",
                LineItemKind.SPEECH,
                model_prefix="tts",
                models={"tts": "tts-1", "tts hd": "tts-1-hd"},
                price_field="input_mchars",
                in_tokens_too=True,
            ),
        ),
        _usage(
            "audio_transcriptions",
            "Transcription",
            _WHO,
            (Metric("seconds", "Seconds of audio", Unit.SECONDS), MODEL_REQUESTS),
            UnitMeasure("seconds", "seconds", "Audio transcribed", "Seconds of audio turned into text."),
            Billing(
                "seconds",
                LineItemKind.TRANSCRIPTION,
                model_prefix="whisper",
                models={"whisper": "whisper-1"},
                price_field="audio_hours",
                price_units=3600,
                in_tokens_too=True,
            ),
        ),
        _usage(
            "vector_stores",
            "Vector stores",
            ("project_id",),
            (Metric("usage_bytes", "Bytes stored", Unit.BYTES),),
            UnitMeasure(
                "usage_bytes",
                "usage_bytes",
                "Vector storage",
                "Bytes in vector stores, averaged over the buckets of the range: a level, not a flow.",
                is_level=True,
            ),
            Billing("usage_bytes", LineItemKind.TOOL, words="vector (?:store|storage)"),
        ),
        _usage(
            "code_interpreter_sessions",
            "Code interpreter",
            ("project_id",),
            (Metric("num_sessions", "Sessions", Unit.SESSIONS),),
            UnitMeasure("num_sessions", "sessions", "Code sessions", "Code interpreter sessions."),
            Billing("num_sessions", LineItemKind.TOOL, words="code interpreter"),
        ),
        _usage(
            "file_search_calls",
            "File search",
            ("project_id", "user_id", "api_key_id", "vector_store_id"),
            (Metric("num_requests", "Calls", Unit.CALLS),),
            UnitMeasure("num_requests", "file_searches", "File searches", "File search calls."),
            Billing("num_requests", LineItemKind.TOOL, words="file search"),
            result_object="file_searches",
        ),
        _usage(
            "web_search_calls",
            "Web search",
            (*_WHO, "context_level", "api_source"),
            # The model requests of web searches are counted in completions already.
            (Metric("num_requests", "Calls", Unit.CALLS), replace(MODEL_REQUESTS, total=None)),
            UnitMeasure("num_requests", "web_searches", "Web searches", "Web search calls."),
            Billing("num_requests", LineItemKind.TOOL, words="web search"),
            result_object="web_searches",
        ),
        _usage(
            "decisions",
            "Decisions",
            _ANSWERS,
            TOKEN_METRICS,
            None,
            Billing("input_tokens", surface="decisions"),
        ),
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
            is_busy=True,
            derived={"model": "line_item", "token_class": "line_item"},
        ),
    )
}

COSTS = SOURCES["costs"]

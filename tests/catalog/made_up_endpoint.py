"""A pytest plugin that declares one more endpoint before anything reads the registry of sources."""

from lib.catalog import sources
from lib.catalog.billing import Billing, LineItemKind
from lib.catalog.metric import Metric, UnitMeasure
from lib.catalog.sources import Source
from lib.catalog.token_metrics import MODEL_REQUESTS
from lib.catalog.units import Unit
from lib.periods.widths import Width

VIDEOS = Source(
    name="video_generations",
    label="Video",
    path="/organization/usage/video_generations",
    result_object="organization.usage.video_generations.result",
    dimensions=("project_id", "user_id", "api_key_id", "model"),
    metrics=(Metric("video_seconds", "Seconds of video", Unit.SECONDS), MODEL_REQUESTS),
    limits={Width.DAY: 31, Width.HOUR: 168, Width.MINUTE: 1440},
    unit_measure=UnitMeasure("video_seconds", "video_seconds", "Video made", "Seconds of video made."),
    billing=Billing(
        "video_seconds",
        LineItemKind.TOOL,
        words="video generation",
        # The price data lists no video, so this one is made by a model that is listed by the hour.
        models={"video generation": "whisper-1"},
        price_field="audio_hours",
        price_units=3600,
    ),
)

*_USAGE, _COSTS = sources.SOURCES.values()
sources.SOURCES = {source.name: source for source in (*_USAGE, VIDEOS, _COSTS)}

"""The metrics of endpoints that read and write tokens, split by what is billed apart."""

from lib.catalog.metric import Metric, Total
from lib.catalog.units import Unit

MODEL_REQUESTS = Metric("num_model_requests", "Requests", Unit.REQUESTS, total=Total.REQUESTS)
INPUT_TOKENS = Metric("input_tokens", "Input tokens", Unit.TOKENS, total=Total.TOKENS)
_OUTPUT_TOKENS = Metric("output_tokens", "Output tokens", Unit.TOKENS, total=Total.TOKENS)


def _part(name: str, label: str, part_of: str) -> Metric:
    return Metric(name, label, Unit.TOKENS, part_of)


# input = uncached + cached + cache writes, each split again by modality (API reference, 2026-08).
TOKEN_METRICS = (
    INPUT_TOKENS,
    _OUTPUT_TOKENS,
    MODEL_REQUESTS,
    _part("input_cached_tokens", "Cached input tokens", "input_tokens"),
    _part("input_uncached_tokens", "Uncached input tokens", "input_tokens"),
    _part("input_cache_write_tokens", "Cache-write tokens", "input_tokens"),
    _part("input_cache_write_30m_tokens", "Cache-write tokens, 30 min", "input_cache_write_tokens"),
    _part("input_cache_write_12h_tokens", "Cache-write tokens, 12 h", "input_cache_write_tokens"),
    _part("input_text_tokens", "Uncached text input", "input_tokens"),
    _part("input_audio_tokens", "Uncached audio input", "input_tokens"),
    _part("input_image_tokens", "Uncached image input", "input_tokens"),
    _part("input_cached_text_tokens", "Cached text input", "input_cached_tokens"),
    _part("input_cached_audio_tokens", "Cached audio input", "input_cached_tokens"),
    _part("input_cached_image_tokens", "Cached image input", "input_cached_tokens"),
    _part("output_text_tokens", "Text output", "output_tokens"),
    _part("output_audio_tokens", "Audio output", "output_tokens"),
    _part("output_image_tokens", "Image output", "output_tokens"),
)

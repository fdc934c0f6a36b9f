"""Exposition: what Prometheus reads of the app, and who may ask for it.

Nothing here is counted: what pages and requests counted is put into words when somebody asks.
"""

import hmac
from collections.abc import Iterable, Iterator

from prometheus_client import CollectorRegistry
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4, generate_latest
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

from lib.access.rules import SignIn
from lib.answers import instance
from lib.answers.latest_days import Latest, latest_days
from lib.errors import AppError
from lib.openai_admin.request_tally import OF_PROCESS, Counts
from lib.ui import page_times

CONTENT_TYPE = CONTENT_TYPE_PLAIN_0_0_4
_PREFIX = "openai_usage"
_DAY = ("organization", "project", "model", "days_ago")


def may_ask(authorization: str | None) -> bool:
    """Return whether the metrics are for whoever sends such a header.

    They are for everybody where pages are and no token is set, else for those who bring the token, who see
    the whole organization. Raises SettingsError naming a bad setting.
    """
    token = instance.settings().metrics_token
    if token is None:
        return instance.access().sign_in is SignIn.NONE
    kind, _, brought = (authorization or "").partition(" ")
    is_token = hmac.compare_digest(brought.strip().encode(), token.encode())
    return kind.lower() == "bearer" and is_token


def exposition() -> bytes:
    """Return the metrics as text; what the store holds is left out where it cannot be read."""
    try:
        latest = latest_days()
        is_ready = True
    except AppError:
        latest, is_ready = (), False
    registry = CollectorRegistry()
    registry.register(
        _Told([*_of_days(latest, is_ready=is_ready), *_of_requests(OF_PROCESS.counts()), _of_pages()])
    )
    return generate_latest(registry)


class _Told(Collector):
    """Metrics that are there already."""

    def __init__(self, metrics: Iterable[Metric]) -> None:
        self._metrics = list(metrics)

    def collect(self) -> Iterator[Metric]:
        """Yield them."""
        yield from self._metrics


def _of_days(latest: Iterable[Latest], *, is_ready: bool) -> tuple[Metric, ...]:
    ready = GaugeMetricFamily(
        f"{_PREFIX}_ready", "1 where the settings can be used and the store be read.", is_ready
    )
    spend = GaugeMetricFamily(f"{_PREFIX}_spend_usd", "Billed dollars of a UTC day, as stored.", labels=_DAY)
    tokens = GaugeMetricFamily(f"{_PREFIX}_tokens", "Tokens of a UTC day, as stored.", labels=_DAY)
    age = GaugeMetricFamily(
        f"{_PREFIX}_sync_age_seconds", "Seconds since days were last fetched.", labels=["organization"]
    )
    for each in latest:
        if each.sync_age_seconds is not None:
            age.add_metric([each.organization], each.sync_age_seconds)
        for figure in each.figures:
            named = [each.organization, figure.project, figure.model, str(figure.days_ago)]
            spend.add_metric(named, float(figure.spend))
            tokens.add_metric(named, figure.tokens)
    return ready, spend, tokens, age


def _of_requests(counts: Counts) -> tuple[Metric, ...]:
    answers = CounterMetricFamily(
        f"{_PREFIX}_api_responses",
        "Answers of the admin API by status; none where no answer came.",
        labels=["status"],
    )
    for status, count in sorted(counts.statuses.items()):
        answers.add_metric([status], count)
    return (
        CounterMetricFamily(
            f"{_PREFIX}_api_requests", "Requests to the admin API, retries included.", counts.requests
        ),
        CounterMetricFamily(
            f"{_PREFIX}_api_retries", "Requests to the admin API that were retries.", counts.retries
        ),
        answers,
    )


def _of_pages() -> Metric:
    seconds = HistogramMetricFamily(
        f"{_PREFIX}_page_seconds", "Seconds that a page's script took.", labels=["page"]
    )
    bounds = [*map(str, page_times.BOUNDS), "+Inf"]
    for page, times in sorted(page_times.counted().items()):
        seconds.add_metric([page], list(zip(bounds, times.up_to, strict=True)), times.seconds)
    return seconds

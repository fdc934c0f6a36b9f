"""This app's own way to the rows: fetched and stored, and opened again."""

import time
from decimal import Decimal

from lib.catalog.sources import COSTS, SOURCES, Source
from lib.engine.execution import answer
from lib.engine.question import Question
from lib.openai_admin import AdminClient, Part
from lib.periods.grains import Grain
from lib.periods.widths import Width
from lib.periods.windows import Window
from lib.settings import Settings
from lib.store.usage_store import Store
from lib.sync.plan import Need
from lib.sync.report import Report
from lib.sync.run import ensure
from tests.benchmarks.outcomes import NOTHING, Api, Outcome, Totals


class _Recording(AdminClient):
    """Keeps the windows that it is asked for."""

    def __init__(self, api: Api, settings: Settings) -> None:
        super().__init__(
            api.key,
            api.base_url,
            pool=settings.concurrency,
            largest=settings.largest_answer,
            now=lambda: api.now,
        )
        self.asked: list[Need] = []

    def fetch(self, source: Source, width: Width, window: Window) -> list[Part]:
        self.asked.append(Need(source.name, width, window))
        return super().fetch(source, width, window)


def fetched(api: Api, window: Window, folder: str, *, summed: bool = True) -> Outcome:
    """Read as this app does when the range is opened first: what `folder` misses is fetched and stored."""
    began = time.perf_counter()
    store = Store(folder)
    report, asked = _ensured(api, window, store)
    seconds = time.perf_counter() - began
    totals = _totals_of_store(store, window) if summed else NOTHING
    rows = sum(source.rows for source in report.sources.values())
    return Outcome(seconds, _requests(report), totals, tuple(asked), rows)


def opened(api: Api, window: Window, folder: str) -> Outcome:
    """Read as this app does when the range is opened again: nothing fetched, every source answered."""
    began = time.perf_counter()
    store = Store(folder)
    report, _ = _ensured(api, window, store)
    questions = [Question(s.name, window, Grain.DAY, (), _summable(s)) for s in SOURCES.values()]
    for question in questions:
        answer(store, question)
    seconds = time.perf_counter() - began
    return Outcome(seconds, _requests(report), _totals_of_store(store, window))


def _ensured(api: Api, window: Window, store: Store) -> tuple[Report, list[Need]]:
    """Fetch and store what is missing; return what that took, and the windows that were asked for."""
    settings = Settings(admin_key=api.key, base_url=api.base_url, store_uri=store.uri)
    clients: list[_Recording] = []

    def client() -> AdminClient:
        clients.append(_Recording(api, settings))
        return clients[-1]

    needs = [Need(name, Width.DAY, window) for name in SOURCES]
    report = ensure(client, store, needs, settings, now=api.now)
    if report.failures:
        raise RuntimeError(" ".join(report.failures.values()))
    for one in clients:
        one.close()
    return report, [need for one in clients for need in one.asked]


def _requests(report: Report) -> int:
    return sum(source.requests for source in report.sources.values())


def _totals_of_store(store: Store, window: Window) -> Totals:
    def total(metric: str, sources: list[Source]) -> Decimal:
        questions = [Question(s.name, window, Grain.TOTAL, (), (metric,)) for s in sources]
        return sum((Decimal(answer(store, q)[metric][0].as_py() or 0) for q in questions), Decimal())

    def knowing(metric: str) -> list[Source]:
        return [s for s in SOURCES.values() if metric in s.metric_names]

    return Totals(
        int(total("num_model_requests", knowing("num_model_requests"))),
        int(total("input_tokens", knowing("input_tokens"))),
        total("cost_usd", [COSTS]),
    )


def _summable(source: Source) -> tuple[str, ...]:
    return tuple(m.name for m in source.metrics if m.needs is None)

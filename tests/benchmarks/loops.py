"""Four ways to the same rows: the tutorial's loop, the official SDK's, this app's, and this app's again.

Each reads every source at every dimension by day. What is compared of the rows, their totals, is
summed after the clock has stopped.
"""

import datetime as dt
import time
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal, localcontext
from typing import Any

import openai
import pandas as pd
import requests

from lib.catalog.sources import COSTS, SOURCES, Source
from lib.engine.execution import answer
from lib.engine.question import Question
from lib.openai_admin import AdminClient
from lib.periods.grains import Grain
from lib.periods.widths import Width
from lib.periods.windows import Window
from lib.settings import Settings
from lib.store.usage_store import Store
from lib.sync.plan import Need
from lib.sync.run import ensure


@dataclass(frozen=True)
class Api:
    """Where the organization is, and what moment it is there."""

    base_url: str
    key: str
    now: dt.datetime


@dataclass(frozen=True)
class Totals:
    """What all ways must agree on; the cost is in USD."""

    requests: int
    input_tokens: int
    cost: Decimal

    def nearly(self, other: "Totals") -> bool:
        """Return whether the counts are equal, and the costs too as far as floats can tell."""
        counts = (self.requests, self.input_tokens) == (other.requests, other.input_tokens)
        return counts and abs(self.cost - other.cost) <= abs(self.cost) * Decimal("1e-12")


@dataclass(frozen=True)
class Outcome:
    """How long a way took, how many requests it sent, and what it found."""

    seconds: float
    requests: int
    totals: Totals


def tutorial(api: Api, window: Window) -> Outcome:
    """Read as the OpenAI cookbook does: page after page of seven days, flattened into DataFrames."""
    began, sent = time.perf_counter(), 0
    frames: dict[str, pd.DataFrame] = {}
    for source in SOURCES.values():
        pages = _pages(api, source, window)
        sent += len(pages)
        frames[source.name] = pd.DataFrame(_records(bucket for page in pages for bucket in page["data"]))
    seconds = time.perf_counter() - began
    return Outcome(seconds, sent, _totals_of_frames(frames))


def _pages(api: Api, source: Source, window: Window) -> list[Any]:
    pages: list[Any] = []
    cursor: str | None = None
    while True:
        response = requests.get(
            f"{api.base_url}{source.path}",
            headers={"Authorization": f"Bearer {api.key}", "Content-Type": "application/json"},
            params={
                "start_time": window.start_time,
                "end_time": window.end_time,
                "bucket_width": "1d",
                "group_by": source.dimensions,
                "page": cursor,
            },
            timeout=30,
        )
        response.raise_for_status()
        pages.append(response.json())
        cursor = pages[-1]["next_page"]
        if not cursor:
            return pages


def _records(buckets: Iterable[Any]) -> list[dict[str, Any]]:
    return [
        {
            "start_time": bucket["start_time"],
            "end_time": bucket["end_time"],
            **result,
            **{f"amount_{name}": value for name, value in result.get("amount", {}).items()},
        }
        for bucket in buckets
        for result in bucket["results"]
    ]


def _totals_of_frames(frames: dict[str, pd.DataFrame]) -> Totals:
    def total(metric: str) -> int:
        return sum(int(f[metric].sum()) for f in frames.values() if metric in f)

    amounts = frames[COSTS.name]["amount_value"]
    return Totals(total("num_model_requests"), total("input_tokens"), _exact_sum(amounts))


def sdk(api: Api, window: Window) -> Outcome:
    """Read as the `openai` package offers: its resources in turn, the largest pages, typed results."""
    began, sent = time.perf_counter(), 0
    results: dict[str, list[Any]] = {}
    with openai.OpenAI(api_key="", admin_api_key=api.key, base_url=api.base_url) as client:
        for source in SOURCES.values():
            ask = getattr(client.admin.organization.usage, source.name)
            results[source.name] = []
            more: dict[str, str] | None = {}
            while more is not None:
                page = ask(
                    start_time=window.start_time,
                    end_time=window.end_time,
                    bucket_width="1d",
                    group_by=list(source.dimensions),
                    limit=source.limits[Width.DAY],
                    **more,
                )
                sent += 1
                results[source.name] += [result for bucket in page.data for result in bucket.results]
                more = {"page": page.next_page} if page.next_page else None
    seconds = time.perf_counter() - began
    return Outcome(seconds, sent, _totals_of_results(results))


def _totals_of_results(results: dict[str, list[Any]]) -> Totals:
    def total(metric: str) -> int:
        return sum(getattr(r, metric, 0) for rs in results.values() for r in rs)

    amounts = (result.amount.value for result in results[COSTS.name])
    return Totals(total("num_model_requests"), total("input_tokens"), _exact_sum(amounts))


def fetched(api: Api, window: Window, folder: str) -> Outcome:
    """Read as this app does when the range is opened first: what `folder` misses is fetched and stored."""
    began = time.perf_counter()
    store = Store(folder)
    sent = _ensured(api, window, store)
    seconds = time.perf_counter() - began
    return Outcome(seconds, sent, _totals_of_store(store, window))


def opened(api: Api, window: Window, folder: str) -> Outcome:
    """Read as this app does when the range is opened again: nothing fetched, every source answered."""
    began = time.perf_counter()
    store = Store(folder)
    sent = _ensured(api, window, store)
    questions = [Question(s.name, window, Grain.DAY, (), _summable(s)) for s in SOURCES.values()]
    for question in questions:
        answer(store, question)
    seconds = time.perf_counter() - began
    return Outcome(seconds, sent, _totals_of_store(store, window))


def _ensured(api: Api, window: Window, store: Store) -> int:
    """Fetch and store what is missing; return the requests that took."""
    settings = Settings(admin_key=api.key, base_url=api.base_url, store_uri=store.uri)
    clients: list[AdminClient] = []

    def client() -> AdminClient:
        clients.append(AdminClient(api.key, api.base_url, pool=settings.concurrency, largest=settings.largest_answer, now=lambda: api.now))
        return clients[-1]

    needs = [Need(name, Width.DAY, window) for name in SOURCES]
    report = ensure(client, store, needs, settings, now=api.now)
    if report.failures:
        raise RuntimeError(" ".join(report.failures.values()))
    for one in clients:
        one.close()
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


def _exact_sum(amounts: Iterable[str | float]) -> Decimal:
    """Return the sum of amounts, each as exact as its way kept it."""
    with localcontext(prec=60):
        return sum((Decimal(str(amount)) for amount in amounts), Decimal())

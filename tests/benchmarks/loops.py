"""How others read the same rows: the tutorial's loop, and the official SDK's.

Each reads every source at every dimension by day. What is compared of the rows, their totals, is
summed after the clock has stopped.
"""

import time
from collections.abc import Iterable
from decimal import Decimal, localcontext
from typing import Any

import openai
import pandas as pd
import requests

from lib.catalog.sources import COSTS, SOURCES, Source
from lib.periods.widths import Width
from lib.periods.windows import Window
from tests.benchmarks.outcomes import Api, Outcome, Totals


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


def _exact_sum(amounts: Iterable[str | float]) -> Decimal:
    """Return the sum of amounts, each as exact as its way kept it."""
    with localcontext(prec=60):
        return sum((Decimal(str(amount)) for amount in amounts), Decimal())

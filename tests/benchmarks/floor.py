"""The floor: the same bytes on as many connections, decoded into typed structs, and nothing else."""

import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import msgspec
import requests
from requests.adapters import HTTPAdapter

from lib.catalog.sources import SOURCES, Source
from lib.sync.plan import Need
from tests.benchmarks.outcomes import Api


class _Amount(msgspec.Struct):
    value: msgspec.Raw
    currency: str


def seconds(api: Api, needs: Sequence[Need], connections: int) -> float:
    """Return how long it takes to download and decode the windows `needs`."""
    decoders = {name: _decoder(source) for name, source in SOURCES.items()}
    with requests.Session() as session, ThreadPoolExecutor(connections) as pool:
        session.mount("http://", HTTPAdapter(pool_maxsize=connections))
        began = time.perf_counter()

        def read(need: Need) -> int:
            source = SOURCES[need.source]
            answer = session.get(
                f"{api.base_url}{source.path}",
                headers={"Authorization": f"Bearer {api.key}"},
                params={
                    "start_time": need.window.start_time,
                    "end_time": need.window.end_time,
                    "bucket_width": "1d",
                    "limit": need.window.days,
                    "group_by": source.dimensions,
                },
                timeout=60,
            )
            return len(decoders[need.source].decode(answer.content).data)

        if sum(pool.map(read, needs)) != sum(need.window.days for need in needs):
            raise RuntimeError("The floor was answered other days than were asked for.")
        return time.perf_counter() - began


def _decoder(source: Source) -> msgspec.json.Decoder[Any]:
    fields: list[tuple[str, Any, Any]] = [(name, str | bool | None, None) for name in source.dimensions]
    if source.is_money:
        fields += [("amount", _Amount | None, None), ("quantity", msgspec.Raw, msgspec.Raw(b"0"))]
    else:
        fields += [(name, int, 0) for name in source.metric_names]
    result = msgspec.defstruct("Result", fields)
    bucket = msgspec.defstruct("Bucket", [("start_time", int), ("results", list[result])])  # type: ignore[valid-type]
    return msgspec.json.Decoder(msgspec.defstruct("Page", [("data", list[bucket])]))  # type: ignore[valid-type]

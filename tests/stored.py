"""Literal rows put into a store, as a sync would have put them there."""

import datetime as dt
from pathlib import Path
from typing import Any

import pyarrow as pa

from lib.catalog.schemas import partition, schema
from lib.catalog.sources import SOURCES, WHOLE
from lib.periods.widths import Width
from lib.periods.windows import Window
from lib.store.usage_store import Store

ALWAYS = Window(dt.date(2020, 1, 1), dt.date(2030, 1, 1))


def filled(folder: Path | Store, source: str, *rows: dict[str, Any], width: Width = Width.DAY) -> Store:
    """Return a store (in `folder`) that holds `rows` of one source.

    `start` is ISO text, what is left out is 0 or null.
    """
    store, about = folder if isinstance(folder, Store) else Store(str(folder)), SOURCES[source]
    length = 7 if width is Width.DAY else 10
    whole = [
        dict.fromkeys(about.metric_names, 0)
        | {"slice": WHOLE}
        | ({"currency": "usd", "other_amount": 0} if about.is_money else {})
        | row
        | {
            "start": dt.datetime.fromisoformat(row["start"]).replace(tzinfo=dt.UTC),
            partition(width): row["start"][:length],
        }
        for row in rows
    ]
    store.replace(about, width, ALWAYS, pa.Table.from_pylist(whole, schema(about, width)))
    return store

"""A large organization: the demo organization's rows many times over under other ids, in its own store."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

import pyarrow as pa
import pyarrow.compute as pc

from lib.analysis.vectors import with_column
from lib.catalog.line_items import parse
from lib.catalog.schemas import schema
from lib.catalog.sources import SOURCES
from lib.openai_admin.name_lists import NAMES, Name
from lib.periods.widths import Width
from lib.periods.windows import ONE_DAY, Window
from lib.store.records.coverage import Covered
from lib.store.usage_store import Store
from lib.sync.plan import LIMITS

PROJECTS, KEYS = 5, 6
"""How many projects and keys there are for each of the demo's."""
COPIES = {"completions": 85, "costs": 48}
"""How often a row of the demo stands here: about 8,000 rows of completions and 16,000 of costs a day."""
_OTHERS = 6
TURNS = (
    "gpt-4.1-2025-04-14",
    "gpt-4.1-mini-2025-04-14",
    "gpt-4o-2024-08-06",
    "gpt-4o-mini-2024-07-18",
    "gpt-5-2025-08-07",
    "gpt-5-mini-2025-08-07",
    "gpt-5.3-codex",
    "gpt-5.4-2026-03-05",
    "gpt-5.5-2026-04-23",
    "gpt-5.6-sol",
    "gpt-5.6-terra",
    "o3-2025-04-16",
)
"""The models that keys use in turn, so that a key uses about as many as there are."""


def grow(small: Store, large: Store, window: Window, now: dt.datetime) -> int:
    """Fill `large` with `window` of `small` many times over; return how many rows it holds.

    Every day counts as fetched `now`, those of the two years before `window` as days without use.
    """
    rows = 0
    before = window.first - dt.timedelta(days=730)
    for source in SOURCES.values():
        columns = schema(source).names
        for month in _months(window):
            table = small.rows(source, Width.DAY, month, columns)
            grown = pa.concat_tables(_copy(table, nth) for nth in range(COPIES.get(source.name, _OTHERS)))
            large.replace(source, Width.DAY, month, grown.cast(schema(source)))
            rows += grown.num_rows
        large.mark([Covered(source.name, Width.DAY, before, window.end, now)])
    large.merge_names({_named(name, nth) for nth in range(KEYS) for name in small.names()}, now)
    large.mark(Covered(name, Width.DAY, now.date(), now.date() + ONE_DAY, now) for name in (NAMES, LIMITS))
    return rows


def factor(source: str) -> int:
    """Return how many times the small organization's total the large one's is."""
    return sum(nth % 3 + 1 for nth in range(COPIES.get(source, _OTHERS)))


def _months(window: Window) -> Iterator[Window]:
    first = window.first
    while first < window.end:
        end = min((first.replace(day=1) + dt.timedelta(days=32)).replace(day=1), window.end)
        yield Window(first, end)
        first = end


def _copy(table: pa.Table, nth: int) -> pa.Table:
    """Return the rows under the ids of the nth copy, each number one to three times what it was."""
    key = nth % KEYS
    suffixes = {"project_id": min(key, PROJECTS - 1), "api_key_id": key, "user_id": nth // KEYS}
    for name, suffix in suffixes.items():
        if name in table.schema.names:
            ids = pc.binary_join_element_wise(table[name], str(suffix), "-")
            table = with_column(table, name, ids if suffix else table[name])
    for name in {"model", "line_item"} & set(table.schema.names):
        texts = table[name].combine_chunks().dictionary_encode()
        turned = pa.array([_turned(t, nth // KEYS) for t in texts.dictionary.to_pylist()], pa.string())
        table = with_column(table, name, turned.take(texts.indices))
    for at, field in enumerate(table.schema):
        times = nth % 3 + 1
        if pa.types.is_decimal(field.type):
            # Arrow multiplies decimals only where the digits of both fit into 38.
            narrow, factor = table[field.name].cast(pa.decimal128(28, 18)), pa.decimal128(1, 0)
            grown = pc.multiply(narrow, pa.scalar(Decimal(times), factor))
            table = table.set_column(at, field, grown.cast(field.type))
        elif pa.types.is_integer(field.type):
            table = table.set_column(at, field, pc.multiply(table[field.name], times))
    return table


def _turned(text: str, by: int) -> str:
    """Return a model's name, or a line item, with the model that comes `by` turns later."""
    model = parse(text).model or text
    return text.replace(model, TURNS[(TURNS.index(model) + by) % len(TURNS)]) if model in TURNS else text


def _named(name: Name, nth: int) -> Name:
    def own(id_: str | None, suffix: int) -> str | None:
        return f"{id_}-{suffix}" if id_ and suffix else id_

    suffix = min(nth, PROJECTS - 1) if name.kind == "project" else nth
    number = f" {suffix + 1}" if suffix else ""
    return replace(
        name,
        id=own(name.id, suffix) or name.id,
        name=f"{name.name}{number}",
        project_id=own(name.project_id, min(nth, PROJECTS - 1)),
        owner_id=own(name.owner_id, nth),
    )

"""A large organization: the demo organization's rows many times over under other ids, in its own store."""

import datetime as dt
import math
from collections.abc import Callable, Iterator
from dataclasses import replace
from decimal import Decimal

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from lib.catalog.line_items import parse
from lib.catalog.schemas import schema
from lib.catalog.sources import SOURCES, Source
from lib.openai_admin.name_lists import NAMES, Name
from lib.periods.widths import Width
from lib.periods.windows import ONE_DAY, Window
from lib.store.records.coverage import Covered
from lib.store.usage_store import Store
from lib.sync.plan import LIMITS
from lib.sync.verification import verify

PROJECTS, KEYS = 5, 6
"""How many projects and keys of a branch there are for each of the demo's."""
COPIES = {"completions": 85, "costs": 48}
"""How often a row of the demo stands in a branch: about 8,000 rows of usage and 16,000 of costs a day."""
_OTHERS = 6
_USERS = 15
BRANCH = 8_860_000
"""About how many rows a year of one branch has."""
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
_TIMES, _STEP = 97, 31
"""A number is 1 to 97 times the demo's, so that few are alike in a file, as in nobody's bill."""
_AT_ONCE = 1_000_000
"""So many rows are made and written at once, about."""


def grow(small: Store, large: Store, window: Window, now: dt.datetime, branches: float = 1) -> int:
    """Fill `large` with `window` of `small` many times over; return how many rows it holds.

    An organization has as many `branches` as it takes, each with projects, people and keys of its own. Every
    day counts as fetched `now`, those of the two years before `window` as days without use.
    """
    rows = 0
    before = window.first - dt.timedelta(days=730)
    for source in SOURCES.values():
        columns, copies = schema(source).names, copies_of(source.name, branches)
        for month in _months(window):
            table = small.rows(source, Width.DAY, month, columns)
            for days in _cut(month, table.num_rows * copies):
                grown = _grown(_of_days(table, days), source, copies)
                large.replace(source, Width.DAY, days, grown)
                rows += grown.num_rows
        large.mark([Covered(source.name, Width.DAY, before, window.end, now)])
    keys = KEYS * max(1, math.ceil(branches))
    large.merge_names({_named(name, nth) for nth in range(keys) for name in small.names()}, now)
    large.mark(Covered(name, Width.DAY, now.date(), now.date() + ONE_DAY, now) for name in (NAMES, LIMITS))
    for name in SOURCES:
        verify(large, (name, Width.DAY))  # what a sync tells of each day beside its rows
    return rows


def copies_of(source: str, branches: float = 1) -> int:
    """Return how often a row of the demo stands in an organization of so many branches."""
    return max(1, round(COPIES.get(source, _OTHERS) * branches))


def factor(source: str, branches: float = 1) -> int:
    """Return how many times the small organization's total the large one's is."""
    return sum(nth * _STEP % _TIMES + 1 for nth in range(copies_of(source, branches)))


def _months(window: Window) -> Iterator[Window]:
    first = window.first
    while first < window.end:
        end = min((first.replace(day=1) + dt.timedelta(days=32)).replace(day=1), window.end)
        yield Window(first, end)
        first = end


def _cut(month: Window, rows: int) -> Iterator[Window]:
    """Yield the days of a month in so many parts that none is much larger than is held at once."""
    days = max(1, month.days * _AT_ONCE // max(rows, _AT_ONCE))
    first = month.first
    while first < month.end:
        end = min(first + days * ONE_DAY, month.end)
        yield Window(first, end)
        first = end


def _of_days(table: pa.Table, window: Window) -> pa.Table:
    days = table["start"].cast(pa.date32())
    return table.filter(pc.and_(pc.greater_equal(days, window.first), pc.less(days, window.end)))


def _grown(table: pa.Table, source: Source, copies: int) -> pa.Table:
    """Return the rows of every copy by day, each number some times what it was."""
    nth = np.repeat(np.arange(copies), table.num_rows)
    row = np.tile(np.arange(table.num_rows), copies)
    days = pc.rank(table["start"].combine_chunks(), tiebreaker="dense").to_numpy().astype(np.int16)
    by_day = np.argsort(days[row], kind="stable")
    nth, row = nth[by_day], row[by_day]
    branch, within = np.divmod(nth, COPIES.get(source.name, _OTHERS))
    turn, key = np.divmod(within, KEYS)
    suffixes = {
        "project_id": branch * PROJECTS + np.minimum(key, PROJECTS - 1),
        "api_key_id": branch * KEYS + key,
        "user_id": branch * _USERS + turn,
    }

    columns = []
    for field in schema(source):
        column = table[field.name].combine_chunks()
        if field.name in suffixes:
            columns.append(_varied(column, row, suffixes[field.name], _suffixed))
        elif field.name in ("model", "line_item"):
            columns.append(_varied(column, row, turn % len(TURNS), _turned))
        elif field.name in source.metric_names or field.name == "other_amount":
            columns.append(_varied(column, row, nth * _STEP % _TIMES, _multiplied))
        else:
            columns.append(column.take(pa.array(row)))
    return pa.table(columns, schema=schema(source))


Numbers = NDArray[np.int64]


def _varied(
    column: pa.Array, row: Numbers, variant: Numbers, change: Callable[[pa.Array, int], pa.Array]
) -> pa.Array:
    """Return of the rows at `row` what `change` makes of the column for each row's `variant`."""
    encoded = column.dictionary_encode()
    values, codes = encoded.dictionary, encoded.indices.take(pa.array(row))
    variants = pa.concat_arrays([change(values, each) for each in range(int(variant.max(initial=0)) + 1)])
    return variants.take(pc.add(codes, pa.array(variant * len(values))))


def _suffixed(ids: pa.Array, suffix: int) -> pa.Array:
    return pc.binary_join_element_wise(ids, str(suffix), "-") if suffix else ids


def _turned(texts: pa.Array, by: int) -> pa.Array:
    """Return models' names, or line items, with the model that comes `by` turns later."""
    return pa.array([_turned_text(text, by) for text in texts.to_pylist()], pa.string())


def _turned_text(text: str, by: int) -> str:
    model = parse(text).model or text
    return text.replace(model, TURNS[(TURNS.index(model) + by) % len(TURNS)]) if model in TURNS else text


def _multiplied(numbers: pa.Array, variant: int) -> pa.Array:
    if pa.types.is_decimal(numbers.type):
        # Arrow multiplies decimals only where the digits of both fit into 38.
        times = pa.scalar(Decimal(variant + 1), pa.decimal128(2, 0))
        return pc.multiply(numbers.cast(pa.decimal128(28, 18)), times).cast(numbers.type)
    return pc.multiply(numbers, variant + 1)


def _named(name: Name, nth: int) -> Name:
    def own(id_: str | None, suffix: int) -> str | None:
        return f"{id_}-{suffix}" if id_ and suffix else id_

    branch, key = divmod(nth, KEYS)
    project = branch * PROJECTS + min(key, PROJECTS - 1)
    suffix = {"project": project, "user": branch * _USERS + key}.get(name.kind, nth)
    number = f" {suffix + 1}" if suffix else ""
    return replace(
        name,
        id=own(name.id, suffix) or name.id,
        name=f"{name.name}{number}",
        project_id=own(name.project_id, project),
        owner_id=own(name.owner_id, branch * _USERS + key),
    )

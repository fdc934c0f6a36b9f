"""A seeded organization whose every row is known, and how a store differs from it."""

import datetime as dt
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from random import Random
from typing import Any

from lib.catalog.schemas import schema
from lib.catalog.sources import SOURCES, WHOLE, Source
from lib.demo.server.paging import amount_on_the_wire
from lib.periods.widths import Width
from lib.periods.windows import Window, unix
from lib.store.usage_store import Store
from tests.rig.places import Place

Row = dict[str, Any]
PROJECTS = ("proj_a", "proj_b", "proj_c")
USERS = ("user_a", "user_b")
_VALUES: dict[str, tuple[str | None, ...]] = {
    "project_id": PROJECTS,
    "user_id": (*USERS, None),
    "api_key_id": ("key_1", "key_2", None),
    "model": ("gpt-6-astra", "gpt-6-mini-2026-03-05", "ft:gpt-6-mini:acme::ä→“7”"),
    "service_tier": ("default", "flex"),
    "api_source": ("unlabeled", "agents_api"),
    "size": ("256x256", "1024x1024"),
    "source": ("image.generation", "image.edit"),
    "context_level": ("low", "high"),
    "vector_store_id": ("vs_1", "vs_2"),
    "line_item": ("gpt-6-astra, input", "gpt-6-astra, output", "=cmd|' /C'!A0", "web search"),
}
_MOST_ROWS = 3


@dataclass(frozen=True)
class Difference:
    """How many rows were compared, which of them a store lacks, and which it has besides."""

    compared: int
    lost: tuple[str, ...] = ()
    extra: tuple[str, ...] = ()

    def told(self) -> list[str]:
        """Return a sentence for each side that is not empty, with its first row."""
        sides = (("lost", self.lost), ("not true, or doubled", self.extra))
        return [f"{len(rows)} rows {what}, such as {rows[0]}." for what, rows in sides if rows]


class Truth:
    """What the organization's usage and bill are, by source and day; the same for the same `random`."""

    def __init__(self, random: Random, days: Window) -> None:
        self._random = random
        self._rows = {(name, day): self._made(source) for name, source in SOURCES.items() for day in days}

    def rows(self, source: str, day: dt.date) -> list[Row]:
        """Return the rows of a day as the API holds them, grouped by everything."""
        return self._rows.get((source, day), [])

    def spent(self, window: Window) -> Decimal:
        """Return the dollars of all costs within `window`."""
        source = SOURCES["costs"]
        kept = (_kept(source, row) for day in window for row in self.rows("costs", day))
        return sum((row["cost_usd"] for row in kept), Decimal(0))

    def change(self, days: Iterable[dt.date]) -> None:
        """Give every source other rows on `days`."""
        self._rows |= {(name, day): self._made(source) for day in days for name, source in SOURCES.items()}

    def difference(self, place: Place, window: Window, sources: Iterable[str] = tuple(SOURCES)) -> Difference:
        """Return how the day table of each source in the store at a place differs within `window`."""
        store = place.opened()
        found = [self._difference(store, SOURCES[name], window) for name in sources]
        lost = tuple(row for one in found for row in one.lost)
        return Difference(sum(d.compared for d in found), lost, tuple(r for one in found for r in one.extra))

    def _difference(self, store: Store, source: Source, window: Window) -> Difference:
        names = [n for n in schema(source).names if n not in ("month", "start")]
        stored = store.rows(source, Width.DAY, window, ["start", *names]).to_pylist()
        held = Counter((row["start"].date(), *(row[name] for name in names)) for row in stored)
        true = Counter(
            (day, *(kept[name] for name in names))
            for day in window
            for kept in (_kept(source, row) for row in self.rows(source.name, day))
        )
        return Difference(true.total(), _told(source, true - held), _told(source, held - true))

    def _made(self, source: Source) -> list[Row]:
        found: dict[tuple[Any, ...], Row] = {}
        for _ in range(self._random.randint(0, _MOST_ROWS)):
            row = {name: self._value(name) for name in source.dimensions}
            row |= self._billed() if source.is_money else self._counted(source)
            found[tuple(row[name] for name in source.dimensions)] = {"object": source.result_object, **row}
        return list(found.values())

    def _value(self, name: str) -> Any:
        return self._random.choice(_VALUES[name] if name != "batch" else (True, False))

    def _counted(self, source: Source) -> Row:
        return {name: self._random.choice((0, 1, 10**6, 10**15 + 7)) for name in source.metric_names}

    def _billed(self) -> Row:
        digits = self._random.choice((1, 10**9, 10**18, 10**24))
        amount = Decimal(self._random.randint(-digits // 9, digits)).scaleb(-18)
        return {
            "amount": {
                "value": amount_on_the_wire(amount),
                "currency": self._random.choice(("usd", "usd", "usd", "eur")),
            },
            "quantity": self._random.choice((None, 1, 2.5, 1_000_003)),
            "quantity_unit": self._random.choice((None, "tokens")),
        }


def grouped(source: Source, rows: Iterable[Row], by: Iterable[str]) -> list[Row]:
    """Return `rows` summed by the dimensions in `by`, null in the others; amounts by currency too."""
    wanted = {*by}
    found: dict[tuple[Any, ...], Row] = {}
    for row in rows:
        kept = row | {name: None for name in source.dimensions if name not in wanted}
        currency = kept["amount"]["currency"] if source.is_money else None
        key = (currency, *(kept[name] for name in source.dimensions))
        found[key] = _summed(source, found[key], kept) if key in found else kept
    return list(found.values())


def starts_at(day: dt.date) -> int:
    """Return the Unix time at which `day` begins."""
    return unix(day)


def _summed(source: Source, one: Row, other: Row) -> Row:
    if not source.is_money:
        return one | {name: one[name] + other[name] for name in source.metric_names}
    value = sum(Decimal(str(row["amount"]["value"])) for row in (one, other))
    quantity = (one["quantity"] or 0) + (other["quantity"] or 0)
    return one | {"amount": {**one["amount"], "value": str(value)}, "quantity": quantity}


def _kept(source: Source, row: Row) -> Row:
    """Return a row of the API as the store has to hold it."""
    kept = row | {"slice": WHOLE}
    if "batch" in source.dimensions:
        kept["batch"] = str(row["batch"]).lower()
    if source.is_money:
        amount, currency = Decimal(str(row["amount"]["value"])), row["amount"]["currency"]
        kept |= {
            "currency": currency,
            "cost_usd": amount if currency == "usd" else Decimal(0),
            "other_amount": Decimal(0) if currency == "usd" else amount,
            "quantity": Decimal(str(row["quantity"] or 0)),
        }
    return kept


def _told(source: Source, rows: "Counter[tuple[Any, ...]]") -> tuple[str, ...]:
    return tuple(f"{source.name} {' '.join(str(value) for value in row)}" for row in rows.elements())

"""What a day of traffic costs: line items in the words of the costs endpoint, at list prices."""

import datetime as dt
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Any

from lib.demo.organization import paid_prices
from lib.demo.organization.daily_traffic import PARTS, TOKEN_PARTS
from lib.demo.organization.directory_data import project_id
from lib.demo.organization.traffic import Stream

Row = dict[str, Any]
Who = tuple[str | None, str | None, str | None, str | None]

_NAMES = {"gpt-image-1-2025-04-23": "gpt-image-1", "gpt-image-2": "gpt-image-2-2026-04-21"}
"""How costs names a model where it is neither usage's name nor a fine-tune."""
_IMAGE_TOKENS, _PROMPT_TOKENS = 1056, 64
_TOKENS = "tokens"
_GIBIBYTE_HOURS = Decimal(24) / (1 << 30)
"""What one byte kept for one day is in gibibyte hours."""


@dataclass(frozen=True, eq=False)
class Charge:
    """One line item of a stream: which of its parts are billed, in what unit and at what price."""

    line_item: str
    parts: tuple[int, ...]
    unit: str | None
    price: Callable[[dt.date], Decimal]
    factor: Decimal | int = 1
    percent: int = 100
    """How much of the parts this line bills; above 100: what the line of `percent - 100` leaves."""

    def quantity(self, numbers: list[int]) -> Decimal | int:
        """Return what is billed of one stream's numbers."""
        billed = sum(numbers[p] for p in self.parts)
        if self.percent > 100:
            billed -= billed * (self.percent - 100) // 100
        elif self.percent < 100:
            billed = billed * self.percent // 100
        return billed * self.factor


def bill(
    day: dt.date, counted: Iterable[tuple[Stream, str | None, list[int]]], api_sources: bool
) -> list[Row]:
    """Return the rows of `day` at every dimension.

    `counted` holds streams, their users as known by now and their numbers in the order of `PARTS`.
    """
    rows: dict[tuple[Who, str], Row] = {}
    for stream, user, numbers in counted:
        source = stream.workload.api_source if api_sources else None
        who = (stream.project_id, user, stream.api_key_id, source)
        for charge in _charges(stream):
            if quantity := charge.quantity(numbers):
                amount = quantity * charge.price(day)
                _add(rows, who, charge.line_item, Decimal(quantity), charge.unit, amount)
    return list(rows.values())


def unexplained(day: dt.date) -> list[Row]:
    """Return the rows of `day` that no usage stands behind: evaluations, trainings and credits."""
    rows: dict[tuple[Who, str], Row] = {}
    lab: Who = (project_id("research"), None, None, None)
    seen = 400_000 + day.toordinal() * 7919 % 350_000
    for direction, quantity in (("input", seen), ("output", seen // 9)):
        price = paid_prices.token_price("gpt-4o-mini-2024-07-18", day, direction)
        _add(
            rows,
            lab,
            f"evals | gpt-4o-mini-2024-07-18, {direction}",
            Decimal(quantity),
            _TOKENS,
            quantity * price,
        )
    if day.day == 12:
        risk: Who = (project_id("risk"), None, None, None)
        trained = 5_000_000 + day.month * 310_000
        price = Decimal("0.000025")
        _add(
            rows, risk, "gpt-4o-2024-08-06 fine-tuning, training", Decimal(trained), _TOKENS, trained * price
        )
    if day.day == 1:
        nobody: Who = (None, None, None, None)
        _add(rows, nobody, "Promotional credit", None, None, Decimal(-350 - 25 * day.month))
    return list(rows.values())


def _add(
    rows: dict[tuple[Who, str], Row],
    who: Who,
    line_item: str,
    quantity: Decimal | None,
    unit: str | None,
    amount: Decimal,
) -> None:
    row = rows.get((who, line_item))
    if row is None:
        project, user, key, source = who
        rows[who, line_item] = {
            "project_id": project,
            "line_item": line_item,
            "user_id": user,
            "api_key_id": key,
            "api_source": source,
            "amount": amount,
            "currency": "usd",
            "quantity": quantity,
            "quantity_unit": unit,
        }
    else:
        row["amount"] += amount
        row["quantity"] += quantity


@lru_cache(maxsize=4096)
def _charges(stream: Stream) -> tuple[Charge, ...]:
    return tuple(_CHARGES[stream.workload.source](stream))


def _part(name: str) -> int:
    return PARTS.index(name)


def _tokens(stream: Stream) -> Iterator[Charge]:
    load, model = stream.workload, stream.phase.model or ""
    tier = "batch" if load.batch else load.tier
    surface = "decisions" if load.source == "decisions" else tier
    prefix = "" if surface == "default" else f"{surface} | "
    name = billed_name(model)
    if load.audio_in:
        name += " text"
        for direction in ("input", "output"):
            item = f"{prefix}{billed_name(model)} audio, {direction}"
            part = (f"{direction}_audio_tokens",)
            yield _token_charge(item, part, model, direction, tier, modality="audio")
    for words, token_class, parts in (
        ("input", "input", ("input_text_tokens", "input_image_tokens")),
        ("cached input", "cached input", ("input_cached_text_tokens",)),
        ("cache writes", "cache write", ("input_cache_write_30m_tokens",)),
        ("cache writes, 12 h", "cache write, 12 h", ("input_cache_write_12h_tokens",)),
        ("output", "output", ("output_text_tokens",)),
    ):
        item = f"{prefix}{name}, {words}"
        percent = load.long_percent
        yield _token_charge(item, parts, model, token_class, tier, 100 + percent if percent else 100)
        # the 12 h price is already a surcharge; a second one would need a price of its own
        if percent:
            price_class = token_class.removesuffix(", 12 h")
            yield _token_charge(
                f"{item}, long context", parts, model, price_class, tier, percent, long_context=True
            )


def _token_charge(
    item: str,
    parts: tuple[str, ...],
    model: str,
    token_class: str,
    tier: str,
    percent: int = 100,
    *,
    modality: str | None = None,
    long_context: bool = False,
) -> Charge:
    def price(day: dt.date) -> Decimal:
        return paid_prices.token_price(
            model, day, token_class, tier, modality=modality, long_context=long_context
        )

    return Charge(item, tuple(map(_part, parts)), _TOKENS, price, percent=percent)


def _embeddings(stream: Stream) -> Iterator[Charge]:
    model = stream.phase.model or ""
    yield _token_charge(f"{model}, input", (TOKEN_PARTS[0],), model, "input", "default")


def _moderations(stream: Stream) -> Iterator[Charge]:
    yield Charge(f"{stream.phase.model}, input", (_part(TOKEN_PARTS[0]),), _TOKENS, lambda _: Decimal(0))


def _images(stream: Stream) -> Iterator[Charge]:
    name = billed_name(stream.phase.model or "")
    amount = (_part("amount"),)
    yield Charge(
        f"{name} image, output",
        amount,
        _TOKENS,
        lambda day: paid_prices.token_price(name, day, "output"),
        _IMAGE_TOKENS,
    )
    yield Charge(
        f"{name} text, input",
        amount,
        _TOKENS,
        lambda day: paid_prices.token_price(name, day, "input"),
        _PROMPT_TOKENS,
    )


def _flat(
    item: str, part: str, unit: str | None, price: Decimal, factor: Decimal | int = 1
) -> Callable[[Stream], Iterator[Charge]]:
    charge = Charge(item, (_part(part),), unit, lambda _: price, factor)
    return lambda _: iter((charge,))


_CHARGES: dict[str, Callable[[Stream], Iterator[Charge]]] = {
    "completions": _tokens,
    "decisions": _tokens,
    "embeddings": _embeddings,
    "moderations": _moderations,
    "images": _images,
    "audio_speeches": _flat("tts hd", "amount", "characters", paid_prices.SPEECH_CHARACTER),
    "audio_transcriptions": _flat("whisper", "amount", "duration_seconds", paid_prices.WHISPER_SECOND),
    "code_interpreter_sessions": _flat(
        "code interpreter sessions", "requests", None, paid_prices.CODE_INTERPRETER
    ),
    "file_search_calls": _flat("assistants api | file search", "requests", None, paid_prices.FILE_SEARCH),
    "web_search_calls": _flat("web search tool calls", "amount", None, paid_prices.WEB_SEARCH),
    "vector_stores": _flat(
        "Vector storage", "amount", "gibibyte_hours", paid_prices.GIBIBYTE_HOUR, _GIBIBYTE_HOURS
    ),
}
BILLED_SOURCES = tuple(_CHARGES)


@lru_cache(maxsize=256)
def billed_name(model: str) -> str:
    """Return how costs names a model that usage calls `model`; fine-tunes of one model are one."""
    if model.startswith("ft:"):
        return f"ft-{model.split(':')[1]}"
    return _NAMES.get(model, model)

"""Meters: which usage a line item of the bill pays for, and in which of its units.

Read from the line item's words (`lib.catalog.line_items`) and how sources are billed (`lib.catalog.billing`).
Usage that does not tell its batch or tier fits every surface, and a line item without any usage of its
surface pays for the model's usage of every other.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from lib.analysis.reconciliation.lines import STANDARD, TIERS, TOKENS, tier_of
from lib.catalog.dimensions import UNATTRIBUTED
from lib.catalog.line_items import LineItem, base_model, service
from lib.catalog.sources import SOURCES

Row = Mapping[str, Any]
_CHAT_METRICS = tuple(dict.fromkeys(name for adds, less in TOKENS.values() for name in (*adds, *less)))
_BILLED = {name: source.billing for name, source in SOURCES.items() if source.billing}
_OWN_SURFACES = {billing.surface: name for name, billing in _BILLED.items() if billing.surface}
_WRITERS = tuple(n for n, b in _BILLED.items() if SOURCES[n].writes_tokens and not b.surface)
_READERS = tuple(n for n in _BILLED if SOURCES[n].reads_tokens and not SOURCES[n].writes_tokens)
METERED: Mapping[str, tuple[str, ...]] = {
    name: _CHAT_METRICS if SOURCES[name].writes_tokens else (billing.metric,)
    for name, billing in _BILLED.items()
}
"""The sources that meters read, with the metrics that they add up."""


@dataclass(frozen=True)
class Meter:
    """Units of the rows of a source that `fits` keeps: of each `adds` less `less`, never below zero."""

    source: str
    adds: tuple[str, ...]
    fits: Callable[[Row], bool]
    less: tuple[str, ...] = ()


@cache
def meters(item: LineItem) -> tuple[Meter, ...]:
    """Return the meters to try for a line item, the closest first; none where usage records no such thing."""
    if (item.counted_as, "text") in TOKENS and item.model:
        return _token_meters(item, base_model(item.model))
    source = service(item)
    if source is None or source.billing is None:
        return ()
    billing = source.billing
    fits = _named(billing.model_prefix, item.text.lower()) if billing.model_prefix else _any
    return (Meter(source.name, (billing.metric,), fits),)


def _token_meters(item: LineItem, model: str) -> tuple[Meter, ...]:
    def of_model(row: Row) -> bool:
        return base_model(row["model"]) == model

    def fits(row: Row) -> bool:
        return of_model(row) and _on_surface(row, item.surface)

    adds, less = TOKENS[item.counted_as, "text"]
    if item.surface in _OWN_SURFACES:
        return (Meter(_OWN_SURFACES[item.surface], adds, of_model, less),)
    if item.surface and item.surface not in TIERS:
        return ()
    found = [Meter(source, adds, fits, less) for source in _WRITERS]
    if item.modality:
        only, without = _of_modality(item.counted_as, item.modality)
        found = [*(Meter(source, only, fits, without) for source in _WRITERS), *found]
    if item.counted_as == "input":
        found += [Meter(source, ("input_tokens",), fits) for source in _READERS]
    found += [Meter(source, (b.metric,), fits) for source, b in _BILLED.items() if b.in_tokens_too]
    # A bill that does not tell batches and tiers apart pays for all of them.
    return (*found, *(Meter(source, adds, of_model, less) for source in _WRITERS))


def _of_modality(counted_as: str, modality: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return what to add up and what to take from it for tokens of one modality only."""
    adds, less = TOKENS.get((counted_as, modality)) or TOKENS[counted_as, "text"]
    if modality != "text":
        return adds, less
    others = (TOKENS[key][0] for key in TOKENS if key[0] == counted_as and key[1] != "text")
    return adds, (*less, *(name for names in others for name in names))


def _on_surface(row: Row, surface: str | None) -> bool:
    lane, tier = TIERS.get(surface or "", STANDARD), tier_of(row.get("batch"), row.get("service_tier"))
    told_by = "batch" if lane == "batch" else "service_tier"
    return tier == lane or (tier == STANDARD and row.get(told_by, UNATTRIBUTED) == UNATTRIBUTED)


def _named(word: str, text: str) -> Callable[[Row], bool]:
    """Return whether a row's model is of the service, in the quality (`hd`) that the line item names."""
    return lambda row: row["model"].startswith(word) and ("hd" in row["model"]) == ("hd" in text.split())


def _any(_row: Row) -> bool:
    return True

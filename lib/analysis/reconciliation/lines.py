"""The two ledgers in the same words: what usage counts, and what the bill's line items charge."""

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import pandas as pd

from lib.catalog.billing import Billing, LineItemKind
from lib.catalog.line_items import LineItem, base_model, parse
from lib.catalog.sources import SOURCES, Source

STANDARD = "default"
TIERS = {"batch": "batch", "flex": "flex", "priority": "priority", "fast": "priority"}
"""The tiers with a price of their own, by the words of usage and of line items."""
TOKENS = {
    ("input", "text"): (("input_tokens",), ("input_cached_tokens", "input_cache_write_tokens")),
    ("input", "audio"): (("input_audio_tokens",), ()),
    ("input", "image"): (("input_image_tokens",), ()),
    ("cached input", "text"): (("input_cached_tokens",), ()),
    ("cached input", "audio"): (("input_cached_audio_tokens",), ()),
    ("cached input", "image"): (("input_cached_image_tokens",), ()),
    ("cache write", "text"): (("input_cache_write_tokens",), ("input_cache_write_12h_tokens",)),
    ("cache write, 12 h", "text"): (("input_cache_write_12h_tokens",), ()),
    ("output", "text"): (("output_tokens",), ()),
    ("output", "audio"): (("output_audio_tokens",), ()),
    ("output", "image"): (("output_image_tokens",), ()),
}
"""Which metrics count a class of tokens, and which are taken from it; of text, other modalities are too."""
_BILLED = {name: source.billing for name, source in SOURCES.items() if source.billing}
_OWN_SURFACES = {billing.surface for billing in _BILLED.values() if billing.surface}
_SERVICES = {text: (model, b.metric) for b in _BILLED.values() for text, model in b.models.items()}
"""What usage calls the services that are billed by name, and the class that it counts them in."""


def _asked_by(source: Source, billing: Billing) -> tuple[str, ...]:
    """Return by what a source is asked to be set against the bill; nothing where it cannot be."""
    if billing.kind is LineItemKind.IMAGES:
        return ("project_id", "model")  # not how many, only whether there are any
    told_apart = ("model", "batch", "service_tier")
    return tuple(d for d in told_apart if d in source.dimensions and (source.reads_tokens or billing.models))


COUNTED = {name: by for name, billing in _BILLED.items() if (by := _asked_by(SOURCES[name], billing))}
"""The sources of usage that are set against the bill, and what each is asked by."""


@dataclass(frozen=True)
class Meter:
    """What can be counted by usage and billed by a line item: where both ledgers meet.

    `model` goes by its base, `lane` is how it was ordered: `default`, a tier, or a surface of a source.
    """

    day: dt.date
    model: str
    token_class: str
    modality: str
    lane: str

    @property
    def words(self) -> str:
        """Return the class with its modality, where that is not text: `audio input`."""
        return self.token_class if self.modality == "text" else f"{self.modality} {self.token_class}"


@dataclass(frozen=True)
class Used:
    """How many units usage counts; `model` is as usage names it, `tier` what they are charged by."""

    meter: Meter
    model: str
    tier: str
    units: int


@dataclass(frozen=True)
class Billed:
    """A line of the bill on one day; `meter` is None where usage counts nothing like it."""

    day: dt.date
    project: str
    item: LineItem
    meter: Meter | None
    dollars: Decimal
    units: Decimal


def billed_lines(costs: pd.DataFrame) -> list[Billed]:
    """Return the lines of `costs`: `start`, `project_id`, `line_item`, `cost_usd`, `quantity`."""
    columns = ("start", "project_id", "line_item", "cost_usd", "quantity")
    return [
        Billed(start.date(), project, item, _billed_by(start.date(), item), dollars, units)
        for start, project, text, dollars, units in zip(*(costs[c] for c in columns), strict=True)
        for item in (parse(text),)
    ]


def used_units(usage: Mapping[str, pd.DataFrame], lines: list[Billed]) -> list[Used]:
    """Return what `usage` counts by source (by `start` and the columns of `COUNTED`), as it is billed.

    What the bill does not tell apart is not told apart here: tokens of a modality, or of a tier, without
    a line of their own count as text, or as standard.
    """
    meters = [line.meter for line in lines if line.meter]
    modalities = {(m.model, m.token_class, m.modality) for m in meters}
    lanes = {(m.day, m.model, m.lane) for m in meters}
    found = []
    for source, frame in usage.items():
        for used in _counted(source, frame):
            own = used.meter
            split = (own.model, own.token_class, own.modality) in modalities
            apart = (own.day, own.model, own.lane) in lanes
            meter = Meter(
                own.day,
                own.model,
                own.token_class,
                own.modality if split else "text",
                own.lane if apart else STANDARD,
            )
            found.append(Used(meter, used.model, used.tier, used.units))
    return found


def reported_images(images: pd.DataFrame) -> set[tuple[dt.date, str, str]]:
    """Return the day, project and model (as `image_model` has it) of all images that usage reports."""
    rows = zip(images["start"], images["project_id"], images["model"], images["images"], strict=True)
    return {(start.date(), project, _family(model)) for start, project, model, count in rows if count}


def image_model(item: LineItem) -> str:
    """Return the model of an image line as usage and bill agree on it; all of DALL·E is one."""
    return _family(item.model or item.text)


def _family(model: str) -> str:
    return "dall-e" if model.startswith("dall-e") else base_model(model)


def _billed_by(day: dt.date, item: LineItem) -> Meter | None:
    if item.text in _SERVICES:
        model, unit = _SERVICES[item.text]
        return Meter(day, model, unit, "text", STANDARD)
    if item.kind is not LineItemKind.TOKENS or item.model is None or item.surface == "evals":
        return None
    surface = item.surface or ""
    lane = surface if surface in _OWN_SURFACES else TIERS.get(surface, STANDARD)
    return Meter(day, base_model(item.model), item.counted_as, item.modality or "text", lane)


def _counted(source: str, frame: pd.DataFrame) -> Iterator[Used]:
    for row in frame.to_dict("records"):
        tier = tier_of(row)
        lane = _BILLED[source].surface or tier
        for token_class, modality, units in units_of(source, row):
            if units:
                model = str(row["model"])
                meter = Meter(row["start"].date(), base_model(model), token_class, modality, lane)
                yield Used(meter, model, tier, units)


def tier_of(row: Mapping[Any, object]) -> str:
    """Return the tier that a row of usage is charged by: standard, batch, flex or priority."""
    if row.get("batch") == "true":
        return "batch"
    return TIERS.get(str(row.get("service_tier")), STANDARD)


def units_of(source: str, row: Mapping[object, object]) -> Iterator[tuple[str, str, int]]:
    """Yield token class, modality and units of a row of usage: each token once, text without the others."""
    billing = _BILLED[source]
    if billing.models:
        yield billing.metric, "text", _sum(row, (billing.metric,))
    elif SOURCES[source].reads_tokens:
        rest = {(c, m): _sum(row, plus) - _sum(row, minus) for (c, m), (plus, minus) in TOKENS.items()}
        for (token_class, modality), units in rest.items():
            others = sum(rest.get((token_class, m), 0) for m in ("audio", "image"))
            yield token_class, modality, units - others if modality == "text" else units


def _sum(row: Mapping[object, object], metrics: tuple[str, ...]) -> int:
    return sum(int(str(row.get(m, 0))) for m in metrics)

"""The two ledgers in the same words: what usage counts, and what the bill's line items charge."""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from functools import cache
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from lib.analysis.vectors import found_for, sums
from lib.catalog.billing import Billing, LineItemKind
from lib.catalog.line_items import LineItem, base_model, parse
from lib.catalog.schemas import MONEY
from lib.catalog.sources import SOURCES, Source

_NOTHING = pa.scalar(Decimal(0), MONEY)
Counts = NDArray[np.int64]
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


class Meter(NamedTuple):
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


class Used(NamedTuple):
    """How many units usage counts; `model` is as usage names it, `tier` what they are charged by."""

    meter: Meter
    model: str
    tier: str
    units: int


class Billed(NamedTuple):
    """A line of the bill on one day; `meter` is None where usage counts nothing like it."""

    day: dt.date
    project: str
    item: LineItem
    meter: Meter | None
    dollars: Decimal
    units: Decimal


def billed_lines(costs: pa.Table) -> list[Billed]:
    """Return the lines of `costs`: `start`, `project_id`, `line_item`, `cost_usd`, `quantity`.

    Lines alike are one: projects are told apart only of images, which usage reports by project, and what is
    without units, or below zero, stays apart from the rest.
    """
    told = found_for([costs["line_item"]], lambda text: parse(text).kind is LineItemKind.IMAGES, pa.bool_())
    alike = pa.table(
        {
            "start": costs["start"],
            "project_id": pc.if_else(told, costs["project_id"], ""),
            "line_item": costs["line_item"],
            "counted": pc.not_equal(costs["quantity"], _NOTHING),
            "credit": pc.less(costs["cost_usd"], _NOTHING),
            "cost_usd": costs["cost_usd"],
            "quantity": costs["quantity"],
        }
    )
    found = sums(alike, ("start", "project_id", "line_item", "counted", "credit"), ("cost_usd", "quantity"))
    columns = (found[c].to_pylist() for c in ("project_id", "line_item", "cost_usd", "quantity"))
    return [
        Billed(day, project, parse(text), _billed_by(day, text), dollars, units)
        for day, project, text, dollars, units in zip(_days(found), *columns, strict=True)
    ]


def used_units(usage: Mapping[str, pa.Table], lines: list[Billed]) -> list[Used]:
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
            if not (split and apart):
                modality, lane = own.modality if split else "text", own.lane if apart else STANDARD
                used = used._replace(meter=own._replace(modality=modality, lane=lane))  # noqa: PLW2901
            found.append(used)
    return found


def reported_images(images: pa.Table) -> set[tuple[dt.date, str, str]]:
    """Return the day, project and model (as `image_model` has it) of all images that usage reports."""
    columns = (images[c].to_pylist() for c in ("project_id", "model", "images"))
    rows = zip(_days(images), *columns, strict=True)
    return {(day, project, _family(model)) for day, project, model, count in rows if count}


def image_model(item: LineItem) -> str:
    """Return the model of an image line as usage and bill agree on it; all of DALL·E is one."""
    return _family(item.model or item.text)


def _family(model: str) -> str:
    return "dall-e" if model.startswith("dall-e") else base_model(model)


def _billed_by(day: dt.date, text: str) -> Meter | None:
    told = metered(text)
    return None if told is None else Meter(day, *told)


@cache
def metered(text: str) -> tuple[str, str, str, str] | None:
    """Return all of a line item's meter but its day: model, class, modality and lane; None without one."""
    if text in _SERVICES:
        return (*_SERVICES[text], "text", STANDARD)
    item = parse(text)
    if item.kind is not LineItemKind.TOKENS or item.model is None or item.surface == "evals":
        return None
    surface = item.surface or ""
    lane = surface if surface in _OWN_SURFACES else TIERS.get(surface, STANDARD)
    return base_model(item.model), item.counted_as, item.modality or "text", lane


def _counted(source: str, usage: pa.Table) -> Iterator[Used]:
    keys = [name for name in ("start", "model", "batch", "service_tier") if name in usage.schema.names]
    rows = counted_units(source, usage, keys)
    nothing = [None] * rows.num_rows
    models, batches, tiers = (
        rows[name].to_pylist() if name in keys else nothing for name in ("model", "batch", "service_tier")
    )
    counted = (rows[name].to_pylist() for name in ("token_class", "modality", "units"))
    surface = _BILLED[source].surface
    for day, name, batch, service_tier, token_class, modality, units in zip(
        _days(rows), models, batches, tiers, *counted, strict=True
    ):
        model, tier = str(name), tier_of(batch, service_tier)
        meter = Meter(day, base_model(model), token_class, modality, surface or tier)
        yield Used(meter, model, tier, units)


def _days(rows: pa.Table) -> list[dt.date]:
    days: list[dt.date] = rows["start"].cast(pa.date32()).to_pylist()
    return days


def tier_of(batch: str | None, service_tier: str | None) -> str:
    """Return the tier that usage is charged by, by its dimensions: standard, batch, flex or priority."""
    return "batch" if batch == "true" else TIERS.get(str(service_tier), STANDARD)


def counted_units(source: str, usage: pa.Table, keys: Sequence[str]) -> pa.Table:
    """Return `keys`, `token_class`, `modality` and `units` (not zero) of all rows of usage.

    Each token counts once, text without the other modalities.
    """
    rows = usage.select(list(keys))
    found = [
        rows.append_column("token_class", pa.repeat(token_class, rows.num_rows))
        .append_column("modality", pa.repeat(modality, rows.num_rows))
        .append_column("units", pa.array(units))
        .filter(pa.array(units != 0))
        for (token_class, modality), units in _units(source, usage).items()
    ]
    fields = [("token_class", pa.string()), ("modality", pa.string()), ("units", pa.int64())]
    none = pa.schema([*(rows.schema.field(k) for k in keys), *(pa.field(*field) for field in fields)])
    return pa.concat_tables([none.empty_table(), *found])


def _units(source: str, usage: pa.Table) -> dict[tuple[str, str], Counts]:
    billing = _BILLED[source]
    if billing.models:
        return {(billing.metric, "text"): _sum(usage, (billing.metric,))}
    if not SOURCES[source].reads_tokens:
        return {}
    rest = {key: _sum(usage, plus) - _sum(usage, minus) for key, (plus, minus) in TOKENS.items()}
    others = {
        key: sum(rest[key[0], m] for m in ("audio", "image") if (key[0], m) in rest)
        for key in rest
        if key[1] == "text"
    }
    return {key: units - others.get(key, 0) for key, units in rest.items()}


def _sum(usage: pa.Table, metrics: tuple[str, ...]) -> Counts:
    """Return the sum of those of `metrics` that the source has."""
    found = np.zeros(usage.num_rows, np.int64)
    for metric in metrics:
        if metric in usage.schema.names:
            found += usage[metric].to_numpy()
    return found

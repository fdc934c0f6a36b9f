"""The two ledgers in the same words: what usage counts, and what the bill's line items charge."""

import datetime as dt
from collections.abc import Mapping, Sequence
from decimal import Decimal
from functools import cache, partial
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from lib.analysis.vectors import found_for, sums, with_column
from lib.catalog.billing import Billing, LineItemKind
from lib.catalog.line_items import LineItem, base_model, parse
from lib.catalog.schemas import MONEY
from lib.catalog.sources import SOURCES, Source

_NOTHING = pa.scalar(Decimal(0), MONEY)
_NO_METER = (None, None, None, None)
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


METER = ("day", "model", "token_class", "modality", "lane")
"""What can be counted by usage and billed by a line item, where both ledgers meet.

`model` goes by its base, `lane` is how it was ordered: `default`, a tier, or a surface of a source.
"""


def billed_lines(costs: pa.Table) -> pa.Table:
    """Return the lines of `costs`: `start`, `project_id`, `line_item`, `cost_usd`, `quantity`.

    With their `METER`, null where usage counts nothing like it. Lines alike are one: projects are told apart
    only of images, which usage reports by project, and what is without units, or below zero, stays apart
    from the rest.
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
    meters = [
        found_for([found["line_item"]], lambda text, n=nth: (metered(text) or _NO_METER)[n], pa.string())
        for nth in range(len(_NO_METER))
    ]
    kept = {name: found[name] for name in ("project_id", "line_item", "cost_usd", "quantity")}
    return pa.table(dict(zip(METER, [_days(found), *meters], strict=True)) | kept)


def used_units(usage: Mapping[str, pa.Table], lines: pa.Table) -> pa.Table:
    """Return what `usage` counts by source (by `start` and the columns of `COUNTED`), as it is billed.

    `METER`, `name` (the model as usage names it), `tier` (what it is charged by) and `units`. What the bill
    does not tell apart is not told apart here: tokens of a modality, or of a tier, without a line of their
    own count as text, or as standard.
    """
    kinds = [("day", pa.date32()), *((name, pa.string()) for name in (*METER[1:], "name", "tier"))]
    schema = pa.schema([*kinds, ("units", pa.int64())])
    counted = [_counted(source, table).cast(schema) for source, table in usage.items()]
    used = pa.concat_tables([schema.empty_table(), *counted])
    of_modality, of_lane = ("model", "token_class", "modality"), ("day", "model", "lane")
    split, apart = (
        found_for([used[name] for name in names], partial(_is_among, _rows(lines, names)), pa.bool_())
        for names in (of_modality, of_lane)
    )
    used = with_column(used, "modality", pc.if_else(split, used["modality"], "text"))
    return with_column(used, "lane", pc.if_else(apart, used["lane"], STANDARD))


def _rows(table: pa.Table, names: Sequence[str]) -> set[tuple[Any, ...]]:
    return set(zip(*(table[name].to_pylist() for name in names), strict=True))


def _is_among(rows: set[tuple[Any, ...]], *row: Any) -> bool:
    return row in rows


def reported_images(images: pa.Table) -> set[tuple[dt.date, str, str]]:
    """Return the day, project and model (as `image_model` has it) of all images that usage reports."""
    columns = (images[c].to_pylist() for c in ("project_id", "model", "images"))
    rows = zip(_days(images).to_pylist(), *columns, strict=True)
    return {(day, project, _family(model)) for day, project, model, count in rows if count}


def image_model(item: LineItem) -> str:
    """Return the model of an image line as usage and bill agree on it; all of DALL·E is one."""
    return _family(item.model or item.text)


def _family(model: str) -> str:
    return "dall-e" if model.startswith("dall-e") else base_model(model)


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


def _counted(source: str, usage: pa.Table) -> pa.Table:
    keys = [name for name in ("start", "model", "batch", "service_tier") if name in usage.schema.names]
    rows = counted_units(source, usage, keys)
    nothing = pa.nulls(rows.num_rows, pa.string())
    models, batches, tiers = (
        rows[name] if name in keys else nothing for name in ("model", "batch", "service_tier")
    )
    names = found_for([models], str, pa.string())
    tier = found_for([batches, tiers], tier_of, pa.string())
    surface = _BILLED[source].surface
    return pa.table(
        {
            "day": _days(rows),
            "model": found_for([names], base_model, pa.string()),
            "token_class": rows["token_class"],
            "modality": rows["modality"],
            "lane": pa.repeat(surface, rows.num_rows) if surface else tier,
            "name": names,
            "tier": tier,
            "units": rows["units"],
        }
    )


def _days(rows: pa.Table) -> pa.ChunkedArray:
    return rows["start"].cast(pa.date32())


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

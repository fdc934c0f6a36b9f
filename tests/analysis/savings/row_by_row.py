"""The saving rules as they are defined: row by row, in Decimals. What is computed by column must agree."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from decimal import Decimal
from statistics import median
from typing import Any

from lib.analysis.exact import exactly, rounded
from lib.analysis.savings.priced_traffic import INPUTS, STANDARD, unit
from lib.analysis.savings.saving import SavingsInput
from lib.catalog.line_items import parse
from lib.catalog.model_successors import SUCCESSORS

Row = dict[str, Any]
Saved = dict[tuple[str, str, str, str], Decimal]
"""What a rule (its slug) saves of a project, a key and a model."""


@exactly()
def saved(read: SavingsInput) -> Saved:
    """Return what every rule finds, above zero."""
    traffic, bill = read.traffic.to_pylist(), read.bill.to_pylist()
    found: Saved = defaultdict(Decimal)
    for (project, key), rows in _groups(traffic, "project_id", "api_key_id").items():
        if _can_wait(rows):
            for row in rows:
                if row["tier"] == STANDARD:
                    found["batch", project, key, ""] += _less(row, _worth(row, read, tier="batch"))
        for row in rows:
            if row["model"] in SUCCESSORS:
                then = _worth(row, read, model=SUCCESSORS[row["model"]].successor)
                found["model", project, key, row["model"]] += _less(row, then)
            if row["tier"] == "priority" and row["day"].weekday() >= 5:
                found["priority", project, key, ""] += _less(row, _worth(row, read, tier=STANDARD))
    for (model,), rows in _groups([r for r in traffic if r["token_class"] in INPUTS], "model").items():
        for (project, key), own in _groups(rows, "project_id", "api_key_id").items():
            others = [r for r in rows if (r["project_id"], r["api_key_id"]) != (project, key)]
            mine, theirs = _cached(own), _cached(others)
            if theirs - mine >= Decimal("0.1"):
                fresh = [r for r in own if r["token_class"] == INPUTS[0]]
                all_of_it = sum((_less(r, _worth(r, read, token_class=INPUTS[1])) for r in fresh), Decimal(0))
                found["cache", project, key, model] = rounded(all_of_it * (theirs - mine) / (1 - mine))
    for line in bill:
        item = parse(line["line_item"])
        if item.long_context:
            asked = (item.model or "", line["start"].date(), item.counted_as)
            short, long = read.price(*asked), read.price(*asked, long_context=True)
            if short and long:
                then = rounded(line["cost_usd"] * short / long)
                less = max(line["cost_usd"] - then, Decimal(0))
                found["context", line["project_id"], line["api_key_id"], ""] += less
    return {name: dollars for name, dollars in found.items() if dollars}


def _groups(rows: Iterable[Row], *by: str) -> Mapping[tuple[str, ...], list[Row]]:
    found: dict[tuple[str, ...], list[Row]] = defaultdict(list)
    for row in rows:
        found[tuple(row[name] for name in by)].append(row)
    return found


def _can_wait(rows: list[Row]) -> bool:
    worth = sum(row["worth"] for row in rows)
    waits = sum(row["worth"] for row in rows if row["tier"] in ("batch", "flex"))
    days: dict[Any, Decimal] = defaultdict(Decimal)
    for row in rows:
        days[row["day"]] += row["worth"]
    weekend, week = ([v for d, v in days.items() if (d.weekday() >= 5) is which] for which in (True, False))
    weekday = median(week) if week else 0
    steady = float((median(weekend) if weekend else 0) / weekday) if weekday else 0.0
    part = float(waits) / float(worth) if worth else 0.0
    return 0.2 <= part < 1 or steady >= 0.8


def _worth(row: Row, read: SavingsInput, **other: str) -> Decimal | None:
    of = {**row, **other}
    each = unit(read.price, of["model"], of["day"], of["token_class"], of["tier"], of["modality"])
    return None if each is None else each * row["units"]


def _less(row: Row, then: Decimal | None) -> Decimal:
    return Decimal(0) if then is None else max(row["worth"] - then, Decimal(0))


def _cached(rows: list[Row]) -> Decimal:
    total = sum(row["units"] for row in rows)
    return (
        Decimal(sum(r["units"] for r in rows if r["token_class"] == INPUTS[1])) / total
        if total
        else Decimal(0)
    )

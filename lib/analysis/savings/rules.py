"""Finders: each looks for one way to spend less in the traffic of some settled days, at list prices."""

import datetime as dt
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from statistics import median

import pandas as pd

from lib.analysis.exact import exactly, rounded
from lib.analysis.reconciliation.causes import Price
from lib.analysis.savings.priced_traffic import INPUTS, STANDARD, at_price
from lib.analysis.savings.saving import LEAST, NOTHING, ROWS, Confidence, Saving
from lib.catalog.billing import LineItemKind
from lib.catalog.dimensions import UNATTRIBUTED
from lib.catalog.line_items import parse
from lib.catalog.model_successors import SUCCESSORS

KEY = ["project_id", "api_key_id"]


@dataclass(frozen=True)
class Looked:
    """What the rules read: `traffic` (`lib.analysis.savings.priced_traffic`) and `bill` of the same `days`.

    `bill` holds `start`, `project_id`, `api_key_id`, `line_item`, `cost_usd`; `price` is a price list.
    """

    traffic: pd.DataFrame
    bill: pd.DataFrame
    days: int
    price: Price


Finder = Callable[[Looked], Iterator[Saving]]


def batches(looked: Looked) -> Iterator[Saving]:
    """Yield keys whose standard requests look able to wait. Batches and flex cost half.

    Others of theirs are batches or flex already, or weekends are as busy as weekdays, as only machines are.
    """
    for key, rows in _groups(looked.traffic, KEY):
        waits = rows["tier"].isin(("batch", "flex"))
        standard = rows.loc[rows["tier"] == STANDARD]
        part = _share(rows.loc[waits, "worth"], rows["worth"])
        steady = _weekend_share(rows) >= _STEADY
        if standard.empty or not (_PARTLY <= part < 1 or steady):
            continue
        said = (
            f"{part:.0%} of what this key sends is batch or flex already; so could the rest be."
            if part >= _PARTLY
            else "It is as busy on weekends as on weekdays, so nobody seems to wait for its answers."
        )
        yield _saving(
            looked,
            "batch",
            "Send it as batches or flex",
            key,
            standard,
            at_price(standard, looked.price, tier="batch"),
            f"{said} Batches answer within 24 hours and cost half.",
            Confidence.HIGH if part >= 0.5 else Confidence.MEDIUM if part >= _PARTLY else Confidence.LOW,
        )


def caching(looked: Looked) -> Iterator[Saving]:
    """Yield keys that read less of their input from the cache than others do of the same model.

    Saved: (peers' share − own share) × input tokens × (price − cached price), the peers' share pooled.
    """
    inputs = looked.traffic.loc[looked.traffic["token_class"].isin(INPUTS)]
    for (model,), of_model in _groups(inputs, ["model"]):
        for key, rows in _groups(of_model, KEY):
            others = of_model.loc[[pair != key for pair in zip(*(of_model[k] for k in KEY), strict=True)]]
            own, theirs = _cached(rows), _cached(others)
            fresh = rows.loc[rows["token_class"] == INPUTS[0]]
            if theirs - own < _GAP:
                continue
            # So much of what is not cached yet would be.
            moved = (theirs - own) / (1 - own)
            cached = at_price(fresh, looked.price, token_class=INPUTS[1])
            then = [
                None if c is None else n - (n - c) * moved
                for n, c in zip(fresh["worth"], cached, strict=True)
            ]
            yield _saving(
                looked,
                "cache",
                "Read more from the prompt cache",
                key,
                fresh,
                then,
                f"{own:.0%} of its {model} input is read from the cache; of other keys on this model it is "
                f"{theirs:.0%}. Prompts that begin alike are cached: keep what changes at their end.",
                Confidence.MEDIUM,
                model,
            )


def cheaper_models(looked: Looked) -> Iterator[Saving]:
    """Yield keys on a model for which a newer or smaller one lists less for the same tokens."""
    for (*key, model), rows in _groups(looked.traffic, [*KEY, "model"]):
        if model not in SUCCESSORS:
            continue
        other, why = SUCCESSORS[model].successor, SUCCESSORS[model].why
        then = at_price(rows, looked.price, model=other)
        yield _saving(
            looked,
            "model",
            f"Move from {model} to {other}",
            (key[0], key[1]),
            rows,
            then,
            f"{other} is {why} and lists less for the same tokens. Whether its answers are good enough is "
            "not measured here: try it on your own cases, and mind that it may write longer ones.",
            Confidence.LOW,
            model,
        )


def off_peak_priority(looked: Looked) -> Iterator[Saving]:
    """Yield keys that pay for the priority tier on Saturdays and Sundays, when there is less of a queue."""
    days = zip(looked.traffic["day"], looked.traffic["tier"], strict=True)
    rows = looked.traffic.loc[[tier == "priority" and day.weekday() >= _SATURDAY for day, tier in days]]
    for key, of_key in _groups(rows, KEY):
        yield _saving(
            looked,
            "priority",
            "Leave the priority tier at weekends",
            key,
            of_key,
            at_price(of_key, looked.price, tier=STANDARD),
            "Saturdays and Sundays (UTC) are taken for off-peak; the standard tier answers the same, only "
            "not ahead of others.",
            Confidence.MEDIUM,
        )


def long_context(looked: Looked) -> Iterator[Saving]:
    """Yield keys billed for long contexts: what those tokens cost above the price of short ones."""
    lines = looked.bill.loc[[parse(text).long_context for text in looked.bill["line_item"]]]
    for key, rows in _groups(lines, KEY):
        then = [
            _short(text, start, dollars, looked.price)
            for text, start, dollars in zip(rows["line_item"], rows["start"], rows["cost_usd"], strict=True)
        ]
        yield _saving(
            looked,
            "context",
            "Keep prompts below the long-context limit",
            key,
            _billed(rows),
            then,
            "The same tokens at the price of short contexts, as if every long prompt were cut or split.",
            Confidence.LOW,
        )


def idle(looked: Looked) -> Iterator[Saving]:
    """Yield projects that are billed for storage or tools without a single request to a model."""
    busy = {
        p for p, units in zip(looked.traffic["project_id"], looked.traffic["units"], strict=True) if units
    }
    kinds = [parse(text).kind for text in looked.bill["line_item"]]
    kept = [
        kind is LineItemKind.TOOL and dollars > 0 and project not in {*busy, UNATTRIBUTED}
        for kind, dollars, project in zip(
            kinds, looked.bill["cost_usd"], looked.bill["project_id"], strict=True
        )
    ]
    for (project,), rows in _groups(looked.bill.loc[kept], ["project_id"]):
        yield _saving(
            looked,
            "idle",
            "Remove what an idle project still keeps",
            (project, ""),
            _billed(rows),
            [NOTHING] * len(rows),
            "No request went to a model in this project in these days, but its storage or tools are billed.",
            Confidence.HIGH,
        )


FINDERS: Sequence[Finder] = (batches, caching, cheaper_models, off_peak_priority, long_context, idle)

_PARTLY, _STEADY, _GAP, _SATURDAY = 0.2, 0.8, Decimal("0.1"), 5


@exactly()
def savings(looked: Looked) -> list[Saving]:
    """Return what all finders find of at least `LEAST` dollars a month, largest first."""
    found = [saving for finder in FINDERS for saving in finder(looked)]
    kept = [saving for saving in found if saving.a_month >= LEAST]
    return sorted(kept, key=lambda saving: (-saving.saved, saving.name))


def _saving(
    looked: Looked,
    finder: str,
    title: str,
    key: tuple[str, ...],
    rows: pd.DataFrame,
    then: Sequence[Decimal | None],
    assumption: str,
    confidence: Confidence,
    model: str = "",
) -> Saving:
    """Return a saving whose rows keep what they cost where there is no price, or a higher one."""
    least = [now if t is None else min(now, rounded(t)) for now, t in zip(rows["worth"], then, strict=True)]
    saved = [now - t for now, t in zip(rows["worth"], least, strict=True)]
    shown = rows.rename(columns={"token_class": "what", "worth": "now"}).assign(then=least, saved=saved)
    kept = shown.loc[[bool(s) for s in saved], [c for c in ROWS if c in shown]].reset_index(drop=True)
    return Saving(finder, title, key[0], key[1], model, assumption, confidence, looked.days, kept)


def _billed(bill: pd.DataFrame) -> pd.DataFrame:
    """Return rows of the bill in the columns of traffic."""
    return pd.DataFrame(
        {
            "day": [start.date() for start in bill["start"]],
            **{k: list(bill[k]) for k in KEY},
            "model": [parse(text).model or "" for text in bill["line_item"]],
            "tier": "",
            "token_class": list(bill["line_item"]),
            "worth": list(bill["cost_usd"]),
        }
    ).astype({"worth": object})


def _short(text: str, start: pd.Timestamp, dollars: Decimal, price: Price) -> Decimal | None:
    item = parse(text)
    asked = (item.model or "", start.date(), item.counted_as)
    short, long = price(*asked), price(*asked, long_context=True)
    return dollars * short / long if short and long else None


def _share(part: pd.Series, whole: pd.Series) -> float:
    total = float(sum(whole, NOTHING))
    return float(sum(part, NOTHING)) / total if total else 0.0


def _groups(rows: pd.DataFrame, by: list[str]) -> Iterator[tuple[tuple[str, ...], pd.DataFrame]]:
    for key, group in rows.groupby(by, sort=True):
        yield tuple(str(part) for part in key), group


def _weekend_share(rows: pd.DataFrame) -> float:
    """Return a usual weekend day's worth over a usual weekday's; zero where there is none of one."""
    sums: dict[dt.date, Decimal] = {}
    for day, worth in zip(rows["day"], rows["worth"], strict=True):
        sums[day] = sums.get(day, NOTHING) + worth
    days: dict[bool, list[Decimal]] = {True: [], False: []}
    for day, worth in sums.items():
        days[day.weekday() >= _SATURDAY].append(worth)
    weekend, weekday = (median(days[which]) if days[which] else NOTHING for which in (True, False))
    return float(weekend / weekday) if weekday else 0.0


def _cached(inputs: pd.DataFrame) -> Decimal:
    total = sum(inputs["units"])
    cached = sum(inputs.loc[inputs["token_class"] == INPUTS[1], "units"])
    return Decimal(cached) / total if total else NOTHING

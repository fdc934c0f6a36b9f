"""Batching: what looks able to wait costs half as a batch or at the flex tier."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import replace
from decimal import Decimal
from functools import partial
from statistics import median

import pyarrow as pa
import pyarrow.compute as pc

from lib.analysis.savings.candidates import KEY, SATURDAY, groups, shown_rows, with_then
from lib.analysis.savings.priced_traffic import STANDARD, at_price
from lib.analysis.savings.saving import NOTHING, Confidence, Saving, SavingRule, SavingsInput

_PARTLY, _STEADY = 0.2, 0.8
_WAITING = pa.array(["batch", "flex"])


def find(read: SavingsInput) -> Iterator[Saving]:
    """Yield keys whose standard requests look able to wait. Batches and flex cost half.

    Others of theirs are batches or flex already, or weekends are as busy as weekdays, as only machines are.
    """
    tiers = read.traffic["tier"]
    waits = groups(read.traffic.filter(pc.is_in(tiers, _WAITING)), KEY, "worth")
    saved = groups(_rows(read), KEY, "saved")
    days = _by_day(read.traffic)
    for key in groups(_standard(read), KEY, "worth"):
        project, api_key = key
        part = _share(waits.get(key, NOTHING), sum(days[key].values(), NOTHING))
        if not (_PARTLY <= part < 1 or _weekend_share(days[key]) >= _STEADY):
            continue
        yield Saving(
            RULE if part >= _PARTLY else STEADY_RULE,
            project,
            api_key,
            "",
            {"part": part},
            Confidence.HIGH if part >= 0.5 else Confidence.MEDIUM if part >= _PARTLY else Confidence.LOW,
            read.days,
            saved.get(key, NOTHING),
            partial(shown_rows, _rows, read, project_id=project, api_key_id=api_key),
        )


def _standard(read: SavingsInput) -> pa.Table:
    return read.traffic.filter(pc.equal(read.traffic["tier"], STANDARD))


def _rows(read: SavingsInput) -> pa.Table:
    standard = _standard(read)
    return with_then(standard, at_price(standard, read.price, tier="batch"))


def _share(part: Decimal, whole: Decimal) -> float:
    return float(part) / float(whole) if whole else 0.0


def _by_day(traffic: pa.Table) -> Mapping[tuple[str, ...], dict[dt.date, Decimal]]:
    """Return what each key's traffic is worth, by day."""
    found: dict[tuple[str, ...], dict[dt.date, Decimal]] = defaultdict(dict)
    for (project, key, day), worth in groups(traffic, [*KEY, "day"], "worth").items():
        found[project, key][day] = worth
    return found


def _weekend_share(by_day: Mapping[dt.date, Decimal]) -> float:
    """Return the median worth of a weekend day over that of a weekday; zero where there is none of one."""
    days: dict[bool, list[Decimal]] = {True: [], False: []}
    for day, worth in by_day.items():
        days[day.weekday() >= SATURDAY].append(worth)
    weekend, weekday = (median(days[which]) if days[which] else NOTHING for which in (True, False))
    return float(weekend / weekday) if weekday else 0.0


RULE = SavingRule(
    "batch",
    "Batches and flex",
    "Send it as batches or flex",
    "{part} of what this key sends is batch or flex already; so could the rest be. Batches answer within 24 "
    "hours and cost half.",
    find,
)
STEADY_RULE = replace(
    RULE,
    assumption="It is as busy on weekends as on weekdays, so nobody seems to wait for its answers. Batches "
    "answer within 24 hours and cost half.",
)

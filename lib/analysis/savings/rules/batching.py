"""Batching: what looks able to wait costs half as a batch or at the flex tier."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from statistics import median

import pandas as pd

from lib.analysis.savings.candidates import KEY, SATURDAY, groups, saving_of, share
from lib.analysis.savings.priced_traffic import STANDARD, at_price
from lib.analysis.savings.saving import NOTHING, Confidence, Saving, SavingRule, SavingsInput

_PARTLY, _STEADY = 0.2, 0.8


def find(read: SavingsInput) -> Iterator[Saving]:
    """Yield keys whose standard requests look able to wait. Batches and flex cost half.

    Others of theirs are batches or flex already, or weekends are as busy as weekdays, as only machines are.
    """
    for key, rows in groups(read.traffic, KEY):
        waits = rows["tier"].isin(("batch", "flex"))
        standard = rows.loc[rows["tier"] == STANDARD]
        part = share(rows.loc[waits, "worth"], rows["worth"])
        steady = _weekend_share(rows) >= _STEADY
        if standard.empty or not (_PARTLY <= part < 1 or steady):
            continue
        yield saving_of(
            RULE if part >= _PARTLY else STEADY_RULE,
            read,
            key,
            standard,
            at_price(standard, read.price, tier="batch"),
            Confidence.HIGH if part >= 0.5 else Confidence.MEDIUM if part >= _PARTLY else Confidence.LOW,
            facts={"part": part},
        )


def _weekend_share(rows: pd.DataFrame) -> float:
    """Return a usual weekend day's worth over a usual weekday's; zero where there is none of one."""
    sums: dict[dt.date, Decimal] = {}
    for day, worth in zip(rows["day"], rows["worth"], strict=True):
        sums[day] = sums.get(day, NOTHING) + worth
    days: dict[bool, list[Decimal]] = {True: [], False: []}
    for day, worth in sums.items():
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

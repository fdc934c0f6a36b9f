"""The effect of a saving: what its traffic costs since somebody carried it out, against what it did."""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from lib.analysis.exact import exactly, rounded
from lib.analysis.savings.priced_traffic import monthly

LEAST_DAYS = 7
"""Final days that say something: every weekday once."""
_WORKED, _PARTLY, _DEARER = Decimal("0.8"), Decimal("0.2"), Decimal("-0.2")


class Verdict(StrEnum):
    """Whether a saving did what was expected of it."""

    WAITING = "waiting"
    UNUSED = "unused"
    WORKED = "worked"
    PARTLY = "partly"
    NOT_SEEN = "not seen"
    DEARER = "dearer"


@dataclass(frozen=True)
class BilledTraffic:
    """What was billed (USD) in some known days for so many tokens."""

    dollars: Decimal
    tokens: int
    days: int


@dataclass(frozen=True)
class Effect:
    """What a saving has saved over `days` since: `a_month` in USD, None where that cannot be told yet."""

    verdict: Verdict
    days: int
    a_month: Decimal | None = None
    of_expected: Decimal | None = None


@exactly()
def effect(before: BilledTraffic, since: BilledTraffic, expected: Decimal) -> Effect:
    """Return what was saved `since`, against `expected` dollars a month.

    What tokens cost before is what the tokens since would have cost, so that more or less traffic is no
    effect. Without tokens before, a day is compared with a day.
    """
    if since.days < LEAST_DAYS or not before.days:
        return Effect(Verdict.WAITING, since.days)
    if before.tokens and not since.tokens:
        return Effect(Verdict.UNUSED, since.days)
    part = Decimal(since.tokens) / before.tokens if before.tokens else Decimal(since.days) / before.days
    saved = monthly(rounded(before.dollars * part - since.dollars), since.days)
    share = rounded(saved / expected) if expected else Decimal(0)
    return Effect(_verdict(share), since.days, saved, share)


def _verdict(share: Decimal) -> Verdict:
    if share >= _WORKED:
        return Verdict.WORKED
    if share >= _PARTLY:
        return Verdict.PARTLY
    return Verdict.NOT_SEEN if share > _DEARER else Verdict.DEARER

"""Facts that somebody would act on, and which of them are news to a receiver."""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum

WORSE = 2
"""A fact is told again once it is so many times as large as when it was told."""


class About(StrEnum):
    """What a receiver can be told about."""

    ANOMALIES = "anomalies"
    BUDGETS = "budgets"
    FORECAST = "forecast"
    REVISIONS = "revisions"
    SYNC = "sync"
    EXPIRING = "expiring"


class Stage(StrEnum):
    """Why a fact is told."""

    FIRST = "first"
    WORSE = "worse"
    OVER = "over"


@dataclass(frozen=True)
class Fact:
    """Something that is so, known by `key` whenever it is looked for.

    `title` names it, `words` say it, `page` leads to where it is shown, with parameters. `size` grows as it
    gets worse. An event, unlike a state, is never over. After the day `until` nobody needs to hear that it
    is. Facts of one `group` whose days (`first` to `last`) meet are one: its days may begin anew.
    """

    key: str
    about: frozenset[About]
    title: str
    words: str
    page: str
    size: Decimal = Decimal(1)
    is_event: bool = False
    until: dt.date | None = None
    group: str = ""
    first: dt.date | None = None
    last: dt.date | None = None


@dataclass(frozen=True)
class Told:
    """What a receiver was told of a fact: the largest size, and whether it was told that it is over."""

    key: str
    about: frozenset[About]
    title: str
    page: str
    size: Decimal
    is_event: bool = False
    until: dt.date | None = None
    group: str = ""
    last: dt.date | None = None
    is_over: bool = False


@dataclass(frozen=True)
class News:
    """A fact as it is told: what is remembered of it, why it is told, and the sentence."""

    told: Told
    stage: Stage
    words: str


@dataclass(frozen=True)
class Found:
    """The facts that are so, and about what all of them are known."""

    facts: tuple[Fact, ...]
    known: frozenset[About]


def news(found: Found, told: Mapping[str, Told], about: frozenset[About], today: dt.date) -> list[News]:
    """Return what has to be told about `about` to somebody who was `told` so much.

    Each fact is told once, again when it is `WORSE` times as large, and when it is over.
    """
    wanted = [fact for fact in found.facts if fact.about & about]
    said: list[News] = []
    for fact in wanted:
        before = max((one for one in told.values() if _is_of(one, fact)), key=lambda t: t.size, default=None)
        if before is None or fact.size >= WORSE * before.size:
            said.append(News(_remembered(fact), Stage.WORSE if before else Stage.FIRST, fact.words))
    for one in told.values():
        is_past = one.until is not None and today > one.until
        is_done = one.is_over or one.is_event or is_past or not one.about & found.known
        if not is_done and not any(_is_of(one, fact) for fact in wanted):
            said.append(News(over(one), Stage.OVER, f"{one.title}."))
    return said


def remembered(all_news: Iterable[News], told: Mapping[str, Told]) -> dict[str, Told]:
    """Return what somebody was told who was `told` so much and then `all_news`."""
    held = dict(told)
    for one in all_news:
        before = held.get(one.told.key)
        size = max(one.told.size, before.size) if before else one.told.size
        held[one.told.key] = replace(one.told, size=size)
    return held


def over(told: Told) -> Told:
    """Return what is remembered of a fact once it was told that it is over."""
    return replace(told, is_over=True)


def _remembered(fact: Fact) -> Told:
    return Told(
        fact.key,
        fact.about,
        fact.title,
        fact.page,
        fact.size,
        fact.is_event,
        fact.until,
        fact.group,
        fact.last,
    )


def _is_of(told: Told, fact: Fact) -> bool:
    """Return whether what was told was about this fact, be it while it began on another day."""
    if told.key == fact.key:
        return True
    if not fact.group or fact.group != told.group:
        return False
    return bool(fact.first and told.last and fact.first <= told.last)

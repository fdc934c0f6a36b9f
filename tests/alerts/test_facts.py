"""Each fact is told once, again when it is twice as large, and when it is over."""

import datetime as dt
from dataclasses import replace
from decimal import Decimal

import pytest

from lib.alerts.facts import About, Fact, Found, Stage, Told, news, remembered

TODAY = dt.date(2026, 11, 20)
ALL = frozenset(About)
ONLY = frozenset({About.ANOMALIES})
FACT = Fact(
    "anomaly:project:a:2026-11-18",
    ONLY,
    "Unusual: Search",
    "Unusual, 18 Nov 2026: Search.",
    "anomalies",
    Decimal(100),
    until=dt.date(2026, 12, 1),
    group="anomaly:project:a",
    first=dt.date(2026, 11, 18),
    last=dt.date(2026, 11, 18),
)


class Receiver:
    """Somebody who is told news, and remembers."""

    def __init__(self, about: frozenset[About] = ALL) -> None:
        self.about = about
        self.told: dict[str, Told] = {}

    def hears(
        self, *facts: Fact, today: dt.date = TODAY, known: frozenset[About] = ALL
    ) -> list[tuple[Stage, str]]:
        found = news(Found(facts, known), self.told, self.about, today)
        self.told = remembered(found, self.told)
        return [(one.stage, one.words) for one in found]


def sized(amount: int, fact: Fact = FACT) -> Fact:
    return replace(fact, size=Decimal(amount))


def test_a_fact_is_told_once() -> None:
    receiver = Receiver()

    assert receiver.hears(FACT) == [(Stage.FIRST, FACT.words)]
    assert receiver.hears(FACT) == []


def test_a_fact_is_told_again_once_it_is_twice_as_large_as_when_it_was_told() -> None:
    receiver = Receiver()
    receiver.hears(FACT)

    assert receiver.hears(sized(199)) == []
    assert receiver.hears(sized(200)) == [(Stage.WORSE, FACT.words)]
    assert receiver.hears(sized(399)) == []


def test_a_fact_that_is_over_is_told_once_and_not_again_when_it_comes_back() -> None:
    receiver = Receiver()
    receiver.hears(FACT)

    assert receiver.hears() == [(Stage.OVER, "Unusual: Search.")]
    assert receiver.hears() == []
    assert receiver.hears(FACT) == []
    assert receiver.hears() == []


def test_a_fact_that_comes_back_twice_as_large_is_worse_and_can_be_over_again() -> None:
    receiver = Receiver()
    receiver.hears(FACT)
    receiver.hears()

    assert receiver.hears(sized(200)) == [(Stage.WORSE, FACT.words)]
    assert receiver.hears() == [(Stage.OVER, "Unusual: Search.")]


def test_nobody_hears_that_something_is_over_whose_time_has_passed() -> None:
    receiver = Receiver()
    receiver.hears(FACT)

    assert receiver.hears(today=dt.date(2026, 12, 2)) == []


def test_what_cannot_be_known_now_is_not_over() -> None:
    receiver = Receiver()
    receiver.hears(FACT)

    assert receiver.hears(known=frozenset({About.SYNC})) == []


def test_an_event_is_never_over() -> None:
    receiver = Receiver()
    receiver.hears(replace(FACT, is_event=True))

    assert receiver.hears() == []


def test_only_what_was_asked_for_is_told() -> None:
    receiver = Receiver(frozenset({About.SYNC}))

    assert receiver.hears(FACT) == []


def test_an_anomaly_whose_first_day_leaves_those_that_are_looked_at_stays_the_same() -> None:
    receiver = Receiver()
    longer = replace(FACT, last=dt.date(2026, 11, 20))
    receiver.hears(longer)

    later = replace(longer, key="anomaly:project:a:2026-11-19", first=dt.date(2026, 11, 19))

    assert receiver.hears(later) == []
    assert receiver.hears(sized(200, later)) == [(Stage.WORSE, FACT.words)]
    assert receiver.hears(sized(200, later)) == []


def test_another_anomaly_of_the_same_project_is_news() -> None:
    receiver = Receiver()
    receiver.hears(FACT)
    day = dt.date(2026, 11, 25)

    assert receiver.hears(FACT, replace(FACT, key="anomaly:project:a:2026-11-25", first=day, last=day)) == [
        (Stage.FIRST, FACT.words)
    ]


@pytest.mark.parametrize(
    ("first", "is_news"),
    [(17, False), (18, False), (19, True)],
)
def test_days_meet_up_to_the_last_one_that_was_told(first: int, is_news: bool) -> None:
    receiver = Receiver()
    receiver.hears(FACT)
    begins = replace(FACT, key="anomaly:project:a:later", first=dt.date(2026, 11, first))

    assert bool(receiver.hears(FACT, begins)) is is_news


@pytest.mark.parametrize(("group", "other"), [("a", "b"), ("a", ""), ("", "a"), ("", "")])
def test_facts_of_two_groups_or_of_none_are_two_though_their_days_meet(group: str, other: str) -> None:
    receiver = Receiver()
    receiver.hears(replace(FACT, group=group))

    assert receiver.hears(FACT, replace(FACT, key="other", group=other)) == [(Stage.FIRST, FACT.words)]


@pytest.mark.parametrize("days", [{"first": None}, {"last": None}])
def test_facts_of_one_group_without_days_are_two(days: dict[str, None]) -> None:
    receiver = Receiver()
    receiver.hears(replace(FACT, **days))

    assert receiver.hears(FACT, replace(FACT, key="other", **days)) == [(Stage.FIRST, FACT.words)]


def test_on_the_last_day_of_its_time_somebody_hears_that_a_fact_is_over() -> None:
    receiver = Receiver()
    receiver.hears(FACT)

    assert receiver.hears(today=dt.date(2026, 12, 1)) == [(Stage.OVER, "Unusual: Search.")]


def test_a_fact_that_was_told_under_two_keys_is_as_large_as_the_larger() -> None:
    receiver = Receiver()
    receiver.told = {
        key: Told(key, ONLY, FACT.title, FACT.page, Decimal(size), group=FACT.group, last=FACT.last)
        for key, size in (("earlier", 100), ("early", 60))
    }

    assert receiver.hears(sized(199)) == []


def test_a_budget_that_was_going_to_be_exceeded_and_is_so_is_worse() -> None:
    receiver = Receiver()
    coming = Fact("budget", frozenset({About.FORECAST}), "Going over", "It will.", "budgets", Decimal(1))
    over = replace(coming, about=frozenset({About.FORECAST, About.BUDGETS}), words="It is.", size=Decimal(2))

    assert receiver.hears(coming) == [(Stage.FIRST, "It will.")]
    assert receiver.hears(over) == [(Stage.WORSE, "It is.")]
    assert Receiver(frozenset({About.BUDGETS})).hears(coming) == []

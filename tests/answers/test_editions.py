"""Pages read on until answers about newer rows are found, but never for long."""

import datetime as dt
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from lib.answers import editions as module
from lib.answers.editions import Editions
from lib.catalog.sources import COSTS
from lib.periods.widths import Width
from lib.store.records.coverage import Covered
from lib.store.snapshot import Snapshot
from lib.store.usage_store import Store
from lib.sync.background import Job, Task
from lib.sync.report import Report
from tests.answers.readings import NOW
from tests.fake_time import FakeTime
from tests.stored import filled
from tests.waiting import until

DAY = dt.date(2026, 2, 10)
ENOUGH = 60
Fetch = Callable[..., None]


@pytest.fixture
def clock() -> FakeTime:
    return FakeTime(NOW)


@pytest.fixture
def editions(clock: FakeTime, monkeypatch: pytest.MonkeyPatch) -> Editions:
    """Return what pages read, as if every thread but its own drew one."""
    monkeypatch.setattr(module, "draws_a_page", lambda: threading.current_thread().name != "edition")
    return Editions(clock.clock, clock.sleep)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(str(tmp_path))


@pytest.fixture
def fetch(store: Store) -> Fetch:
    """Return a function that stores some days, each time with rows of their own."""
    moments = iter(range(1_000))

    def fetched(*days: dt.date) -> None:
        at = NOW + dt.timedelta(minutes=next(moments))
        filled(store, "costs", *({"start": day.isoformat(), "cost_usd": at.minute} for day in days))
        store.mark([Covered("costs", Width.DAY, day, day + dt.timedelta(days=1), at) for day in days])

    fetched(DAY)
    return fetched


def ask(editions: Editions, again: Callable[[], object], times: int = ENOUGH) -> None:
    for number in range(times):
        editions.questions.remember(number, again, None)


def is_newest(editions: Editions, store: Store) -> bool:
    return editions.read(store) == Snapshot(store).edition()


@pytest.mark.usefixtures("fetch")
def test_pages_read_what_is_newest_at_first(editions: Editions, store: Store) -> None:
    assert is_newest(editions, store)
    assert not editions.is_behind(store)


def test_pages_read_on_until_all_that_they_asked_is_answered_of_the_next_edition(
    editions: Editions, store: Store, fetch: Fetch
) -> None:
    may_answer, read_ahead = threading.Event(), []

    def answer() -> None:
        may_answer.wait(10)
        read_ahead.append(editions.read(store))

    ask(editions, answer)
    before = editions.read(store)

    fetch(DAY)
    assert editions.read(store) is before
    assert editions.is_behind(store)
    until(lambda: editions.read(store) is before)
    may_answer.set()
    until(lambda: not editions.is_behind(store))

    assert is_newest(editions, store)
    assert read_ahead == [editions.read(store)] * ENOUGH


def test_pages_that_asked_little_read_what_is_newest(editions: Editions, store: Store, fetch: Fetch) -> None:
    ask(editions, lambda: None, ENOUGH - 1)
    editions.read(store)

    fetch(DAY)

    assert is_newest(editions, store)


def test_days_that_nobody_has_seen_are_read_at_once(editions: Editions, store: Store, fetch: Fetch) -> None:
    ask(editions, lambda: None)
    editions.read(store)

    fetch(DAY, DAY - dt.timedelta(days=1))

    assert is_newest(editions, store)


def test_whoever_draws_no_page_reads_what_is_newest(
    editions: Editions, store: Store, fetch: Fetch, monkeypatch: pytest.MonkeyPatch
) -> None:
    ask(editions, lambda: None)
    editions.read(store)
    monkeypatch.setattr(module, "draws_a_page", lambda: False)

    fetch(DAY)

    assert editions.read(store) is None


def test_after_two_minutes_pages_read_what_is_newest_whatever_is_answered(
    editions: Editions, store: Store, fetch: Fetch, clock: FakeTime
) -> None:
    may_answer = threading.Event()
    ask(editions, lambda: may_answer.wait(10))
    before = editions.read(store)
    fetch(DAY)

    assert editions.read(store) is before
    clock.sleep(120.1)

    assert is_newest(editions, store)
    may_answer.set()


def test_what_came_while_nobody_looked_is_read_at_once(
    editions: Editions, store: Store, fetch: Fetch, clock: FakeTime
) -> None:
    ask(editions, lambda: None)
    editions.read(store)
    fetch(DAY)
    clock.sleep(120.1)

    assert is_newest(editions, store)


def test_whoever_asks_for_newer_days_reads_them_as_they_come_and_others_when_all_is_answered(
    editions: Editions, store: Store, fetch: Fetch, monkeypatch: pytest.MonkeyPatch
) -> None:
    task, may_answer = Task(), threading.Event()
    ask(editions, lambda: may_answer.wait(10))
    before = editions.read(store)

    monkeypatch.setattr(module, "whose_page", lambda: "Ada's")
    editions.hurry(Job((task,)))
    for ended in (False, True):
        fetch(DAY)
        assert is_newest(editions, store)
        assert not editions.is_behind(store)
        if ended:
            task.finished.set_result(Report())
    assert is_newest(editions, store)

    monkeypatch.setattr(module, "whose_page", lambda: "Bob's")
    assert editions.read(store) is before
    assert editions.is_behind(store)
    may_answer.set()
    until(lambda: not editions.is_behind(store))
    assert is_newest(editions, store)


def test_whoever_asked_for_newer_days_reads_on_like_all_once_all_read_them(
    editions: Editions, store: Store, fetch: Fetch, monkeypatch: pytest.MonkeyPatch
) -> None:
    task, may_answer = Task(), threading.Event()
    monkeypatch.setattr(module, "whose_page", lambda: "Ada's")
    editions.read(store)
    editions.hurry(Job((task,)))
    task.finished.set_result(Report())
    ask(editions, lambda: may_answer.wait(10))
    before = editions.read(store)

    fetch(DAY)

    assert editions.read(store) is before
    may_answer.set()


def test_what_comes_while_answers_are_found_waits_for_its_own(
    editions: Editions, store: Store, fetch: Fetch
) -> None:
    later = [[DAY], [DAY, DAY - dt.timedelta(days=31)]]

    def answer() -> None:
        if later:
            fetch(*later.pop())

    ask(editions, answer)
    editions.read(store)
    fetch(DAY)
    until(lambda: not editions.is_behind(store))

    assert is_newest(editions, store)
    assert store.coverage(COSTS, Width.DAY).keys() == {DAY, DAY - dt.timedelta(days=31)}

"""Pages find what is not held in turns, those that began first before the others."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from lib.answers import caching
from lib.answers.caching import Memory
from lib.answers.turns import Turns
from tests.waiting import until


@pytest.fixture
def pool() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(8) as threads:
        yield threads


def test_who_has_a_turn_keeps_it_for_what_is_found_on_the_way() -> None:
    turns = Turns(1)

    with turns.turn(), turns.turn():
        pass
    with turns.turn():
        pass


def test_a_turn_that_fails_is_over() -> None:
    turns = Turns(1)

    with pytest.raises(ZeroDivisionError), turns.turn():
        raise ZeroDivisionError
    with turns.turn():
        pass


def test_who_began_first_comes_before_who_waits_longer(pool: ThreadPoolExecutor) -> None:
    turns, served = Turns(1), list[str]()
    began, again = threading.Event(), threading.Event()

    def first() -> None:
        with turns.turn():
            pass
        began.set()
        again.wait(10)
        with turns.turn():
            served.append("first")

    def later(name: str) -> None:
        with turns.turn():
            served.append(name)

    waiting = [pool.submit(first)]
    began.wait(10)
    with turns.turn():
        for count, name in enumerate(("second", "third"), start=1):
            waiting.append(pool.submit(later, name))
            until(lambda: len(turns._waiting) == count)  # noqa: B023 - waited for at once
        again.set()
        until(lambda: len(turns._waiting) == 3)
    for each in waiting:
        each.result(10)

    assert served == ["first", "second", "third"]


@pytest.mark.parametrize(("is_page", "at_once"), [(True, 3), (False, 4)], ids=["pages", "helpers"])
def test_three_pages_find_at_once_and_whatever_helps_them_waits_for_none(
    is_page: bool, at_once: int, pool: ThreadPoolExecutor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(caching, "draws_a_page", lambda: is_page)
    memory, finding, may_end = Memory(1_000), list[int](), threading.Event()

    def find(number: int) -> int:
        finding.append(number)
        may_end.wait(10)
        return number

    found = [pool.submit(memory.get, n, lambda n=n: find(n)) for n in range(4)]
    until(lambda: len(finding) + len(memory._turns._waiting) == 4)

    assert len(finding) == at_once
    may_end.set()
    assert [each.result(10) for each in found] == [0, 1, 2, 3]


def test_what_is_held_waits_for_nobody(pool: ThreadPoolExecutor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(caching, "draws_a_page", lambda: True)
    memory, finding, may_end = Memory(1_000), list[int](), threading.Event()
    memory.get("held", lambda: "answer")

    def find(number: int) -> None:
        finding.append(number)
        may_end.wait(10)

    for n in range(4):
        pool.submit(memory.get, n, lambda n=n: find(n))
    until(lambda: len(finding) + len(memory._turns._waiting) == 4)

    assert pool.submit(memory.get, "held", lambda: "never").result(10) == "answer"
    may_end.set()

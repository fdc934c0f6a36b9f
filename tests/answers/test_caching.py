import threading
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal

import pandas as pd
import pyarrow as pa
import pytest

from lib.answers.caching import Memory, size_of
from lib.answers.results import Ranking
from lib.catalog.dimensions import DIMENSIONS
from lib.catalog.measures import MEASURES
from tests.answers.readings import NOW
from tests.fake_time import FakeTime


class Answer:
    """An answer that is nothing but itself, and counts as 100 bytes."""


def test_what_was_asked_once_is_not_found_again() -> None:
    memory = Memory(10_000)

    first = memory.get("key", lambda: ["answer"])

    assert memory.get("key", lambda: ["another"]) is first


def test_an_answer_at_another_version_takes_the_place_of_the_one_before_after_three_minutes() -> None:
    time = FakeTime(NOW)
    memory = Memory(400, time.clock)
    for version in (1, 2, 3):
        memory.get("key", lambda: "x" * 10, version=version)

    time.sleep(179.9)
    assert [memory.get("key", lambda: "never", version=v) for v in (1, 2, 3)] == ["x" * 10] * 3
    assert memory.size == 30
    time.sleep(0.1)
    assert memory.size == 10
    assert memory.get("key", lambda: "never", version=3) == "x" * 10
    assert memory.get("key", lambda: "found again", version=2) == "found again"


def test_an_older_version_that_is_found_late_takes_no_place() -> None:
    time = FakeTime(NOW)
    memory = Memory(400, time.clock)
    memory.get("key", lambda: memory.get("key", lambda: "new", version=2) and "old!", version=1)
    time.sleep(180.0)

    assert memory.size == 3
    assert memory.get("key", lambda: "never", version=2) == "new"


def test_versions_that_grew_large_are_held_once() -> None:
    time = FakeTime(NOW)
    memory = Memory(40, time.clock)
    memory.get("key", lambda: "x" * 6, version=1)
    memory.get("key", lambda: "y" * 5, version=2)

    assert memory.size == 0
    assert memory.get("key", lambda: "never", version=1) == "x" * 6
    time.sleep(180.0)
    assert memory.size == 5
    assert memory.get("key", lambda: "never", version=2) == "y" * 5


def test_what_made_room_before_its_older_version_did_is_gone() -> None:
    time = FakeTime(NOW)
    memory = Memory(400, time.clock)
    for version in (1, 2):
        memory.get("key", lambda: "x" * 10, version=version)
    for other in "abcd":
        memory.get(other, lambda: "x" * 100)
    time.sleep(180.0)

    assert memory.size == 400


@pytest.mark.parametrize("most", [2_000, 300], ids=["small", "large"])
def test_what_was_made_of_an_answer_goes_with_it(most: int) -> None:
    time = FakeTime(NOW)
    memory = Memory(most, time.clock)
    answer = memory.get("answer", Answer, version=1)
    chart = memory.get("chart", Answer, of=answer)
    memory.get("words", lambda: b"of the chart", of=chart)
    assert memory.made_of(answer) == ["chart"]
    other = Answer()
    memory.get("chart", lambda: b"of another", of=other)

    assert memory.get("chart", lambda: b"never", of=answer) is chart
    del answer, chart
    memory.get("answer", lambda: b"new", version=2)
    time.sleep(180.0)

    assert memory.size == len(b"of anothernew")
    assert memory.get("chart", lambda: b"never", of=other) == b"of another"


def test_what_is_made_of_an_answer_makes_room_like_any_other() -> None:
    memory = Memory(400)
    answer = memory.get("answer", Answer)
    for name in "abc":
        memory.get(name, Answer, of=answer)
    memory.get("answer", lambda: b"never")
    memory.get("d", Answer, of=answer)

    assert memory.size == 400
    assert memory.get("a", lambda: b"found again", of=answer) == b"found again"
    assert memory.get("answer", lambda: b"never") is answer


def test_parts_make_no_room_for_themselves_among_answers() -> None:
    memory = Memory(400)
    memory.get("answer", lambda: "x" * 100)
    for name in "abcdef":
        memory.get(name, lambda: "p" * 30, is_part=True)
    memory.get("large", lambda: "p" * 34, is_part=True)

    assert memory.size == 100 + 4 * 30
    assert memory.get("answer", lambda: "never") == "x" * 100
    assert memory.get("f", lambda: "never", is_part=True) == "p" * 30
    assert memory.get("large", lambda: "never", is_part=True) == "p" * 34
    assert memory.get("a", lambda: "found again", is_part=True) == "found again"


def test_the_least_recently_asked_for_makes_room() -> None:
    memory = Memory(410)
    for key in "abcd":
        memory.get(key, lambda: "x" * 100)
    memory.get("a", lambda: "never")
    memory.get("e", lambda: "x" * 101)

    assert memory.size == 401
    assert memory.get("a", lambda: "another") == "x" * 100
    assert memory.get("b", lambda: "another") == "another"


def test_large_answers_drop_each_other_alone() -> None:
    memory = Memory(40)
    memory.get("small", lambda: "x" * 10)
    memory.get("a", lambda: "a" * 11)
    memory.get("b", lambda: "b" * 41)

    assert memory.get("a", lambda: "never") == "a" * 11
    memory.get("c", lambda: "c" * 42)
    assert memory.get("a", lambda: "never") == "a" * 11
    assert memory.get("b", lambda: "found again") == "found again"
    assert memory.get("small", lambda: "never") == "x" * 10
    assert memory.size == 10


def test_a_failure_is_not_kept() -> None:
    memory = Memory(1_000)

    with pytest.raises(ZeroDivisionError):
        memory.get("key", lambda: 1 / 0)
    assert memory.get("key", lambda: 2) == 2


@pytest.mark.parametrize("fails", [False, True])
def test_two_who_ask_at_once_find_it_once_unless_the_first_fails(fails: bool) -> None:
    memory, began, may_end = Memory(1_000), threading.Event(), threading.Event()

    def slow() -> str:
        began.set()
        may_end.wait(10)
        if fails:
            raise RuntimeError
        return "first"

    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(memory.get, "key", slow)
        began.wait(10)
        second = pool.submit(memory.get, "key", lambda: "second")
        may_end.set()

        assert second.result(10) == ("second" if fails else "first")
        assert isinstance(first.exception(10), RuntimeError) is fails


@pytest.mark.parametrize(
    ("answer", "size"),
    [
        (pa.table({"n": pa.array([1, 2, 3], pa.int64())}), 24),
        (pd.DataFrame({"n": [1, 2, 3], "usd": pd.Series([Decimal(1)] * 3, dtype=object)}), 24 + 300),
        ([b"12345", "abc"], 8),
        ({"a": None}, 101),
        (["x" * 7] * 12_345, 7 * 12_345),
        (3, 100),
    ],
)
def test_the_size_is_about_what_an_answer_takes(answer: object, size: int) -> None:
    assert size_of(answer) == size


def test_an_answer_is_as_large_as_its_parts_and_equals_itself_only() -> None:
    rows = pd.DataFrame({"now": pd.Series([Decimal(1)] * 50, dtype=object)})
    one, other = (Ranking(MEASURES["spend"], DIMENSIONS["model"], rows, {}) for _ in range(2))

    assert size_of(one) > 5_000
    assert one != other


def test_of_parts_within_parts_fewer_speak_for_all() -> None:
    class Counted:
        looks = 0

        @property
        def nbytes(self) -> int:
            Counted.looks += 1
            return 5

    thousands = [[[Counted()] * 1_000] * 1_000] * 1_000

    assert size_of(thousands) == 5 * 1_000**3
    assert Counted.looks <= 2 * 100 * 10

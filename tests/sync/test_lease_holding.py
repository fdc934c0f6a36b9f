"""Of all processes that share a store, one at a time holds a lease, whatever the clocks say."""

import datetime as dt
import os
import signal
import socket
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from lib.errors import StoreError
from lib.store.usage_store import Store
from lib.sync.lease_holding import LENGTH, LeaseHolding, SharedLease, this_process
from tests.fake_time import FakeTime

NOW = dt.datetime(2026, 1, 20, 12, tzinfo=dt.UTC)
ROOT = Path(__file__).resolve().parents[2]
SOON = 20.0
DIES = """
import datetime as dt, os, signal, sys
from lib.store.usage_store import Store
from lib.sync.lease_holding import LeaseHolding

assert LeaseHolding(Store(sys.argv[1]), "work", now=lambda: dt.datetime.now(dt.UTC)).take()
os.kill(os.getpid(), signal.SIGKILL)
"""


def holding(
    folder: Path, holder: str, clock: FakeTime | None = None, now: dt.datetime = NOW, name: str = "work"
) -> LeaseHolding:
    return LeaseHolding(
        Store(str(folder)), name, now=lambda: now, clock=(clock or FakeTime(NOW)).clock, holder=holder
    )


def test_of_those_that_try_at_once_one_takes_the_lease(tmp_path: Path) -> None:
    taken: list[bool] = []
    others = [holding(tmp_path, f"process {n}") for n in range(5)]
    threads = [threading.Thread(target=lambda one=one: taken.append(one.take())) for one in others]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(SOON)

    assert sorted(taken) == [False, False, False, False, True]


def test_whoever_waits_knows_who_holds_the_lease(tmp_path: Path) -> None:
    assert holding(tmp_path, "web-1").take()
    waiting = holding(tmp_path, "web-2")

    assert (waiting.other, waiting.take(), waiting.other) == ("", False, "web-1")


def test_a_lease_that_was_given_back_is_taken_at_once(tmp_path: Path) -> None:
    first = holding(tmp_path, "web-1")
    first.take()
    first.give_back()

    assert holding(tmp_path, "web-2").take()
    assert not first.keep()


def test_a_holder_that_is_silent_for_too_long_is_replaced_and_learns_it(tmp_path: Path) -> None:
    first, clock = holding(tmp_path, "web-1"), FakeTime(NOW)
    second = holding(tmp_path, "web-2", clock)
    first.take()

    assert not second.take()
    clock.sleep(LENGTH - 1)
    assert not second.take()
    clock.sleep(1)
    assert second.take()
    assert (first.keep(), second.keep()) == (False, True)


def test_each_word_of_the_holder_begins_the_wait_anew(tmp_path: Path) -> None:
    first, clock = holding(tmp_path, "web-1"), FakeTime(NOW)
    second = holding(tmp_path, "web-2", clock)
    first.take()
    second.take()
    clock.sleep(LENGTH - 1)
    assert first.keep()

    clock.sleep(2)
    assert not second.take()
    clock.sleep(LENGTH)
    assert second.take()


@pytest.mark.parametrize("years", [-30, 30])
def test_a_clock_that_jumps_takes_no_lease_away_and_keeps_none(tmp_path: Path, years: int) -> None:
    jumped = NOW.replace(year=NOW.year + years)
    first, clock = holding(tmp_path, "web-1", now=jumped), FakeTime(NOW)
    second = holding(tmp_path, "web-2", clock)
    assert first.take()

    assert not second.take()
    assert first.keep()
    clock.sleep(LENGTH)
    assert not second.take()
    clock.sleep(LENGTH)
    assert second.take()


def test_leases_of_other_names_are_taken_and_kept_independently(tmp_path: Path) -> None:
    first, other = holding(tmp_path, "web-1"), holding(tmp_path, "web-2", name="other work")

    assert (first.take(), other.take()) == (True, True)
    assert (first.keep(), other.keep()) == (True, True)


def test_a_lease_is_kept_while_the_work_goes_on_and_given_back_after_it(tmp_path: Path) -> None:
    said = threading.Event()

    class Speaking(LeaseHolding):
        def keep(self) -> bool:
            kept = super().keep()
            said.set()
            return kept

    first = Speaking(Store(str(tmp_path)), "work", now=lambda: NOW)
    first.take()

    with first.kept(beat=0.001):
        assert said.wait(SOON)
        assert not holding(tmp_path, "web-2").take()
    assert holding(tmp_path, "web-2").take()


def test_a_store_that_cannot_be_written_for_a_moment_ends_no_work(tmp_path: Path) -> None:
    failed = threading.Event()

    class Failing(LeaseHolding):
        def keep(self) -> bool:
            failed.set()
            raise StoreError("The disk is full.")

    first = Failing(Store(str(tmp_path)), "work", now=lambda: NOW)
    first.take()

    with first.kept(beat=0.001):
        assert failed.wait(SOON)
    assert holding(tmp_path, "web-2").take()


def test_the_lease_of_a_process_that_was_killed_is_taken_over(tmp_path: Path) -> None:
    killed = subprocess.run(
        [sys.executable, "-c", DIES, str(tmp_path)],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        check=False,
    )
    clock = FakeTime(NOW)
    second = holding(tmp_path, "web-2", clock)

    assert killed.returncode == -signal.SIGKILL
    assert not second.take()
    clock.sleep(LENGTH)
    assert second.take()


def test_a_process_goes_by_its_machine_and_its_number() -> None:
    assert this_process() == f"{socket.gethostname()}, process {os.getpid()}"


def test_who_waits_patiently_takes_the_place_of_a_holder_that_is_dead(tmp_path: Path) -> None:
    clock = FakeTime(NOW)
    holding(tmp_path, "web-1").take()

    assert holding(tmp_path, "web-2", clock).take_patiently(clock.sleep)
    assert clock.elapsed == LENGTH


def test_who_waits_patiently_gives_up_where_the_holder_speaks(tmp_path: Path) -> None:
    first = holding(tmp_path, "web-1")
    first.take()

    assert not holding(tmp_path, "web-2").take_patiently(lambda _seconds: first.keep() and None)


def test_threads_of_one_process_hold_a_lease_together_and_another_process_waits(tmp_path: Path) -> None:
    events: list[str] = []
    ours = SharedLease(holding(tmp_path, "web-1"))
    asked, ended = threading.Event(), threading.Event()

    def wait_for_ours() -> None:
        events.append("waiting")
        asked.set()

    def take_theirs() -> None:
        with SharedLease(holding(tmp_path, "web-2"), lambda _: ended.wait(SOON)).held(wait_for_ours):
            events.append("theirs")

    with ours.held(lambda: events.append("never")):
        with ours.held(lambda: events.append("never")):
            thread = threading.Thread(target=take_theirs)
            thread.start()
            assert asked.wait(SOON)
        events.append("ours")
    ended.set()
    thread.join(SOON)

    assert events == ["waiting", "ours", "theirs"]


def test_a_shared_lease_is_given_back_when_its_block_fails(tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError), SharedLease(holding(tmp_path, "web-1")).held(list):
        raise ZeroDivisionError

    assert holding(tmp_path, "web-2").take()

"""How long pages took is counted by page."""

import pytest

from lib.ui import page_times
from lib.ui.page_times import BOUNDS, counted, timed


@pytest.fixture(autouse=True)
def nothing_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(page_times, "_times", {})


def test_a_run_counts_up_to_each_bound_that_it_did_not_pass() -> None:
    for seconds in (0.01, 0.05, 0.06, 31.0):
        page_times.count("costs", seconds)

    times = counted()["costs"]
    assert times.up_to == [2, *[3] * (len(BOUNDS) - 1), 4]
    assert times.seconds == pytest.approx(31.12)


def test_a_page_that_fails_is_counted_too(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = iter([10.0, 10.2, 20.0, 20.3])
    monkeypatch.setattr(page_times.time, "perf_counter", lambda: next(clock))

    with pytest.raises(ValueError, match="drawn"), timed("usage"):
        raise ValueError("not drawn")
    with timed("costs"):
        pass

    assert {page: round(times.seconds, 6) for page, times in counted().items()} == {
        "usage": 0.2,
        "costs": 0.3,
    }
    assert [times.up_to[-1] for times in counted().values()] == [1, 1]


def test_what_was_told_does_not_grow_afterwards() -> None:
    page_times.count("costs", 1.0)
    told = counted()
    page_times.count("costs", 1.0)

    assert told["costs"].up_to[-1] == 1

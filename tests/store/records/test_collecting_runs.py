import datetime as dt
from pathlib import Path

from lib.store.log import Log
from lib.store.records.collecting_runs import COLLECTING_RUNS, CollectingRun

NOON = dt.datetime(2026, 1, 20, 12, tzinfo=dt.UTC)


def test_the_newest_runs_are_kept_and_since_when_they_fail_however_long_ago(tmp_path: Path) -> None:
    log = Log(str(tmp_path), COLLECTING_RUNS)
    log.append(
        CollectingRun(
            NOON,
            NOON,
            f"run {nth}",
            failures={} if nth < 2 else {"costs": "The API is down."},
            recorded_at=NOON + dt.timedelta(minutes=nth),
        )
        for nth in range(300)
    )

    kept = [run.holder for run in log.read()]

    assert kept[:3] == ["run 1", "run 2", "run 100"]
    assert (len(kept), kept[-1]) == (202, "run 299")


def test_a_run_that_found_nothing_to_do_made_no_request(tmp_path: Path) -> None:
    log = Log(str(tmp_path), COLLECTING_RUNS)
    log.append([CollectingRun(NOON, NOON, "web-1")])

    (run,) = log.read()

    assert (run.requests, run.rows, run.failures) == (0, 0, {})

"""A cluster that loses a worker, or its server, while it is asked."""

import os
import re
import signal
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from copy import copy
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pytest

from lib.engine.execution import answer
from lib.engine.question import Question
from lib.engine.spark_connect import Spark
from lib.errors import EngineError
from lib.periods.grains import Grain
from lib.store.usage_store import Store
from tests.spark.cluster import Cluster
from tests.stored import ALWAYS, filled

pytestmark = [pytest.mark.xdist_group("spark"), pytest.mark.timeout(600)]

BY_PROJECT = Question("costs", ALWAYS, Grain.DAY, by=("project_id",), metrics=("cost_usd",))
_STARTED = re.compile(r"Starting task .*executor (\d+),")


def costs(folder: Path, url: str | None) -> Store:
    """Return a store of two files, each of which a task of its own reads."""
    rows = [
        {"start": f"2026-{month:02}-{day:02}", "project_id": f"proj_{day % 3}", "cost_usd": Decimal("0.1")}
        for month in (1, 2)
        for day in range(1, 29)
    ]
    store = copy(filled(folder, "costs", *rows))
    store.engine_url = url
    return store


def come(happened: Callable[[], bool]) -> None:
    """Wait until something has happened, as long as a test may take."""
    while not happened():
        time.sleep(0.05)


def answered(store: Store) -> pa.Table | None:
    """Return the answer, None where there is none as yet."""
    try:
        return answer(store, BY_PROJECT)
    except EngineError:
        return None


def test_a_worker_that_is_killed_in_the_middle_of_a_question_does_not_lose_it(
    tmp_path: Path, cluster: Cluster
) -> None:
    store, usual = costs(tmp_path, cluster.url), answer(costs(tmp_path, None), BY_PROJECT)
    assert answer(store, BY_PROJECT) == usual
    lost, seen = cluster.workers[-1], len(cluster.log)
    os.killpg(
        lost.pid, signal.SIGSTOP
    )  # so that the task which it is given cannot be finished before its end

    with ThreadPoolExecutor(1) as pool:
        asked = pool.submit(answer, store, BY_PROJECT)
        come(lambda: len(set(_STARTED.findall(cluster.log[seen:]))) > 1)
        cluster.lose_worker()

    assert asked.result() == usual
    cluster.start_worker()


def test_a_server_that_ended_is_said_and_asked_again_once_it_is_back(
    tmp_path: Path, cluster: Cluster
) -> None:
    store = costs(tmp_path, cluster.url)
    usual = answer(store, BY_PROJECT)
    cluster.stop_server()

    with pytest.raises(EngineError, match=r"^Spark at 127\.0\.0\.1:\d+ does not answer \(.*DuckDB answers"):
        answer(store, BY_PROJECT)

    cluster.start_server()
    cluster.wait_for_server()
    assert answer(store, BY_PROJECT) == usual


def test_a_question_that_no_worker_begins_is_stopped_and_answered_once_there_are_workers(
    tmp_path: Path, cluster: Cluster
) -> None:
    store, usual = costs(tmp_path, cluster.url), answer(costs(tmp_path, None), BY_PROJECT)
    store.engine_seconds = 15
    lost = len(cluster.workers)
    for _ in range(lost):
        cluster.lose_worker()
    seen = len(cluster.log)

    with pytest.raises(EngineError, match=r"^Spark at \S+ did not answer within 15 seconds .* No worker"):
        answer(store, BY_PROJECT)

    come(lambda: "cancelled" in cluster.log[seen:])
    for _ in range(lost):
        cluster.start_worker()
    come(lambda: answered(store) == usual)


def test_what_hangs_is_not_waited_for(tmp_path: Path, cluster: Cluster) -> None:
    store = costs(tmp_path, cluster.url)
    store.engine_seconds = 15
    come(lambda: answered(store) is not None)

    with (
        cluster.hanging(*cluster.workers),
        pytest.raises(EngineError, match=r"15 seconds .* Ask for fewer days"),
    ):
        answer(store, BY_PROJECT)
    with (
        cluster.hanging(cluster.server),
        pytest.raises(EngineError, match=r"15 seconds .* No worker had begun"),
    ):
        answer(store, BY_PROJECT)

    come(lambda: answered(store) is not None)


def test_a_session_is_opened_anew_before_the_server_forgets_it(cluster: Cluster) -> None:
    seconds = [0.0]
    engine, numbers = Spark(cluster.url, 60, lambda: seconds[0]), pa.table({"n": [1]})

    sessions = []
    for later in (0, 600, 3600):
        seconds[0] += later
        sessions.append(engine.rows_in(numbers).to_native().sparkSession)

    assert sessions[0] is sessions[1]
    assert sessions[1] is not sessions[2]
    assert engine.collected(engine.rows_in(numbers)) == numbers

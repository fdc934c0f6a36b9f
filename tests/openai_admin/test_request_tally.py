"""What requests came to is counted for the whole process."""

import threading

import pytest

from lib.errors import AppError
from lib.openai_admin.connection import Connection, Timing
from lib.openai_admin.request_tally import Counts, RequestTally
from lib.openai_admin.retries import Patience
from tests.fake_time import FakeTime
from tests.loopback import Loopback, Response, error, script
from tests.openai_admin.test_connection import NOW, PATH

OK = Response({"ok": True})


@pytest.mark.parametrize(
    ("answers", "counts"),
    [
        ([OK], Counts(1, 0, {"200": 1})),
        ([error(429, "slower"), error(500, "oops"), OK], Counts(3, 2, {"429": 1, "500": 1, "200": 1})),
        ([Response(drop=True), OK], Counts(2, 1, {"none": 1, "200": 1})),
        ([Response({"ok": True}, cut=3), OK], Counts(2, 1, {"none": 1, "200": 1})),
        ([error(401, "no", code="invalid_api_key")], Counts(1, 0, {"401": 1})),
    ],
)
def test_each_request_counts_once_by_what_came_of_it(answers: list[Response], counts: Counts) -> None:
    tally, time = RequestTally(), FakeTime(NOW)
    timing = Timing(time.sleep, time.clock, time.now, lambda: 0.5)

    with Loopback(script(*answers)) as server:
        connection = Connection(
            "sk-admin-a", server.base_url, pool=1, patience=Patience(), timing=timing, tally=tally
        )
        try:
            connection.get(PATH, {}, counted_as="costs")
        except AppError:
            assert counts.statuses.keys() == {"401"}
        connection.close()

    assert tally.counts() == counts


def test_threads_lose_no_count() -> None:
    tally = RequestTally()

    def count() -> None:
        for _ in range(2_000):
            tally.sent(is_retry=True)
            tally.answered(503)

    threads = [threading.Thread(target=count) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert tally.counts() == Counts(8_000, 8_000, {"503": 8_000})

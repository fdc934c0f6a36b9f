"""Days that the API leaves out or takes back, from its answer to what is stored, planned and said."""

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest

from lib.catalog.sources import SOURCES
from lib.periods.widths import Width
from lib.periods.windows import Window, unix
from lib.store.usage_store import Store
from lib.sync.plan import Need, plan
from lib.sync.run import run
from lib.sync.scheduling import Limits
from tests.loopback import Response, bucket, page
from tests.tiny_api import TinyApi

EMBEDDINGS = SOURCES["embeddings"]
SETTLE = dt.timedelta(days=3)
DECIDES = dt.datetime(2026, 1, 10, tzinfo=dt.UTC)


def jan(day: int) -> dt.date:
    return dt.date(2026, 1, day)


NEED = Need("embeddings", Width.DAY, Window(jan(1), jan(4)))


@pytest.fixture
def api() -> Iterator[TinyApi]:
    with TinyApi() as server:
        for n in (1, 2, 3):
            server.put("embeddings", jan(n), {"input_tokens": 100 * n})
        yield server


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(str(tmp_path / "store"))


def sync(api: TinyApi, store: Store, now: dt.datetime) -> int:
    """Sync, and return how many requests that took."""
    before = len(api.asked)
    assert run(api.client(now=lambda: now), store, [NEED], now=now, limits=Limits(1)).failures == {}
    return len(api.asked) - before


def stored(store: Store) -> dict[int, int]:
    rows = store.rows(EMBEDDINGS, Width.DAY, NEED.window, ["start", "input_tokens"]).to_pylist()
    return {row["start"].day: row["input_tokens"] for row in sorted(rows, key=lambda row: row["start"])}


def stale(store: Store, now: dt.datetime) -> tuple[Need, ...]:
    return plan(store, [NEED], now=now, settle=SETTLE, refresh=dt.timedelta(minutes=10)).stale


def answer(*days: int) -> Response:
    """Return an answer that has only buckets of `days`, and says that this is all."""
    return page(*(bucket(unix(jan(n)), {"input_tokens": 100 * n}) for n in days))


def only_first(response: Response, api: TinyApi) -> None:
    """Let the next answer be `response`, and the ones behind it the usual."""
    first = len(api.asked)
    api.before = lambda nth, _source: response if nth == first else None


def test_an_empty_answer_on_the_day_that_decides_makes_nothing_final(api: TinyApi, store: Store) -> None:
    sync(api, store, DECIDES - 5 * SETTLE / 3)
    only_first(page(), api)

    assert sync(api, store, DECIDES) == 2
    assert stored(store) == {1: 100, 2: 200, 3: 300}
    assert store.unanswered(EMBEDDINGS, Width.DAY) == {}


def test_a_gap_in_an_answer_is_asked_for_by_itself(api: TinyApi, store: Store) -> None:
    only_first(answer(1, 3), api)

    assert sync(api, store, DECIDES) == 2
    assert stored(store) == {1: 100, 2: 200, 3: 300}


def test_a_gap_that_stays_is_quiet_and_provisional_for_another_week(api: TinyApi, store: Store) -> None:
    sync(api, store, DECIDES - 5 * SETTLE / 3)
    answers = iter([answer(1, 3), page()])
    api.before = lambda _nth, _source: next(answers)

    assert sync(api, store, DECIDES) == 2
    assert stored(store) == {1: 100, 3: 300}
    assert store.unanswered(EMBEDDINGS, Width.DAY) == {jan(2): DECIDES}
    a_day_later = DECIDES + dt.timedelta(days=1)
    assert [need.window for need in stale(store, a_day_later)] == [Window(jan(2), jan(3))]
    assert store.revisions().select(["day", "old", "new"]).to_pylist() == [
        {"day": jan(2), "old": 200, "new": 0}
    ]


def test_old_days_that_are_left_out_are_asked_for_again_for_a_week(api: TinyApi, store: Store) -> None:
    first = dt.datetime(2026, 4, 1, 12, tzinfo=dt.UTC)
    api.before = lambda _nth, _source: page()
    for later in (dt.timedelta(), dt.timedelta(hours=1), dt.timedelta(days=6)):
        sync(api, store, first + later)
        assert [n.window for n in stale(store, first + later + dt.timedelta(minutes=15))] == [NEED.window]
    assert set(store.unanswered(EMBEDDINGS, Width.DAY).values()) == {first}

    sync(api, store, first + dt.timedelta(days=7))

    assert stale(store, first + dt.timedelta(days=8)) == ()


def test_old_days_that_were_left_out_for_a_while_are_what_they_are_in_the_end(
    api: TinyApi, store: Store
) -> None:
    now = dt.datetime(2026, 4, 1, tzinfo=dt.UTC)
    api.before = lambda _nth, _source: page()
    sync(api, store, now)
    api.before = lambda _nth, _source: None

    sync(api, store, now + dt.timedelta(minutes=15))

    assert stored(store) == {1: 100, 2: 200, 3: 300}
    assert store.unanswered(EMBEDDINGS, Width.DAY) == {}
    assert stale(store, now + dt.timedelta(hours=1)) == ()


def test_a_clock_that_was_ahead_does_not_keep_days_from_being_final(api: TinyApi, store: Store) -> None:
    now = dt.datetime(2026, 4, 1, tzinfo=dt.UTC)
    api.before = lambda _nth, _source: page()
    sync(api, store, now + dt.timedelta(days=400))

    sync(api, store, now)

    assert set(store.unanswered(EMBEDDINGS, Width.DAY).values()) == {now}


def test_a_day_of_which_more_than_half_is_gone_is_asked_for_twice(api: TinyApi, store: Store) -> None:
    sync(api, store, DECIDES)
    only_first(page(*(bucket(unix(jan(n)), {"input_tokens": 49 * n}) for n in (1, 2, 3))), api)

    assert sync(api, store, DECIDES + dt.timedelta(days=1)) == 2
    assert stored(store) == {1: 100, 2: 200, 3: 300}
    assert store.revisions().num_rows == 0


def test_a_fall_that_is_answered_twice_replaces_and_is_a_revision(api: TinyApi, store: Store) -> None:
    sync(api, store, DECIDES)
    api.put("embeddings", jan(2), {"input_tokens": 1})

    assert sync(api, store, DECIDES + dt.timedelta(days=1)) == 2
    assert stored(store) == {1: 100, 2: 1, 3: 300}
    assert store.revisions()["new"].to_pylist() == [1]


def test_a_day_that_was_not_over_when_it_was_stored_may_fall(api: TinyApi, store: Store) -> None:
    sync(api, store, dt.datetime(2026, 1, 3, 12, tzinfo=dt.UTC))
    api.put("embeddings", jan(3), {"input_tokens": 1})

    assert sync(api, store, DECIDES) == 1

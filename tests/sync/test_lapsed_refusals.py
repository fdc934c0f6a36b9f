"""What was refused is asked again when its time is over, and final days then get what they lacked."""

import datetime as dt
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from lib.engine.execution import answer
from lib.engine.question import Question
from lib.openai_admin.refusals import RefusalKind
from lib.periods.grains import Grain
from lib.periods.widths import Width
from lib.periods.windows import Window
from lib.settings import Settings
from lib.store.usage_store import Store
from lib.sync.plan import Need
from lib.sync.run import ensure
from tests.loopback import Request, Response, error
from tests.tiny_api import TinyApi

NOW = dt.datetime(2026, 1, 20, 12, tzinfo=dt.UTC)
DAY = dt.timedelta(days=1)
HOUR = dt.timedelta(hours=1)
JANUARY = Window(dt.date(2026, 1, 1), dt.date(2026, 1, 11))
NO_USERS = error(400, "Grouping by user_id is not available.", param="user_id")


@pytest.fixture
def api() -> Iterator[TinyApi]:
    with TinyApi() as server:
        yield server


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(str(tmp_path))


def let(api: TinyApi, refused: Callable[[Request], bool]) -> list[tuple[int, bool]]:
    """Answer a row a day, by user where not `refused`; return how many days are asked for, and if by user."""
    asked: list[tuple[int, bool]] = []

    def answered(request: Request) -> Response:
        by_user = "user_id" in request.query.get("group_by", [])
        asked.append(((request.number("end_time") - request.number("start_time")) // 86400, by_user))
        user: dict[str, Any] = {"user_id": "user-a"} if by_user else {}
        for day in JANUARY:
            api.put("embeddings", day, {"input_tokens": 5, **user})
        return NO_USERS if by_user and refused(request) else api.answer(request)

    api.instead = answered
    return asked


def sync(api: TinyApi, store: Store, now: dt.datetime) -> None:
    needs = [Need("embeddings", Width.DAY, JANUARY)]
    report = ensure(lambda: api.client(now=lambda: now), store, needs, Settings(), now=now)
    assert report.failures == {}


def by_user(store: Store) -> dict[str | None, int]:
    """Return on how many days there are rows of each user."""
    rows = answer(store, Question("embeddings", JANUARY, Grain.DAY, by=("user_id",)))["user_id"].to_pylist()
    return {user: rows.count(user) for user in dict.fromkeys(rows)}


def test_days_that_lacked_users_get_them_once_the_refusal_has_lapsed(api: TinyApi, store: Store) -> None:
    let(api, lambda _request: True)
    sync(api, store, NOW)
    assert by_user(store) == {None: 10}
    asked = let(api, lambda _request: False)

    sync(api, store, NOW + 23 * HOUR)
    assert asked == []
    sync(api, store, NOW + DAY)
    assert asked == [(1, True)]
    assert by_user(store) == {None: 9, "user-a": 1}
    sync(api, store, NOW + DAY + HOUR)
    assert asked[1:] == [(9, True)]
    assert by_user(store) == {"user-a": 10}
    assert store.refusals() == ()
    sync(api, store, NOW + 2 * DAY)
    assert len(asked) == 2
    assert store.revisions().num_rows == 0


def test_what_stays_refused_costs_a_request_by_users_a_day_whatever_the_range(
    api: TinyApi, store: Store
) -> None:
    asked = let(api, lambda _request: True)
    sync(api, store, NOW)
    asked.clear()

    for hours in (24, 25, 47):
        sync(api, store, NOW + hours * HOUR)

    assert asked == [(1, True), (1, False)]
    assert by_user(store) == {None: 10}
    assert [(r.kind, r.since, r.until) for r in store.refusals()] == [
        (RefusalKind.DIMENSION, JANUARY.first, JANUARY.end)
    ]
    sync(api, store, NOW + 48 * HOUR)
    assert asked[2:] == [(1, True), (1, False)]


def test_where_later_days_are_answered_and_earlier_are_not_nothing_is_asked_without_end(
    api: TinyApi, store: Store
) -> None:
    fifth = dt.datetime(2026, 1, 5, tzinfo=dt.UTC).timestamp()
    let(api, lambda _request: True)
    sync(api, store, NOW)
    asked = let(api, lambda request: request.number("start_time") < fifth)

    for hours in range(24, 47):
        sync(api, store, NOW + hours * HOUR)
    count = len(asked)
    sync(api, store, NOW + 47 * HOUR)

    assert by_user(store)["user-a"] >= 1
    assert len(asked) == count


def test_another_keys_refusal_narrows_nothing(api: TinyApi, store: Store) -> None:
    let(api, lambda _request: True)
    sync(api, Store(store.uri, "old key"), NOW)
    let(api, lambda _request: False)

    sync(api, Store(store.uri, "new key"), NOW + HOUR)

    assert by_user(store) == {"user-a": 10}

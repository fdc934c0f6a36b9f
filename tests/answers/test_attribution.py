import datetime as dt
from pathlib import Path

import pytest

from lib.answers.attribution import unattributed_days
from lib.openai_admin.refusals import Refusal, RefusalKind
from lib.periods.windows import Window
from lib.store.usage_store import Store

NOW = dt.datetime(2026, 11, 23, 12, tzinfo=dt.UTC)


def nov(day: int) -> dt.date:
    return dt.date(2026, 11, day)


WINDOW = Window(nov(1), nov(4))


def refused(kind: RefusalKind, dimension: str | None = None) -> Refusal:
    return Refusal("costs", kind, "no", NOW, dimension, nov(2), nov(3))


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(str(tmp_path))


def test_where_nothing_was_refused_every_day_is_attributed(store: Store) -> None:
    assert unattributed_days(store, ["user_id", "project_id"], WINDOW) == {}


def test_a_refused_dimension_leaves_its_days_unattributed(store: Store) -> None:
    store.remember([refused(RefusalKind.DIMENSION, "user_id")], NOW)

    assert unattributed_days(store, ["user_id", "project_id"], WINDOW) == {nov(2): ("user_id",)}
    assert unattributed_days(store, ["project_id"], WINDOW) == {}


def test_users_and_projects_told_apart_are_unattributed_together(store: Store) -> None:
    store.remember([refused(RefusalKind.COMBINATION)], NOW)

    assert unattributed_days(store, ["user_id", "project_id"], WINDOW) == {nov(2): ("user_id",)}
    assert unattributed_days(store, ["user_id"], WINDOW) == {}
    assert unattributed_days(store, ["project_id"], WINDOW) == {}


def test_a_dimension_that_is_read_out_of_line_items_is_refused_with_them(store: Store) -> None:
    store.remember([refused(RefusalKind.DIMENSION, "line_item")], NOW)

    assert unattributed_days(store, ["model"], WINDOW) == {nov(2): ("line_item",)}

import datetime as dt
from dataclasses import replace
from pathlib import Path

from lib.store.log import Log
from lib.store.records.saved_views import SAVED_VIEWS, SavedView

NOON = dt.datetime(2026, 11, 9, 12, tzinfo=dt.UTC)
MINE = SavedView("Weekly", "costs", "period=7d", "ada@example.com")


def read(folder: Path, *views: SavedView) -> tuple[SavedView, ...]:
    log = Log(str(folder), SAVED_VIEWS)
    for minutes, view in enumerate(views):
        log.write([view], NOON + dt.timedelta(minutes=minutes))
    return log.read()


def test_the_latest_view_of_an_owner_and_name_holds(tmp_path: Path) -> None:
    other = replace(MINE, owner="bob@example.com")

    found = read(tmp_path, MINE, other, replace(MINE, query="period=30d", shared=True))

    assert [(v.owner, v.query, v.shared) for v in found] == [
        ("ada@example.com", "period=30d", True),
        ("bob@example.com", "period=7d", False),
    ]
    assert found[0].written_at == NOON + dt.timedelta(minutes=2)


def test_a_removed_view_is_gone_until_it_is_kept_again(tmp_path: Path) -> None:
    assert read(tmp_path, MINE, replace(MINE, removed=True)) == ()
    assert [view.name for view in read(tmp_path, MINE)] == ["Weekly"]


def test_views_come_by_name(tmp_path: Path) -> None:
    names = ["b", "A", "c"]

    assert [v.name for v in read(tmp_path, *(replace(MINE, name=name) for name in names))] == ["A", "b", "c"]

"""What was fetched is written as one run of days, and recorded only where it is there."""

import datetime as dt
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from lib.catalog.schemas import schema
from lib.catalog.sources import SOURCES, WHOLE, Source
from lib.errors import StoreError
from lib.periods.widths import Width
from lib.periods.windows import Window
from lib.store.usage_store import Store
from lib.sync.plan import Need
from lib.sync.storing import Fetched, Piece, Writer

NOW = dt.datetime(2026, 1, 20, 12, tzinfo=dt.UTC)
HOUR = dt.timedelta(hours=1)
ALL = Window(dt.date(2026, 1, 1), dt.date(2026, 2, 1))
EMBEDDINGS, IMAGES = SOURCES["embeddings"], SOURCES["images"]


def jan(first: int, end: int) -> Window:
    return Window(dt.date(2026, 1, first), dt.date(2026, 1, end))


def rows(source: Source, *days: int) -> pa.Table:
    """Return a row of one request for each of these days of January."""
    found = [
        dict.fromkeys(source.metric_names, 0)
        | {"num_model_requests": 1, "slice": WHOLE, "month": "2026-01"}
        | {"start": dt.datetime(2026, 1, day, tzinfo=dt.UTC)}
        for day in days
    ]
    return pa.Table.from_pylist(found, schema(source))


def fetched(
    window: Window,
    *days: int,
    source: Source = EMBEDDINGS,
    by: tuple[str, ...] = ("model",),
    began: float = 0.0,
) -> Fetched:
    """Return a window that the API answered with a row for each of `days`, grouped `by` dimensions."""
    return Fetched(Need(source.name, Width.DAY, window), [Piece(window, rows(source, *days), by)], began, 0)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(str(tmp_path / "store"))


def writer(store: Store, *sources: Source, now: dt.datetime = NOW) -> Writer:
    return Writer(store, [Need(s.name, Width.DAY, ALL) for s in sources or (EMBEDDINGS,)], now)


def days_of(store: Store, source: Source = EMBEDDINGS) -> list[int]:
    return sorted(r["start"].day for r in store.rows(source, Width.DAY, ALL, ["start"]).to_pylist())


def replacements(store: Store, monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, Window]]:
    """Return the runs of days that are put into the store from now on, by source."""
    seen: list[tuple[str, Window]] = []
    replace = store.replace

    def recorded(source: Source, width: Width, window: Window, *rest: Any, **more: Any) -> list[Window]:
        seen.append((source.name, window))
        return replace(source, width, window, *rest, **more)

    monkeypatch.setattr(store, "replace", recorded)
    return seen


def test_adjacent_windows_are_stored_as_one_whichever_arrived_first(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = replacements(store, monkeypatch)

    writer(store).put([fetched(jan(4, 6), 4, 5), fetched(jan(1, 3), 1), fetched(jan(3, 4), 3)])

    assert seen == [("embeddings", jan(1, 6))]
    assert days_of(store) == [1, 3, 4, 5]
    assert set(store.coverage(EMBEDDINGS, Width.DAY)) == set(jan(1, 6))


@pytest.mark.parametrize(
    ("second", "runs"),
    [
        (fetched(jan(4, 5), 4), [("embeddings", jan(1, 3)), ("embeddings", jan(4, 5))]),
        (fetched(jan(3, 4), 3, by=()), [("embeddings", jan(1, 3)), ("embeddings", jan(3, 4))]),
        (fetched(jan(3, 4), 3, source=IMAGES), [("embeddings", jan(1, 3)), ("images", jan(3, 4))]),
    ],
    ids=["a gap", "other dimensions", "another source"],
)
def test_what_is_not_adjacent_is_stored_apart(
    store: Store, monkeypatch: pytest.MonkeyPatch, second: Fetched, runs: list[tuple[str, Window]]
) -> None:
    seen = replacements(store, monkeypatch)

    writer(store, EMBEDDINGS, IMAGES).put([fetched(jan(1, 3), 1), second])

    assert seen == runs


def test_rows_and_times_are_counted_by_source(store: Store) -> None:
    written = writer(store, EMBEDDINGS, IMAGES)

    written.put([fetched(jan(1, 3), 1, 2, began=7.0), fetched(jan(3, 4), 3, began=5.0)])
    written.put([fetched(jan(5, 6), 5, began=6.0), fetched(jan(1, 2), source=IMAGES, began=1.0)])

    assert written.rows == {"embeddings": 4, "images": 0}
    assert {name: began for name, (began, _) in written.times.items()} == {"embeddings": 5.0, "images": 1.0}
    assert all(ended >= 7 for _, ended in written.times.values())
    assert written.failures == {}


def test_days_that_a_newer_sync_stored_meanwhile_stay(store: Store) -> None:
    slow = writer(store)
    writer(store, now=NOW + HOUR).put([fetched(jan(2, 4), 2, 2, 3, 3)])

    slow.put([fetched(jan(1, 6), 1, 2, 3, 4, 5)])

    assert days_of(store) == [1, 2, 2, 3, 3, 4, 5]
    covered = store.coverage(EMBEDDINGS, Width.DAY)
    assert [covered[day] - NOW for day in jan(1, 6)] == [HOUR * n for n in (0, 1, 1, 0, 0)]
    assert slow.rows == {"embeddings": 3}


def test_a_sync_that_is_late_in_everything_stores_nothing(store: Store) -> None:
    slow = writer(store)
    writer(store, now=NOW + HOUR).put([fetched(jan(1, 3), 1)])

    slow.put([fetched(jan(1, 3), 1, 2, 2)])

    assert (days_of(store), slow.rows, slow.times) == ([1], {}, {})


def test_a_total_that_changed_is_recorded_before_the_rows_are_replaced(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    writer(store).put([fetched(jan(1, 2), 1)])

    def dies(*_args: Any, **_more: Any) -> None:
        raise StoreError("The disk is full.")

    monkeypatch.setattr(store, "replace", dies)
    later = writer(store, now=NOW + HOUR)
    later.put([fetched(jan(1, 2), 1, 1)])

    (revision,) = store.revisions().to_pylist()
    assert (revision["metric"], revision["old"], revision["new"]) == ("num_model_requests", 1, 2)
    assert later.failures == {"embeddings": "The disk is full."}
    assert store.coverage(EMBEDDINGS, Width.DAY) == {jan(1, 2).first: NOW}


@pytest.mark.parametrize("step", ["stored_later", "rows", "replace"])
def test_what_cannot_be_stored_fails_its_own_source_only(
    store: Store, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    writer(store, EMBEDDINGS, IMAGES).put([fetched(jan(1, 2), 1), fetched(jan(1, 2), 1, source=IMAGES)])
    sound = getattr(store, step)

    def breaks(source: Source, *rest: Any, **more: Any) -> Any:
        if source is EMBEDDINGS:
            raise StoreError("The table is damaged.")
        return sound(source, *rest, **more)

    monkeypatch.setattr(store, step, breaks)
    written = writer(store, EMBEDDINGS, IMAGES, now=NOW + HOUR)
    written.put([fetched(jan(1, 2), 1), fetched(jan(1, 2), 1, source=IMAGES)])

    assert written.failures == {"embeddings": "The table is damaged."}
    assert written.rows == {"images": 1}
    assert store.coverage(EMBEDDINGS, Width.DAY)[jan(1, 2).first] == NOW
    assert store.coverage(IMAGES, Width.DAY)[jan(1, 2).first] == NOW + HOUR

import datetime as dt
from pathlib import Path

import pytest

from lib.catalog.sources import SOURCES
from lib.openai_admin.refusals import Refusal, RefusalKind
from lib.periods.widths import Width
from lib.periods.windows import Window
from lib.store.records.coverage import Covered
from lib.store.records.notes import Note
from lib.store.snapshot import Snapshot
from lib.store.usage_store import Store
from tests.stored import filled

EMBEDDINGS = SOURCES["embeddings"]
NOW = dt.datetime(2026, 2, 20, 12, tzinfo=dt.UTC)
JANUARY = Window(dt.date(2026, 1, 1), dt.date(2026, 2, 1))
FEBRUARY = Window(dt.date(2026, 2, 1), dt.date(2026, 3, 1))


@pytest.fixture
def store(tmp_path: Path) -> Store:
    filled(tmp_path, "embeddings", {"start": "2026-01-05", "num_model_requests": 1})
    return Store(str(tmp_path))


def seen(store: Store) -> tuple[object, ...]:
    return (
        store.log_versions("coverage", "restrictions"),
        store.table_version(EMBEDDINGS, Width.DAY),
        store.files(EMBEDDINGS, Width.DAY),
        store.files(EMBEDDINGS, Width.DAY, FEBRUARY),
        store.coverage(EMBEDDINGS, Width.DAY),
        store.refusals(),
    )


def change(store: Store) -> None:
    filled(Path(store.uri), "embeddings", {"start": "2026-02-05", "num_model_requests": 1})
    store.mark([Covered("embeddings", Width.DAY, JANUARY.first, JANUARY.end, NOW)])
    store.remember([Refusal("videos", RefusalKind.ENDPOINT, "No such endpoint.", NOW)], NOW)


def test_a_snapshot_is_of_the_store(store: Store) -> None:
    assert seen(Snapshot(store)) == seen(store)


def test_a_snapshot_stays_as_it_was_first_seen_and_the_next_one_is_new(store: Store) -> None:
    snapshot = Snapshot(store)
    before = seen(snapshot)

    change(store)

    assert seen(snapshot) == before
    assert all(old != new for old, new in zip(before, seen(Snapshot(store)), strict=True))
    assert seen(Snapshot(store)) == seen(store)


def test_what_is_written_through_a_snapshot_is_in_the_store(store: Store) -> None:
    note = Note("n1", JANUARY.first, JANUARY.first, "A launch", "", NOW)

    Snapshot(store).write_note(note, NOW)

    assert [n.text for n in store.notes()] == ["A launch"]


def test_a_snapshot_can_be_of_an_earlier_edition(store: Store) -> None:
    store.mark([Covered("embeddings", Width.DAY, JANUARY.first, JANUARY.end, NOW)])
    first = Snapshot(store)
    edition, before = first.edition(), first.versions()
    own = [first.files(EMBEDDINGS, Width.DAY), first.coverage(EMBEDDINGS, Width.DAY)]

    change(store)
    later = Snapshot(store)
    later.hold(edition)

    assert [later.files(EMBEDDINGS, Width.DAY), later.coverage(EMBEDDINGS, Width.DAY)] == own
    assert later.edition() == edition
    assert Snapshot(store).edition() != edition
    assert Snapshot(store).versions() != before


def test_an_edition_is_without_a_table_that_cannot_be_read(store: Store) -> None:
    store.mark([Covered("embeddings", Width.DAY, JANUARY.first, JANUARY.end, NOW)])
    (Path(store.uri) / "embeddings/day/_delta_log/00000000000000000000.json").write_text("{")
    damaged = Snapshot(Store(store.uri))

    assert damaged.edition().tables == {}
    assert damaged.versions() == Snapshot(Store(store.uri)).versions()

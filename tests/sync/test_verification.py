import datetime as dt
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from lib.catalog.sources import COSTS, SOURCES
from lib.engine.stored_totals import stored_totals
from lib.errors import StoreError
from lib.periods.widths import Width
from lib.periods.windows import Window
from lib.settings import Settings
from lib.store.records.coverage import COVERAGE, Covered
from lib.store.usage_store import Store
from lib.sync import verification
from lib.sync.plan import Need
from lib.sync.report import Report
from lib.sync.run import ensure, run
from lib.sync.scheduling import Limits
from lib.sync.verification import Finding, begun_anew, look, repair, verify
from tests.tiny_api import TinyApi

NOW = dt.datetime(2026, 1, 20, 12, tzinfo=dt.UTC)
KEY = ("embeddings", Width.DAY)
EMBEDDINGS = SOURCES["embeddings"]


def jan(day: int) -> dt.date:
    return dt.date(2026, 1, day)


def need(first: int, end: int, source: str = "embeddings") -> Need:
    return Need(source, Width.DAY, Window(jan(first), jan(end)))


@pytest.fixture
def api() -> Iterator[TinyApi]:
    with TinyApi() as server:
        for n in range(1, 6):
            server.put("embeddings", jan(n), {"input_tokens": n, "model": "a"}, {"input_tokens": 10})
            server.put("costs", jan(n), {"amount": {"value": f"0.{n}"}, "line_item": "a"})
        yield server


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "store"


def synced(api: TinyApi, folder: Path, *needs: Need) -> Store:
    store = Store(str(folder))
    assert run(api.client(), store, needs, now=NOW, limits=Limits(2)).failures == {}
    return store


def again(api: TinyApi, store: Store, *needs: Need) -> Report:
    return ensure(api.client, store, needs, Settings(), now=NOW + dt.timedelta(minutes=1))


def reads(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return a list that grows with every source whose rows are read."""
    read: list[str] = []

    def reading(store: Store, source: Any, width: Width) -> Any:
        read.append(source.name)
        return stored_totals(store, source, width)

    monkeypatch.setattr(verification, "stored_totals", reading)
    return read


def days_of(table: Path) -> dict[str, bytes]:
    return {str(file.relative_to(table)): file.read_bytes() for file in table.rglob("*") if file.is_file()}


def test_what_was_just_stored_agrees_and_is_not_read_to_know_that(
    api: TinyApi, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced(api, folder, need(1, 4), need(1, 4, "costs"))
    synced(api, folder, need(3, 6))
    read = reads(monkeypatch)

    assert look(Store(str(folder)), [KEY, ("costs", Width.DAY)]) == []
    assert read == []


def test_a_comparison_reads_every_row(api: TinyApi, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = synced(api, folder, need(1, 6))
    read = reads(monkeypatch)

    assert verify(store, KEY) == Finding(*KEY)
    assert read == ["embeddings"]


def test_the_days_of_a_folder_that_was_deleted_are_lost_and_fetched_again(api: TinyApi, folder: Path) -> None:
    synced(api, folder, need(1, 10, "costs"))
    shutil.rmtree(folder / "costs")
    store = Store(str(folder))

    assert look(store, [("costs", Width.DAY)]) == [
        Finding("costs", Width.DAY, tuple(jan(n) for n in range(1, 6)))
    ]
    assert store.lost(SOURCES[COSTS.name], Width.DAY) == {jan(n) for n in range(1, 6)}
    assert again(api, store, need(1, 10, "costs")).sources["costs"].rows == 5
    assert look(Store(str(folder)), [("costs", Width.DAY)]) == []
    assert store.lost(SOURCES[COSTS.name], Width.DAY) == frozenset()


def test_the_days_of_the_newest_commit_are_lost_with_it(api: TinyApi, folder: Path) -> None:
    synced(api, folder, need(1, 3))
    synced(api, folder, need(3, 6))
    (folder / "embeddings/day/_delta_log/00000000000000000002.json").unlink()
    store = Store(str(folder))

    assert look(store, [KEY])[0].days == (jan(3), jan(4), jan(5))
    assert again(api, store, need(1, 6)).sources["embeddings"].rows == 6
    assert verify(store, KEY).agrees


def test_a_commit_that_was_lost_is_noticed_behind_a_newer_one_of_its_number(
    api: TinyApi, folder: Path
) -> None:
    synced(api, folder, need(1, 3))
    synced(api, folder, need(3, 5))
    (folder / "embeddings/day/_delta_log/00000000000000000002.json").unlink()
    synced(api, folder, need(5, 6))

    assert look(Store(str(folder)), [KEY])[0].days == (jan(3), jan(4))


def test_an_older_copy_of_a_table_lacks_what_was_revised_since(api: TinyApi, folder: Path) -> None:
    synced(api, folder, need(1, 6))
    shutil.copytree(folder / "embeddings", folder.parent / "copy")
    api.put("embeddings", jan(2), {"input_tokens": 99})
    synced(api, folder, need(2, 3))
    shutil.rmtree(folder / "embeddings")
    shutil.move(folder.parent / "copy", folder / "embeddings")

    assert look(Store(str(folder)), [KEY])[0].days == (jan(2),)


def test_an_older_copy_of_the_whole_store_agrees_with_itself(api: TinyApi, folder: Path) -> None:
    synced(api, folder, need(1, 4))
    shutil.copytree(folder, folder.parent / "copy")
    synced(api, folder, need(2, 6))

    assert look(Store(str(folder.parent / "copy")), [KEY]) == []


@pytest.mark.parametrize("harm", ["deleted", "cut", "emptied", "garbled"])
def test_a_file_that_cannot_be_read_is_set_aside_and_its_days_are_fetched_again(
    api: TinyApi, folder: Path, harm: str
) -> None:
    store = synced(api, folder, need(1, 3))
    synced(api, folder, need(3, 6))
    whole = Path(store.files(EMBEDDINGS, Width.DAY)[0])
    content = whole.read_bytes()
    left = {"cut": content[:-9], "emptied": b"", "garbled": bytes(len(content))}
    whole.unlink() if harm == "deleted" else whole.write_bytes(left[harm])
    store = Store(str(folder))

    found = verify(store, KEY)
    assert (found.files, found.days) == ((str(whole),), ())
    assert len(repair(store, found).days) in {2, 3}
    again(api, store, need(1, 6))
    assert verify(Store(str(folder)), KEY).agrees
    assert sum(total.rows for total in stored_totals(store, EMBEDDINGS, Width.DAY).values() if total) == 10


def turned(file: Path, old: bytes, new: bytes) -> None:
    """Write `new` in place of `old`, which is there and as long."""
    content = file.read_bytes()
    assert old in content
    file.write_bytes(content.replace(old, new))


@pytest.mark.parametrize(("old", "new"), [(b"grey", b"gray"), (b"ARROW:schema", b"ARROW:scheme")])
def test_a_changed_bit_that_no_sum_tells_is_found_and_the_days_are_fetched_again(
    api: TinyApi, folder: Path, old: bytes, new: bytes
) -> None:
    api.put("embeddings", jan(6), {"model": "grey", "input_tokens": 1})
    store = synced(api, folder, need(1, 7))
    file = Path(store.files(EMBEDDINGS, Width.DAY)[0])
    turned(file, old, new)

    found = verify(Store(str(folder)), KEY)
    assert found == Finding(*KEY, files=(str(file),))
    repair(store, found)
    again(api, store, need(1, 7))
    assert verify(Store(str(folder)), KEY).agrees
    rows = store.rows(EMBEDDINGS, Width.DAY, Window(jan(6), jan(7)), ["model"])
    assert rows["model"].to_pylist() == ["grey"]


def test_days_without_totals_in_a_file_that_is_broken_are_fetched_again(api: TinyApi, folder: Path) -> None:
    store = without_totals(synced(api, folder, need(1, 4)))
    file = Path(store.files(EMBEDDINGS, Width.DAY)[0])
    file.write_bytes(file.read_bytes()[:-9])

    found = repair(store, verify(store, KEY))

    assert found.days == (jan(1), jan(2), jan(3))
    assert again(api, store, need(1, 4)).sources["embeddings"].rows == 6


def test_rows_that_were_stored_but_not_recorded_are_no_disagreement(api: TinyApi, folder: Path) -> None:
    store = synced(api, folder, need(1, 3))
    api.put("embeddings", jan(4), {"input_tokens": 7})
    other = synced(api, folder.parent / "other", need(4, 5))
    rows = other.rows(EMBEDDINGS, Width.DAY, Window(jan(4), jan(5)), EMBEDDINGS_COLUMNS)
    store.replace(EMBEDDINGS, Width.DAY, Window(jan(4), jan(5)), rows)

    assert look(Store(str(folder)), [KEY]) == []


EMBEDDINGS_COLUMNS = ["start", "model", "input_tokens", "num_model_requests", "slice", "month"]


def without_totals(store: Store) -> Store:
    """Return the store as a version that recorded no totals would have left it."""
    entries = store.recorded(EMBEDDINGS, Width.DAY)
    shutil.rmtree(Path(store.uri) / COVERAGE.folder)
    old = Store(store.uri)
    old.mark(replace(entry, totals=(), fingerprint=None) for entry in entries)
    return old


def test_days_recorded_without_totals_are_never_called_wrong(api: TinyApi, folder: Path) -> None:
    store = without_totals(synced(api, folder, need(1, 4)))
    shutil.rmtree(folder / "embeddings")

    assert look(store, [KEY]) == []
    assert store.coverage(EMBEDDINGS, Width.DAY).keys() == {jan(1), jan(2), jan(3)}


def test_totals_that_were_not_recorded_are_learned_at_the_first_look(api: TinyApi, folder: Path) -> None:
    store = without_totals(synced(api, folder, need(1, 4)))
    before = store.coverage(EMBEDDINGS, Width.DAY)

    assert look(store, [KEY]) == []
    assert store.coverage(EMBEDDINGS, Width.DAY) == before
    shutil.rmtree(folder / "embeddings")
    assert look(Store(str(folder)), [KEY])[0].days == (jan(1), jan(2), jan(3))


def test_merging_files_changes_no_rows_and_needs_no_new_comparison(
    api: TinyApi, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = Store(str(folder))
    for n in range(25):
        api.put("embeddings", jan(1 + n % 5), {"input_tokens": n})
        run(api.client(), store, [need(1 + n % 5, 2 + n % 5)], now=NOW, limits=Limits(1))
    assert len(store.files(EMBEDDINGS, Width.DAY)) < 25
    read = reads(monkeypatch)

    assert look(Store(str(folder)), [KEY]) == []
    assert read == []


def test_what_cannot_be_compared_is_said(api: TinyApi, folder: Path) -> None:
    store = synced(api, folder, need(1, 4))
    for commit in (folder / "embeddings/day/_delta_log").iterdir():
        commit.write_text("{")

    found = look(Store(str(folder)), [KEY])

    assert [f.days for f in found] == [()]
    assert found[0].failure.startswith(f"The table {store.uri}/embeddings/day cannot be read")


def test_a_store_that_may_not_be_written_is_compared_all_the_same(
    api: TinyApi, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = without_totals(synced(api, folder, need(1, 4)))

    def forbidden(*_: object) -> None:
        msg = "This account may not write to it."
        raise StoreError(msg)

    monkeypatch.setattr(Store, "mark", forbidden)
    assert look(store, [KEY]) == []


def test_a_day_that_is_fetched_by_hour_is_compared_apart(api: TinyApi, folder: Path) -> None:
    hours = Need("embeddings", Width.HOUR, Window(jan(1), jan(3)))
    store = synced(api, folder, need(1, 3), hours)
    shutil.rmtree(folder / "embeddings" / "hour")

    assert look(store, [KEY]) == []
    assert look(store, [("embeddings", Width.HOUR)])[0].days == (jan(1), jan(2))


def test_an_entry_without_days_only_says_what_agreed(folder: Path) -> None:
    store = Store(str(folder))
    store.mark([Covered("embeddings", Width.DAY, jan(1), jan(3), NOW)])

    store.agree(EMBEDDINGS, Width.DAY, "abc")

    assert store.agreed(EMBEDDINGS, Width.DAY) == "abc"
    assert store.coverage(EMBEDDINGS, Width.DAY) == {jan(1): NOW, jan(2): NOW}


def test_a_table_that_begins_anew_lacks_the_days_that_had_rows_or_whose_totals_nobody_recorded(
    api: TinyApi, folder: Path
) -> None:
    synced(api, folder, need(1, 9))  # of which the first five have rows
    for log in (folder / "embeddings/day/_delta_log").glob("*.json"):
        log.write_text("{")
    store = Store(str(folder))

    found, moved = begun_anew(store, verify(store, KEY))

    assert found.days == tuple(jan(n) for n in range(1, 6))
    assert Path(moved).is_dir()


def test_what_is_no_damaged_log_is_left_in_its_place(api: TinyApi, folder: Path) -> None:
    store = synced(api, folder, need(1, 4))
    fine, failed = verify(store, KEY), Finding(*KEY, failure="The disk is full.")

    assert begun_anew(store, fine) == (fine, "")
    assert begun_anew(store, failed) == (failed, "")


def test_a_table_that_cannot_be_moved_is_said_to_be_and_stays(
    api: TinyApi, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_given: object) -> str:
        raise StoreError("The disk is full.")

    synced(api, folder, need(1, 4))
    for log in (folder / "embeddings/day/_delta_log").glob("*.json"):
        log.write_text("{")
    store = Store(str(folder))
    monkeypatch.setattr(Store, "move_aside", full)

    found, moved = begun_anew(store, verify(store, KEY))

    assert (found.failure, found.days, moved) == ("The disk is full.", (), "")

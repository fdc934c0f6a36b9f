import datetime as dt
from pathlib import Path

import pyarrow as pa
import pytest

from lib.catalog.sources import SOURCES
from lib.configuration.store_address import ObjectAccess
from lib.engine.execution import answer
from lib.engine.question import Question
from lib.engine.sql_views import SqlViews
from lib.errors import StoreError
from lib.periods.widths import Width
from lib.periods.windows import Window
from lib.store import announced_changes
from lib.store.delta import ABSENT, Table
from lib.store.file_checksums import FileChecksums
from lib.store.location import located, readable_here
from lib.store.records.leases import Lease
from lib.store.records.notes import Note
from lib.store.usage_store import Store
from tests.loopback import Loopback, Response
from tests.object_server import BUCKET, ObjectServer
from tests.stored import filled
from tests.superseded import put

pytestmark = pytest.mark.xdist_group("objects")
COLUMNS = pa.schema([("n", pa.int64()), ("month", pa.string())])
NOW = dt.datetime(2026, 3, 1, tzinfo=dt.UTC)
NOTE = Note("1", dt.date(2026, 1, 1), dt.date(2026, 1, 1), "A note", "", NOW)
WINDOW = Window(dt.date(2026, 1, 1), dt.date(2026, 3, 1))


@pytest.fixture(autouse=True)
def every_look_lists(monkeypatch: pytest.MonkeyPatch) -> None:
    """Show at once what another process wrote."""
    monkeypatch.setattr(announced_changes, "FRESH", 0.0)


@pytest.fixture
def uri(request: pytest.FixtureRequest) -> str:
    return f"s3://{BUCKET}/{request.node.name[:60]}"


def table_at(uri: str, access: ObjectAccess) -> Table:
    return Table(located(uri, access).below("costs/day"), COLUMNS, "month")


def rows(*numbers: int) -> pa.Table:
    return pa.Table.from_pylist([{"n": n, "month": f"2026-0{n % 3 + 1}"} for n in numbers], COLUMNS)


def numbers(table: Table) -> list[int]:
    return sorted(table.read(["n"])["n"].to_pylist())


def test_what_one_process_writes_another_reads(objects: ObjectServer, uri: str) -> None:
    table, other = table_at(uri, objects.access()), table_at(uri, objects.access("other"))
    assert (table.version(), table.files(), numbers(other)) == (ABSENT, [], [])

    table.append(rows(1, 2))
    assert numbers(other) == [1, 2]
    put(other, rows(4), "month = '2026-02'")
    assert numbers(table) == [2, 4]
    assert table.version() == other.version()
    assert all(file.startswith(f"{uri}/costs/day/month=2026-") for file in table.files())


def test_a_table_that_nobody_changed_costs_no_request(
    objects: ObjectServer, uri: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    written, absent = (
        table_at(uri, objects.access()),
        Table(located(f"{uri}/none", objects.access()), COLUMNS),
    )
    written.append(rows(1))
    assert (numbers(written), numbers(absent)) == ([1], [])
    monkeypatch.setattr(announced_changes, "FRESH", float("inf"))
    before = objects.asked()

    assert (numbers(written), numbers(absent)) == ([1], [])
    assert objects.asked() == before


def test_of_those_that_add_at_once_one_succeeds(objects: ObjectServer, uri: str) -> None:
    tables = [table_at(uri, objects.access(str(n))) for n in range(3)]
    since = [table.version() for table in tables]

    added = [
        t.append_unless_added(rows(n), since=s) for n, (t, s) in enumerate(zip(tables, since, strict=True))
    ]

    assert added == [True, False, False]
    assert numbers(tables[2]) == [0]


def test_files_that_are_gone_or_set_aside_are_found_and_kept(objects: ObjectServer, uri: str) -> None:
    table = table_at(uri, objects.access())
    table.append(rows(0, 1))
    first = next(file for file in table.files() if "2026-01" in file)
    assert table.damaged_files() == []

    aside = table.set_aside([first, f"{uri}/costs/day/month=2026-01/gone.parquet"])

    assert aside == f"{uri}/costs/day/_damaged"
    assert numbers(table) == [1]
    assert located(aside, objects.access()).row_files().keys() == {f"{aside}/{first.rpartition('/')[2]}"}


def test_a_table_that_was_moved_aside_begins_anew_for_everyone(objects: ObjectServer, uri: str) -> None:
    table, other = table_at(uri, objects.access()), table_at(uri, objects.access("other"))
    table.append(rows(1, 2))
    assert numbers(other) == [1, 2]

    moved = table.move_aside()

    assert (numbers(table), numbers(other), numbers(Table(moved, COLUMNS))) == ([], [], [1, 2])
    other.append(rows(3))
    assert numbers(table) == [3]


def test_a_store_answers_questions_and_keeps_records_as_in_a_folder(
    objects: ObjectServer, uri: str, tmp_path: Path
) -> None:
    far, near = Store(uri, access=objects.access()), Store(str(tmp_path))
    for store in (far, near):
        filled(
            store,
            "embeddings",
            {"start": "2026-01-02", "model": "a", "input_tokens": 5},
            {"start": "2026-02-02", "model": "b", "input_tokens": 7},
        )
        store.write_note(NOTE, NOW)
    asked = Question("embeddings", WINDOW, by=("model",))

    assert answer(far, asked) == answer(near, asked)
    assert Store(uri, access=objects.access("other")).notes() == near.notes()
    with SqlViews({None: far}, {}) as views:
        assert views.ask("select sum(input_tokens) n from embeddings").to_pylist() == [{"n": 12}]


def test_what_was_looked_at_ahead_costs_no_request_when_it_is_needed(
    objects: ObjectServer, uri: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = filled(Store(uri, access=objects.access()), "embeddings", {"start": "2026-01-02", "model": "a"})
    first.write_note(NOTE, NOW)
    monkeypatch.setattr(announced_changes, "FRESH", float("inf"))
    store = Store(uri, access=objects.access("other"))

    store.look_ahead()

    before = objects.asked()
    assert len(store.notes()) == len(store.files(SOURCES["embeddings"], Width.DAY)) == 1
    assert store.budgets() == ()
    assert objects.asked() == before


def test_what_was_altered_in_the_bucket_is_noticed_and_a_copy_that_was_is_made_anew(
    objects: ObjectServer, uri: str
) -> None:
    table = table_at(uri, objects.access())
    table.append(rows(0, 1))
    sums = FileChecksums(located(uri, objects.access()))
    sums.record([table])
    first, second = table.files()
    near = {file: Path(path) for file, path in zip(table.files(), readable_here(table.files()), strict=True)}
    whole = near[first].read_bytes()

    near[first].write_bytes(b"damaged")
    objects.put(second.removeprefix("s3://"), near[second].read_bytes().swapcase())

    assert sums.altered(table) == [second]
    assert near[first].read_bytes() == whole


def test_a_lease_is_taken_by_one(objects: ObjectServer, uri: str) -> None:
    logs = [Store(uri, access=objects.access(str(n))).leases for n in range(2)]
    seen = [log.version() for log in logs]
    taken = [
        log.append_if_newest([Lease("collecting", 1, 1, str(n), str(n), NOW)], since)
        for n, (log, since) in enumerate(zip(logs, seen, strict=True))
    ]

    assert taken == [True, False]


def test_files_are_copied_to_this_machine_once(objects: ObjectServer, uri: str) -> None:
    table = table_at(uri, objects.access())
    table.append(rows(1))
    before = len(objects.asked())
    first = readable_here(table.files())
    asked = [line for line in objects.asked()[before:] if ".parquet" in line]

    assert [Path(file).exists() for file in first] == [True]
    assert [line.split()[0] for line in asked] == ["HEAD", "GET"]
    assert readable_here(table.files()) == first
    assert len([line for line in objects.asked()[before:] if ".parquet" in line]) == 2


def test_a_record_is_rebuilt_of_what_can_be_read(objects: ObjectServer, uri: str) -> None:
    store = Store(uri, access=objects.access())
    store.write_note(NOTE, NOW)
    kept = store.notes()

    assert store.rebuild_record("notes").broken == ()
    assert store.notes() == kept


def test_a_bucket_that_is_not_there_is_named(objects: ObjectServer) -> None:
    store = Store("s3://no-such-bucket/usage", access=objects.access())

    for look in (store.notes, lambda: store.write_note(NOTE, NOW)):
        with pytest.raises(StoreError, match=r"^There is no bucket no-such-bucket, so .* cannot be read or"):
            look()


@pytest.mark.parametrize(("code", "status"), [("InvalidAccessKeyId", 403), ("SignatureDoesNotMatch", 403)])
def test_a_key_that_is_refused_is_said_without_the_key(code: str, status: int) -> None:
    body = f"<?xml version='1.0'?><Error><Code>{code}</Code><Message>hidden-id</Message></Error>"
    with Loopback(lambda _: Response(body, status, {"Content-Type": "application/xml"})) as server:
        access = ObjectAccess("hidden-id", "hidden-secret", None, None, server.base_url.removesuffix("/v1"))
        with pytest.raises(StoreError, match=r"^The object store refuses its key for s3://usage/") as told:
            Store(f"s3://{BUCKET}/{code}", access=access).notes()

    assert "hidden" not in str(told.value)
    assert "hidden" not in repr(access)


def test_a_store_that_does_not_answer_is_said_to_lose_nothing() -> None:
    store = Store(
        f"s3://{BUCKET}/down", access=ObjectAccess("key", "secret", None, None, "http://127.0.0.1:1")
    )

    store.look_ahead()
    with pytest.raises(
        StoreError, match=r"^The object store with s3://usage/down/.* cannot be reached .* lost"
    ):
        store.coverage(SOURCES["costs"], Width.DAY)

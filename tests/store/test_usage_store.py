import datetime as dt
import errno
import threading
from collections.abc import Iterable
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from lib.catalog.schemas import schema
from lib.catalog.sources import COSTS, SOURCES
from lib.errors import StoreError
from lib.openai_admin.name_lists import Name
from lib.openai_admin.spend_limits import LimitKind, LimitList, SpendLimit
from lib.periods.widths import Width
from lib.periods.windows import Window
from lib.store.delta import ABSENT, Version
from lib.store.records.budgets import Budget
from lib.store.records.coverage import Covered
from lib.store.records.decisions import Decision, DecisionState
from lib.store.records.notes import Note
from lib.store.records.quantities import Quantity
from lib.store.records.revisions import Revision
from lib.store.records.statement_checks import StatementCheck
from lib.store.usage_store import Store
from tests.store.january import DAY, HOUR, LOOKBACK, NOON, date

EMBEDDINGS = SOURCES["embeddings"]


def tokens(**by_day: int) -> pa.Table:
    """Return a table of input tokens by day, written as `jan2=5`."""
    months = {"jan": 1, "feb": 2, "mar": 3}
    rows = []
    for day, count in by_day.items():
        start = dt.datetime(2026, months[day[:3]], int(day[3:]), tzinfo=dt.UTC)
        rows.append({"start": start, "input_tokens": count, "slice": "whole", "month": f"{start:%Y-%m}"})
    return pa.Table.from_pylist(rows, schema(EMBEDDINGS))


def put(store: Store, first: dt.date, end: dt.date, **by_day: int) -> None:
    store.replace(EMBEDDINGS, Width.DAY, Window(first, end), tokens(**by_day))


def kept(store: Store) -> dict[str, int]:
    window = Window(date(1, 1), date(4, 1))
    rows = store.rows(EMBEDDINGS, Width.DAY, window, ["start", "input_tokens"]).to_pylist()
    return {f"{r['start']:%b}{r['start'].day}".lower(): r["input_tokens"] for r in rows}


def covered(first: dt.date, end: dt.date, fetched_at: dt.datetime) -> Covered:
    return Covered("embeddings", Width.DAY, first, end, fetched_at, requests=1, rows=2)


def test_a_store_that_nobody_wrote_to_is_empty(store: Store) -> None:
    assert store.files(EMBEDDINGS, Width.DAY) == []
    assert store.coverage(EMBEDDINGS, Width.DAY) == {}
    assert store.names() == []
    assert store.refusals() == ()
    assert store.revisions().num_rows == 0
    assert kept(store) == {}


def test_a_window_is_replaced_whole(store: Store) -> None:
    put(store, date(1, 1), date(2, 1), jan2=1, jan3=2)

    put(store, date(1, 2), date(1, 4), jan3=5)

    assert kept(store) == {"jan3": 5}


def test_what_lies_outside_the_window_stays(store: Store) -> None:
    put(store, date(1, 1), date(3, 1), jan1=1, jan30=2, feb1=3, feb2=4)

    put(store, date(1, 30), date(2, 2), jan31=9)

    assert kept(store) == {"jan1": 1, "jan31": 9, "feb2": 4}


def test_a_window_can_be_replaced_by_nothing(store: Store) -> None:
    put(store, date(1, 1), date(2, 1), jan2=1, jan3=2)

    put(store, date(1, 2), date(1, 3))

    assert kept(store) == {"jan3": 2}


def test_nothing_in_place_of_nothing_makes_no_table(store: Store) -> None:
    put(store, date(1, 1), date(2, 1))

    assert store.files(EMBEDDINGS, Width.DAY) == []


def fetch(store: Store, first: dt.date, end: dt.date, at: dt.datetime, since: Version, **by_day: int) -> Any:
    """Store what was fetched at `at`; return the days that took their place."""
    window, table = Window(first, end), tokens(**by_day)
    return store.replace(EMBEDDINGS, Width.DAY, window, table, fetched_at=at, since=since)


def test_what_was_fetched_earlier_does_not_replace_what_was_stored_meanwhile(store: Store) -> None:
    put(store, date(1, 1), date(2, 1), jan1=1, jan2=1, jan3=1)
    began = store.table_version(EMBEDDINGS, Width.DAY)
    fetch(Store(store.uri), date(1, 2), date(1, 3), NOON, began, jan2=9)

    days = fetch(store, date(1, 1), date(1, 4), NOON - HOUR, began, jan1=2, jan2=2, jan3=2)

    assert days == [Window(date(1, 1), date(1, 2)), Window(date(1, 3), date(1, 4))]
    assert kept(store) == {"jan1": 2, "jan2": 9, "jan3": 2}
    later = {"fetched_at": NOON - HOUR, "since": began}
    assert store.stored_later(EMBEDDINGS, Width.DAY, **later) == {date(1, 2)}


def test_a_window_that_was_stored_meanwhile_stays_as_it_is(store: Store) -> None:
    fetch(store, date(1, 1), date(1, 4), NOON, ABSENT, jan2=9)

    assert fetch(store, date(1, 2), date(1, 3), NOON - HOUR, ABSENT, jan2=1) == []
    assert kept(store) == {"jan2": 9}


@pytest.mark.parametrize("at", [NOON, NOON + HOUR])
def test_what_was_fetched_no_earlier_replaces_what_was_stored_meanwhile(
    store: Store, at: dt.datetime
) -> None:
    fetch(store, date(1, 1), date(1, 4), NOON, ABSENT, jan2=9)

    assert fetch(store, date(1, 1), date(1, 4), at, ABSENT, jan2=1) == [Window(date(1, 1), date(1, 4))]
    assert kept(store) == {"jan2": 1}


def test_what_was_stored_before_a_fetch_began_is_replaced_whatever_its_clock_said(store: Store) -> None:
    fetch(store, date(1, 1), date(1, 4), NOON + 9999 * HOUR, ABSENT, jan2=9)
    began = store.table_version(EMBEDDINGS, Width.DAY)

    fetch(store, date(1, 1), date(1, 4), NOON, began, jan2=1)

    assert kept(store) == {"jan2": 1}


def test_rows_of_a_store_that_said_nothing_of_their_fetch_are_replaced(store: Store) -> None:
    put(store, date(1, 1), date(1, 4), jan2=9)

    fetch(store, date(1, 1), date(1, 4), NOON, ABSENT, jan2=1)

    assert kept(store) == {"jan2": 1}


def test_widths_are_kept_apart(store: Store) -> None:
    put(store, date(1, 1), date(2, 1), jan2=1)

    assert len(store.files(EMBEDDINGS, Width.DAY)) == 1
    assert store.files(EMBEDDINGS, Width.HOUR) == []


def test_a_window_needs_the_files_of_its_months_only(store: Store) -> None:
    put(store, date(1, 1), date(3, 1), jan2=1, feb3=2)

    held = sorted(store.files(EMBEDDINGS, Width.DAY))

    assert store.files(EMBEDDINGS, Width.DAY, Window(date(1, 31), date(2, 1))) == held[:1]
    assert sorted(store.files(EMBEDDINGS, Width.DAY, Window(date(1, 1), date(2, 2)))) == held
    assert store.files(EMBEDDINGS, Width.DAY, Window(date(3, 1), date(3, 2))) == []


def test_hours_are_replaced_by_day(store: Store) -> None:
    def hours(day: int, *counts: int) -> pa.Table:
        rows = [
            {
                "start": dt.datetime(2026, 1, day, n, tzinfo=dt.UTC),
                "input_tokens": c,
                "day": f"2026-01-{day:02}",
            }
            for n, c in enumerate(counts)
        ]
        return pa.Table.from_pylist(rows, schema(EMBEDDINGS, Width.HOUR))

    both = Window(date(1, 2), date(1, 4))
    store.replace(EMBEDDINGS, Width.HOUR, both, pa.concat_tables([hours(2, 1, 2), hours(3, 3)]))
    store.replace(EMBEDDINGS, Width.HOUR, Window(date(1, 2), date(1, 3)), hours(2, 7))

    rows = store.rows(EMBEDDINGS, Width.HOUR, both, ["input_tokens"])
    assert sorted(rows["input_tokens"].to_pylist()) == [3, 7]


def test_money_comes_back_exact(store: Store) -> None:
    row = {"start": NOON, "cost_usd": Decimal("0.000004500000000001"), "month": "2026-01"}
    window = Window(date(1, 20), date(1, 21))

    store.replace(COSTS, Width.DAY, window, pa.Table.from_pylist([row], schema(COSTS)))

    assert store.rows(COSTS, Width.DAY, window, ["cost_usd"]).to_pylist() == [
        {"cost_usd": Decimal("0.000004500000000001")}
    ]


def test_a_column_that_is_newer_than_the_table_is_null_in_old_rows(store: Store, tmp_path: Path) -> None:
    old = tokens(jan2=1).drop_columns("user_id")
    table = store._table(EMBEDDINGS, Width.DAY)
    table.columns = old.schema
    table.append(old)

    fresh = Store(str(tmp_path / "not" / "there" / "yet"))
    columns = ["input_tokens", "user_id"]
    january = Window(date(1, 1), date(2, 1))
    assert fresh.rows(EMBEDDINGS, Width.DAY, january, columns).to_pylist() == [
        {"input_tokens": 1, "user_id": None}
    ]
    put(fresh, date(1, 3), date(1, 4), jan3=2)
    assert kept(fresh) == {"jan2": 1, "jan3": 2}


def test_coverage_is_what_was_recorded_last_of_each_day(store: Store) -> None:
    store.mark([covered(date(1, 1), date(1, 4), NOON)])
    store.mark([covered(date(1, 3), date(1, 5), NOON + HOUR)])
    store.mark([covered(date(1, 2), date(1, 3), NOON - HOUR)])

    assert store.coverage(EMBEDDINGS, Width.DAY) == {
        date(1, 1): NOON,
        date(1, 2): NOON - HOUR,
        date(1, 3): NOON + HOUR,
        date(1, 4): NOON + HOUR,
    }


def test_what_another_process_recorded_meanwhile_comes_before(store: Store) -> None:
    store.mark([covered(date(1, 1), date(1, 2), NOON)])
    Store(store.uri).mark([covered(date(1, 1), date(1, 2), NOON + HOUR)])

    store.mark([covered(date(1, 1), date(1, 2), NOON + HOUR / 2)])

    assert Store(store.uri).coverage(EMBEDDINGS, Width.DAY) == {date(1, 1): NOON + HOUR / 2}


def test_a_logs_version_changes_with_its_own_entries_only(store: Store) -> None:
    empty = store.log_versions("coverage", "notes")
    store.mark([covered(date(1, 1), date(1, 2), NOON)])
    marked = store.log_versions("coverage", "notes")

    assert empty[0] != marked[0]
    assert empty[1] == marked[1]
    assert Store(store.uri).log_versions("coverage", "notes") == marked


def test_a_tables_version_changes_with_its_own_rows_only(store: Store) -> None:
    before = [store.table_version(s, Width.DAY) for s in (EMBEDDINGS, COSTS)]
    put(store, date(1, 1), date(2, 1), jan2=1)
    store.write_note(note("deploy"), NOON)

    after = [store.table_version(s, Width.DAY) for s in (EMBEDDINGS, COSTS)]
    assert before[0] != after[0]
    assert before[1] == after[1]


def test_another_store_on_the_same_folder_is_seen(store: Store) -> None:
    other = Store(store.uri)
    put(store, date(1, 1), date(2, 1), jan2=1)
    assert kept(other) == {"jan2": 1}

    put(store, date(1, 1), date(2, 1), jan2=5)
    assert kept(other) == {"jan2": 5}
    assert other.files(EMBEDDINGS, Width.DAY) == store.files(EMBEDDINGS, Width.DAY)


def test_a_folder_that_was_deleted_meanwhile_is_an_empty_store(store: Store, tmp_path: Path) -> None:
    put(store, date(1, 1), date(2, 1), jan2=1)
    Path(store.uri).rename(tmp_path / "away")

    assert kept(store) == {}
    put(store, date(1, 1), date(2, 1), jan3=3)
    assert kept(store) == {"jan3": 3}


def revision(new: int, seen_at: dt.datetime) -> Revision:
    return Revision("embeddings", Width.DAY, date(1, 2), "input_tokens", 5, new, NOON, seen_at)


def test_a_revision_seen_twice_is_listed_once(store: Store) -> None:
    store.revise([revision(7, NOON + HOUR)])
    store.revise([revision(7, NOON + 2 * HOUR), revision(8, NOON + 3 * HOUR)])

    listed = [(r["old"], r["new"], r["seen_at"]) for r in store.revisions().to_pylist()]
    assert listed == [(5, 8, NOON + 3 * HOUR), (5, 7, NOON + HOUR)]


def test_names_keep_when_they_were_first_and_last_seen(store: Store) -> None:
    alpha = Name("project", "proj_a", "Alpha")
    store.merge_names([alpha, Name("api_key", "key_1", "CI")], NOON)
    store.merge_names([alpha], NOON + dt.timedelta(days=2))

    assert sorted(store.names(), key=lambda n: n.id) == [
        Name("api_key", "key_1", "CI", first_seen=NOON, last_seen=NOON),
        Name("project", "proj_a", "Alpha", first_seen=NOON, last_seen=NOON + dt.timedelta(days=2)),
    ]


def note(text: str, *, removed: bool = False) -> Note:
    return Note("note-1", date(1, 2), date(1, 3), text, "", NOON, removed)


def test_a_note_written_again_replaces_the_earlier_one(store: Store) -> None:
    earlier = Note("note-2", date(1, 1), date(1, 1), "deploy", "spend:project:proj_a:2026-01-01", NOON)
    store.write_note(note("migratoin"), NOON)
    store.write_note(earlier, NOON)

    store.write_note(note("migration"), NOON + HOUR)

    assert [n.text for n in Store(store.uri).notes()] == ["deploy", "migration"]


def test_what_is_written_later_wins_however_coarse_or_late_the_clock(store: Store) -> None:
    for text, at in (("first", NOON), ("second", NOON), ("third", NOON - HOUR)):
        store.write_note(note(text), at)

    (kept,) = store.notes()
    assert (kept.text, kept.written_at) == ("third", NOON + dt.timedelta(microseconds=2))


def test_a_removed_note_is_not_listed(store: Store) -> None:
    store.write_note(note("migration"), NOON)

    store.write_note(note("migration", removed=True), NOON + HOUR)

    assert store.notes() == ()


def test_a_changed_name_takes_the_old_ones_place(store: Store) -> None:
    store.merge_names([Name("project", "proj_a", "Alpha")], NOON)
    store.merge_names([Name("project", "proj_a", "Beta", archived=True)], NOON + HOUR)

    assert store.names() == [
        Name("project", "proj_a", "Beta", archived=True, first_seen=NOON, last_seen=NOON + HOUR)
    ]


def test_the_same_id_of_two_kinds_is_two_names(store: Store) -> None:
    store.merge_names([Name("user", "x", "One"), Name("service_account", "x", "One")], NOON)

    assert len(store.names()) == 2


def test_names_seen_again_within_a_day_are_not_written_again(store: Store) -> None:
    store.merge_names([Name("project", "proj_a", "Alpha")], NOON)
    version = store.log_versions("names")

    store.merge_names([Name("project", "proj_a", "Alpha")], NOON + HOUR)

    assert store.log_versions("names") == version


def test_logs_are_folded_when_they_grow(store: Store) -> None:
    for n in range(22):
        store.mark([covered(date(1, 1), date(1, 2), NOON + n * HOUR)])
        store.merge_names([Name("project", "proj_a", f"Alpha {n}")], NOON + n * HOUR)
        store.remember([replace(LOOKBACK, learned_at=NOON + n * HOUR)], NOON + DAY)
        store.revise([revision(n, NOON)])
        store.tidy()

    assert store.coverage(EMBEDDINGS, Width.DAY) == {date(1, 1): NOON + 21 * HOUR}
    assert [(n.name, n.first_seen, n.last_seen) for n in store.names()] == [
        ("Alpha 21", NOON, NOON + 21 * HOUR)
    ]
    assert store.refusals() == (replace(LOOKBACK, learned_at=NOON + 21 * HOUR),)
    assert store.revisions().num_rows == 22
    folders = [path for path in Path(store.uri).iterdir() if path.is_dir()]
    assert len(folders) == 4
    assert all(len(list(folder.glob("*.parquet"))) < 50 for folder in folders)


def test_tidying_what_is_tidy_changes_nothing(store: Store) -> None:
    put(store, date(1, 1), date(2, 1), jan2=1)
    store.mark([covered(date(1, 1), date(2, 1), NOON)])
    before = store.log_versions("coverage"), store.files(EMBEDDINGS, Width.DAY)

    store.tidy()

    assert (store.log_versions("coverage"), store.files(EMBEDDINGS, Width.DAY)) == before


def test_tidying_keeps_every_row(store: Store) -> None:
    for day in range(1, 29):
        put(store, date(2, day), date(2, day) + dt.timedelta(days=1), **{f"feb{day}": day})

    store.tidy()

    assert kept(store) == {f"feb{day}": day for day in range(1, 29)}
    assert len(store.files(EMBEDDINGS, Width.DAY)) == 1


def together(actions: Iterable[Any]) -> None:
    threads = [threading.Thread(target=action) for action in actions]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def test_threads_may_write_and_read_at_once(store: Store) -> None:
    stores = [store, store, Store(store.uri), Store(store.uri)]

    def write(nth: int) -> None:
        for day in range(1 + nth * 5, 4 + nth * 5):
            put(stores[nth], date(1, day), date(1, day) + dt.timedelta(days=1), **{f"jan{day}": day})
            stores[nth].mark([covered(date(1, day), date(1, day) + dt.timedelta(days=1), NOON)])
            stores[nth].coverage(EMBEDDINGS, Width.DAY)

    together(lambda nth=nth: write(nth) for nth in range(4))  # type: ignore[misc]

    days = [d for nth in range(4) for d in range(1 + nth * 5, 4 + nth * 5)]
    assert kept(store) == {f"jan{day}": day for day in days}
    assert sorted(store.coverage(EMBEDDINGS, Width.DAY)) == [date(1, day) for day in days]


@pytest.mark.parametrize(
    "failure",
    [
        OSError(errno.ENOSPC, "No space left on device"),
        OSError("Generic LocalFileSystem error: Unable to copy: No space left on device (os error 28)"),
    ],
)
def test_a_full_disk_is_said_and_loses_nothing(
    store: Store, monkeypatch: pytest.MonkeyPatch, failure: OSError
) -> None:
    put(store, date(1, 1), date(2, 1), jan2=1)

    def full(*_args: Any, **_kwargs: Any) -> None:
        raise failure

    monkeypatch.setattr("lib.store.delta.write_deltalake", full)
    with pytest.raises(StoreError, match=r"^The disk is full: .*/embeddings/day could"):
        put(store, date(1, 1), date(2, 1), jan2=5)
    assert kept(store) == {"jan2": 1}


def test_a_folder_that_cannot_be_made_is_said() -> None:
    store = Store("/proc/nowhere")

    with pytest.raises(StoreError, match=r"^This account may not write to /proc/nowhere/embeddings/day\. "):
        put(store, date(1, 1), date(2, 1), jan2=5)


def test_a_damaged_table_is_said(store: Store) -> None:
    put(store, date(1, 1), date(2, 1), jan2=5)
    log = Path(store.uri) / "embeddings" / "day" / "_delta_log" / f"{0:020}.json"
    log.write_text("{garbage")

    with pytest.raises(
        StoreError, match=r"^The table .*/embeddings/day cannot be read or written \("
    ) as said:
        Store(store.uri).files(EMBEDDINGS, Width.DAY)
    assert "\n" not in str(said.value)


def test_a_commit_that_always_loses_is_given_up(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    from deltalake.exceptions import CommitFailedError

    def lost(*_args: Any, **_kwargs: Any) -> None:
        raise CommitFailedError("a concurrent transaction added new data")

    pauses: list[float] = []
    monkeypatch.setattr("lib.store.delta.write_deltalake", lost)
    monkeypatch.setattr("lib.store.delta.time.sleep", pauses.append)
    with pytest.raises(StoreError, match="Other processes kept changing"):
        put(store, date(1, 1), date(2, 1), jan2=5)
    assert len(pauses) == 19


def test_only_the_rows_of_the_window_are_read(store: Store) -> None:
    put(store, date(1, 1), date(3, 1), jan1=1, jan2=2, jan3=3, jan31=4, feb1=5)

    def read(first: dt.date, end: dt.date) -> list[int]:
        rows = store.rows(EMBEDDINGS, Width.DAY, Window(first, end), ["input_tokens"])
        found: list[int] = rows["input_tokens"].to_pylist()
        return sorted(found)

    assert read(date(1, 2), date(1, 3)) == [2]
    assert read(date(1, 1), date(1, 3)) == [1, 2]
    assert read(date(1, 3), date(2, 2)) == [3, 4, 5]
    assert read(date(2, 2), date(3, 1)) == []


def test_limits_are_those_of_the_latest_reading(store: Store) -> None:
    limit = SpendLimit(LimitKind.LIMIT, "proj_a", Decimal(500), True)
    assert store.limits() == LimitList()
    store.write_limits(LimitList((limit,), ("no alerts",)), NOON)

    assert Store(store.uri).limits() == LimitList((limit,), ("no alerts",), NOON)


def test_budgets_and_quantities_are_recorded_when_they_were_written(store: Store) -> None:
    store.write_budget(Budget("", "", Decimal(100), "Ada"), NOON)
    store.write_budget(Budget("", "", Decimal(100), "Ada", removed=True), NOON)
    store.write_quantities([Quantity("tickets", date(1, day), Decimal(day), "Ada") for day in (2, 1)], NOON)

    other = Store(store.uri)
    assert [(b.removed, b.written_at) for b in other.budgets()] == [
        (False, NOON),
        (True, NOON + dt.timedelta(microseconds=1)),
    ]
    assert [(q.day, q.quantity, q.written_at) for q in other.quantities()] == [
        (date(1, 1), 1, NOON),
        (date(1, 2), 2, NOON),
    ]


def test_decisions_and_checks_are_recorded_when_they_were_made(store: Store) -> None:
    saving = ("batch:p:k:", DecisionState.PLANNED, "Send it as batches", "p", "k", "", Decimal(9))
    decision = Decision(*saving, date(1, 1), date(1, 29), "Ada")
    store.write_decision(decision, NOON)
    store.write_decision(replace(decision, state=DecisionState.DONE), NOON)
    store.write_statement_check(StatementCheck("2026-01", Decimal(7), "Ada"), NOON)

    other = Store(store.uri)
    (held,) = other.decisions()
    assert (held.state, held.written_at) == (DecisionState.DONE, NOON + dt.timedelta(microseconds=1))
    assert other.statement_checks() == (StatementCheck("2026-01", Decimal(7), "Ada", NOON),)
    store.write_decision(replace(decision, state=DecisionState.DROPPED), NOON)
    assert Store(store.uri).decisions() == ()


def test_coverage_is_the_callers_own(store: Store) -> None:
    store.mark([covered(date(1, 1), date(1, 2), NOON)])
    store.coverage("embeddings", Width.DAY).clear()

    assert store.coverage("embeddings", Width.DAY) == {date(1, 1): NOON}


def test_a_slash_at_the_end_of_the_address_is_the_same_store(store: Store) -> None:
    assert Store(f"{store.uri}/").uri == store.uri


def test_what_cannot_be_tidied_stays_as_it_is(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    for n in range(21):
        store.mark([covered(date(1, 1), date(1, 2), NOON + n * HOUR)])

    def full(*_args: Any, **_kwargs: Any) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("lib.store.delta.write_deltalake", full)
    store.tidy()

    assert store.coverage(EMBEDDINGS, Width.DAY) == {date(1, 1): NOON + 20 * HOUR}

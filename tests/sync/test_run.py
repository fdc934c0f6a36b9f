import datetime as dt
import threading
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any, cast

import pyarrow as pa
import pytest

from lib.catalog.schemas import schema
from lib.catalog.sources import COSTS, SOURCES, Source
from lib.engine.execution import answer
from lib.engine.question import Question
from lib.errors import AppError, StoreError
from lib.openai_admin import AdminClient, Part
from lib.openai_admin.name_lists import Name, NameList
from lib.openai_admin.refusals import Refusal, RefusalKind
from lib.periods.widths import Width
from lib.periods.windows import Window
from lib.settings import Settings
from lib.store.records.coverage import Covered
from lib.store.usage_store import Store
from lib.sync.names_and_limits import sync_names
from lib.sync.plan import Need, Plan, label, names_due, plan
from lib.sync.report import Progress, Report, SourceReport
from lib.sync.run import ensure, run
from lib.sync.scheduling import Limits
from tests.loopback import Request, Response, error
from tests.tiny_api import TinyApi

NOW = dt.datetime(2026, 1, 20, 12, tzinfo=dt.UTC)
HOUR = dt.timedelta(hours=1)
DAY = dt.timedelta(days=1)
SETTLE = dt.timedelta(days=3)
REFRESH = dt.timedelta(minutes=10)


def jan(day: int) -> dt.date:
    return dt.date(2026, 1, day)


def need(first: int, end: int, source: str = "embeddings", width: Width = Width.DAY) -> Need:
    return Need(source, width, Window(jan(first), jan(end)))


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(str(tmp_path / "store"))


@pytest.fixture
def api() -> Iterator[TinyApi]:
    with TinyApi() as server:
        yield server


def planned(store: Store, *needs: Need, now: dt.datetime = NOW) -> Plan:
    return plan(store, needs, now=now, settle=SETTLE, refresh=REFRESH)


def mark(store: Store, first: int, end: int, fetched_at: dt.datetime) -> None:
    store.mark([Covered("embeddings", Width.DAY, jan(first), jan(end), fetched_at)])


def sync(client: Any, store: Store, *needs: Need, now: dt.datetime = NOW, **options: Any) -> Report:
    return run(client, store, needs, now=now, limits=Limits(4), **options)


def total(store: Store, source: str = "embeddings", metric: str = "input_tokens") -> Any:
    window = Window(dt.date(2025, 1, 1), dt.date(2027, 1, 1))
    return answer(store, Question(source, window, metrics=(metric,))).to_pylist()[0][metric]


def test_days_never_fetched_are_missing_in_one_window(store: Store) -> None:
    assert planned(store, need(1, 11)) == Plan(missing=(need(1, 11),))


def test_a_window_longer_than_an_answer_is_cut(store: Store) -> None:
    year = Need("embeddings", Width.DAY, Window(dt.date(2025, 11, 1), jan(11)))

    assert [n.window.days for n in planned(store, year).missing] == [31, 31, 9]


def test_hours_are_cut_by_the_week(store: Store) -> None:
    assert [n.window.days for n in planned(store, need(1, 11, width=Width.HOUR)).missing] == [7, 3]


def test_days_to_come_are_not_asked(store: Store) -> None:
    assert planned(store, need(19, 31)) == Plan(missing=(need(19, 21),))


def test_the_longest_windows_come_first(store: Store) -> None:
    wanted = planned(store, need(1, 2), need(1, 2, "completions"), need(1, 2, "costs"))

    assert [n.source for n in wanted.missing] == ["costs", "completions", "embeddings"]


def test_a_width_that_a_source_does_not_offer_is_not_asked(store: Store) -> None:
    assert planned(store, need(1, 5, "costs", Width.HOUR)) == Plan()


def test_a_settled_day_is_never_asked_again(store: Store) -> None:
    mark(store, 1, 2, dt.datetime(2026, 1, 5, tzinfo=dt.UTC))

    assert planned(store, need(1, 2), now=NOW + 300 * DAY) == Plan()


def test_a_day_fetched_before_it_settled_is_stale_after_the_refresh_time(store: Store) -> None:
    fetched_at = dt.datetime(2026, 1, 4, 23, 59, 59, tzinfo=dt.UTC)
    mark(store, 1, 2, fetched_at)

    assert planned(store, need(1, 2), now=fetched_at + REFRESH) == Plan(stale=(need(1, 2),))


def test_a_provisional_day_is_not_asked_before_the_refresh_time(store: Store) -> None:
    mark(store, 20, 21, NOW)

    assert planned(store, need(20, 21), now=NOW + REFRESH - dt.timedelta(seconds=1)) == Plan()


def test_missing_and_stale_days_are_told_apart(store: Store) -> None:
    mark(store, 17, 19, NOW - HOUR)

    assert planned(store, need(15, 21)) == Plan(missing=(need(15, 17), need(19, 21)), stale=(need(17, 19),))


def test_days_before_the_history_are_not_asked(store: Store) -> None:
    store.remember(
        [Refusal("embeddings", RefusalKind.LOOKBACK, "too far back", NOW - 90 * DAY, until=jan(5))],
        NOW,
    )

    assert planned(store, need(1, 8)) == Plan(missing=(need(5, 8),))


@pytest.mark.parametrize(
    "kind", [RefusalKind.FLOOR, RefusalKind.DIMENSION, RefusalKind.COMBINATION, RefusalKind.SCOPE]
)
def test_only_a_lookback_refusal_takes_days_out_of_a_plan(store: Store, kind: RefusalKind) -> None:
    store.remember([Refusal("embeddings", kind, "no", NOW, "user_id", until=jan(5))], NOW)
    store.remember([Refusal("costs", RefusalKind.LOOKBACK, "too far back", NOW, until=jan(5))], NOW)

    assert planned(store, need(1, 8)) == Plan(missing=(need(1, 8),))


def test_an_unknown_endpoint_is_asked_again_after_a_day(store: Store) -> None:
    store.remember([Refusal("embeddings", RefusalKind.ENDPOINT, "not found", NOW)], NOW)

    assert planned(store, need(1, 8), now=NOW + 23 * HOUR) == Plan()
    assert planned(store, need(1, 8), now=NOW + 25 * HOUR) == Plan(missing=(need(1, 8),))


@pytest.mark.parametrize(
    ("wanted", "words"),
    [
        (need(1, 2), "Embeddings, 1 Jan 2026"),
        (need(1, 11), "Embeddings, 1–10 Jan 2026"),
        (Need("costs", Width.DAY, Window(jan(30), dt.date(2026, 2, 2))), "Costs, 30 Jan – 1 Feb 2026"),
        (Need("costs", Width.DAY, Window(dt.date(2025, 12, 30), jan(3))), "Costs, 30 Dec 2025 – 2 Jan 2026"),
    ],
)
def test_windows_are_named_in_words(wanted: Need, words: str) -> None:
    assert label(wanted) == words


def test_what_was_fetched_is_stored_and_recorded(api: TinyApi, store: Store) -> None:
    api.put("embeddings", jan(1), {"input_tokens": 5, "model": "a"}, {"input_tokens": 7, "model": "b"})
    api.put("costs", jan(2), {"amount": {"value": "0.000004500000000000001", "currency": "usd"}})

    report = sync(api.client(), store, need(1, 3), need(1, 3, "costs"))

    assert (total(store), total(store, "costs", "cost_usd")) == (12, Decimal("0.000004500000000000"))
    assert store.coverage("embeddings", Width.DAY) == {jan(1): NOW, jan(2): NOW}
    assert store.coverage("costs", Width.DAY) == {jan(1): NOW, jan(2): NOW}
    assert {n: (s.requests, s.rows) for n, s in report.sources.items()} == {
        "embeddings": (1, 2),
        "costs": (1, 1),
    }
    assert (report.failures, report.notes) == ({}, {})


def test_rows_that_vanished_or_moved_are_gone_after_the_next_sync(api: TinyApi, store: Store) -> None:
    api.put("embeddings", jan(1), {"input_tokens": 5, "model": "a"}, {"input_tokens": 7, "model": "b"})
    api.put("embeddings", jan(2), {"input_tokens": 1})
    sync(api.client(), store, need(1, 3))

    api.put("embeddings", jan(1), {"input_tokens": 7, "model": "c"})
    api.put("embeddings", jan(2))
    sync(api.client(), store, need(1, 3))

    window = Window(jan(1), jan(3))
    assert answer(store, Question("embeddings", window, by=("model",))).to_pylist() == [
        {"model": "c", "input_tokens": 7, "num_model_requests": 0}
    ]


def test_progress_is_told_from_the_calling_thread(api: TinyApi, store: Store) -> None:
    told: list[Progress] = []
    threads = set()

    def tell(progress: Progress) -> None:
        told.append(progress)
        threads.add(threading.current_thread())

    sync(api.client(), store, need(1, 3), need(3, 5), progress=tell)

    assert told[0] == Progress(0, 4, "Embeddings, 3–4 Jan 2026")
    assert told[-1] == Progress(4, 4, "")
    assert threads == {threading.current_thread()}


def revisions(store: Store) -> list[tuple[Any, ...]]:
    columns = ("source", "day", "metric", "old", "new", "first_fetched_at", "seen_at")
    return [tuple(row[c] for c in columns) for row in store.revisions().to_pylist()]


def test_a_total_that_changed_after_the_day_had_ended_is_a_revision(api: TinyApi, store: Store) -> None:
    api.put("embeddings", jan(18), {"input_tokens": 5, "num_model_requests": 1})
    sync(api.client(), store, need(17, 21))
    api.put(
        "embeddings",
        jan(18),
        {"input_tokens": 4, "num_model_requests": 1, "model": "late"},
        {"input_tokens": 2},
    )

    sync(api.client(), store, need(17, 21), now=NOW + HOUR)
    sync(api.client(), store, need(17, 21), now=NOW + 2 * HOUR)

    assert revisions(store) == [("embeddings", jan(18), "input_tokens", 5, 6, NOW, NOW + HOUR)]


def test_rows_that_only_moved_are_no_revision(api: TinyApi, store: Store) -> None:
    api.put("embeddings", jan(18), {"input_tokens": 5, "model": "a"})
    sync(api.client(), store, need(18, 19))
    api.put("embeddings", jan(18), {"input_tokens": 5, "model": "b"})

    sync(api.client(), store, need(18, 19), now=NOW + HOUR)

    assert revisions(store) == []


def test_a_day_that_was_still_running_is_not_revised(api: TinyApi, store: Store) -> None:
    api.put("embeddings", jan(20), {"input_tokens": 5})
    sync(api.client(), store, need(20, 21))
    api.put("embeddings", jan(20), {"input_tokens": 50})

    sync(api.client(), store, need(20, 21), now=NOW + HOUR)

    assert (total(store), revisions(store)) == (50, [])


def row(slice_: str, value: str) -> dict[str, Any]:
    return {"slice": slice_, "cost_usd": Decimal(value), "start": NOW.replace(day=18), "month": "2026-01"}


class FixedParts:
    """A client that answers with the parts it was given."""

    refusals: tuple[Refusal, ...] = ()
    requests_made: Mapping[str, int] = {}

    def __init__(self, *parts: tuple[str, str]) -> None:
        self.parts = parts

    def know(self, refusals: Iterable[Refusal]) -> None:
        pass

    def fetch(self, source: Source, _width: Width, window: Window) -> list[Part]:
        return [
            Part(window, slice_, (), pa.Table.from_pylist([row(slice_, value)], schema(source)))
            for slice_, value in self.parts
        ]

    def fetch_names(self) -> NameList:
        return NameList(())


def test_a_day_that_a_clock_ahead_of_time_fetched_before_its_end_is_not_revised(
    api: TinyApi, store: Store
) -> None:
    api.put("embeddings", jan(20), {"input_tokens": 5})
    sync(api.client(), store, need(20, 21), now=NOW + 9 * DAY)
    api.put("embeddings", jan(20), {"input_tokens": 6})

    sync(api.client(), store, need(20, 21), now=NOW)

    assert (total(store), revisions(store)) == (6, [])


def test_of_two_slices_only_one_counts_for_a_revision(store: Store) -> None:
    sync(FixedParts(("whole", "5.5")), store, need(18, 19, "costs"))
    sync(FixedParts(("projects", "5.5"), ("users", "5.5")), store, need(18, 19, "costs"), now=NOW + HOUR)
    assert revisions(store) == []

    sync(FixedParts(("projects", "5"), ("users", "5")), store, need(18, 19, "costs"), now=NOW + 2 * HOUR)
    assert revisions(store) == [("costs", jan(18), "cost_usd", Decimal("5.5"), 5, NOW + HOUR, NOW + 2 * HOUR)]


def test_days_that_the_api_no_longer_serves_stay_as_they_were(api: TinyApi, store: Store) -> None:
    api.put("embeddings", jan(1), {"input_tokens": 5})
    api.put("embeddings", jan(3), {"input_tokens": 6})
    sync(api.client(), store, need(1, 5))

    store.remember([Refusal("embeddings", RefusalKind.LOOKBACK, "old", NOW, until=jan(3))], NOW)
    api.put("embeddings", jan(1))
    report = sync(api.client(), store, need(1, 5), now=NOW + HOUR)

    assert total(store) == 11
    assert store.coverage("embeddings", Width.DAY) == {
        jan(1): NOW,
        jan(2): NOW,
        jan(3): NOW + HOUR,
        jan(4): NOW + HOUR,
    }
    assert report.failures == {}


def failing(source: str, response: Response) -> TinyApi:
    return TinyApi(lambda _nth, asked: response if asked == source else None)


def windows_of(api: TinyApi, length: int, refusal: Response) -> list[int]:
    """Let `api` answer windows of at most `length` days, and return the days of each that is asked for."""
    lengths: list[int] = []

    def answered(request: Request) -> Response:
        days = (request.number("end_time") - request.number("start_time")) // 86400
        lengths.append(days)
        return refusal if days > length else api.answer(request)

    api.instead = answered
    return lengths


@pytest.mark.parametrize(
    "refusal",
    [
        error(504, "Gateway timeout"),
        error(500, "oops"),
        error(413, "Too large"),
        Response({"data": [1, 2]}, cut=9),
    ],
    ids=["504", "500", "413", "cut short"],
)
def test_windows_that_are_too_much_are_asked_for_in_halves(store: Store, refusal: Response) -> None:
    with TinyApi() as api:
        lengths = windows_of(api, 7, refusal)
        for day in range(1, 29):
            api.put("embeddings", jan(day), {"input_tokens": day})
        report = run(
            api.client(), store, [need(1, 29)], now=dt.datetime(2026, 2, 9, tzinfo=dt.UTC), limits=Limits(1)
        )

    assert (report.failures, total(store)) == ({}, sum(range(1, 29)))
    assert list(dict.fromkeys(lengths)) == [28, 1, 27, 13, 6, 4, 3, 5]


def test_an_answer_larger_than_the_memory_allows_is_asked_for_by_the_day(store: Store) -> None:
    rows = [{"input_tokens": 1, "project_id": f"proj_{nth}"} for nth in range(100)]
    with TinyApi() as api:
        lengths = windows_of(api, 31, error(500, "never sent"))
        for day in range(1, 11):
            api.put("embeddings", jan(day), *rows)
        report = run(
            api.client(largest=30_000), store, [need(1, 11)], now=NOW, limits=Limits(1, memory=120_000)
        )

    assert (report.failures, total(store)) == ({}, 1000)
    assert lengths[:2] == [10, 1]


def test_a_day_that_is_too_large_is_named_with_the_setting(store: Store) -> None:
    with TinyApi() as api:
        api.put("embeddings", jan(1), {"input_tokens": 1, "project_id": "p" * 9000})
        report = run(api.client(largest=5000), store, [need(1, 2)], now=NOW, limits=Limits(1))

    assert list(report.failures) == ["embeddings"]
    assert "the most that is read; raise [sync] memory_mb." in report.failures["embeddings"]


@pytest.mark.parametrize(
    "response",
    [
        error(500, "oops"),
        Response("<html>", 500),
        error(429, "slow down"),
        Response(drop=True),
        Response({"data": 7}),
    ],
)
def test_a_source_that_fails_does_not_sink_the_others(store: Store, response: Response) -> None:
    with failing("costs", response) as api:
        api.put("embeddings", jan(1), {"input_tokens": 5})

        report = sync(api.client(), store, need(1, 2, "costs"), need(1, 2))

    assert total(store) == 5
    assert list(report.failures) == ["costs"]
    assert store.coverage("costs", Width.DAY) == {}


def test_the_windows_of_a_failing_source_that_arrived_are_stored(store: Store) -> None:
    with TinyApi() as api:
        client = api.client(attempts=1)
        api.put("embeddings", jan(1), {"input_tokens": 5})
        answers: Iterator[Response | None] = iter([None, error(500, "oops"), None])
        api.before = lambda _nth, _source: next(answers)
        report = run(client, store, [need(1, 2), need(2, 3), need(3, 4)], now=NOW, limits=Limits(1))

    assert sorted(store.coverage("embeddings", Width.DAY)) == [jan(1), jan(3)]
    assert list(report.failures) == ["embeddings"]
    assert report.sources["embeddings"].rows == 1


def test_what_has_arrived_is_stored_while_other_windows_are_on_their_way(api: TinyApi, store: Store) -> None:
    free = threading.Event()
    stored: list[list[dt.date]] = []
    api.put("embeddings", jan(1), {"input_tokens": 5})

    def hold_costs(_nth: int, source: str) -> None:
        if source == "costs":
            free.wait(5)

    def note(progress: Progress) -> None:
        if progress.done == 1 and not stored:
            stored.append(list(store.coverage("embeddings", Width.DAY)))
            free.set()

    api.before = hold_costs
    sync(api.client(), store, need(1, 2), need(1, 2, "costs"), progress=note)

    assert stored == [[jan(1)]]


def test_a_wrong_key_ends_the_sync(store: Store, api: TinyApi) -> None:
    client = AdminClient("sk-admin-wrong", api.base_url)

    report = run(
        client,
        store,
        [need(d, d + 1, s) for s in ("costs", "embeddings") for d in range(1, 9)],
        now=NOW,
        limits=Limits(1),
    )

    assert list(report.failures) == ["costs", "embeddings"]
    assert len(api.asked) == 1


def test_a_missing_scope_ends_only_its_source(store: Store) -> None:
    message = "You have insufficient permissions for this operation. Missing scopes: api.usage.read."
    with failing("costs", error(403, message, code=None)) as api:
        needs = [need(d, d + 1, s) for s in ("costs", "embeddings") for d in (1, 2, 3)]
        report = run(api.client(), store, needs, now=NOW, limits=Limits(1))

    assert list(report.failures) == ["costs"]
    assert api.asked.count("costs") == 1
    assert api.asked.count("embeddings") == 3


def test_an_endpoint_that_is_unknown_is_a_note_and_remembered(store: Store) -> None:
    with failing("decisions", error(404, "Not found")) as api:
        client = api.client(now=lambda: NOW)
        report = sync(client, store, need(1, 2, "decisions"), need(1, 2))

        assert report.failures == {}
        assert list(report.notes) == ["decisions"]
        assert [(r.source, r.kind) for r in store.refusals()] == [("decisions", RefusalKind.ENDPOINT)]
        assert planned(store, need(1, 2, "decisions")) == Plan()


def test_faults_on_the_way_leave_exact_totals(store: Store) -> None:
    faults = {
        0: error(429, "slow down", headers={"Retry-After": "1"}),
        1: Response("<html>oops</html>", 500),
        2: Response(drop=True),
        3: Response({"object": "page", "data": [], "has_more": False, "next_page": None}, cut=10),
        5: error(429, "slow down"),
        7: error(503, "busy"),
    }
    with TinyApi(lambda nth, _source: faults.get(nth)) as api:
        for day in range(1, 11):
            api.put("embeddings", jan(day), {"input_tokens": 10**day})
            api.put("costs", jan(day), {"amount": {"value": "0.1"}})
        needs = [need(d, d + 1, s) for s in ("costs", "embeddings") for d in range(1, 11)]

        more_than_faults = len(faults) + 1  # for all of them may meet one request
        report = sync(api.client(attempts=more_than_faults), store, *needs)

    assert report.failures == {}
    assert (total(store), total(store, "costs", "cost_usd")) == (11_111_111_110, Decimal(1))
    assert (report.sources["costs"].requests + report.sources["embeddings"].requests) == 26


def test_a_slow_sync_leaves_the_days_that_a_newer_one_stored_meanwhile(api: TinyApi, store: Store) -> None:
    for day in (1, 2, 3):
        api.put("embeddings", jan(day), {"input_tokens": 5})
    newer = Store(store.uri)

    def overtake(nth: int, _source: str) -> None:
        if nth == 0:  # answered with what is there now, but only after the newer sync has stored its day
            held = {day: list(rows) for day, rows in api.rows["embeddings"].items()}
            api.put("embeddings", jan(2), {"input_tokens": 70})
            sync(api.client(), newer, need(2, 3), now=NOW + HOUR)
            api.rows["embeddings"] = held

    api.before = overtake
    report = sync(api.client(), store, need(1, 4), now=NOW)

    assert report.failures == {}
    assert total(store) == 80
    assert store.coverage("embeddings", Width.DAY) == {jan(1): NOW, jan(2): NOW + HOUR, jan(3): NOW}
    assert store.revisions().num_rows == 0


def test_a_table_that_cannot_be_written_fails_only_its_source(
    api: TinyApi, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    api.put("embeddings", jan(1), {"input_tokens": 5})
    whole = Store.replace

    def broken(self: Store, source: Source, *args: Any, **options: Any) -> list[Window]:
        if source is COSTS:
            raise StoreError("The table costs/day cannot be read or written.")
        return whole(self, source, *args, **options)

    monkeypatch.setattr(Store, "replace", broken)
    report = sync(api.client(), store, need(1, 2, "costs"), need(1, 2))

    assert report.failures == {"costs": "The table costs/day cannot be read or written."}
    assert total(store) == 5
    assert store.coverage("costs", Width.DAY) == {}


def test_a_damaged_table_fails_only_its_source(api: TinyApi, store: Store) -> None:
    for source in ("costs", "embeddings"):
        api.put(source, jan(1), {"input_tokens": 5})
    sync(api.client(), store, need(1, 2, "costs"), need(1, 2))
    log = Path(store.uri) / "costs" / "day" / "_delta_log"
    for commit in log.glob("*.json"):
        commit.write_text("{garbage")
    api.put("embeddings", jan(1), {"input_tokens": 6})

    again = Store(store.uri)
    report = sync(api.client(), again, need(1, 2, "costs"), need(1, 2), now=NOW + HOUR)

    assert list(report.failures) == ["costs"]
    assert total(again) == 6


def test_a_sync_that_died_between_rows_and_record_is_repeated(
    api: TinyApi, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    api.put("embeddings", jan(1), {"input_tokens": 5})

    def died(_self: Store, _covered: Any) -> None:
        raise StoreError("The disk is full.")

    with monkeypatch.context() as patched:
        patched.setattr(Store, "mark", died)
        with pytest.raises(StoreError, match="The disk is full"):
            sync(api.client(), store, need(1, 2))
    assert planned(store, need(1, 2)) == Plan(missing=(need(1, 2),))

    sync(api.client(), store, need(1, 2))
    assert total(store) == 5
    assert planned(store, need(1, 2)) == Plan()


def test_ensure_fetches_missing_and_stale_days_together(api: TinyApi, store: Store) -> None:
    mark(store, 18, 20, NOW - HOUR)

    ensure(api.client, store, [need(16, 21)], Settings(), now=NOW)

    assert api.asked == ["embeddings"]
    assert set(store.coverage("embeddings", Width.DAY).values()) == {NOW}


def test_ensure_needs_no_client_where_nothing_is_to_do(store: Store) -> None:
    mark(store, 1, 3, NOW)

    def no_client() -> AdminClient:
        raise AssertionError

    assert ensure(no_client, store, [need(1, 3)], Settings(), now=NOW) == Report()


def test_every_source_can_be_synced(api: TinyApi, store: Store) -> None:
    report = sync(api.client(), store, *(need(1, 2, name) for name in SOURCES))

    assert report.failures == {}
    assert set(report.sources) == set(SOURCES)
    assert all(
        isinstance(s, SourceReport) and s.rows == 0 and s.requests == 1 for s in report.sources.values()
    )


def test_a_source_that_was_never_asked_made_no_request(store: Store) -> None:
    with TinyApi(lambda _nth, _source: error(401, "Incorrect API key provided")) as api:
        report = run(api.client(), store, [need(1, 2), need(1, 2, "costs")], now=NOW, limits=Limits(1))

    assert sorted(source.requests for source in report.sources.values()) == [0, 1]


def test_names_are_listed_and_kept(api: TinyApi, store: Store) -> None:
    api.projects = [{"id": "proj_a", "object": "organization.project", "name": "Alpha", "status": "active"}]

    assert sync_names(api.client(), store, now=NOW) == ()

    assert store.names() == [Name("project", "proj_a", "Alpha", first_seen=NOW, last_seen=NOW)]


def test_names_are_due_once_in_a_while(api: TinyApi, store: Store) -> None:
    assert names_due(store, now=NOW, every=HOUR)
    sync_names(api.client(), store, now=NOW)

    assert not names_due(store, now=NOW + HOUR - dt.timedelta(seconds=1), every=HOUR)
    assert names_due(store, now=NOW + HOUR, every=HOUR)


def test_names_that_the_key_may_not_list_are_not_asked_for_a_day(store: Store) -> None:
    store.remember([Refusal("names", RefusalKind.SCOPE, "no", NOW, "api.management.read")], NOW)

    assert not names_due(store, now=NOW + 23 * HOUR, every=HOUR)
    assert names_due(store, now=NOW + 25 * HOUR, every=HOUR)


def test_names_that_cannot_be_listed_at_all_are_said(store: Store) -> None:
    class Offline:
        refusals: tuple[Refusal, ...] = ()

        def know(self, refusals: Iterable[Refusal]) -> None:
            pass

        def fetch_names(self) -> NameList:
            raise AppError("The API is away.")

    assert sync_names(cast("Any", Offline()), store, now=NOW) == ("The API is away.",)

import datetime as dt
from collections.abc import Sequence
from pathlib import Path

from lib.openai_admin.refusals import Refusal, RefusalKind
from lib.periods.widths import Width
from lib.periods.windows import ONE_DAY, Window
from lib.store.records.coverage import NO_ROWS, Covered, DayTotal
from lib.store.usage_store import Store
from lib.sync.history import MEMORY, expiring, go_back, stretches
from lib.sync.plan import Need
from lib.sync.reach import End, Expiring, Reach
from lib.sync.report import Report

NOW = dt.datetime(2026, 11, 20, 12, tzinfo=dt.UTC)
TODAY = NOW.date()
BEGINNING = dt.date(2020, 6, 11)
"""The day on which the API began."""


class Api:
    """Stores every day that it is asked for; those from `begins` to before `ends` have rows."""

    def __init__(self, store: Store, begins: dt.date = dt.date.min, ends: dt.date = dt.date.max) -> None:
        self.store = store
        self.begins = begins
        self.ends = ends
        self.asked: list[tuple[str, Window]] = []
        self.failures: dict[str, str] = {}
        self.notes: dict[str, str] = {}

    def fetch(self, needs: Sequence[Need]) -> Report:
        self.asked += [(need.source, need.window) for need in needs]
        for need in needs:
            totals = tuple(
                DayTotal(1, NO_ROWS.amount) if self.begins <= day < self.ends else NO_ROWS
                for day in need.window
            )
            window = need.window
            self.store.mark([Covered(need.source, Width.DAY, window.first, window.end, NOW, totals=totals)])
        return Report(failures=self.failures, notes=self.notes)


def refused(store: Store, source: str, kind: RefusalKind, until: dt.date | None = None) -> None:
    store.remember([Refusal(source, kind, "No.", NOW, until=until)], NOW)


def test_stretches_go_from_today_back_to_the_beginning_without_a_gap() -> None:
    found = list(stretches(TODAY))

    assert (found[0].end, found[-1].first) == (TODAY + ONE_DAY, BEGINNING)
    assert [later.first for later in found[:-1]] == [earlier.end for earlier in found[1:]]


def test_days_are_fetched_until_the_api_serves_no_earlier_ones(tmp_path: Path) -> None:
    store = Store(str(tmp_path))
    api, until = Api(store), dt.date(2026, 1, 1)
    refused(store, "costs", RefusalKind.LOOKBACK, until)

    found = list(go_back(api.fetch, store, TODAY, ["costs"]))

    assert [reach.end for reach in found] == [End.MEMORY]
    assert api.asked[-1][1].first <= until < api.asked[-1][1].end


def test_each_source_ends_for_its_own_reason(tmp_path: Path) -> None:
    store = Store(str(tmp_path))
    api = Api(store, ends=dt.date(2026, 1, 1))
    refused(store, "images", RefusalKind.ENDPOINT)
    refused(store, "costs", RefusalKind.LOOKBACK, dt.date(2026, 11, 1))
    api.failures = {"embeddings": "The API is down."}

    found = {
        reach.source: reach for reach in go_back(api.fetch, store, TODAY, ["images", "embeddings", "costs"])
    }

    assert {name: reach.end for name, reach in found.items()} == {
        "images": End.ABSENT,
        "embeddings": End.FAILED,
        "costs": End.MEMORY,
    }
    assert found["embeddings"].said == "The API is down."


def test_after_a_year_in_which_nothing_was_used_no_earlier_days_are_asked_for(tmp_path: Path) -> None:
    store = Store(str(tmp_path))
    api = Api(store, begins=dt.date(2026, 10, 1))

    (found,) = go_back(api.fetch, store, TODAY, ["costs"])

    assert found == Reach("costs", api.asked[2][1].first, End.QUIET)
    assert len(api.asked) == 3


def test_an_organization_as_old_as_the_api_is_fetched_from_the_beginning(tmp_path: Path) -> None:
    store = Store(str(tmp_path))

    (found,) = go_back(Api(store).fetch, store, TODAY, ["costs"])

    assert found == Reach("costs", BEGINNING, End.BEGINNING)


def test_days_that_were_stored_without_a_count_may_have_rows(tmp_path: Path) -> None:
    store, first, last = Store(str(tmp_path)), TODAY - 3 * 365 * ONE_DAY, TODAY + ONE_DAY
    store.mark([Covered("costs", Width.DAY, first, last, NOW)])
    asked: list[Window] = []

    def fetch(needs: Sequence[Need]) -> Report:
        asked.extend(need.window for need in needs)
        return Report()

    (found,) = go_back(fetch, store, TODAY, ["costs"])

    assert found == Reach("costs", first, End.QUIET)
    assert asked[-3].first <= first


def covered(store: Store, first: dt.date, end: dt.date) -> None:
    store.mark([Covered("costs", Width.DAY, first, end, NOW)])


def of_costs(found: list[Expiring]) -> list[Expiring]:
    return [one for one in found if one.source == "costs"]


def test_days_that_the_api_soon_serves_no_more_are_told_before_they_are_gone(tmp_path: Path) -> None:
    store, oldest = Store(str(tmp_path)), TODAY - MEMORY
    covered(store, oldest, oldest + 3 * ONE_DAY)

    assert of_costs(expiring(store, NOW)) == [
        Expiring("costs", oldest + 3 * ONE_DAY, oldest + 13 * ONE_DAY, TODAY + 4 * ONE_DAY)
    ]


def test_how_long_the_api_remembers_is_what_it_said_and_moves_with_the_days(tmp_path: Path) -> None:
    store, learned = Store(str(tmp_path)), NOW - 5 * ONE_DAY
    until = learned.date() - 90 * ONE_DAY
    store.remember([Refusal("costs", RefusalKind.LOOKBACK, "No.", learned, until=until)], learned)
    covered(store, TODAY, TODAY + ONE_DAY)

    (found,) = of_costs(expiring(store, NOW))

    assert found.first == TODAY - 90 * ONE_DAY
    assert found.gone_on == TODAY + ONE_DAY


def test_nothing_expires_where_all_is_stored_or_nothing_was_fetched_yet_or_ever_will_be(
    tmp_path: Path,
) -> None:
    store = Store(str(tmp_path))
    assert expiring(store, NOW) == []

    covered(store, TODAY - MEMORY, TODAY + ONE_DAY)
    refused(store, "images", RefusalKind.ENDPOINT)

    assert not {one.source for one in expiring(store, NOW)} & {"costs", "images"}

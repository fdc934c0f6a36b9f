import datetime as dt
from dataclasses import replace
from pathlib import Path

import pytest

from lib.answers import instance
from lib.answers.provenance import origins
from lib.catalog.sources import COSTS, SOURCES
from lib.openai_admin.refusals import Refusal, RefusalKind
from lib.periods.widths import Width
from lib.periods.windows import Window
from lib.store.records.coverage import Covered
from lib.sync.plan import Need
from tests.answers.readings import NOW, TODAY, november, reading_of

EARLIER = NOW - dt.timedelta(days=1)


@pytest.fixture(autouse=True)
def at_now(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(instance, "now", lambda: NOW)


def floor(until: dt.date, dimension: str, source: str = "costs") -> Refusal:
    return Refusal(source, RefusalKind.FLOOR, "refused", EARLIER, dimension=dimension, until=until)


def test_days_are_counted_and_dated(tmp_path: Path) -> None:
    held = november(10, 22)
    backend = reading_of(tmp_path, {}, held, fetched={"costs": [held]}).backend
    backend.store.mark([Covered("costs", Width.DAY, held.first, held.first + dt.timedelta(days=1), EARLIER)])

    [found] = origins(backend, [Need("costs", Width.DAY, november(9, 22))])

    assert (found.source, found.width, found.window) == (COSTS, Width.DAY, november(9, 22))
    assert (found.final, found.provisional, found.missing) == (10, 3, 1)
    assert (found.first_fetched, found.last_fetched) == (EARLIER, NOW)


def test_each_grouping_by_which_stored_days_are_told_is_named_once(tmp_path: Path) -> None:
    backend = reading_of(tmp_path, {}, november(1, 9), fetched={}).backend
    days = [Covered("costs", Width.DAY, november(n, n).first, november(n, n).end, NOW) for n in (1, 2, 3)]
    both = (("project_id",), ("user_id",))
    backend.store.mark([days[0], replace(days[1], dimensions=both), replace(days[2], dimensions=both)])

    [found] = origins(backend, [Need("costs", Width.DAY, november(1, 9))])

    assert found.groupings == (COSTS.dimensions, *both)


def test_of_days_that_are_not_stored_all_that_the_source_tells_would_be_asked(tmp_path: Path) -> None:
    backend = reading_of(tmp_path, {}, november(1, 9), fetched={}).backend

    [found] = origins(backend, [Need("images", Width.DAY, november(1, 9))])

    assert found.groupings == (SOURCES["images"].dimensions,)
    assert (found.first_fetched, found.last_fetched, found.missing) == (None, None, 9)


def test_only_what_was_refused_of_the_source_and_its_days_is_said(tmp_path: Path) -> None:
    touching = floor(november(5, 5).first, "api_key_id")
    over = floor(november(1, 1).first, "user_id")
    other = floor(november(9, 9).first, "api_key_id", "images")
    reading = reading_of(tmp_path, {}, november(1, 9), fetched={}, refusals=[touching, over, other])

    [found] = origins(reading.backend, [Need("costs", Width.DAY, november(1, 9))])

    assert [refusal.until for refusal in found.refused] == [touching.until]


def test_needs_come_by_source_the_latest_days_first_each_once(tmp_path: Path) -> None:
    backend = reading_of(tmp_path, {}, november(1, 9), fetched={}).backend
    before = Window(dt.date(2026, 10, 1), TODAY)
    needs = [
        Need("costs", Width.DAY, november(1, 9)),
        Need("completions", Width.DAY, before),
        Need("completions", Width.DAY, november(1, 9)),
        Need("costs", Width.DAY, november(1, 9)),
    ]

    found = [(origin.source.name, origin.window.first.month) for origin in origins(backend, needs)]

    assert found == [("completions", 11), ("completions", 10), ("costs", 11)]

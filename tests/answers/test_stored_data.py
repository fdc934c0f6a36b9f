import datetime as dt
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from lib.answers import stored_data
from lib.answers.reading import Reading
from lib.catalog.sources import SOURCES
from lib.engine.filters import Filters
from lib.openai_admin.refusals import Refusal, RefusalKind
from lib.periods.grains import Grain
from lib.periods.widths import Width
from lib.store.records.revisions import Revision
from tests.answers.readings import NOW, november, reading_of

pytestmark = pytest.mark.usefixtures("afresh")
PERIOD = november(15, 21)


def bill(day: int, dollars: str, project: str = "proj_a") -> dict[str, Any]:
    return {"start": f"2026-11-{day:02}", "project_id": project, "cost_usd": Decimal(dollars)}


def reading(folder: Path, **choices: Any) -> Reading:
    rows = {"costs": [bill(14, "9"), bill(15, "1"), bill(16, "2"), bill(16, "4", "proj_b")]}
    return reading_of(folder, rows, PERIOD, fetched={"costs": [november(10, 20)]}, **choices)


def test_days_are_counted_by_source_and_state(tmp_path: Path) -> None:
    found = stored_data.covered(reading(tmp_path)).set_index("source").loc["Costs"].to_dict()

    assert found == {
        "settled": 5,
        "provisional": 1,
        "missing": 1,
        "first": dt.date(2026, 11, 10),
        "last": dt.date(2026, 11, 20),
        "fetched_at": NOW,
    }


def test_every_source_has_a_row(tmp_path: Path) -> None:
    assert list(stored_data.covered(reading(tmp_path))["source"]) == [s.label for s in SOURCES.values()]


def test_rows_are_those_of_the_period_by_every_dimension(tmp_path: Path) -> None:
    found = stored_data.rows(reading(tmp_path), SOURCES["costs"], Grain.DAY)

    assert [(r["start"].day, r["project_id"], r["cost_usd"]) for r in found.page(1).to_dict("records")] == [
        (15, "proj_a", Decimal(1)),
        (16, "proj_a", Decimal(2)),
        (16, "proj_b", Decimal(4)),
    ]
    assert found.total == 3
    assert found.everything()["cost_usd"].to_pylist() == [1, 2, 4]


def test_rows_are_read_a_page_at_a_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stored_data, "PAGE", 2)
    found = stored_data.rows(reading(tmp_path), SOURCES["costs"], Grain.DAY)

    assert [list(found.page(nth)["cost_usd"]) for nth in (1, 2)] == [[1, 2], [4]]
    assert found.total == 3


def test_a_filter_that_a_source_does_not_know_leaves_none_of_its_rows_out(tmp_path: Path) -> None:
    filters = Filters.of({"project_id": ["proj_a"], "batch": ["true"]})

    found = stored_data.rows(reading(tmp_path, filters=filters), SOURCES["costs"], Grain.TOTAL)

    assert list(found.page(1)["cost_usd"]) == [3]


def test_what_was_refused_is_listed(tmp_path: Path) -> None:
    absent = Refusal("decisions", RefusalKind.ENDPOINT, "Unknown URL", NOW)

    found = stored_data.refused(reading(tmp_path, refusals=[absent]))

    assert list(found[["source", "said"]].itertuples(index=False, name=None)) == [
        ("Decisions", "Unknown URL")
    ]


def test_revisions_are_those_of_days_of_the_period(tmp_path: Path) -> None:
    read = reading(tmp_path)
    read.backend.store.revise(
        Revision("costs", Width.DAY, dt.date(2026, 11, day), "cost_usd", Decimal(1), Decimal(2), NOW, NOW)
        for day in (14, 15, 21, 22)
    )

    assert list(stored_data.revisions(read)["day"]) == [dt.date(2026, 11, 21), dt.date(2026, 11, 15)]

import datetime as dt
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from lib.catalog.schemas import schema
from lib.catalog.sources import COSTS, SOURCES, WHOLE, Source
from lib.periods.widths import Width
from lib.periods.windows import Window
from lib.store.records.revisions import Revision
from lib.sync.revised import revised
from tests.stored import filled

FIRST, SECOND, THIRD = (dt.date(2026, 1, day) for day in (1, 2, 3))
WINDOW = Window(FIRST, dt.date(2026, 1, 4))
ENDED = dt.datetime(2026, 1, 2, tzinfo=dt.UTC)
"""The moment at which the first day had ended."""
SEEN = dt.datetime(2026, 1, 9, tzinfo=dt.UTC)
EMBEDDINGS = SOURCES["embeddings"]


def fetched_anew(source: Source, *rows: dict[str, Any]) -> pa.Table:
    """Return what is fetched now, as it would be stored."""
    whole = [
        dict.fromkeys(source.metric_names, 0)
        | {"slice": WHOLE, "month": row["start"][:7]}
        | row
        | {"start": dt.datetime.fromisoformat(row["start"]).replace(tzinfo=dt.UTC)}
        for row in rows
    ]
    return pa.Table.from_pylist(whole, schema(source))


def tokens(day: dt.date, count: int, **more: Any) -> dict[str, Any]:
    return {"start": day.isoformat(), "input_tokens": count, **more}


def found(
    folder: Path,
    before: list[dict[str, Any]],
    after: list[dict[str, Any]],
    fetched: dict[dt.date, dt.datetime],
    source: Source = EMBEDDINGS,
) -> list[Revision]:
    store = filled(folder, source.name, *before)
    table = fetched_anew(source, *after)
    return revised(store, source, Width.DAY, WINDOW, table, fetched=fetched, seen_at=SEEN)


@pytest.mark.parametrize(("second", "is_revised"), [(-1, False), (0, True), (1, True)])
def test_only_a_day_that_had_ended_when_it_was_fetched_is_revised(
    tmp_path: Path, second: int, is_revised: bool
) -> None:
    fetched_at = ENDED + dt.timedelta(seconds=second)

    revisions = found(tmp_path, [tokens(FIRST, 5)], [tokens(FIRST, 6)], {FIRST: fetched_at})

    told = Revision("embeddings", Width.DAY, FIRST, "input_tokens", 5, 6, fetched_at, SEEN)
    assert revisions == ([told] if is_revised else [])


def test_days_that_were_never_fetched_are_not_revised(tmp_path: Path) -> None:
    assert found(tmp_path, [], [tokens(FIRST, 6)], {}) == []
    assert found(tmp_path, [], [tokens(FIRST, 6)], {SECOND: SEEN}) == []


def test_what_is_gone_and_what_is_new_are_revisions_from_and_to_nothing(tmp_path: Path) -> None:
    revisions = found(
        tmp_path, [tokens(FIRST, 5)], [tokens(SECOND, 7)], dict.fromkeys((FIRST, SECOND, THIRD), SEEN)
    )

    assert [(r.day, r.metric, r.old, r.new) for r in revisions] == [
        (FIRST, "input_tokens", 5, 0),
        (SECOND, "input_tokens", 0, 7),
    ]


def test_rows_that_moved_within_a_day_are_no_revision(tmp_path: Path) -> None:
    before = [tokens(FIRST, 5, model="a"), tokens(FIRST, 1, model="b")]

    assert found(tmp_path, before, [tokens(FIRST, 6, model="a")], {FIRST: SEEN}) == []


def test_hours_are_summed_to_their_day(tmp_path: Path) -> None:
    store = filled(
        tmp_path,
        "embeddings",
        tokens(FIRST, 2) | {"start": "2026-01-01T05:00"},
        tokens(FIRST, 3) | {"start": "2026-01-01T06:00"},
        width=Width.HOUR,
    )
    table = fetched_anew(EMBEDDINGS, tokens(FIRST, 4) | {"start": "2026-01-01T23:00"})

    (revision,) = revised(store, EMBEDDINGS, Width.HOUR, WINDOW, table, fetched={FIRST: SEEN}, seen_at=SEEN)

    assert (revision.width, revision.day, revision.old, revision.new) == (Width.HOUR, FIRST, 5, 4)


def test_of_slices_that_each_add_up_to_the_whole_one_counts(tmp_path: Path) -> None:
    bill = {"start": FIRST.isoformat(), "cost_usd": Decimal(3)}
    told_twice = [bill | {"slice": "projects"}, bill | {"slice": "users"}]

    assert found(tmp_path, [bill], told_twice, {FIRST: SEEN}, COSTS) == []
    (revision,) = found(tmp_path, [bill], [told_twice[0] | {"cost_usd": Decimal(2)}], {FIRST: SEEN}, COSTS)
    assert (revision.metric, revision.old, revision.new) == ("cost_usd", Decimal(3), Decimal(2))


def test_quantities_of_mixed_units_have_no_total_to_revise(tmp_path: Path) -> None:
    bill = {"start": FIRST.isoformat(), "cost_usd": Decimal(3), "quantity": Decimal(5)}

    assert found(tmp_path, [bill], [bill | {"quantity": Decimal(9)}], {FIRST: SEEN}, COSTS) == []

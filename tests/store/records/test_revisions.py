import datetime as dt
from decimal import Decimal
from pathlib import Path

from lib.periods.widths import Width
from lib.store.log import Log
from lib.store.records.revisions import REVISIONS, Revision

NOON = dt.datetime(2026, 1, 20, 12, tzinfo=dt.UTC)


def revised(day: int, new: str, hours: int, *, source: str = "costs", metric: str = "cost_usd") -> Revision:
    seen = NOON + dt.timedelta(hours=hours)
    return Revision(source, Width.DAY, dt.date(2026, 1, day), metric, Decimal(1), Decimal(new), NOON, seen)


def test_a_change_is_listed_once_as_it_was_first_seen(tmp_path: Path) -> None:
    log = Log(str(tmp_path), REVISIONS)
    log.append([revised(1, "2", 3), revised(1, "2", 1), revised(1, "2", 2)])

    (row,) = log.read().to_pylist()
    assert (row["new"], row["seen_at"]) == (2, NOON + dt.timedelta(hours=1))
    assert log.read().schema.names == REVISIONS.columns.names


def test_the_newest_change_comes_first_then_the_latest_day_the_source_and_the_metric(tmp_path: Path) -> None:
    log = Log(str(tmp_path), REVISIONS)
    log.append(
        [
            revised(1, "2", 1),
            revised(2, "2", 1, source="images", metric="images"),
            revised(2, "2", 1, metric="other_amount"),
            revised(2, "2", 1),
            revised(1, "3", 2),
        ]
    )

    assert [(r["seen_at"].hour, r["day"].day, r["metric"]) for r in log.read().to_pylist()] == [
        (14, 1, "cost_usd"),
        (13, 2, "cost_usd"),
        (13, 2, "other_amount"),
        (13, 2, "images"),
        (13, 1, "cost_usd"),
    ]
    assert REVISIONS.fold(log._table.read()).num_rows == 5

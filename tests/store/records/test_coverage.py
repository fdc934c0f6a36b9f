import datetime as dt
from dataclasses import replace
from pathlib import Path

import pyarrow as pa

from lib.periods.widths import Width
from lib.store.log import Log
from lib.store.records.coverage import COVERAGE, Coverage, Covered

NOON = dt.datetime(2026, 1, 20, 12, tzinfo=dt.UTC)
HOUR = dt.timedelta(hours=1)


def day(n: int) -> dt.date:
    return dt.date(2026, 1, n)


def covered(
    first: int, end: int, at: dt.datetime, *, width: Width = Width.DAY, source: str = "costs"
) -> Covered:
    return Covered(source, width, day(first), day(end), at)


def test_a_day_was_last_fetched_when_the_latest_entry_about_it_says(tmp_path: Path) -> None:
    log = Log(str(tmp_path), COVERAGE)
    log.append([covered(1, 4, NOON + HOUR), covered(2, 6, NOON), covered(3, 4, NOON + 2 * HOUR)])

    assert log.read().days == {
        ("costs", Width.DAY): {
            day(1): NOON + HOUR,
            day(2): NOON + HOUR,
            day(3): NOON + 2 * HOUR,
            day(4): NOON,
            day(5): NOON,
        }
    }


def test_sources_and_widths_are_apart(tmp_path: Path) -> None:
    log = Log(str(tmp_path), COVERAGE)
    log.append(
        [covered(1, 2, NOON), covered(1, 2, NOON, width=Width.HOUR), covered(1, 2, NOON, source="images")]
    )

    assert list(log.read().days) == [("costs", Width.DAY), ("costs", Width.HOUR), ("images", Width.DAY)]
    assert log.read().days["costs", Width.DAY][day(1)].utcoffset() == dt.timedelta(0)


def test_of_entries_about_the_same_days_the_latest_is_worth_keeping(tmp_path: Path) -> None:
    log = Log(str(tmp_path), COVERAGE)
    rows = log.rows([covered(1, 3, NOON + HOUR), covered(1, 3, NOON), covered(1, 4, NOON)])

    kept = COVERAGE.fold(rows).to_pylist()

    assert [(row["end"], row["fetched_at"]) for row in kept] == [(day(4), NOON), (day(3), NOON + HOUR)]


def test_an_entry_says_of_no_requests_and_rows_unless_it_is_told() -> None:
    assert (covered(1, 2, NOON).requests, covered(1, 2, NOON).rows) == (0, 0)


WHOLE, SLICED = (("model", "user_id"),), (("project_id",), ("user_id",))


def test_the_last_entry_about_a_day_says_by_what_its_rows_are_told(tmp_path: Path) -> None:
    log = Log(str(tmp_path), COVERAGE)
    log.append(
        [
            replace(covered(1, 6, NOON), dimensions=WHOLE),
            replace(covered(2, 3, NOON + HOUR), dimensions=SLICED),
            replace(covered(3, 4, NOON + HOUR), dimensions=((),)),
            covered(4, 5, NOON + HOUR),
        ]
    )

    told = {day(1): WHOLE, day(2): SLICED, day(3): ((),), day(5): WHOLE}
    assert log.read().groupings == {("costs", Width.DAY): told}


def test_days_without_an_answer_wait_since_they_were_fetched_where_no_other_moment_is_recorded(
    tmp_path: Path,
) -> None:
    log = Log(str(tmp_path), COVERAGE)
    log.append(
        [
            replace(covered(1, 4, NOON), unanswered=(day(1), day(3))),
            replace(
                covered(5, 7, NOON + HOUR), unanswered=(day(5), day(6)), unanswered_since=(NOON, NOON + HOUR)
            ),
        ]
    )

    assert log.read().unanswered == {
        ("costs", Width.DAY): {day(1): NOON, day(3): NOON, day(5): NOON, day(6): NOON + HOUR}
    }


def test_entries_that_hold_are_cut_to_the_days_that_no_later_one_has_in_their_order(tmp_path: Path) -> None:
    log = Log(str(tmp_path), COVERAGE)
    log.append([covered(1, 6, NOON), covered(3, 4, NOON + HOUR)])

    held = log.read().holding(("costs", Width.DAY))

    assert [(entry.first, entry.end, entry.fetched_at) for entry in held] == [
        (day(1), day(3), NOON),
        (day(4), day(6), NOON),
        (day(3), day(4), NOON + HOUR),
    ]


def test_coverage_is_what_it_says_whatever_it_was_read_from() -> None:
    of_a_log = Coverage(_entries=pa.table({"source": ["costs"]}))

    assert of_a_log == Coverage()
    assert repr(of_a_log) == repr(Coverage())

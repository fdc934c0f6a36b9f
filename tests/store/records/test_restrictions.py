import datetime as dt
from dataclasses import replace
from pathlib import Path

import pytest

from lib.openai_admin.refusals import Refusal, RefusalKind
from lib.store.log import Log
from lib.store.records.restrictions import RESTRICTIONS, says_all_of

NOON = dt.datetime(2026, 1, 20, 12, tzinfo=dt.UTC)
LATER = NOON + dt.timedelta(hours=1)


def refused(first: int | None, end: int | None, kind: RefusalKind = RefusalKind.DIMENSION) -> Refusal:
    since, until = (n and dt.date(2026, 1, n) for n in (first, end))
    return Refusal("costs", kind, "no", NOON, "user_id", since, until)


@pytest.mark.parametrize(
    ("new", "old", "says_all"),
    [
        ((3, 9), (3, 9), True),
        ((2, 10), (3, 9), True),
        ((4, 9), (3, 9), False),
        ((3, 8), (3, 9), False),
        ((None, None), (3, 9), True),
        ((None, 9), (None, 9), True),
        ((3, 9), (None, 9), False),
        ((3, 9), (3, None), False),
        ((3, None), (3, None), True),
    ],
)
def test_a_refusal_makes_those_needless_whose_days_it_includes(
    new: tuple[int | None, int | None], old: tuple[int | None, int | None], says_all: bool
) -> None:
    assert says_all_of(refused(*new), refused(*old)) is says_all


@pytest.mark.parametrize("kind", [RefusalKind.LOOKBACK, RefusalKind.FLOOR])
def test_a_date_that_moves_is_where_it_was_last_seen(kind: RefusalKind) -> None:
    assert says_all_of(refused(None, 3, kind), refused(None, 9, kind))


@pytest.mark.parametrize(
    "other", [{"source": "images"}, {"kind": RefusalKind.COMBINATION}, {"dimension": "project_id"}]
)
def test_a_refusal_says_nothing_of_another_source_kind_or_dimension(other: dict[str, str]) -> None:
    assert not says_all_of(replace(refused(1, 9), **other), refused(1, 9))  # type: ignore[arg-type]


def test_of_what_was_refused_again_the_later_word_holds(tmp_path: Path) -> None:
    log = Log(str(tmp_path), RESTRICTIONS)
    late, early = replace(refused(1, 9), learned_at=LATER, message="still no"), refused(2, 8)
    apart = replace(refused(2, 8), source="images")
    log.append([late, early, apart])

    assert log.read() == (apart, late)
    assert RESTRICTIONS.decode(RESTRICTIONS.fold(log._table.read())) == (apart, late)


def test_a_narrower_word_that_comes_later_does_not_end_the_wider_one(tmp_path: Path) -> None:
    log = Log(str(tmp_path), RESTRICTIONS)
    narrow = replace(refused(2, 8), learned_at=LATER)
    log.append([refused(1, 9), narrow])

    assert log.read() == (refused(1, 9), narrow)

import datetime as dt

import pytest

from lib.openai_admin.refusals import Refusal, RefusalKind
from lib.store.records.coverage import Groupings
from lib.store.standing import stands

NOON = dt.datetime(2026, 1, 20, 12, tzinfo=dt.UTC)
LATER = NOON + dt.timedelta(microseconds=1)
DAY, NEXT = dt.date(2026, 1, 2), dt.date(2026, 1, 3)
WITH_USERS, WITHOUT = (("project_id", "user_id"),), (("project_id",),)
APART = (("project_id", "line_item"), ("user_id", "line_item"))


def refused(kind: RefusalKind) -> Refusal:
    return Refusal("costs", kind, "no", NOON, "user_id", DAY, NEXT)


@pytest.mark.parametrize("kind", RefusalKind)
@pytest.mark.parametrize("fetched", [{}, {DAY: NOON}])
def test_what_was_fetched_before_says_nothing(kind: RefusalKind, fetched: dict[dt.date, dt.datetime]) -> None:
    assert stands(refused(kind), fetched, {DAY: WITH_USERS})


@pytest.mark.parametrize("kind", [RefusalKind.ENDPOINT, RefusalKind.SCOPE])
def test_an_endpoint_or_permission_is_there_once_any_day_was_answered(kind: RefusalKind) -> None:
    assert not stands(refused(kind), {NEXT: LATER}, {})


def test_history_stays_where_it_begins() -> None:
    assert stands(refused(RefusalKind.LOOKBACK), {DAY: LATER}, {DAY: WITH_USERS})


@pytest.mark.parametrize("kind", [RefusalKind.DIMENSION, RefusalKind.FLOOR])
@pytest.mark.parametrize(
    ("day", "told", "standing"),
    [
        (DAY, WITH_USERS, False),
        (DAY, APART, False),
        (DAY, WITHOUT, True),
        (DAY, None, True),
        (NEXT, WITH_USERS, True),
    ],
)
def test_a_dimension_is_known_once_a_day_that_lacked_it_is_told_by_it(
    kind: RefusalKind, day: dt.date, told: Groupings | None, *, standing: bool
) -> None:
    assert stands(refused(kind), {day: LATER}, {day: told} if told else {}) is standing


@pytest.mark.parametrize(
    ("told", "standing"),
    [(WITH_USERS, False), (APART, True), (WITHOUT, True), ((("user_id", "api_source"),), True)],
)
def test_a_combination_is_known_once_its_dimensions_are_told_together(
    told: Groupings, *, standing: bool
) -> None:
    assert stands(refused(RefusalKind.COMBINATION), {DAY: LATER}, {DAY: told}) is standing

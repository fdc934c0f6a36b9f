import datetime as dt

import pytest

from lib.alerts.declared_alerts import Every
from lib.alerts.digests import Digest, digest_due
from lib.periods.windows import Window


@pytest.mark.parametrize(
    ("every", "first", "end"),
    [
        (Every.DAY, dt.date(2026, 11, 22), dt.date(2026, 11, 23)),
        (Every.WEEK, dt.date(2026, 11, 16), dt.date(2026, 11, 23)),
        (Every.MONTH, dt.date(2026, 10, 1), dt.date(2026, 11, 1)),
    ],
)
def test_a_digest_is_of_the_day_week_or_month_that_ended_last(
    every: Every, first: dt.date, end: dt.date
) -> None:
    assert digest_due(every, dt.datetime(2026, 11, 23, 12, tzinfo=dt.UTC)) == Digest(
        every, Window(first, end)
    )


def test_in_the_first_hours_after_its_end_a_digest_is_not_due() -> None:
    monday = dt.datetime(2026, 11, 23, tzinfo=dt.UTC)

    assert digest_due(Every.WEEK, monday.replace(hour=5)) is None
    assert digest_due(Every.WEEK, monday.replace(hour=6)) is not None
    assert digest_due(Every.MONTH, monday.replace(hour=5)) is not None


def test_a_digest_is_known_by_its_name() -> None:
    digest = Digest(Every.WEEK, Window(dt.date(2026, 11, 16), dt.date(2026, 11, 23)))

    assert digest.name == "weekly:2026-11-16/2026-11-23"
    assert Digest.read(digest.name) == digest
    of_a_view = Digest(Every.WEEK, digest.window, "Costs: Search")
    assert of_a_view.name == "weekly:2026-11-16/2026-11-23:Costs: Search"
    assert Digest.read(of_a_view.name) == of_a_view

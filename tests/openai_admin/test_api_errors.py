import datetime as dt

import pytest

from lib.openai_admin.api_errors import date_in


@pytest.mark.parametrize(
    ("message", "day"),
    [
        ("Data begins on 2026-02-03.", dt.date(2026, 2, 3)),
        ("From 2025-01-01 to 2026-02-03.", dt.date(2026, 2, 3)),
        ("Known from 2026-02-03, not from 2026-13-45.", dt.date(2026, 2, 3)),
        ("start_time must be after 1767225600", dt.date(2026, 1, 1)),
        ("start_time must be after 1767225601", dt.date(2026, 1, 2)),
        ("Nothing is known.", None),
    ],
)
def test_the_last_date_that_there_is_is_read_out_of_a_message(message: str, day: dt.date | None) -> None:
    assert date_in(message) == day

"""Moments and days of January 2026 and later, and what was refused then."""

import datetime as dt

from lib.openai_admin.refusals import Refusal, RefusalKind

NOON = dt.datetime(2026, 1, 20, 12, tzinfo=dt.UTC)
HOUR = dt.timedelta(hours=1)
DAY = dt.timedelta(days=1)


def date(month: int, day: int) -> dt.date:
    """Return a day of 2026."""
    return dt.date(2026, month, day)


LOOKBACK = Refusal("costs", RefusalKind.LOOKBACK, "too far back", NOON, until=date(1, 5))

"""The days that the tiny organization of these tests has used."""

import datetime as dt

JANUARY = ["--start", "2026-01-01", "--end", "2026-01-03"]


def jan(day: int) -> dt.date:
    return dt.date(2026, 1, day)

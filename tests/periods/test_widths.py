import pytest

from lib.periods.widths import Width


@pytest.mark.parametrize(
    ("spelt", "seconds", "per_day"), [("1m", 60, 1440), ("1h", 3600, 24), ("1d", 86400, 1)]
)
def test_a_width_fills_the_day(spelt: str, seconds: int, per_day: int) -> None:
    width = Width(spelt)

    assert (width.seconds, width.per_day) == (seconds, per_day)

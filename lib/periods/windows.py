"""Windows: whole UTC days, cut so that one request answers each."""

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

ONE_DAY = dt.timedelta(days=1)


@dataclass(frozen=True, order=True)
class Window:
    """Whole UTC days from `first` to before `end`; what one request asks for."""

    first: dt.date
    end: dt.date

    def __post_init__(self) -> None:
        if self.end <= self.first:
            msg = f"a window must hold at least one day: {self.first} to before {self.end}"
            raise ValueError(msg)

    @property
    def start_time(self) -> int:
        """Return the first second, Unix time."""
        return unix(self.first)

    @property
    def end_time(self) -> int:
        """Return the first second after the window, Unix time."""
        return unix(self.end)

    @property
    def days(self) -> int:
        """Return how many days the window holds."""
        return (self.end - self.first).days

    def __iter__(self) -> Iterator[dt.date]:
        """Yield each day."""
        return (self.first + dt.timedelta(days=n) for n in range(self.days))


def midnight(day: dt.date) -> dt.datetime:
    """Return the moment (aware, UTC) at which `day` begins."""
    return dt.datetime(day.year, day.month, day.day, tzinfo=dt.UTC)


def unix(day: dt.date) -> int:
    """Return the Unix time at which `day` begins in UTC."""
    return int(midnight(day).timestamp())


def runs(days: Iterable[dt.date]) -> list[Window]:
    """Return `days` as the fewest windows that hold exactly them, earliest first."""
    found: list[Window] = []
    for day in sorted(set(days)):
        if found and found[-1].end == day:
            found[-1] = Window(found[-1].first, day + ONE_DAY)
        else:
            found.append(Window(day, day + ONE_DAY))
    return found


def cut(window: Window, days: int) -> list[Window]:
    """Return `window` cut into pieces of at most `days` days, earliest first."""
    step = dt.timedelta(days=days)
    pieces, first = [], window.first
    while first < window.end:
        end = min(first + step, window.end)
        pieces.append(Window(first, end))
        first = end
    return pieces

"""Windows: whole days, of UTC as requests ask for them, or of a zone in which usage is counted."""

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from lib.periods.zones import UTC, begins

ONE_DAY = dt.timedelta(days=1)
_MOMENT = dt.timedelta(microseconds=1)


@dataclass(frozen=True, order=True)
class Window:
    """Whole days of `zone` from `first` to before `end`; those of UTC are what one request asks for."""

    first: dt.date
    end: dt.date
    zone: str = field(default=UTC, kw_only=True)

    def __post_init__(self) -> None:
        if self.end <= self.first:
            msg = f"a window must hold at least one day: {self.first} to before {self.end}"
            raise ValueError(msg)

    @property
    def start_time(self) -> int:
        """Return the first second, Unix time."""
        return int(self.begins.timestamp())

    @property
    def end_time(self) -> int:
        """Return the first second after the window, Unix time."""
        return int(self.ends.timestamp())

    @property
    def begins(self) -> dt.datetime:
        """Return the moment (UTC) at which the first day begins."""
        return begins(self.first, self.zone)

    @property
    def ends(self) -> dt.datetime:
        """Return the moment (UTC) at which the last day is over."""
        return begins(self.end, self.zone)

    @property
    def in_utc(self) -> "Window":
        """Return the UTC days that the days of the window touch, which are these days themselves in UTC."""
        if self.zone == UTC:
            return self
        return Window(self.begins.date(), (self.ends - _MOMENT).date() + ONE_DAY)

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

"""A clock that only moves when someone sleeps."""

import datetime as dt


class FakeTime:
    """Records every sleep; `now` is the moment at the start plus what was slept since."""

    def __init__(self, now: dt.datetime) -> None:
        self._begin = now
        self.sleeps: list[float] = []
        self.elapsed = 0.0

    def sleep(self, seconds: float) -> None:
        self.sleeps.append(seconds)
        self.elapsed += seconds

    def clock(self) -> float:
        return self.elapsed

    def now(self) -> dt.datetime:
        return self._begin + dt.timedelta(seconds=self.elapsed)

"""Quiet hours: the time of day in which nothing is sent."""

import datetime as dt
import re
from dataclasses import dataclass
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

_FORM = re.compile(r"(\d{1,2}):(\d{2})\s*[-–]\s*(\d{1,2}):(\d{2})(?:\s+(\S+))?")
RULE = (
    'must be two times of day, such as "20:00-08:00" or "20:00-08:00 Europe/Berlin"; without a zone, in UTC.'
)


@dataclass(frozen=True)
class QuietHours:
    """The time of day from `begin` to before `end` in a zone, over midnight where `end` is the earlier."""

    begin: dt.time
    end: dt.time
    zone: str = "UTC"

    def __str__(self) -> str:
        """Return the hours as they are declared."""
        return f"{self.begin:%H:%M}–{self.end:%H:%M} {self.zone}"

    def holds(self, moment: dt.datetime) -> bool:
        """Return whether nothing is sent at `moment`."""
        time = moment.astimezone(ZoneInfo(self.zone)).time()
        if self.begin <= self.end:
            return self.begin <= time < self.end
        return time >= self.begin or time < self.end


def quiet_hours(text: str) -> QuietHours:
    """Return the quiet hours that `text` says; raise a ValueError with the rule that it breaks."""
    found = _FORM.fullmatch(text.strip())
    try:
        if found is None:
            raise ValueError
        hours = QuietHours(_time(found[1], found[2]), _time(found[3], found[4]), found[5] or "UTC")
        ZoneInfo(hours.zone)
        if hours.begin == hours.end:
            raise ValueError
    except (ValueError, ZoneInfoNotFoundError, OSError):
        raise ValueError(RULE) from None
    return hours


def _time(hour: str, minute: str) -> dt.time:
    return dt.time(0 if (hour, minute) == ("24", "00") else int(hour), int(minute))

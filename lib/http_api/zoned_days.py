"""Days of a zone: of what they can be had, and from what is stored."""

from collections.abc import Iterable

from lib.answers import loading
from lib.catalog.sources import Source
from lib.http_api.asking import Asked
from lib.http_api.parameters import ZONE
from lib.http_api.problems import WrongParameter
from lib.periods.finality import DayState, known_part
from lib.periods.local_days import day_width
from lib.periods.widths import Width
from lib.periods.windows import ONE_DAY, Window, runs
from lib.periods.zones import UTC
from lib.wording import dates, zone_words

_EACH = {Width.HOUR: "hour", Width.MINUTE: "minute"}


def check_zone(asked: Asked, what: str, sources: Iterable[Source]) -> None:
    """Raise the WrongParameter of a zone whose days cannot be had of `what`, which these sources tell.

    Dollars have no such days. Those of usage are made of rows by hour or minute, which are stored where
    somebody looked at days of a zone: nothing is fetched here, and a day counts whole or not at all.
    """
    window, found = asked.view.window, False
    if window.zone == UTC:
        return
    for source in sources:
        width = day_width(window)
        if width not in source.widths:
            raise WrongParameter(ZONE.name, f"{what} has dollars in it: {zone_words.COSTS_ARE_IN_UTC}")
        states = loading.load_states(asked.backend, source, window, width)
        part = known_part(window, states)
        if part is None:
            continue
        found = True
        if lacking := [day for day in part if states[day] is DayState.MISSING]:
            days = ", ".join(dates.day_range(run.first, run.end - ONE_DAY) for run in runs(lacking))
            rule = f"not all rows of {source.label.lower()} by {_EACH[width]} are stored of {days}."
            raise WrongParameter(ZONE.name, f"{rule} {_remedy(window)}")
    if not found:
        rule = f"no whole day of {window.zone} is stored by {_EACH[day_width(window)]}."
        raise WrongParameter(ZONE.name, f"{rule} {_remedy(window)}")


def _remedy(window: Window) -> str:
    return f"Open Usage with these days and the time zone {window.zone}, which fetches them, or leave tz out."

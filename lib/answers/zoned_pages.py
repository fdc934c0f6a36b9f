"""Pages whose days can be those of a time zone: those that show usage alone, as dollars come by UTC day."""

from lib.answers.address import Parameters
from lib.catalog.measures import MEASURES

_BREAKDOWN = "breakdown"
_USAGE = "usage"


def counts_by_zone(page: str, chosen: Parameters) -> bool:
    """Return whether the days of a page can be those of a zone, by what is `chosen` in its address."""
    if page != _BREAKDOWN:
        return page == _USAGE
    measure = MEASURES.get(next(iter(chosen.get("measure", ())), ""))
    return measure is not None and not measure.is_billed

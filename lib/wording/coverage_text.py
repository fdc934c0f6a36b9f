"""Which days an answer does not know, in words."""

from collections.abc import Mapping

from lib.periods.windows import ONE_DAY, Window
from lib.wording import dates


def unknown_days(
    days: int, *, unserved: int = 0, unattributed: int = 0, fetching: int = 0, missing: int = 0
) -> str:
    """Return how many of `days` are not known and why: `12 of 30 days are still being fetched`."""
    reasons = (
        (unserved, "before the API’s history"),
        (unattributed, "billed without saying whose they are"),
        (fetching, "still being fetched"),
        (missing, "not stored"),
    )
    said = [(count, why) for count, why in reasons if count]
    if not said:
        return ""
    (first, why), *rest = said
    text = f"{first} of {days} {'day' if days == 1 else 'days'} {'is' if first == 1 else 'are'} {why}"
    return ", ".join([text, *(f"{count} {reason}" for count, reason in rest)])


def lacking_of(days: Mapping[str, int], whole: int) -> str:
    """Return of how many of `whole` days something is missing, by organization."""
    (first, count), *rest = days.items()
    return (
        ", ".join([f"Missing days: {count} of {whole} of {first}", *(f"{n} of {o}" for o, n in rest)]) + "."
    )


def not_compared(window: Window, unknown: str) -> str:
    """Return why there is no comparison with `window`; `unknown` is from `unknown_days`."""
    return f"Not compared with {dates.day_range(window.first, window.end - ONE_DAY)}: {unknown}."


def not_whole(unknown: str) -> str:
    """Return that the numbers are of a part of the period only; `unknown` is from `unknown_days`."""
    return f"Not all of the period is known: {unknown}. The numbers leave these days out."

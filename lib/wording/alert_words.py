"""Alerts in words: what messages are headed with, and facts that no page says in one sentence."""

import datetime as dt
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from lib.catalog.sources import SOURCES
from lib.wording import anomaly_words
from lib.wording import numbers as fmt
from lib.wording.dates import day, day_range

REVISED = "Revised bill"
NOT_COLLECTED = "Days are not collected"
EXPIRING = "Days are about to be lost"
NOBODY = (
    "Nobody is told anything: [[alerts]] in the secrets file says whom the app tells of unusual days, "
    "budgets and the like, by mail, Slack, Teams or a webhook. See docs/alerts.md."
)
NO_ADDRESS = "Messages have no links, because address under [app] does not say where people open the app."
STATES: Mapping[str, str] = {
    "decided": "Being sent",
    "sent": "✓ Sent",
    "failed": "✗ Failed, tried again",
    "given up": "✗ Given up",
}
"""What became of a message, by the state that is recorded."""
_NAMED = 5
BILLED = "Billed"
BY_DAY = "What did we spend, day by day?"
INCOMPLETE = "Not all of these days are stored yet, so this is not all of it."
_DIGESTS = {"daily": "Yesterday", "weekly": "Last week", "monthly": "Last month"}


def only_of(
    organization: str | None, project: str | None, team: str | None, *, together: bool = False
) -> str:
    """Return of what alone somebody is told: `acme, Growth (team)`; "" where of everything.

    What is of all organizations `together` is told so.
    """
    organization = "all organizations together" if together else organization
    part = f"{team} (team)" if team else f"{project} (project)" if project else None
    return ", ".join(filter(None, (organization, part)))


def unusual_title(about: str, *, is_early: bool) -> str:
    """Return what a message about an anomaly is headed with."""
    return f"{anomaly_words.EARLY if is_early else 'Unusual'}: {about}"


def unusual(row: Mapping[str, Any], first: dt.date, last: dt.date) -> str:
    """Return an anomaly in words; `row` is one of `lib.wording.anomaly_words.listed`, in names."""
    return anomaly_words.message({**row, "days": day_range(first, last)}, "").rstrip()


def budget_title(about: str, *, is_over: bool) -> str:
    """Return what a message about a budget is headed with."""
    return f"{'Budget exceeded' if is_over else 'Going over budget'}: {about}"


def revised(days: Sequence[tuple[dt.date, Decimal, Decimal]]) -> str:
    """Return which final days were billed otherwise than before: each with the dollars before and after."""
    was, now = sum((old for _, old, _ in days), Decimal(0)), sum((new for *_, new in days), Decimal(0))
    named = [f"{day(date)} from {fmt.usd(old, 2)} to {fmt.usd(new, 2)}" for date, old, new in days[:_NAMED]]
    more = f" and {len(days) - _NAMED} more days" if len(days) > _NAMED else ""
    changed = fmt.usd(abs(now - was), 2)
    return (
        f"The bill of days that were final was revised: {', '.join(named)}{more}; "
        f"in all {changed} {'more' if now >= was else 'less'}."
    )


def not_collected(since: dt.datetime, hours: int, failures: Mapping[str, str]) -> str:
    """Return since when days could not be collected, of which sources, and why."""
    names = [SOURCES[name].label if name in SOURCES else name for name in failures]
    why = " ".join(dict.fromkeys(failures.values()))
    few = f"{', '.join(names[:_NAMED])}{f' and {len(names) - _NAMED} more' if len(names) > _NAMED else ''}"
    return (
        f"Since {day(since.date())}, {since:%H:%M} UTC, for {fmt.counted(hours, 'hour')}, not all days could "
        f"be collected ({few}). {why}"
    )


def digest_title(every: str, first: dt.date, last: dt.date) -> str:
    """Return what a digest is headed with: `Last week, 16–22 Nov 2026`."""
    return f"{_DIGESTS[every]}, {day_range(first, last)}"


def digest(every: str, view: str) -> str:
    """Return how often a digest is sent, and of which saved view: `weekly: Costs of Search`."""
    return f"{every}: {view}" if view else every


def most(named: Sequence[tuple[str, str]]) -> str:
    """Return who spent most, each with the dollars; "" where nobody spent anything."""
    return f"The most: {', '.join(f'{name} ({amount})' for name, amount in named)}." if named else ""

"""What is known of one project, person or key: its names, what it belongs to, and since when it is seen."""

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal

from lib.catalog.measures import Measure
from lib.catalog.sources import COSTS
from lib.openai_admin.name_lists import Name
from lib.store.team_declarations import Team
from lib.wording import dates
from lib.wording import numbers as fmt
from lib.wording.labels import Labels

_KINDS = {"project": "Project", "user": "Person", "service_account": "Service account", "api_key": "API key"}
_FIRST_TOLD = "the first day whose stored bill names it"


def about(kind: str, name: Name | None, labels: Labels, identity: str) -> str:
    """Return in words what something is and belongs to; `kind` in words is for what has no name."""
    if name is None:
        return f"{kind} {identity}. Its name is not known: deleted before the app saw it, or not readable."
    said = [f"{_KINDS[name.kind]} {name.id}"]
    if name.detail:
        said.append(name.detail)
    if name.project_id:
        said.append(f"in {labels.of('project_id', name.project_id)}")
    if name.owner_id:
        said.append(f"owned by {labels.of('user_id', name.owner_id)}")
    if name.archived:
        said.append("archived")
    return ", ".join(said) + "."


def about_team(team: Team) -> str:
    """Return in words who answers for a team and where it is booked."""
    said = ["Team", *([f"owned by {team.owner}"] if team.owner else [])]
    said += [f"cost center {team.cost_center}"] if team.cost_center else []
    return ", ".join(said) + "."


def seen(days: Sequence[dt.date], told: Sequence[dt.date]) -> str:
    """Return in words on which `days` something was billed first and last, of those whose bill tells it."""
    if not told:
        return "No stored bill names it, so it is not known when it was first billed."
    since, until = min(told), max(told)
    if not days:
        return f"Nothing of it was billed since {dates.day(since)}, {_FIRST_TOLD}."
    first, last = min(days), max(days)
    begun = f"or earlier: {_FIRST_TOLD}" if first == since else f"of all since {dates.day(since)}"
    ended = " (the last day that is stored)" if last == until else ""
    return f"First billed {dates.day(first)} ({begun}), last billed {dates.day(last)}{ended}."


def told(measures: Sequence[Measure], unattributed: int, days: int) -> list[Measure]:
    """Return the measures that are true of `days`, on `unattributed` of which the bill names nobody.

    Dollars of some days over tokens of all would be too low a ratio; dollars of no day are no zero.
    """
    billed = [m for m in measures if COSTS in m.sources]
    false = [m for m in billed if unattributed and (m.is_ratio or unattributed >= days)]
    return [m for m in measures if m not in false]


def part_of(own: Decimal, whole: Decimal, *, unattributed: bool, filtered: bool) -> str:
    """Return which part of the whole bill something is, in words; at least that with `unattributed` days."""
    if not whole:
        return ""
    least = "at least " if unattributed else ""
    of_what = "billed in the period within the filters" if filtered else "all that was billed in the period"
    return f"That is {least}{fmt.share(own / whole)} of {fmt.usd(whole)}, {of_what}."

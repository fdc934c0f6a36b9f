"""What is known of one project, person or key: its names, what it belongs to, and since when it is seen."""

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal

from lib import format as fmt
from lib.labels import Labels
from lib.names import Name

_KINDS = {"project": "Project", "user": "Person", "service_account": "Service account", "api_key": "API key"}


def about(kind: str, name: Name | None, labels: Labels, identity: str) -> str:
    """Return in words what something is and belongs to; `kind` in words is for what has no name."""
    if name is None:
        return f"{kind} `{identity}`. Its name is not known: deleted before the app saw it, or not readable."
    said = [f"{_KINDS[name.kind]} `{name.id}`"]
    if name.detail:
        said.append(name.detail)
    if name.project_id:
        said.append(f"in {labels.of('project_id', name.project_id)}")
    if name.owner_id:
        said.append(f"owned by {labels.of('user_id', name.owner_id)}")
    if name.archived:
        said.append("archived")
    return ", ".join(said) + "."


def seen(days: Sequence[dt.date], since: dt.date) -> str:
    """Return in words on which `days` something was billed first and last, of those stored `since`."""
    if not days:
        return f"Nothing of it was billed since {fmt.day(since)}, the first day that is stored."
    first, last = min(days), max(days)
    begun = (
        "or earlier: that is the first day that is stored"
        if first == since
        else f"of all since {fmt.day(since)}"
    )
    return f"First billed {fmt.day(first)} ({begun}), last billed {fmt.day(last)}."


def part_of(own: Decimal, whole: Decimal) -> str:
    """Return which part of the whole bill something is, in words."""
    if not whole:
        return ""
    return f"That is {fmt.share(own / whole)} of {fmt.usd(whole)}, all that was billed in the period."

"""Keeping views: which of those that were saved somebody sees, and what can be saved."""

from collections.abc import Iterable, Mapping, Sequence
from urllib.parse import parse_qs, urlencode

from lib.store.records.saved_views import SavedView

LONGEST_NAME = 60
_LONGEST_QUERY = 4_000
SAVED = "saved"
"""The parameter that an address of a saved view has, so that one without any other is no empty address."""


def seen_by(owner: str, views: Iterable[SavedView]) -> list[SavedView]:
    """Return the views that `owner` kept, and those that others share."""
    return [view for view in views if view.shared or view.owner == owner]


def start_of(owner: str, views: Iterable[SavedView]) -> SavedView | None:
    """Return the view that `owner` starts with, the latest of several; None without one."""
    own = [(v.written_at, v) for v in views if v.owner == owner and v.start and v.written_at]
    return max(own, key=lambda each: each[0])[1] if own else None


def query_of(address: Mapping[str, Sequence[str]]) -> str:
    """Return parameters of an address as they are kept."""
    return urlencode({**address, SAVED: "1"}, doseq=True)


def parameters_of(view: SavedView) -> dict[str, list[str]]:
    """Return the parameters of a kept address."""
    return parse_qs(view.query, keep_blank_values=True)


def problem(name: str, query: str) -> str:
    """Return why a view cannot be kept so, "" where it can."""
    if not name.strip():
        return "Give the view a name."
    if len(name.strip()) > LONGEST_NAME:
        return f"The name has more than {LONGEST_NAME} letters. Shorten it."
    return "Too much is chosen to be kept: filter by fewer values." if len(query) > _LONGEST_QUERY else ""

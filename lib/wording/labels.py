"""Labels: what ids are called on a page. Two things never share a label, and every id has one."""

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Mapping

from lib.catalog.dimensions import CREDITS, DIMENSIONS, OTHER, UNATTRIBUTED
from lib.openai_admin.name_lists import Name

_GONE_AFTER = dt.timedelta(days=2)
_RESERVED = (OTHER, CREDITS)
_PLAIN = {
    ("batch", "true"): "Batch",
    ("batch", "false"): "Not batch",
}


class Labels:
    """The label of each id of each dimension, from the names that the API lists or once listed."""

    def __init__(self, names: Iterable[Name]) -> None:
        names = list(names)
        self._labels: dict[str, dict[str, str]] = {
            d.name: _labelled(names, d.named_by) for d in DIMENSIONS.values() if d.named_by
        }
        self._owners = {n.id: n.owner_id for n in names if n.kind == "api_key" and n.owner_id}

    def of(self, dimension: str, value: str) -> str:
        """Return the label of an id; one without a name is its own label."""
        if value == UNATTRIBUTED:
            return f"No {DIMENSIONS[dimension].in_words}"
        return self._labels.get(dimension, {}).get(value) or _PLAIN.get((dimension, value), value)

    def owner_of(self, key: str) -> str:
        """Return the label of the person or service account that an API key belongs to, "" if not known."""
        owner = self._owners.get(key)
        return self.of("user_id", owner) if owner else ""

    def known(self, dimension: str) -> tuple[str, ...]:
        """Return the ids of a dimension that have names, sorted by label."""
        known: Mapping[str, str] = self._labels.get(dimension, {})
        return tuple(sorted(known, key=lambda i: known[i].casefold()))

    def apart(self, dimension: str, values: Iterable[str]) -> dict[str, str]:
        """Return the label of each of `values`, told apart from the others, "Other" and "Credits"."""
        labels = {v: self.of(dimension, v) for v in values}
        uses = Counter([*_RESERVED, *(text for v, text in labels.items() if v not in _RESERVED)])
        return {
            v: text if v in _RESERVED or uses[text] == 1 else f"{text} · {v}" for v, text in labels.items()
        }


def _labelled(names: Iterable[Name], kinds: tuple[str, ...]) -> dict[str, str]:
    of_kind = [n for n in names if n.kind in kinds]
    newest = max((n.last_seen for n in of_kind if n.last_seen), default=None)
    twice = Counter(n.name for n in of_kind)
    return {n.id: _label(n, alone=twice[n.name] == 1, newest=newest) for n in of_kind}


def _label(name: Name, *, alone: bool, newest: dt.datetime | None) -> str:
    text = name.name if alone or name.name == name.id else f"{name.name} · …{name.id[-6:]}"
    if name.archived:
        return f"{text} (archived)"
    gone = newest and name.last_seen and newest - name.last_seen > _GONE_AFTER
    return f"{text} (deleted)" if gone else text

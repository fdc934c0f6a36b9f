"""Labels: what ids are called on a page. Two things never share a label, and every id has one."""

import datetime as dt
import re
from collections import Counter
from collections.abc import Iterable, Mapping

from lib.catalog.dimensions import CREDITS, DIMENSIONS, OTHER, UNATTRIBUTED, is_other
from lib.openai_admin.name_lists import Name

_GONE_AFTER = dt.timedelta(days=2)
_RESERVED = (OTHER, CREDITS)
_TURNS = re.compile("[\u202a-\u202e\u2066-\u2069]")
"""Marks that turn the direction of writing, of whatever stands behind a name too."""
_PLAIN = {
    ("batch", "true"): "Batch",
    ("batch", "false"): "Not batch",
}


class Labels:
    """The label of each id of each dimension, from the names that the API lists or once listed.

    `whole` is what everything together is called, of `several` organizations or of one.
    """

    def __init__(self, names: Iterable[Name], *, several: bool = False) -> None:
        names = list(names)
        self.whole = "All organizations" if several else "Whole organization"
        self._labels: dict[str, dict[str, str]] = {
            d.name: _labelled(names, d.named_by) for d in DIMENSIONS.values() if d.named_by
        }
        self._owners = {n.id: n.owner_id for n in names if n.owner_id}

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
            v: text if v in _RESERVED or (uses[text] == 1 and not is_other(text)) else f"{text} · {v}"
            for v, text in labels.items()
        }


def _labelled(names: Iterable[Name], kinds: tuple[str, ...]) -> dict[str, str]:
    names = list(names)
    projects = {n.id: _readable(n) for n in names if n.kind == "project"}
    of_kind = [n for n in names if n.kind in kinds]
    newest = max((n.last_seen for n in of_kind if n.last_seen), default=None)
    texts = _told_apart({n.id: _readable(n) for n in of_kind}, {n.id: _whose(n, projects) for n in of_kind})
    return {n.id: _marked(n, texts[n.id], newest) for n in of_kind}


def _readable(name: Name) -> str:
    """Return a name in one line and in its own direction, the id where it shows nothing."""
    return " ".join(_TURNS.sub("", name.name).split()) or name.id


def _whose(name: Name, projects: Mapping[str, str]) -> str | None:
    """Return what tells a name from others like it: its project, or a person's mail address."""
    return name.detail if name.kind == "user" else projects.get(name.project_id or "")


def _told_apart(texts: Mapping[str, str], whose: Mapping[str, str | None]) -> dict[str, str]:
    """Return `texts` by id, those of several ids with `whose` they are, or else with the end of the id."""
    uses = Counter(texts.values())
    fuller = {
        i: f"{text} ({whose[i]})" if uses[text] > 1 and text != i and whose[i] else text
        for i, text in texts.items()
    }
    still = Counter(fuller.values())
    return {
        i: text if still[text] == 1 or texts[i] == i else f"{text} · …{i[-6:]}" for i, text in fuller.items()
    }


def _marked(name: Name, text: str, newest: dt.datetime | None) -> str:
    if name.archived:
        return f"{text} (archived)"
    gone = newest and name.last_seen and newest - name.last_seen > _GONE_AFTER
    return f"{text} (deleted)" if gone else text

"""Groups: the columns of what an answer is grouped by, ids beside names."""

from collections.abc import Iterable, Sequence

from lib.catalog.dimensions import DIMENSIONS
from lib.http_api.cells import Column, Kind
from lib.http_api.parameters import NAMES
from lib.wording.labels import Labels


def columns(by: Sequence[str]) -> tuple[Column, ...]:
    """Return a column for the ids of each dimension, and one for their names where they have any."""
    found = []
    for dimension in by:
        about = DIMENSIONS[dimension]
        found.append(Column(NAMES[dimension], Kind.TEXT, f"{about.label}, (none) without one", True))
        if about.named_by:
            found.append(Column(f"{NAMES[dimension]}_name", Kind.TEXT, f"{about.label} by name", True))
    return tuple(found)


def cells(labels: Labels, by: Sequence[str], rows: Iterable[Sequence[str]]) -> list[list[str | None]]:
    """Return for each row of ids its cells of `columns`; what is empty is about no one of them."""
    listed = list(rows)
    called = [
        labels.apart(dimension, dict.fromkeys(row[at] for row in listed if row[at]))
        for at, dimension in enumerate(by)
    ]
    found = []
    for row in listed:
        whole: list[str | None] = []
        for at, dimension in enumerate(by):
            whole.append(row[at] or None)
            if DIMENSIONS[dimension].named_by:
                whole.append(called[at].get(row[at]))
        found.append(whole)
    return found

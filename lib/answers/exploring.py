"""What Explore's table shows: any measures by any one or two dimensions that they share."""

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from lib.analysis.wide_table import wide_table
from lib.answers.reading import Reading
from lib.answers.remembered_answers import remembered
from lib.answers.results import Labels
from lib.catalog.dimensions import DIMENSIONS, OTHER, other_of
from lib.catalog.measures import MEASURES, Measure


@dataclass(frozen=True, eq=False)
class Explored:
    """`rows` (see `lib.analysis.wide_table`) with labels in place of ids, `folded` of them in Other."""

    rows: pd.DataFrame
    by: tuple[str, ...]
    measures: tuple[Measure, ...]
    labels: Mapping[str, Labels]
    folded: int
    compared_with: str | None


def columns_for(by: tuple[str, ...], beside: Measure) -> list[str]:
    """Return the measures that can stand beside one, by the same dimensions."""
    return [m.slug for m in MEASURES.values() if m is not beside and set(by) <= set(m.dimensions)]


@remembered
def explored(
    reading: Reading, by: tuple[str, ...], slugs: tuple[str, ...], wanted: str, most: int | None
) -> Explored:
    """Return the rows in whose names `wanted` occurs, in capitals or not; beyond `most` in one row, Other.

    Measures that the filters leave without a source are left out.
    """
    measures = tuple(m for m in map(MEASURES.__getitem__, slugs) if reading.applies(m, *by)) or (
        MEASURES[slugs[0]],
    )
    window, other = reading.view.window, reading.compared_by(*by)
    parts = reading.parts(measures, by=by)
    labels = {d: reading.labels.apart(d, dict.fromkeys(parts[d])) for d in by}
    sought = wanted.strip().casefold()
    rows, folded = wide_table(
        parts,
        reading.parts(measures, other, by=by) if other else None,
        by,
        measures,
        days=(window.days, other.days if other else 1),
        is_wanted=lambda row: any(
            sought in f"{labels[d].get(i, i)} {i}".casefold() for d, i in zip(by, row, strict=True)
        ),
        most=most,
    )
    if folded:
        labels[by[0]][OTHER] = other_of(folded, DIMENSIONS[by[0]].plural if len(by) == 1 else "rows")
    named = rows.assign(**{d: [labels[d].get(i, i) for i in rows[d]] for d in by})
    return Explored(named, by, measures, labels, folded, reading.compared_with if other else None)

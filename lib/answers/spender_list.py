"""All projects, people or keys, each with what it spent and used in the period."""

from dataclasses import dataclass

import pandas as pd

from lib.analysis.parts import measured, summed
from lib.answers import loading, one_spender
from lib.answers.reading import Reading
from lib.answers.remembered_answers import remembered
from lib.answers.results import Labels
from lib.catalog.dimensions import UNATTRIBUTED
from lib.catalog.measures import MEASURES, Measure
from lib.wording.profile import told

LISTED = tuple(
    MEASURES[m] for m in ("spend", "requests", "tokens", "output_tokens", "cached_share", "cost_per_million")
)
READ = tuple(source for measure in LISTED for source in measure.sources)


@dataclass(frozen=True, eq=False)
class SpenderList:
    """`rows` hold an id of `dimension` and each of `measures`, those that spent most first.

    `unattributed` counts the days on which the bill does not tell the dimension.
    """

    dimension: str
    measures: tuple[Measure, ...]
    rows: pd.DataFrame
    labels: Labels
    unattributed: int

    def matching(self, text: str) -> pd.DataFrame:
        """Return the rows whose label or id holds `text`, in capitals or not."""
        wanted = text.strip().casefold()
        ids = self.rows[self.dimension]
        return self.rows[[wanted in f"{self.labels.get(i, i)} {i}".casefold() for i in ids]]


@remembered
def spender_list(reading: Reading, dimension: str) -> SpenderList:
    """Return everybody of a dimension who is named or stored, also those who spent nothing in the period."""
    view = reading.view
    unattributed = len(loading.load_unattributed(reading.backend, [dimension], view.window))
    measures = tuple(told(LISTED, unattributed, view.window.days))
    known = one_spender.known_ids(reading, [dimension])[dimension]
    found = measured(summed(reading.parts(measures, by=(dimension,)), [dimension]), measures)
    silent = pd.DataFrame({dimension: sorted(known - set(found[dimension]))}, dtype=object)
    columns = [dimension, *(m.slug for m in measures)]
    rows = pd.concat([found, silent.assign(**{m.slug: None for m in measures})])[columns]
    rows = rows.astype(object).where(rows.notna(), None)
    first = measures[0].slug
    order = sorted(
        range(len(rows)),
        key=lambda i: (-(rows[first].iloc[i] or 0), str(rows[dimension].iloc[i])),
    )
    rows = rows.iloc[order].reset_index(drop=True)
    labels = reading.labels.apart(dimension, [i for i in rows[dimension] if i != UNATTRIBUTED])
    return SpenderList(dimension, measures, rows, labels, unattributed)

"""Notes: what people write about days, shown on the charts over time."""

import datetime as dt
from dataclasses import dataclass


@dataclass(frozen=True)
class Note:
    """What somebody wrote about the days from `first` to `last` (both included, UTC).

    `about` is empty for a note on the charts, or the key of an anomaly that the note calls expected. A
    note written again under its `note_id` replaces the earlier one; a `removed` one is kept, unseen.
    """

    note_id: str
    first: dt.date
    last: dt.date
    text: str
    about: str
    written_at: dt.datetime
    removed: bool = False

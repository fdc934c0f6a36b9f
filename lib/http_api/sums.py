"""Sums: totals with their change, from the same answers as the pages'."""

from lib.analysis.comparison import Change
from lib.catalog.measures import HEADLINES
from lib.http_api.answer import Answer
from lib.http_api.asking import Asked
from lib.http_api.cells import Column, Kind, table_of

VALUES = (
    Column("value", Kind.AMOUNT, "Of the days asked for; empty where there is nothing to divide by", True),
    Column("before", Kind.AMOUNT, "Of the days compared with; empty without any", True),
    Column("difference", Kind.AMOUNT, "The value less that before, exact", True),
    Column("change", Kind.SHARE, "The difference over the value before: 0.1 is a tenth more", True),
)
TOTALS = (
    Column("measure", Kind.TEXT, "Which number"),
    Column("unit", Kind.TEXT, "What it counts"),
    *VALUES,
)


def totals(asked: Asked) -> Answer:
    """Return each measure over the whole period, against the compared one where both are known."""
    measures = asked.measures(HEADLINES)
    reading = asked.reading(measures)
    rows = []
    for measure in measures:
        found = reading.values(measure)
        before = found.before if reading.compared else None
        rows.append((measure.slug, measure.unit.value, *_values(found.now, before)))
    return Answer(table_of(TOTALS, rows), reading.coverage, reading.compared)


def _values(now: object, before: object) -> tuple[object, ...]:
    """Return the cells of `VALUES`."""
    if now is None or before is None:
        return now, before, None, None
    change = Change(now, before)  # type: ignore[arg-type]
    return now, before, change.difference, change.share

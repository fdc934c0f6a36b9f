"""Sums: totals, what was over time, who had most, and rows, from the same answers as the pages'."""

from collections.abc import Callable, Sequence
from datetime import date

import pandas as pd
import pyarrow as pa

from lib.analysis import series
from lib.analysis.comparison import Change, Number, movers
from lib.analysis.parts import measured
from lib.answers import loading
from lib.answers.answer_coverage import Coverage
from lib.answers.reading import Reading
from lib.catalog.measures import HEADLINES, Measure
from lib.catalog.sources import Source
from lib.engine.question import Question
from lib.http_api import groups
from lib.http_api.answer import Answer
from lib.http_api.asking import Asked
from lib.http_api.cells import Column, Kind, table_of
from lib.http_api.parameters import MOST_ROWS
from lib.http_api.problems import WrongParameter, too_many
from lib.http_api.zoned_days import check_zone
from lib.periods.finality import bucket_days
from lib.periods.grains import Grain, allowed
from lib.periods.local_days import day_of, rows_width
from lib.periods.windows import midnight
from lib.tables.local_starts import with_offsets

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
START = Column("start", Kind.MOMENT, "When the bucket begins, with the offset of the time zone; Z in UTC")
SERIES = (
    Column("value", Kind.AMOUNT, "Of the bucket"),
    Column("final", Kind.FLAG, "Whether it can change no more"),
)


def totals(asked: Asked) -> Answer:
    """Return each measure over the whole period, against the compared one where both are known."""
    measures = asked.measures(HEADLINES)
    for measure in measures:
        check_zone(asked, measure.slug, measure.sources)
    reading = asked.reading(measures)
    rows = []
    for measure in measures:
        found = reading.values(measure)
        before = found.before if reading.compared else None
        rows.append((measure.slug, measure.unit.value, *_values(found.now, before)))
    return Answer(table_of(TOTALS, rows), reading.coverage, reading.compared)


def over_time(asked: Asked) -> Answer:
    """Return a measure by bucket, and by a dimension where one is given; no bucket without a known day."""
    measure = asked.measure
    by, reading = asked.by(measure), asked.reading([measure])
    grain = _grain(asked, measure.slug, measure.sources, reading.grain(measure))
    check_zone(asked, measure.slug, measure.sources)
    coverage = _coverage(asked, measure.sources, grain, by)
    known = _is_known(grain, coverage)
    window = asked.view.window
    if by:
        parts = reading.split(measure, by, grain=grain)
        days = {pd.Timestamp(start): held for start, held in bucket_days(grain, window).items()}
        values = measured(parts, [measure], days).rename(columns={measure.slug: "value"})
    else:
        parts = reading.parts([measure], grain=grain)
        values = series.over_time(parts, measure, grain, window)
    values = values.loc[[known(start) for start in values["start"]]]
    values = values.loc[[value is not None for value in values["value"]]]
    _check_rows(len(values))
    open_buckets = reading.unsettled(measure.sources, grain)
    named = groups.cells(reading.labels, by, zip(*(values[d] for d in by), strict=True)) if by else []
    cells = named or [[]] * len(values)
    rows = [
        (start.to_pydatetime(), *group, value, start not in open_buckets)
        for start, group, value in zip(values["start"], cells, values["value"], strict=True)
    ]
    table = table_of((START, *groups.columns(by), *SERIES), rows)
    return Answer(with_offsets(table, grain, window.zone), coverage)


def ranking(asked: Asked) -> Answer:
    """Return a measure by one or two dimensions, the largest first, against the compared period."""
    measure = asked.measure
    by, reading = asked.by(measure), asked.reading([measure])
    check_zone(asked, measure.slug, measure.sources)
    rows = reading.movers(measure, by[0]) if len(by) == 1 else _pairs(reading, measure, by)
    ids = [(one,) if len(by) == 1 else one for one in rows.iloc[:, 0]]
    other = reading.compared_by(*by)
    most = int(asked.one("limit") or len(ids))
    _check_rows(min(len(ids), most))
    values = [
        (now, before if other else None, difference if other else None, share if other else None)
        for now, before, difference, share in zip(
            rows["now"], rows["before"], rows["difference"], rows["share"], strict=True
        )
    ]
    named = groups.cells(reading.labels, by, ids)
    table = table_of(
        (*groups.columns(by), *VALUES), [(*g, *v) for g, v in zip(named[:most], values[:most], strict=True)]
    )
    coverage = reading.known_days(asked.view.window, *by)
    return Answer(table, coverage, other, max(len(ids) - most, 0))


def _pairs(reading: Reading, measure: Measure, by: tuple[str, ...]) -> pd.DataFrame:
    """Return the movers (`lib.analysis.comparison`) of pairs of ids."""
    other = reading.compared_by(*by)

    def pairs(frame: pd.DataFrame) -> pd.DataFrame:
        return frame.assign(
            pair=pd.Series([*zip(frame[by[0]], frame[by[1]], strict=True)], index=frame.index, dtype=object)
        )

    now = measured(reading.split(measure, by), [measure], reading.view.window.days)
    before = measured(reading.split(measure, by, other), [measure], other.days) if other else now.head(0)
    return movers(pairs(now), pairs(before), "pair", measure.slug, missing=None if measure.is_ratio else 0)


def rows_of(source: Source) -> Callable[[Asked], Answer]:
    """Return what finds the sums of all metrics of a source."""

    def rows(asked: Asked) -> Answer:
        asked.check_filters(source.name, source.groupable)
        by, view = asked.grouped(source.name, source.groupable), asked.view
        grain = _grain(asked, source.name, [source], Grain.DAY)
        check_zone(asked, source.name, [source])
        window = loading.known_of(asked.backend, source.name, view.window)
        question = Question(source.name, window, grain, by, (), view.filters)
        _check_rows(loading.load_row_count(asked.backend, question))
        found = loading.load_table(asked.backend, question)
        cells = groups.cells(
            loading.load_labels(asked.backend), by, zip(*(found[d].to_pylist() for d in by), strict=True)
        )
        columns = groups.columns(by)
        named = table_of(columns, cells) if by else None
        arrays = {} if grain is Grain.TOTAL else {START.name: found[START.name]}
        arrays |= {c.name: named[c.name] for c in columns} if named is not None else {}
        arrays |= {metric: found[metric] for metric in source.metric_names}
        table = with_offsets(pa.table(arrays), grain, window.zone)
        return Answer(table, _coverage(asked, [source], grain, by))

    return rows


def metrics_of(source: Source) -> tuple[Column, ...]:
    """Return the columns of the metrics of a source."""
    kind = Kind.AMOUNT if source.is_money else Kind.COUNT
    return tuple(Column(m.name, kind, f"In {m.unit.value}", bool(m.needs)) for m in source.metrics)


def _values(now: Number | None, before: Number | None) -> tuple[Number | None, ...]:
    """Return the cells of `VALUES`."""
    if now is None or before is None:
        return now, before, None, None
    change = Change(now, before)
    return now, before, change.difference, change.share


def _grain(asked: Asked, what: str, sources: Sequence[Source], usual: Grain) -> Grain:
    """Return the grain that is asked for; raise the WrongParameter of one that is too fine."""
    named = asked.one("grain")
    grain = Grain(named) if named else usual
    can = [Grain.TOTAL, *allowed(asked.view.window.days)]
    if grain not in can:
        raise WrongParameter("grain", f"The period is too long to be cut by {grain}.", can[1:])
    if any(grain.width not in source.widths for source in sources):
        whole = [g for g in can[1:] if all(g.width in source.widths for source in sources)]
        raise WrongParameter("grain", f"{what} comes by day at the finest.", whole)
    return grain


def _coverage(asked: Asked, sources: Sequence[Source], grain: Grain, by: tuple[str, ...]) -> Coverage:
    dimensions = (*by, *asked.view.filters.dimensions)
    width = rows_width(grain, asked.view.window)
    return loading.load_coverage(asked.backend, sources, asked.view.window, dimensions, width)


def _is_known(grain: Grain, coverage: Coverage) -> Callable[[pd.Timestamp], bool]:
    """Return what tells whether any day of a bucket is known."""
    days: set[date] = set(coverage.known)
    starts = {grain.floor(midnight(day)) for day in days}
    if grain in (Grain.HOUR, Grain.MINUTE):
        return lambda start: day_of(start.to_pydatetime(), grain, coverage.window) in days
    return lambda start: start.to_pydatetime() in starts


def _check_rows(rows: int) -> None:
    if rows > MOST_ROWS:
        raise too_many(rows, MOST_ROWS)

"""Questions to the store: sums of a source's metrics, by time and dimensions, over chosen rows.

Written as Narwhals expressions on a lazy scan of the snapshot's Parquet files, by the engine that the store
has (`lib.engine.engines`), and collected as Arrow, where integers and decimals stay exact.
"""

import datetime as dt
from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from itertools import accumulate

import narwhals as nw
import pyarrow as pa
import pyarrow.compute as pc

from lib.catalog.dimensions import ORGANIZATION, TEAM
from lib.catalog.line_items import read
from lib.catalog.schemas import MONEY, TIME
from lib.catalog.sources import SOURCES, Source
from lib.engine.engines import Engine, engine_of, explained, stored_rows
from lib.engine.kept_rows import files_of, kept_rows, texts_of
from lib.engine.question import Question, answer_schema
from lib.engine.rows import Rows, TooLarge
from lib.engine.team_column import with_team
from lib.engine.visible_rows import sees_nothing, visible
from lib.errors import QuestionError
from lib.periods.grains import Grain
from lib.periods.local_days import bucket_of_each
from lib.periods.widths import Width
from lib.periods.windows import Window
from lib.periods.zones import UTC
from lib.store.usage_store import Store

_MOST = 2**63 - 1
_PROJECT = "project_id"


def answer(store: Store, question: Question, held: pa.Table | None = None) -> pa.Table:
    """Return the sums: `start` (unless the grain is total), the dimensions (ids), the metrics.

    `start` is in UTC; in days of another zone it is as `lib.periods.local_days` has it. Rows that are `held`
    (`lib.engine.kept_rows.held_rows`) are not read from the store again.

    Counts are int64, money and quantities decimal128(38, 18). A metric that mixes units without a
    dimension is null where the question does not group by it. Rows are sorted by start and dimensions.
    Raises QuestionError where a sum cannot be held exactly.
    """
    return _sorted(unsorted_answer(store, question, held), question)


@explained
def unsorted_answer(store: Store, question: Question, held: pa.Table | None = None) -> pa.Table:
    """Return the rows of the `answer` in no order: of half a million, sorting takes as long as adding up."""
    if ORGANIZATION in question.by:
        return _by_organization(store, question)
    sums = _sums(store, question, held)
    if sums is None:
        return answer_schema(question).empty_table()
    return _collect(engine_of(store), sums, question)


def _by_organization(store: Store, question: Question) -> pa.Table:
    """Return the answer of each organization, whose rows are in files of their own, with its name."""
    schema, tables = answer_schema(question), []
    rest = replace(question, by=tuple(d for d in question.by if d != ORGANIZATION))
    for name in store.organizations:
        if question.filters.keeps(ORGANIZATION, name):
            own = replace(rest, filters=question.filters.narrowed(ORGANIZATION, name))
            # A sum of no rows is a row too, unless it is a sum by something.
            if _keys(own) or unsorted_answer(store, replace(own, grain=Grain.DAY)).num_rows:
                table = unsorted_answer(store, own)
                names = pa.array([name] * table.num_rows, pa.string())
                tables.append(table.append_column(ORGANIZATION, names).select(schema.names))
    return pa.concat_tables([schema.empty_table(), *tables])


Counts = Mapping[dt.datetime | None, int]
"""How many rows an answer has in each bucket, in order; all under None where it is not cut into buckets."""


@explained
def page(store: Store, question: Question, first: int, count: int, counts: Counts | None = None) -> pa.Table:
    """Return `count` rows of the `answer` from the one numbered `first` (from 0) on.

    Of its buckets only those are added up that hold these rows. `counts` are its `row_counts`, which are
    taken anew where they are not given.
    """
    sums, keys, before = None if ORGANIZATION in question.by else _sums(store, question), _keys(question), 0
    if sums is None or question.grain is Grain.WEEK or not keys:
        return answer(store, question).slice(first, count)
    if question.grain is not Grain.TOTAL:
        before, buckets = _buckets_of(row_counts(store, question) if counts is None else counts, first, count)
        if not buckets:
            return answer_schema(question).empty_table()
        sums = sums.filter(nw.col("start") >= buckets[0], nw.col("start") <= buckets[-1])
    shown = sums.sort(*keys, nulls_last=True).head(first - before + count)
    return _sorted(_collect(engine_of(store), shown, question), question).slice(first - before)


def _buckets_of(counts: Counts, first: int, count: int) -> tuple[int, list[dt.datetime | None]]:
    """Return how many rows come before the buckets that hold `count` rows from `first` on, and those."""
    ends = list(accumulate(counts.values()))
    nth, last = bisect_right(ends, first), bisect_left(ends, first + count)
    return ends[nth - 1] if nth else 0, list(counts)[nth : last + 1]


@explained
def row_counts(store: Store, question: Question) -> Counts:
    """Return how many rows the `answer` has in each bucket."""
    sums, engine = None if ORGANIZATION in question.by else _sums(store, question), engine_of(store)
    if sums is None or question.grain is Grain.WEEK or not _keys(question):
        return {None: answer(store, question).num_rows}
    if question.grain is Grain.TOTAL:
        return {None: engine.collected(sums.select(nw.len()))[0][0].as_py()}
    found = engine.collected(sums.group_by("start").agg(nw.len()))
    return dict(sorted(zip(found["start"].to_pylist(), found["len"].to_pylist(), strict=True)))


def _keys(question: Question) -> list[str]:
    return [*([] if question.grain is Grain.TOTAL else ["start"]), *question.by]


def _sums(store: Store, question: Question, held: pa.Table | None = None) -> Rows | None:
    """Return the sums as they are still to be read, by day where weeks are asked for; None without rows."""
    source, engine = SOURCES[question.source], engine_of(store)
    files, question = files_of(store, question)
    if not files or sees_nothing(store, source):
        return None
    rows = kept_rows(store, files, question) if held is None else engine.rows_in(held)
    if _is_local(question):
        rows = _in_local_buckets(engine, rows, question)
    elif question.grain is Grain.MONTH:
        rows = rows.with_columns(nw.col("start").dt.truncate("1mo"))
    keys, metrics = _keys(question), question.metrics or source.metric_names
    derived = [dimension for dimension in question.by if dimension in source.derived]
    if derived and len(derived) == len(question.by):
        # Summed by the texts first, of which there are few, since each row is looked up for what it says.
        # Beside other dimensions nearly every row would be a sum of its own.
        texts_and_start = list(dict.fromkeys(source.derived.get(key, key) for key in keys))
        rows = _summed(rows, texts_and_start, metrics, source)
    for dimension in derived:
        column = source.derived[dimension]
        texts = [text for text in texts_of(engine, files, column) if text is not None]
        told = [read(text, dimension) for text in texts]
        found = {"looked_up_text": pa.array(texts, pa.string()), dimension: pa.array(told, pa.string())}
        rows = engine.with_lookup(rows, column, pa.table(found))
    return _summed(rows, keys, metrics, source)


def _is_local(question: Question) -> bool:
    """Return whether stored buckets are given to those of another zone before they are added up."""
    grain, window = question.grain, question.window
    return window.zone != UTC and grain is not Grain.TOTAL and (grain.width is not question.width)


def _in_local_buckets(engine: Engine, rows: Rows, question: Question) -> Rows:
    """Return `rows` with the start of the local bucket that each of them belongs to."""
    buckets = bucket_of_each(question.grain, question.window, question.width)
    found = {"stored_start": pa.array(buckets, TIME), "local_start": pa.array(buckets.values(), TIME)}
    return engine.with_lookup(rows, "start", pa.table(found)).with_columns(start=nw.col("local_start"))


def _summed(rows: Rows, keys: Sequence[str], metrics: Sequence[str], source: Source) -> Rows:
    sums = [nw.col(m).sum().fill_null(0) for m in metrics]
    if not source.is_money:  # DuckDB has the sum of int64 in 128 bits, which Arrow then takes long to narrow
        sums = [total.cast(nw.Int64) for total in sums]
    return rows.group_by(*keys).agg(*sums) if keys else rows.select(*sums)


def _collect(engine: Engine, sums: Rows, question: Question) -> pa.Table:
    """Return the sums as `unsorted_answer` has them."""
    source, keys = SOURCES[question.source], _keys(question)
    metrics = question.metrics or source.metric_names
    try:
        table = engine.collected(sums).cast(_collected(keys, metrics, source))
        table = _by_week(table, keys, metrics) if question.grain is Grain.WEEK else table
        schema = answer_schema(question)
        return _meaningful(table, source, question.by).select(schema.names).cast(schema)
    except (pa.ArrowInvalid, TooLarge):
        msg = (
            f"A sum of {source.name} passes the largest number that can be held exactly "
            f"({_MOST:,} for a count). Ask for fewer days, or by more dimensions."
        )
        raise QuestionError(msg) from None


def _sorted(table: pa.Table, question: Question) -> pa.Table:
    keys = _keys(question)
    return table.sort_by([(key, "ascending") for key in keys]) if keys else table


@explained
def known_values(store: Store, source: Source, dimensions: Sequence[str]) -> dict[str, set[str | None]]:
    """Return every value that `dimensions` have in the stored days of `source`, None for none.

    A slice that does not know a dimension says nothing of it.
    """
    files = store.files(source, Width.DAY)
    if not files or sees_nothing(store, source):
        return {}
    columns = dict.fromkeys(source.derived.get(d, d) for d in dimensions)
    engine = engine_of(store)
    seen = visible(store, stored_rows(store, files, source, Width.DAY), source)
    if TEAM in dimensions and store.team_view is None:
        seen = with_team(engine, seen, source, store.teams)
    rows = engine.collected(seen.group_by("slice", *columns).agg(nw.len()))
    knowing = {s.name: s.dimensions for rung in source.rungs for s in rung}
    found: dict[str, set[str | None]] = {}
    for dimension in dimensions:
        column = source.derived.get(dimension, dimension)
        pairs = zip(rows["slice"].to_pylist(), rows[column].to_pylist(), strict=True)
        known_by = _PROJECT if dimension == TEAM else column
        texts = {text for name, text in pairs if known_by in knowing.get(name, ())}
        found[dimension] = {read(t, dimension) for t in texts} if dimension in source.derived else texts
    return found


@explained
def other_currencies(store: Store, window: Window) -> pa.Table:
    """Return `currency`, `line_item` and `amount` (exact) of bills that are not in US dollars."""
    costs, kept = SOURCES["costs"], Question("costs", window)
    files = store.files(costs, Width.DAY, window)
    keys = ["currency", "line_item"]
    schema = pa.schema([*((k, pa.string()) for k in keys), ("amount", MONEY)])
    if not files:
        return schema.empty_table()
    rows = kept_rows(store, files, kept).filter(nw.col("currency") != "usd")
    sums = rows.group_by(*keys).agg(nw.col("other_amount").sum().alias("amount"))
    return engine_of(store).collected(sums).cast(schema).sort_by([(k, "ascending") for k in keys])


@explained
def bill_lines(store: Store, window: Window) -> pa.Table:
    """Return the bill as it came: what each line of each day charges to a project and a key.

    `start` (UTC), `project_id`, `api_key_id`, `line_item`, `currency`, `quantity_unit`, and the exact sums
    `cost_usd` (0 in other currencies), `other_amount` and `quantity`, sorted by all of the former.
    """
    costs, asked = SOURCES["costs"], Question("costs", window, by=(_PROJECT, "api_key_id", "line_item"))
    files = store.files(costs, Width.DAY, window)
    keys = ["start", *asked.by, "currency", "quantity_unit"]
    sums = ["cost_usd", "other_amount", "quantity"]
    columns = ((k, TIME if k == "start" else pa.string()) for k in keys)
    schema = pa.schema([*columns, *((s, MONEY) for s in sums)])
    if not files:
        return schema.empty_table()
    rows = kept_rows(store, files, asked)
    table = engine_of(store).collected(_summed(rows, keys, sums, costs))
    return table.cast(schema).sort_by([(k, "ascending") for k in keys])


def amounts_by_currency(store: Store, window: Window) -> dict[str, Decimal]:
    """Return the exact amounts of bills that are not in US dollars, by currency."""
    found: dict[str, Decimal] = {}
    for row in other_currencies(store, window).to_pylist():
        found[row["currency"]] = found.get(row["currency"], Decimal()) + row["amount"]
    return found


def _collected(keys: Sequence[str], metrics: Sequence[str], source: Source) -> pa.Schema:
    kinds = {"start": TIME}
    number = MONEY if source.is_money else pa.int64()
    return pa.schema([*((k, kinds.get(k, pa.string())) for k in keys), *((m, number) for m in metrics)])


def _by_week(table: pa.Table, keys: list[str], metrics: Sequence[str]) -> pa.Table:
    """Return a `table` by day summed by week (from Monday), which Narwhals does not truncate to."""
    table = _summable(table, metrics)
    weeks = pc.floor_temporal(table["start"], unit="week", week_starts_monday=True)
    table = table.set_column(table.schema.get_field_index("start"), "start", weeks)
    sums = table.group_by(keys, use_threads=False).aggregate([(m, "sum") for m in metrics])
    return sums.rename_columns([*keys, *metrics])


def _summable(table: pa.Table, metrics: Sequence[str]) -> pa.Table:
    """Return `table` with counts as decimals where their sum may pass int64: Arrow's would wrap around."""
    for name in metrics:
        if pa.types.is_integer(table.schema.field(name).type):
            ends = pc.min_max(table[name]).as_py()
            if max(abs(ends["min"] or 0), abs(ends["max"] or 0)) * table.num_rows > _MOST:
                at = table.schema.get_field_index(name)
                table = table.set_column(at, name, table[name].cast(pa.decimal128(38, 0)))
    return table


def _meaningful(table: pa.Table, source: Source, by: tuple[str, ...]) -> pa.Table:
    """Return `table` with nulls for metrics that mix units because the question does not group enough."""
    for at, name in enumerate(table.schema.names):
        if name in source.metric_names and (needs := source.metric(name).needs) and needs not in by:
            table = table.set_column(at, name, pa.nulls(table.num_rows, MONEY))
    return table

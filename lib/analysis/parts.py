"""Parts: the summed metrics behind measures, one column for each term (`source.metric`).

Everything that groups, folds or totals does so on parts and takes measures afterwards, so that a
ratio of "Other" or of a total is the ratio of its sums.
"""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction

import pandas as pd
import pyarrow as pa

from lib.analysis.exact import exactly, rounded
from lib.analysis.frames import exact_series, series
from lib.analysis.vectors import found_for, sums, with_column
from lib.catalog.dimensions import CREDITS, OTHER, UNATTRIBUTED
from lib.catalog.line_items import base_model
from lib.catalog.measures import Measure
from lib.catalog.sources import SOURCES


@exactly()
def joined(answers: Mapping[str, pa.Table], keys: Sequence[str]) -> pd.DataFrame:
    """Return the answers of several sources as one frame of parts: `keys`, then `source.metric` columns.

    Where billed line items meet usage, models go by the name on which both agree.
    """
    if not answers:
        return pd.DataFrame(columns=list(keys))
    several = len(answers) > 1
    tables = [
        _as_parts(agreed(answer, answers) if several else answer, name, keys)
        for name, answer in answers.items()
    ]
    whole = pa.concat_tables(tables, promote_options="default")
    terms = [c for c in whole.schema.names if c not in keys]
    if not keys:
        return pd.DataFrame({c: pd.Series([sum(exact_series(whole[c]))], dtype=object) for c in terms})
    # Of a single source there is one row for each key.
    whole = sums(whole, keys, terms) if several else whole.sort_by([(key, "ascending") for key in keys])
    return pd.DataFrame(
        {c: series(whole[c]) if c in keys else exact_series(whole[c]) for c in [*keys, *terms]}
    )


def _as_parts(answer: pa.Table, name: str, keys: Sequence[str]) -> pa.Table:
    return answer.rename_columns([c if c in keys else f"{name}.{c}" for c in answer.schema.names])


def agreed(answer: pa.Table, names: Iterable[str]) -> pa.Table:
    """Return the answer of one of the sources `names` with models by the name on which all agree."""
    if "model" not in answer.schema.names or not _meets_the_bill(names):
        return answer
    return with_column(answer, "model", found_for([answer["model"]], _on_the_bill, pa.string()))


def _meets_the_bill(names: Iterable[str]) -> bool:
    """Return whether models are read out of line items for one of the sources `names`."""
    return any("model" in SOURCES[name].derived for name in names)


def _on_the_bill(model: str) -> str:
    return model if model == UNATTRIBUTED else base_model(model)


@exactly()
def summed(parts: pd.DataFrame, keys: Sequence[str]) -> pd.DataFrame:
    """Return `parts` summed by `keys` (one row without keys), exactly: ints stay int, Decimals Decimal."""
    columns = part_columns(parts)
    exact = pd.DataFrame({**{key: parts[key] for key in keys}, **{c: _exact(parts[c]) for c in columns}})
    if not keys:
        return pd.DataFrame({c: pd.Series([sum(exact[c], start=0)], dtype=object) for c in columns})
    if len(keys) == 1 and exact[keys[0]].is_unique:  # as most are, and grouping takes ten times as long
        return _sorted(exact, keys)
    return exact.groupby(list(keys), sort=True, as_index=False)[columns].sum()


def _sorted(frame: pd.DataFrame, keys: Sequence[str]) -> pd.DataFrame:
    return frame.sort_values(list(keys), ignore_index=True) if len(frame) > 1 else frame


@exactly()
def folded(parts: pd.DataFrame, key: str, keep: Iterable[str], keys: Sequence[str]) -> pd.DataFrame:
    """Return `parts` summed by `keys`, what is not in `keep` of `key` as `Other`; credits stay."""
    kept = {*keep, CREDITS}
    return summed(parts.assign(**{key: [v if v in kept else OTHER for v in parts[key]]}), keys)


@exactly()
def measured(
    parts: pd.DataFrame, measures: Iterable[Measure], days: Mapping[pd.Timestamp, int] | int = 1
) -> pd.DataFrame:
    """Return the key columns of `parts` with one column for each measure, by its slug.

    `days` is how many days each bucket (or the whole) holds: levels are averaged over them. Ratios of
    dollars are rounded to 18 decimals.
    """
    terms = set(part_columns(parts))
    frame = pd.DataFrame({c: parts[c] for c in parts.columns if c not in terms}, index=parts.index)
    for measure in measures:
        values = measure.of(parts)
        if measure.is_ratio:
            rates = [rounded(v) if isinstance(v, Decimal) else v for v in values]
            values = pd.Series(rates, index=parts.index, dtype=object)
        if measure.is_level:
            held = [days] * len(parts) if isinstance(days, int) else [days[s] for s in parts["start"]]
            values = pd.Series([v / n for v, n in zip(values, held, strict=True)], index=parts.index)
        frame[measure.slug] = values
    return frame


@exactly()
def leaders(parts: pd.DataFrame, measure: Measure, key: str, most: int) -> list[str]:
    """Return the `most` values of `key` with the largest measure, largest first.

    A ratio says nothing about size, so ratios rank by what they divide by. Credits are no leader.
    """
    by_key = summed(parts, [key])
    size = _weight(measure).of(by_key)
    ranked = sorted(zip(by_key[key], size, strict=True), key=lambda pair: (-abs(pair[1]), pair[0]))
    return [name for name, _ in ranked if name != CREDITS][:most]


@exactly()
def small(parts: pd.DataFrame, measure: Measure, key: str, share: float) -> list[str]:
    """Return the values of `key` whose part of the whole is below `share`, largest first."""
    by_key = summed(parts, [key])
    sizes = dict(zip(by_key[key], _weight(measure).of(by_key), strict=True))
    whole = Fraction(sum(sizes.values()))
    # As fractions, so that a part of exactly 5% is not below 5%.
    below = [
        name for name, size in sizes.items() if not whole or Fraction(size) / whole < Fraction(str(share))
    ]
    return sorted(below, key=lambda name: (-sizes[name], name))


def part_columns(parts: pd.DataFrame) -> list[str]:
    """Return the columns of `parts` that hold terms."""
    return [c for c in parts.columns if "." in c]


def _weight(measure: Measure) -> Measure:
    if not measure.is_ratio:
        return measure
    return Measure(measure.slug, measure.label, measure.unit, measure.definition, measure.per)


def _exact(column: pd.Series) -> pd.Series:
    return column.astype(object).where(column.notna(), 0)

"""Several measures by one or two dimensions in one table: each with its part of the whole and its change."""

from collections.abc import Callable, Collection, Iterable, Sequence

import pandas as pd

from lib.analysis.comparison import Number
from lib.analysis.exact import exactly
from lib.analysis.parts import measured, summed
from lib.catalog.dimensions import OTHER
from lib.catalog.measures import Measure

SHARE, CHANGE = "share", "change"
Row = tuple[str, ...]


@exactly()
def wide_table(
    parts: pd.DataFrame,
    before: pd.DataFrame | None,
    by: Sequence[str],
    measures: Sequence[Measure],
    *,
    days: tuple[int, int] = (1, 1),
    is_wanted: Callable[[Row], bool] = lambda _row: True,
    most: int | None = None,
) -> tuple[pd.DataFrame, int]:
    """Return the wanted rows, those with most of the first measure first, and how many are in Other.

    Rows hold the ids of `by` and for each measure its value by its slug, `slug:share` (of all that is above
    zero, wanted or not; not of ratios) and with parts from `before` `slug:change`, where 0.1 is a tenth more.
    Beyond `most` rows the rest is one, `Other`; of two days the first is of `parts`, the second of `before`.
    """
    # What was there before and is gone is a row too.
    parts = summed(parts if before is None else pd.concat([parts, before[list(by)]], ignore_index=True), by)
    wholes = {m.slug: _whole(measured(parts, [m], days[0])[m.slug]) for m in measures}
    parts = _wanted(parts, by, is_wanted)
    sizes = measured(parts, measures[:1], days[0])[measures[0].slug]
    ranked = sorted(zip(_ids(parts, by), sizes, strict=True), key=lambda row: (-(row[1] or 0), row[0]))
    ids = [row for row, _ in ranked]
    # One row alone needs no other name.
    kept = ids if most is None or len(ids) <= most + 1 else ids[:most]
    now = measured(_few(parts, by, kept), measures, days[0])
    places = {row: place for place, row in enumerate(kept)}
    order = sorted(range(len(now)), key=lambda at: places.get(_ids(now, by)[at], len(kept)))
    now = now.iloc[order].reset_index(drop=True)
    then = None
    if before is not None:
        then = measured(_few(_wanted(before, by, is_wanted), by, kept), measures, days[1])
    return _beside(now, then, by, measures, wholes), len(ids) - len(kept)


def _whole(values: Iterable[Number | None]) -> Number:
    return sum((v for v in values if v is not None and v > 0), start=0)


def _wanted(parts: pd.DataFrame, by: Sequence[str], is_wanted: Callable[[Row], bool]) -> pd.DataFrame:
    return parts.loc[[is_wanted(row) for row in _ids(parts, by)]].reset_index(drop=True)


def _few(parts: pd.DataFrame, by: Sequence[str], kept: Collection[Row]) -> pd.DataFrame:
    """Return the rows in `kept`, and all others as one."""
    few, other = set(kept), (OTHER, *("" for _ in by[1:]))
    named = [row if row in few else other for row in _ids(parts, by)]
    return summed(parts.assign(**{key: [row[at] for row in named] for at, key in enumerate(by)}), by)


def _beside(
    now: pd.DataFrame,
    before: pd.DataFrame | None,
    by: Sequence[str],
    measures: Sequence[Measure],
    wholes: dict[str, Number],
) -> pd.DataFrame:
    earlier = {} if before is None else dict(zip(_ids(before, by), before.to_dict("records"), strict=True))
    found: dict[str, list[object]] = {key: list(now[key]) for key in by}
    for measure in measures:
        slug, values = measure.slug, list(now[measure.slug])
        found[slug] = values
        if not measure.is_ratio:
            whole = wholes[slug]
            found[f"{slug}:{SHARE}"] = [float(v) / float(whole) if whole and v >= 0 else None for v in values]
        if before is not None:
            old = [earlier.get(row, {}).get(slug) for row in _ids(now, by)]
            found[f"{slug}:{CHANGE}"] = [_change(v, o) for v, o in zip(values, old, strict=True)]
    return pd.DataFrame(found, dtype=object)


def _change(now: Number | None, before: Number | None) -> float | None:
    """Return the relative change; None from nothing, and from or to a credit, where it reads wrongly."""
    if now is None or before is None or before <= 0 or now < 0:
        return None
    return float(now) / float(before) - 1


def _ids(parts: pd.DataFrame, by: Sequence[str]) -> list[Row]:
    return list(zip(*(parts[key] for key in by), strict=True))

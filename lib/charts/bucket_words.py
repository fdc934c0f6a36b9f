"""What a bucket of a chart over time says on hover: its values, what was before, and what is marked on it."""

import altair as alt
import pandas as pd

from lib.catalog.units import Unit
from lib.charts import canvas
from lib.periods.grains import Grain
from lib.periods.zones import UTC
from lib.wording.dates import bucket
from lib.wording.numbers import MISSING, RATIOS, change, in_full

SETTLING = "still settling"


def with_words(
    rows: pd.DataFrame,
    unit: Unit,
    grain: Grain,
    *,
    zone: str = UTC,
    before: pd.DataFrame | None = None,
    marks: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Return `rows` (start, group, value, provisional) with what `tooltip` says of each.

    Sums have their bucket's `total` and their `part` of what is above zero in it. `before` (start, value, and
    `was`, the bucket that the value is of) stands beside what it is compared with: the value of an only
    group, else the total. `marks` holds `start` and `text`.
    """
    said = rows.assign(
        when=[
            bucket(start, grain, zone) + (f" ({SETTLING})" if open_ else "")
            for start, open_ in zip(rows["start"], rows["provisional"], strict=True)
        ]
    )
    if unit not in RATIOS:
        said["total"] = said.groupby("start")["value"].transform("sum")
        positive = said["value"].where(said["value"] > 0, 0.0).groupby(said["start"]).transform("sum")
        said["part"] = (said["value"] / positive).where((positive > 0) & (said["value"] >= 0))
    if before is not None and len(before) and not _is_several_ratios(rows, unit):
        said = _with_before(said, before, unit, grain, zone)
    if marks is not None and set(marks["start"]) & set(rows["start"]):
        texts = marks.groupby("start")["text"].agg("; ".join).to_dict()
        said["marked"] = [texts.get(start, MISSING).replace("\n", "; ") for start in rows["start"]]
    return said


def tooltip(
    rows: pd.DataFrame,
    unit: Unit,
    grain: Grain,
    value_title: str,
    group_title: str | None,
    zone: str = UTC,
) -> list[alt.Tooltip]:
    """Return the lines about `rows`, which `with_words` made."""
    many = rows["group"].nunique() > 1
    adds_up = many and "total" in rows
    exact = canvas.exact(rows["value"], unit)
    lines = [alt.Tooltip("when:N", title=f"{grain.capitalize()} ({zone})")]
    if many:
        lines.append(alt.Tooltip("group:N", title=group_title or "Group"))
    lines.append(alt.Tooltip("value:Q", title=value_title, format=exact))
    if adds_up:
        lines.append(alt.Tooltip("total:Q", title="Total", format=exact))
        lines.append(alt.Tooltip("part:Q", title="Share", format=".1%"))
    if "before" in rows:
        lines.append(alt.Tooltip("before:N", title="Total before" if many else "Before"))
        lines.append(alt.Tooltip("change:N", title="Change of the total" if many else "Change"))
    if "marked" in rows:
        lines.append(alt.Tooltip("marked:N", title="Marks"))
    return lines


def _is_several_ratios(rows: pd.DataFrame, unit: Unit) -> bool:
    """Return whether what is compared, a ratio of all groups, is in none of the rows."""
    return unit in RATIOS and rows["group"].nunique() > 1


def _with_before(
    rows: pd.DataFrame, before: pd.DataFrame, unit: Unit, grain: Grain, zone: str
) -> pd.DataFrame:
    values = dict(zip(before["start"], before["value"], strict=True))
    days = dict(zip(before["start"], before["was"], strict=True)) if "was" in before else {}
    largest = float(before["value"].abs().max())
    now = dict(zip(rows["start"], rows["total"] if "total" in rows else rows["value"], strict=True))

    def then(start: pd.Timestamp) -> str:
        if start not in values:
            return MISSING
        value = in_full(values[start], unit, largest)
        return f"{value} ({bucket(days[start], grain, zone)})" if start in days else value

    texts = {start: then(start) for start in now}
    changes = {start: change(value, values.get(start)) for start, value in now.items()}
    return rows.assign(before=rows["start"].map(texts), change=rows["start"].map(changes))

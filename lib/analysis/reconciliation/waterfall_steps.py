"""From usage at list prices to the bill: the rows of `lib.analysis.reconciliation.causes` summed up."""

from dataclasses import dataclass
from decimal import Decimal

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from lib.analysis.exact import exactly
from lib.analysis.reconciliation.causes import CAUSES, Cause
from lib.analysis.series import TOTAL
from lib.analysis.vectors import sums
from lib.analysis.vectors import total as summed
from lib.periods.finality import bucket_days
from lib.periods.grains import Grain
from lib.periods.windows import Window, midnight

AT_LIST, BILLED = "Usage at list prices", "Billed"
_NOTHING = Decimal(0)


@dataclass(frozen=True)
class Total:
    """The sums of a reconciliation in USD; `at_list` is an estimate.

    `unexplained` nets more against less; `explained_share` does not, so that they cannot hide each other:
    1 − the sum of each meter's absolute unexplained dollars over the sum of all absolute billed dollars.
    `discount` is 1 − billed over list, of what usage counts and the list prices, without what differs for
    unsettled days only, which would look like one; None without any.
    """

    billed: Decimal
    at_list: Decimal
    unexplained: Decimal
    explained_share: float | None
    discount: float | None


@exactly()
def total(reconciled: pa.Table) -> Total:
    """Return the sums of a reconciliation."""
    size, astray = (summed(pc.abs(reconciled[column])) for column in ("billed", Cause.UNEXPLAINED))
    return Total(
        summed(reconciled["billed"]),
        summed(reconciled["at_list"]),
        summed(reconciled[Cause.UNEXPLAINED]),
        1 - float(astray / size) if size else None,
        _discount(_counted(reconciled)),
    )


@exactly()
def steps(reconciled: pa.Table) -> pd.DataFrame:
    """Return `group`, `kind`, `value`, `from`, `to`: list, each cause by its size, the bill.

    Values are exact USD; `kind` is before, up, down or now, as `lib.charts.waterfall_chart` takes it.
    Every `from` is the `to` of the step before, and the last cause ends at the bill.
    """
    at = summed(reconciled["at_list"])
    causes = [(cause, summed(reconciled[cause])) for cause in CAUSES]
    moved = sorted((c for c in causes if c[1]), key=lambda c: (c[0] is Cause.UNEXPLAINED, -abs(c[1])))
    rows = [(AT_LIST, "before", at, _NOTHING, at)]
    for cause, value in moved:
        rows.append((cause.value, "up" if value > 0 else "down", value, at, at + value))
        at += value
    rows.append((BILLED, "now", at, _NOTHING, at))
    return pd.DataFrame(rows, columns=["group", "kind", "value", "from", "to"]).astype(object)


@exactly()
def over_time(reconciled: pa.Table, column: str, grain: Grain, window: Window) -> pd.DataFrame:
    """Return `start`, `group` (always "Total"), `value` (USD, exact) of a column, by bucket of the window."""
    found = {pd.Timestamp(start): _NOTHING for start in bucket_days(grain, window)}
    by_day = sums(reconciled, ["day"], [column])
    for day, value in zip(by_day["day"].to_pylist(), by_day[column].to_pylist(), strict=True):
        found[pd.Timestamp(grain.floor(midnight(day)))] += value
    return pd.DataFrame(
        {
            "start": pd.Series(list(found), dtype="datetime64[us, UTC]"),
            "group": pd.Series([TOTAL] * len(found), dtype=object),
            "value": pd.Series(list(found.values()), dtype=object),
        }
    )


@exactly()
def by_bucket(reconciled: pa.Table, grain: Grain, window: Window) -> pd.DataFrame:
    """Return `start`, `billed`, `at_list` and each cause of `present` (USD, exact): a row for each bucket."""
    columns = ["billed", "at_list", *present(reconciled)]
    reconciled = sums(reconciled, ["day"], columns)
    frames = {column: over_time(reconciled, column, grain, window) for column in columns}
    return pd.DataFrame({"start": frames["billed"]["start"]} | {c: f["value"] for c, f in frames.items()})


def present(reconciled: pa.Table) -> list[Cause]:
    """Return the causes that there are any dollars of."""
    return [cause for cause in CAUSES if _has_any(reconciled, cause)]


@exactly()
def by_model(reconciled: pa.Table) -> pd.DataFrame:
    """Return `model`, `token_class`, `billed`, `at_list`, `difference`, `discount`, `mainly`, dearest first.

    Only what usage counts and the list prices. `discount` is that of `Total` (below zero: dearer);
    `mainly` names the cause with the largest dollars, empty where nothing differs.
    """
    counted = _counted(reconciled)
    found, rows = present(counted), []
    columns = ["billed", "at_list", *CAUSES]
    for group in sums(counted, ["model", "token_class"], columns).to_pylist():
        billed, at_list = group["billed"], group["at_list"]
        causes = {cause.value: abs(group[cause]) for cause in found if group[cause]}
        why = max(causes, key=lambda name: causes[name], default="")
        discount = _share(billed, group[Cause.TIMING], at_list)
        rows.append((group["model"], group["token_class"], billed, at_list, billed - at_list, discount, why))
    rows.sort(key=lambda r: (-r[2], -r[3], r[0], r[1]))
    columns = ["model", "token_class", "billed", "at_list", "difference", "discount", "mainly"]
    return pd.DataFrame(rows, columns=columns).astype(object)


@exactly()
def uncounted(reconciled: pa.Table) -> pd.DataFrame:
    """Return `line_item` (verbatim), `why`, `billed` (USD), `days`: lines with no usage at list prices.

    What cannot be read comes first, then what has no list price, then the dearest.
    """
    apart = reconciled.filter(pc.not_equal(reconciled["line_item"], ""))
    rows = []
    for cause in present(apart):
        lines = apart.filter(pc.not_equal(apart[cause], 0)).group_by("line_item", use_threads=False)
        found = lines.aggregate([("billed", "sum"), ("day", "count_distinct")])
        columns = (found[name].to_pylist() for name in ("line_item", "billed_sum", "day_count_distinct"))
        rows += [(text, cause.value, dollars, days) for text, dollars, days in zip(*columns, strict=True)]
    first = [Cause.UNKNOWN, Cause.NO_PRICE]
    places = {cause.value: n for n, cause in enumerate(first)}
    rows.sort(key=lambda r: (places.get(r[1], len(first)), -abs(r[2]), r[0]))
    return pd.DataFrame(rows, columns=["line_item", "why", "billed", "days"]).astype(object)


def _counted(reconciled: pa.Table) -> pa.Table:
    """Return the rows of what usage counts and the list prices."""
    return reconciled.filter(pc.equal(reconciled["line_item"], ""))


def _has_any(rows: pa.Table, column: str) -> bool:
    return bool(pc.any(pc.not_equal(rows[column], 0)).as_py())


def _discount(counted: pa.Table) -> float | None:
    return _share(*(summed(counted[column]) for column in ("billed", Cause.TIMING, "at_list")))


def _share(billed: Decimal, late: Decimal, at_list: Decimal) -> float | None:
    return float(1 - (billed - late) / at_list) if at_list else None

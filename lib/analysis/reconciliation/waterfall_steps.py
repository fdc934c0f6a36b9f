"""From usage at list prices to the bill: the rows of `lib.analysis.reconciliation.causes` summed up."""

from dataclasses import dataclass
from decimal import Decimal

import pandas as pd

from lib.analysis.exact import exactly
from lib.analysis.reconciliation.causes import CAUSES, Cause
from lib.analysis.series import TOTAL
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
def total(reconciled: pd.DataFrame) -> Total:
    """Return the sums of a reconciliation."""
    billed, unexplained = reconciled["billed"], reconciled[Cause.UNEXPLAINED]
    size = sum((abs(v) for v in billed), _NOTHING)
    astray = sum((abs(v) for v in unexplained), _NOTHING)
    priced = reconciled.loc[[not text for text in reconciled["line_item"]]]
    return Total(
        sum(billed, _NOTHING),
        sum(reconciled["at_list"], _NOTHING),
        sum(unexplained, _NOTHING),
        1 - float(astray / size) if size else None,
        _discount(priced),
    )


@exactly()
def steps(reconciled: pd.DataFrame) -> pd.DataFrame:
    """Return `group`, `kind`, `value`, `from`, `to`: list, each cause by its size, the bill.

    Values are exact USD; `kind` is before, up, down or now, as `lib.charts.waterfall_chart` takes it.
    Every `from` is the `to` of the step before, and the last cause ends at the bill.
    """
    at = sum(reconciled["at_list"], _NOTHING)
    causes = [(cause, sum(reconciled[cause], _NOTHING)) for cause in CAUSES]
    moved = sorted((c for c in causes if c[1]), key=lambda c: (c[0] is Cause.UNEXPLAINED, -abs(c[1])))
    rows = [(AT_LIST, "before", at, _NOTHING, at)]
    for cause, value in moved:
        rows.append((cause.value, "up" if value > 0 else "down", value, at, at + value))
        at += value
    rows.append((BILLED, "now", at, _NOTHING, at))
    return pd.DataFrame(rows, columns=["group", "kind", "value", "from", "to"]).astype(object)


@exactly()
def over_time(reconciled: pd.DataFrame, column: str, grain: Grain, window: Window) -> pd.DataFrame:
    """Return `start`, `group` (always "Total"), `value` (USD, exact) of a column, by bucket of the window."""
    found = {pd.Timestamp(start): _NOTHING for start in bucket_days(grain, window)}
    for day, value in reconciled.groupby("day")[column].sum().items():
        found[pd.Timestamp(grain.floor(midnight(day)))] += value  # type: ignore[arg-type]
    return pd.DataFrame(
        {
            "start": pd.Series(list(found), dtype="datetime64[us, UTC]"),
            "group": pd.Series([TOTAL] * len(found), dtype=object),
            "value": pd.Series(list(found.values()), dtype=object),
        }
    )


@exactly()
def by_bucket(reconciled: pd.DataFrame, grain: Grain, window: Window) -> pd.DataFrame:
    """Return `start`, `billed`, `at_list` and each cause of `present` (USD, exact): a row for each bucket."""
    columns = ["billed", "at_list", *present(reconciled)]
    reconciled = reconciled.groupby("day", as_index=False)[columns].sum()
    frames = {column: over_time(reconciled, column, grain, window) for column in columns}
    return pd.DataFrame({"start": frames["billed"]["start"]} | {c: f["value"] for c, f in frames.items()})


def present(reconciled: pd.DataFrame) -> list[Cause]:
    """Return the causes that there are any dollars of."""
    return [cause for cause in CAUSES if any(reconciled[cause])]


@exactly()
def by_model(reconciled: pd.DataFrame) -> pd.DataFrame:
    """Return `model`, `token_class`, `billed`, `at_list`, `difference`, `discount`, `mainly`, dearest first.

    Only what usage counts and the list prices. `discount` is that of `Total` (below zero: dearer);
    `mainly` names the cause with the largest dollars, empty where nothing differs.
    """
    counted = reconciled.loc[[not text for text in reconciled["line_item"]]]
    found, rows = present(counted), []
    for (model, token_class), group in counted.groupby(["model", "token_class"], sort=True):
        billed, at_list = (sum(group[c], _NOTHING) for c in ("billed", "at_list"))
        causes = {cause.value: abs(dollars) for cause in found if (dollars := sum(group[cause], _NOTHING))}
        why = max(causes, key=lambda name: causes[name], default="")
        rows.append((model, token_class, billed, at_list, billed - at_list, _discount(group), why))
    rows.sort(key=lambda r: (-r[2], -r[3], r[0], r[1]))
    columns = ["model", "token_class", "billed", "at_list", "difference", "discount", "mainly"]
    return pd.DataFrame(rows, columns=columns).astype(object)


@exactly()
def uncounted(reconciled: pd.DataFrame) -> pd.DataFrame:
    """Return `line_item` (verbatim), `why`, `billed` (USD), `days`: lines with no usage at list prices.

    What cannot be read comes first, then what has no list price, then the dearest.
    """
    apart = reconciled.loc[[bool(text) for text in reconciled["line_item"]]]
    found: dict[tuple[str, Cause], tuple[Decimal, set[object]]] = {}
    for row in apart.to_dict("records"):
        cause = next((c for c in CAUSES if row[c]), None)
        if cause is None:
            continue
        dollars, days = found.get((row["line_item"], cause), (_NOTHING, set()))
        found[row["line_item"], cause] = (dollars + row["billed"], days | {row["day"]})
    first = [Cause.UNKNOWN, Cause.NO_PRICE]
    rows = [(text, cause.value, dollars, len(days)) for (text, cause), (dollars, days) in found.items()]
    places = {cause.value: n for n, cause in enumerate(first)}
    rows.sort(key=lambda r: (places.get(r[1], len(first)), -abs(r[2]), r[0]))
    return pd.DataFrame(rows, columns=["line_item", "why", "billed", "days"]).astype(object)


def _discount(counted: pd.DataFrame) -> float | None:
    billed, late, at_list = (sum(counted[c], _NOTHING) for c in ("billed", Cause.TIMING, "at_list"))
    return float(1 - (billed - late) / at_list) if at_list else None

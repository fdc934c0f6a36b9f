"""Candidates: the rows of traffic or of the bill that a saving rule looks at, and the saving made of them."""

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal

import pandas as pd

from lib.analysis.exact import rounded
from lib.analysis.savings.saving import NOTHING, ROWS, Confidence, Saving, SavingRule, SavingsInput
from lib.catalog.line_items import parse

KEY = ["project_id", "api_key_id"]
SATURDAY = 5


def saving_of(
    rule: SavingRule,
    read: SavingsInput,
    key: tuple[str, ...],
    rows: pd.DataFrame,
    then: Sequence[Decimal | None],
    confidence: Confidence,
    *,
    model: str = "",
    facts: Mapping[str, object] | None = None,
) -> Saving:
    """Return a saving whose rows keep what they cost where there is no price, or a higher one."""
    least = [now if t is None else min(now, rounded(t)) for now, t in zip(rows["worth"], then, strict=True)]
    saved = [now - t for now, t in zip(rows["worth"], least, strict=True)]
    shown = rows.rename(columns={"token_class": "what", "worth": "now"}).assign(then=least, saved=saved)
    kept = shown.loc[[bool(s) for s in saved], [c for c in ROWS if c in shown]].reset_index(drop=True)
    return Saving(rule, key[0], key[1], model, facts or {}, confidence, read.days, kept)


def groups(rows: pd.DataFrame, by: list[str]) -> Iterator[tuple[tuple[str, ...], pd.DataFrame]]:
    """Yield the rows of each group with its ids, in the order of the ids."""
    for key, group in rows.groupby(by, sort=True):
        yield tuple(str(part) for part in key), group


def share(part: pd.Series, whole: pd.Series) -> float:
    """Return which part of the dollars of `whole` `part` is; zero of nothing."""
    total = float(sum(whole, NOTHING))
    return float(sum(part, NOTHING)) / total if total else 0.0


def as_traffic(bill: pd.DataFrame) -> pd.DataFrame:
    """Return rows of the bill in the columns of traffic."""
    return pd.DataFrame(
        {
            "day": [start.date() for start in bill["start"]],
            **{k: list(bill[k]) for k in KEY},
            "model": [parse(text).model or "" for text in bill["line_item"]],
            "tier": "",
            "token_class": list(bill["line_item"]),
            "worth": list(bill["cost_usd"]),
        }
    ).astype({"worth": object})

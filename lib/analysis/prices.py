"""Effective prices: what a million tokens really cost, billed dollars over used tokens."""

from collections import Counter

import pandas as pd

from lib.analysis.exact import exactly, rounded
from lib.catalog.dimensions import UNATTRIBUTED
from lib.catalog.line_items import base_model
from lib.catalog.measures import MEASURES

TOKENS_OF = {
    "input": "uncached_tokens",
    "cached input": "cached_tokens",
    "cache write": "cache_write_tokens",
    "output": "output_tokens",
}
"""The measure that counts the tokens which a token class of the bill charges for."""


@exactly()
def effective_prices(billed: pd.DataFrame, used: pd.DataFrame) -> pd.DataFrame:
    """Return `model`, `token_class`, `billed` (USD), `tokens`, `per_million` (USD), dearest bill first.

    `billed` holds parts of costs by model and token class, `used` parts of usage by model; they meet
    under the name on which costs and usage agree (`lib.catalog.line_items.base_model`). Embeddings are
    charged as input. `per_million` is None where usage reports no such tokens.
    """
    tokens = Counter[tuple[str, str]]()
    for _, row in used.iterrows():
        for token_class, slug in TOKENS_OF.items():
            tokens[base_model(row["model"]), token_class] += _tokens(row, slug)
    rows = []
    for _, line in billed.iterrows():
        model, token_class, amount = line["model"], line["token_class"], line["costs.cost_usd"]
        if model == UNATTRIBUTED or token_class not in TOKENS_OF:
            continue
        count = tokens[model, token_class]
        rows.append(
            (model, token_class, amount, count, rounded(amount * 1_000_000 / count) if count else None)
        )
    rows.sort(key=lambda r: (-r[2], r[0], r[1]))
    columns = ["model", "token_class", "billed", "tokens", "per_million"]
    return pd.DataFrame(rows, columns=columns).astype(object)


def credits_of(movers: pd.DataFrame) -> pd.DataFrame:
    """Return the line items with a negative amount: `line_item` and `now` (USD), largest credit first."""
    negative = movers.loc[[amount < 0 for amount in movers["now"]]]
    return negative[["line_item", "now"]].iloc[::-1].reset_index(drop=True)


def _tokens(row: pd.Series, slug: str) -> int:
    parts = row.to_frame().T
    count = int(MEASURES[slug].of(parts).iloc[0])
    if slug == "uncached_tokens":
        count += int(MEASURES["embedding_tokens"].of(parts).iloc[0])
    return count

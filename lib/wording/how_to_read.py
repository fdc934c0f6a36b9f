"""How to read each page, in a few sentences for somebody who sees it for the first time."""

from collections.abc import Mapping

_OVER_TIME = (
    " Drag across days of a chart over time, or click on one day’s bar where there is one to a day, and the "
    "period is narrowed to them; Back undoes it. On a touch screen a tap says what a mark is, and a second "
    "tap is the click."
)

HOW_TO_READ: Mapping[str, str] = {
    "overview": (
        "The first box says how things stand today, and each line of it leads on. Everything below is about "
        "the period at the left, set against the compared one: the dashed line, and the thin mark in a "
        "ranking. A click on a bar keeps every page to it." + _OVER_TIME
    ),
    "usage": (
        "Bars are what usage reports, in its own units; nothing here is money. Input tokens are split by "
        "whether the prompt cache was read, was written, or did not know them. Days and hours are those of "
        "the time zone at the left: UTC, unless another is chosen. Dollars always come by UTC day."
        + _OVER_TIME
    ),
    "breakdown": (
        "Choose a measure and one or two dimensions. The table has a row for each value, with the part of "
        "the whole and the change against the compared period; add columns to see several measures at once. "
        "Other is all rows beyond the number that is chosen." + _OVER_TIME
    ),
    "costs": (
        "This is the bill, day by day. Stacked by project, key, person or owner, it also says whose the "
        "dollars are: billed where the bill names them, and allocated by usage, marked as an estimate, "
        "where it does not." + _OVER_TIME
    ),
    "directory": (
        "One row for everybody who is known, also those who spent nothing in the period. Cost per 1M is "
        "billed dollars over all tokens, in and out."
    ),
    "teams": (
        "Whose a row of the month’s bill is, its key, user and project say on that day. A rule gets less "
        "than it matches where another goes before it. Nothing that is tried here is kept."
    ),
    "profile": (
        "One project, person or key by itself, then beside its peers: rank 1 is the largest. A ratio of the "
        "others is that of all their sums." + _OVER_TIME
    ),
    "changes": (
        "The steps lead from the compared period’s bill to this one’s and sum exactly. Volume is more or "
        "less use at the same prices, mix is a shift between models and kinds of token, price is what a "
        "token cost."
    ),
    "reconciliation": (
        "From usage at list prices to the bill: each step is a cause with its dollars, and what no cause "
        "explains is named too. Newest days are still settling, so their difference shrinks."
    ),
    "units": (
        "The bill, as the filters narrow it, over quantities that you upload: what a customer, document or "
        "ticket costs. Days without a quantity count on neither side."
    ),
    "data": (
        "What is stored, day by day and source by source. Final days are not asked for again; provisional "
        "ones are. What the API refused is said with what it means."
    ),
}
"""The texts by page; pages without one explain themselves where they need it."""

"""How to read each page, for somebody who sees it for the first time: what it shows, and what can be done."""

from collections.abc import Mapping

from lib.wording import anomaly_words, budget_words, savings_words, statement_words

_LOOKS = (
    "**Daily or Cumulative**, **Amounts or Share**, **Linear or Log**, where they are offered, redraw the "
    "chart over time. A share is of what is above zero; a log axis cannot show zero or less, and says what "
    "it leaves out."
)
_ZOOM = (
    "**Drag across days** of a chart over time, or click on a day’s bar, and the period becomes those days; "
    "Back undoes it. On a touch screen the first tap says what a mark is, and the second is the click."
)
_PICK = "**Click on a bar, or tick a row**, and every page shows that project, model or key alone."
_FILES = (
    "**CSV** saves the table of a card. **Save as** has Excel and Parquet, and the chart as a picture. "
    "**Enlarge** opens the chart over nearly all of the window."
)
_TABLES = "**CSV** saves the table of a card; **Save as** has Excel and Parquet."
_VIEWS = (
    "**Views** keeps the page with all that is chosen on it, for you or for everybody; **Copy link** copies "
    "its address for somebody else."
)
_ORIGIN = (
    "**Where do these numbers come from?**, at the end of the page, names each request to the API, when it "
    "was answered, and which days are not final yet."
)

_OVER_TIME = (_LOOKS, _ZOOM, _PICK, _FILES, _VIEWS, _ORIGIN)
_FIGURES = (_PICK, _FILES, _VIEWS, _ORIGIN)
_LISTS = (_PICK, _TABLES, _VIEWS, _ORIGIN)
_PLAIN = (_TABLES, _VIEWS)

_PAGES: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "overview": (
        "The first box says how things stand today, and each line leads to its page. Everything below is "
        "about the period in the sidebar, compared with an earlier one: the dashed line in the chart, and "
        "the thin mark on each bar.",
        _OVER_TIME,
    ),
    "statement": (statement_words.HOW_TO_READ, (_TABLES, _VIEWS, _ORIGIN)),
    "usage": (
        "Bars are what usage reports, in its own units; nothing here is money. Input tokens are split into "
        "those read from the prompt cache, those written to it, and the rest. Days and hours are those of "
        "the time zone in the sidebar: UTC, unless another is chosen. Dollars always come by UTC day.",
        _OVER_TIME,
    ),
    "breakdown": (
        "Choose a measure, and one or two dimensions to split it by. The table has a row for each value, "
        "with its share of the whole and its change against the compared period; add columns to see several "
        "measures side by side. *Other* is every row beyond the number that you choose.",
        _OVER_TIME,
    ),
    "costs": (
        "This is the bill, day by day. Stacked by project, key, person or owner, it also says whose the "
        "dollars are: billed where the bill names them, and otherwise allocated by usage and marked as an "
        "estimate.",
        _OVER_TIME,
    ),
    "directory": (
        "One row for each project, person, key or team that is known, also for those that spent nothing in "
        "the period. Cost per 1M is billed dollars over all tokens, in and out.",
        _LISTS,
    ),
    "profile": (
        "One project, person, key or team by itself, and then beside its peers, of which rank 1 is the "
        "largest. A ratio of the others is a ratio of their sums.",
        _OVER_TIME,
    ),
    "changes": (
        "The steps lead from the compared period’s bill to this one’s and add up exactly. Volume is more or "
        "less use at the same prices, mix is a shift between models and kinds of tokens, and price is what "
        "a token cost.",
        _FIGURES,
    ),
    "anomalies": (anomaly_words.HOW_TO_READ, (_FILES, _VIEWS, _ORIGIN)),
    "reconciliation": (
        "From usage at list prices to the bill: each step is a cause with its dollars, and what no cause "
        "explains is named too. The newest days are still settling, so their difference shrinks.",
        (_ZOOM, _FILES, _VIEWS, _ORIGIN),
    ),
    "budgets": (budget_words.HOW_TO_READ, (_FILES, _VIEWS, _ORIGIN)),
    "savings": (savings_words.HOW_TO_READ, (_FILES, _VIEWS, _ORIGIN)),
    "units": (
        "The bill, as the filters narrow it, over quantities that you upload: what a customer, document or "
        "ticket costs. A day without a quantity counts on neither side.",
        (_FILES, _VIEWS, _ORIGIN),
    ),
    "data": (
        "What is stored, by source and day. Final days are not asked for again; provisional ones are. What "
        "the API refused is listed with what it means for the numbers.",
        (_TABLES, _VIEWS, _ORIGIN),
    ),
    "teams": (
        "Which team a row of the month’s bill belongs to depends on its key, user and project on that day. "
        "A rule gets less than it matches where another one goes first. Nothing that you try here is kept.",
        (_TABLES, _VIEWS, _ORIGIN),
    ),
    "connection": (
        "Which keys the server uses, by their last four letters; what each may do, and what is missing "
        "without a permission. A key itself is never shown to anybody.",
        _PLAIN,
    ),
}

HOW_TO_READ: Mapping[str, str] = {
    page: "\n".join((about, "", *(f"- {control}" for control in controls)))
    for page, (about, controls) in _PAGES.items()
}
"""The text of each page, in Markdown."""

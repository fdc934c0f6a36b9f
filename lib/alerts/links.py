"""Links to pages, for messages that are read elsewhere."""

import datetime as dt
from collections.abc import Sequence
from urllib.parse import urlencode

TITLES = {
    "anomalies": "Anomalies",
    "breakdown": "Breakdown",
    "budgets": "Budgets and forecast",
    "changes": "Changes",
    "connection": "Connection",
    "costs": "Costs",
    "data": "Data",
    "overview": "Overview",
    "savings": "Savings",
    "statement": "Statement",
    "usage": "Usage",
}
"""What the pages that messages lead to are called."""


def link(address: str, page: str) -> str:
    """Return where `page`, with its parameters, is opened; where nobody said, what the page is called."""
    return f"{address}/{page}" if address else f"See {TITLES[page.partition('?')[0]]} in the app."


def anomaly(first: dt.date, last: dt.date, key: str) -> str:
    """Return the page about an anomaly of these days."""
    return f"anomalies?{urlencode({'from': first.isoformat(), 'to': last.isoformat(), 'odd': key})}"


def within(page: str, where: Sequence[tuple[str, str]]) -> str:
    """Return a page, with its parameters, that shows no more than what is `where` these parameters say."""
    return f"{page}{'&' if '?' in page else '?'}{urlencode(where)}" if where else page


def period(page: str, first: dt.date, last: dt.date) -> str:
    """Return a page that shows these days."""
    return f"{page}?{urlencode({'from': first.isoformat(), 'to': last.isoformat()})}"

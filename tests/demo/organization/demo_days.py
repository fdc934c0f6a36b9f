"""What the demo organization did on some days: every number that a change of its constants would change.

`python -m tests.demo.organization.demo_days` writes `demo_days.json` anew, after a change that is meant.
"""

import datetime as dt
import json
from collections import Counter
from collections.abc import Iterable
from decimal import Decimal
from pathlib import Path
from typing import Any

from lib.catalog.sources import SOURCES
from lib.demo.organization.daily_traffic import DAY_SECONDS
from lib.demo.organization.generator import Organization, Row
from lib.demo.organization.sample_quantities import quantities

FILE = Path(__file__).with_suffix(".json")
ORGANIZATION = Organization()
LATER = dt.datetime(2027, 1, 1, tzinfo=dt.UTC)
USAGE = [name for name in SOURCES if name != "costs"]
DAYS = [
    "2024-12-26",  # a holiday, among the first models
    "2025-08-25",  # coders move to gpt-5
    "2025-09-10",  # assistants do
    "2025-11-27",  # the small model changes
    "2026-01-14",  # a new voice model
    "2026-02-12",  # a new review model, on a day of training
    "2026-03-20",
    "2026-05-18",
    "2026-05-21",  # the last day of the retries
    "2026-06-20",  # a Saturday
    "2026-06-23",  # the first truncated answers
    "2026-07-22",
    "2026-08-15",
    "2026-08-24",
    "2026-09-03",
    "2026-09-07",
    "2026-09-27",
    "2026-10-01",  # a day of credits
    "2026-10-14",
    "2026-11-05",
    "2026-11-08",  # the leaked key
]
HOLIDAYS = ["2025-12-24", "2025-12-25", "2025-12-31", "2026-01-01"]
BILLED_DAYS = ["2026-02-12", "2026-10-01", "2026-11-08"]
CLOCK_DAY = dt.date(2026, 10, 7)


def usage_totals(day: dt.date) -> dict[str, int]:
    """Return the sum of every metric of every source."""
    sums: Counter[str] = Counter()
    for source in USAGE:
        for row in ORGANIZATION.rows(source, day, LATER):
            sums.update({f"{source}.{name}": row[name] for name in SOURCES[source].metric_names})
    return dict(sums)


def spend(day: dt.date, now: dt.datetime) -> str:
    """Return what is billed (USD), as known at `now`."""
    return _plain(sum((row["amount"] for row in ORGANIZATION.rows("costs", day, now)), Decimal(0)))


def bill_totals(day: dt.date) -> dict[str, str]:
    """Return what each line item bills (USD) and of what quantity."""
    sums: dict[str, list[Decimal]] = {}
    for row in ORGANIZATION.rows("costs", day, LATER):
        item = sums.setdefault(f"{row['line_item']} ({row['quantity_unit']})", [Decimal(0), Decimal(0)])
        item[0] += row["amount"]
        item[1] += row["quantity"] or 0
    return {name: f"{_plain(dollars)} for {_plain(quantity)}" for name, (dollars, quantity) in sums.items()}


def requests_by(dimension: str, rows: Iterable[Row]) -> dict[str, int]:
    """Return the requests of each value of a dimension."""
    sums: Counter[str] = Counter()
    for row in rows:
        sums[str(row[dimension])] += row["num_model_requests"]
    return dict(sums)


def billed_to(dimension: str) -> dict[str, str]:
    """Return what is billed to each value of a dimension (USD), a day after `CLOCK_DAY`."""
    sums: dict[str, Decimal] = {}
    now = dt.datetime(2026, 10, 9, tzinfo=dt.UTC)
    for row in ORGANIZATION.rows("costs", CLOCK_DAY, now):
        sums[str(row[dimension])] = sums.get(str(row[dimension]), Decimal(0)) + row["amount"]
    return {name: _plain(dollars) for name, dollars in sums.items()}


def metric_by_hour(source: str) -> list[int]:
    """Return the source's first metric in each hour of `CLOCK_DAY`, and in its first two minutes."""
    name = SOURCES[source].metric_names[0]
    edges = [0, 60, 120, *range(3600, DAY_SECONDS + 1, 3600)]
    return [sum(r[name] for r in rows) for rows in ORGANIZATION.slices(source, CLOCK_DAY, edges, LATER)]


def known_after(hours: int) -> dict[str, Any]:
    """Return what is known of `CLOCK_DAY` so long after its start."""
    now = dt.datetime(2026, 10, 7, tzinfo=dt.UTC) + dt.timedelta(hours=hours)
    rows = ORGANIZATION.rows("completions", CLOCK_DAY, now)
    return {
        "requests": sum(row["num_model_requests"] for row in rows),
        "without a user": sum(row["user_id"] is None for row in rows),
        "billed": spend(CLOCK_DAY, now),
    }


def people_and_projects() -> dict[str, list[str]]:
    """Return everybody and everything in the directory, each in a line."""
    found = ORGANIZATION.directory
    return {
        "organization": [found.organization_id, found.organization_name],
        "users": [f"{u.name}, {u.email}, {u.role}, left {u.left}" for u in found.users],
        "projects": [f"{p.name}, {p.created} to {p.archived}" for p in found.projects],
        "keys": [f"{k.id} {k.name} {k.project_id} {k.owner_id} {k.created} {k.deleted}" for k in found.keys],
        "service accounts": [f"{a.id} {a.name} {a.project_id} {a.created}" for a in found.service_accounts],
        "budgets": [f"{name}: {budget}" for name, budget in found.budgets.items()],
    }


def counted() -> list[str]:
    """Return the last two weeks of what the demo counts beside the API."""
    made = quantities(dt.date(2026, 11, 23))
    return [f"{q.name} on {q.day}: {q.quantity}" for q in made if q.day >= dt.date(2026, 11, 9)]


def everything() -> dict[str, Any]:
    """Return all that is kept, in the shape of JSON."""
    rows = ORGANIZATION.rows("completions", CLOCK_DAY, LATER)
    return {
        "usage": {day: usage_totals(dt.date.fromisoformat(day)) for day in DAYS},
        "bill": {day: bill_totals(dt.date.fromisoformat(day)) for day in BILLED_DAYS},
        "spend": {day: spend(dt.date.fromisoformat(day), LATER) for day in [*DAYS, *HOLIDAYS]},
        "requests": {
            name: requests_by(name, rows)
            for name in (
                "project_id",
                "user_id",
                "api_key_id",
                "model",
                "service_tier",
                "api_source",
                "batch",
            )
        },
        "billed to": {
            name: billed_to(name) for name in ("project_id", "user_id", "api_key_id", "api_source")
        },
        "api sources": {
            day: requests_by(
                "api_source", ORGANIZATION.rows("completions", dt.date.fromisoformat(day), LATER)
            )
            for day in ("2026-05-31", "2026-06-01")
        },
        "directory": people_and_projects(),
        "counted": counted(),
        "hours": {source: metric_by_hour(source) for source in USAGE},
        "known after hours": {str(hours): known_after(hours) for hours in (4, 6, 13, 24, 26, 40, 60, 80, 83)},
    }


def _plain(amount: Decimal) -> str:
    return f"{amount.normalize():f}"


if __name__ == "__main__":
    FILE.write_text(json.dumps(everything(), indent=1, sort_keys=True) + "\n", encoding="utf-8")

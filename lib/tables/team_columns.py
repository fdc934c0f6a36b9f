"""Columns of the tables about teams."""

from collections.abc import Mapping

from lib.catalog.units import Unit
from lib.tables.columns import Column, ColumnType, column, text_column

TEAM_RULES: Mapping[str, Column] = {
    "team": text_column("Team", pinned=True),
    "billed": column("Billed (USD)", Unit.USD, "What the rule got, after those that go before it"),
    "over": text_column("Rule"),
    "days": text_column("Holds"),
    "matches": Column("Matches", ColumnType.NUMBER, "%,d", "How many keys, users and projects are called so"),
}
"""The rules of the team file."""

TEAM_COSTS: Mapping[str, Column] = {
    "group": text_column("Team", pinned=True),
    "total": column("In all (USD)", Unit.USD),
    "own": column("Its own (USD)", Unit.USD, "Spend that is not shared"),
    "charged": column("Of shared costs (USD)", Unit.USD),
}
"""What teams cost, with shared costs split."""

SHARED_COSTS: Mapping[str, Column] = {
    "pool": text_column("Shared costs", pinned=True),
    "team": text_column("Team"),
    "part": column("Part (USD)", Unit.USD),
    "amount": column("Of (USD)", Unit.USD),
    "method": text_column("Split"),
}
"""How shared costs are split."""

COMPETING_RULES: Mapping[str, Column] = {
    "name": text_column("What", pinned=True),
    "billed": column("Billed (USD)", Unit.USD),
    "wins": text_column("Goes to"),
    "loses": text_column("Also matched by"),
    "kind": text_column("Kind"),
}
"""What rules of two teams match."""

WITHOUT_TEAM: Mapping[str, Column] = {
    "project": text_column("Project", pinned=True),
    "billed": column("Billed (USD)", Unit.USD),
    "key": text_column("API key"),
}
"""What no rule matches."""

TEAM_MOVES: Mapping[str, Column] = {
    "from": text_column("From", pinned=True),
    "to": text_column("To"),
    "billed": column("Billed (USD)", Unit.USD),
}
"""What another file would move."""

TEAM_TOTALS: Mapping[str, Column] = {
    "group": text_column("Team", pinned=True),
    "before": column("With the file in use (USD)", Unit.USD),
    "after": column("With the other file (USD)", Unit.USD),
}
"""What teams would cost by another file."""

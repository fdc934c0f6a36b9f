"""Columns of tables, and tables as files."""

from lib.tables.columns import (
    Column,
    Kind,
    budget_columns,
    change_column,
    column,
    course_columns,
    link_column,
    movers_columns,
    peers_columns,
    price_volume_mix_columns,
    spenders_columns,
    start_column,
    steps_columns,
    text_column,
    turnover_columns,
)

__all__ = [
    "Column",
    "Kind",
    "budget_columns",
    "change_column",
    "column",
    "course_columns",
    "link_column",
    "movers_columns",
    "peers_columns",
    "price_volume_mix_columns",
    "spenders_columns",
    "start_column",
    "steps_columns",
    "text_column",
    "turnover_columns",
]

"""Columns of tables, and tables as files."""

from lib.tables.columns import (
    Column,
    Kind,
    change_column,
    column,
    comings_columns,
    course_columns,
    effects_columns,
    link_column,
    movers_columns,
    peers_columns,
    spenders_columns,
    standings_columns,
    start_column,
    steps_columns,
    text_column,
)

__all__ = [
    "Column",
    "Kind",
    "change_column",
    "column",
    "comings_columns",
    "course_columns",
    "effects_columns",
    "link_column",
    "movers_columns",
    "peers_columns",
    "spenders_columns",
    "standings_columns",
    "start_column",
    "steps_columns",
    "text_column",
]

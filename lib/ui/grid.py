"""A table on a page: how each kind of column is drawn, and what a tick on a row does."""

from collections.abc import Callable, Mapping
from typing import Any, Literal

import pandas as pd
import streamlit as st

from lib.answers.stored_data import PAGE
from lib.tables.columns import Column, ColumnType, link_column
from lib.tables.spreadsheet import rounded
from lib.ui.device import room_for_names
from lib.ui.picks import Pick
from lib.wording import numbers as fmt
from lib.wording.escaping import markdown_text

_LETTER = 7.7
"""How many pixels a letter of a name takes, on average."""
_PROFILE = link_column("Profile", "Open", "Everything about it on a page of its own, in a new tab")


def show_grid(
    table: pd.DataFrame,
    columns: Mapping[str, Column],
    name: str,
    pick: Pick | None,
    height: int | Literal["auto"] = "auto",
    opens: Callable[[Any], None] | None = None,
) -> None:
    """Draw `table` as a grid that can be sorted and searched; with a `pick` its rows can be ticked.

    With `opens` too, which is given what the index says of the row. A long one is sent a page at a time.
    """
    nth = choose_page(len(table), name)
    table = table.iloc[(nth - 1) * PAGE : nth * PAGE]
    shown = table.assign(
        **{str(c): _number(table[c], columns[str(c)]) for c in table if _is_number(c, columns)}
    )
    profiles = [pick.profile(label) for label in table.iloc[:, 0]] if pick else []
    if any(profiles):
        # Behind the first number, which a phone has room for beside the name.
        numbers = [at for at, c in enumerate(columns) if _is_number(c, columns)]
        shown.insert(
            min(numbers, default=0) + 1, _PROFILE.label, pd.Series(profiles, index=table.index, dtype=object)
        )
        columns = {**columns, _PROFILE.label: _PROFILE}
    # A line of its own also for the toolbar, which would cover what else stands above the table.
    ticked = "Tick a row to narrow every page to it." if pick else "A click on a heading sorts."
    st.caption("Tick a row to see it below, with a message about it." if opens else ticked)
    room = room_for_names()
    st.dataframe(
        shown,
        column_config={
            c: _config(d, _width(shown[c], d, room) if room else None) for c, d in columns.items()
        },
        hide_index=True,
        key=f"grid:{name}",
        width="stretch",
        height=height,
        placeholder=fmt.MISSING,
        on_select=_on_row(f"grid:{name}", table, pick, opens) if pick or opens else "ignore",
        selection_mode="single-row",
    )


def choose_page(total: int, name: str) -> int:
    """Return which page (from 1) of `total` rows to show; where there are several, it can be chosen."""
    if total <= PAGE:
        return 1
    pages = -(-total // PAGE)
    st.caption(f"{total:,} rows, {PAGE} at a time. The download holds all of them.")
    return min(pages, st.pagination(pages, key=f"page:{name}"))


def _is_number(name: Any, columns: Mapping[str, Column]) -> bool:
    return name in columns and columns[name].kind is ColumnType.NUMBER


def _number(values: pd.Series, about: Column) -> pd.Series:
    """Return floats for drawing; what is exported stays exact."""
    # A browser cuts a number off at its step instead of rounding it.
    small = about.small
    drawn = [None if pd.isna(v) else float(rounded(v, small) if small else v) for v in values]
    return pd.Series(drawn, index=values.index, dtype="float64")


def _width(column: pd.Series, about: Column, room: int) -> int | None:
    """Return the width of a column of names that a narrow window keeps in sight, None for their own."""
    if not about.pinned or about.kind is not ColumnType.TEXT:
        return None
    return room if max(map(len, column.astype(str)), default=0) * _LETTER > room else None


def _config(column: Column, width: int | None) -> Any:
    kinds = st.column_config
    shared: dict[str, Any] = {
        "width": width,
        "label": column.label,
        "help": column.help and markdown_text(column.help),
        "pinned": column.pinned,
    }
    match column.kind:
        case ColumnType.NUMBER:
            step = 10**-column.small if column.small else None
            return kinds.NumberColumn(format=column.format, step=step, **shared)
        case ColumnType.DATE:
            return kinds.DateColumn(format=column.format, **shared)
        case ColumnType.TIME:
            return kinds.DatetimeColumn(format=column.format, timezone="UTC", **shared)
        case ColumnType.LINK:
            return kinds.LinkColumn(display_text=column.format, **shared)
    return kinds.TextColumn(**shared)


def _on_row(
    key: str, table: pd.DataFrame, pick: Pick | None, opens: Callable[[Any], None] | None = None
) -> Callable[[], None]:
    def chosen() -> None:
        rows = st.session_state[key].selection.rows
        if rows and opens:
            opens(table.index[rows[0]])
        elif rows and pick:
            pick.narrow(table.iloc[rows[0], 0])

    return chosen

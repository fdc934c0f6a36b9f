"""The editor in which quantities are uploaded, changed and removed."""

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

import pandas as pd
import streamlit as st

from lib.access.rules import Role
from lib.answers import instance
from lib.answers.instance import Backend
from lib.store.quantity_file import TEMPLATE, Read, checked, read_csv
from lib.store.records.quantities import Quantity
from lib.ui import text
from lib.ui.changing import carry_out
from lib.ui.identity import may, who
from lib.wording import numbers as fmt
from lib.wording.escaping import markdown_text

_MOST_SAID = 20


def show_quantity_editor(backend: Backend, name: str, quantities: Sequence[Quantity]) -> None:
    """Draw the upload of a file, and a table in which what is kept of `name` can be changed or removed."""
    with st.container(border=True):
        text.subheading("Upload or change quantities")
        st.caption(
            "Everyone who can open this page may do this. A CSV file has the columns date, name and "
            "quantity; a day that is here already gets the new quantity. Nothing is kept unless every "
            "line is right."
        )
        if said := st.session_state.pop("quantities:said", None):
            text.error(said)
        _upload(backend)
        if quantities:
            with st.expander(markdown_text(f"Change the quantities of {name}"), icon=":material/edit:"):
                _edit(backend, name, quantities)


def _upload(backend: Backend) -> None:
    st.download_button("Template", TEMPLATE, "quantities.csv", "text/csv", icon=":material/download:")
    file = st.file_uploader("CSV file", type=["csv", "txt", "tsv"], max_upload_size=1, key="quantities:file")
    if file is None:
        return
    found = read_csv(file.getvalue(), instance.now().date())
    if not _say(found):
        names = ", ".join(sorted({q.name for q in found.quantities}))
        st.markdown(f"{len(found.quantities):,} quantities of {markdown_text(names)} can be kept:")
        st.dataframe(_table(found.quantities), hide_index=True, key="quantities:preview")
        st.button(
            "Keep them",
            icon=":material/save:",
            type="primary",
            on_click=_write,
            args=(backend, found.quantities),
        )


def _edit(backend: Backend, name: str, quantities: Sequence[Quantity]) -> None:
    held = _table(quantities)[["date", "quantity"]]
    edited = st.data_editor(
        held,
        num_rows="dynamic",
        hide_index=True,
        key=f"quantities:edit:{name}",
        column_config={
            "date": st.column_config.TextColumn("Date", help="Like 2026-01-31"),
            "quantity": st.column_config.TextColumn("Quantity"),
        },
    )
    rows = [
        (f"Row {n}", [str(date or ""), name, str(quantity or "")])
        for n, (date, quantity) in enumerate(zip(edited["date"], edited["quantity"], strict=True), 1)
    ]
    found = checked(rows, instance.now().date())
    if not _say(found):
        changed = _changed(quantities, found.quantities)
        text.button(
            f"Save {fmt.counted(len(changed), 'change')}",
            disabled=not changed,
            icon=":material/save:",
            on_click=_write,
            args=(backend, changed),
        )
    gone = [replace(q, removed=True) for q in quantities]
    text.button(
        f"Remove all of {name}",
        icon=":material/delete:",
        type="tertiary",
        on_click=_write,
        args=(backend, gone),
    )


def _changed(held: Sequence[Quantity], wanted: Sequence[Quantity]) -> list[Quantity]:
    """Return what differs: new and changed quantities, and those of days that are no more, as removed."""
    before = {q.day: q.quantity for q in held}
    after = {q.day for q in wanted}
    new = [q for q in wanted if before.get(q.day) != q.quantity]
    return [*new, *(replace(q, removed=True) for q in held if q.day not in after)]


def _say(found: Read) -> bool:
    """Say what is wrong, and return whether anything is."""
    if found.problems:
        said = [*found.problems[:_MOST_SAID]]
        if more := len(found.problems) - len(said):
            said.append(f"… and {more} more.")
        st.error("\n".join(f"- {markdown_text(sentence)}" for sentence in said), icon=":material/error:")
    return bool(found.problems)


def _table(quantities: Sequence[Quantity]) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "date": [q.day.isoformat() for q in quantities],
            "name": [q.name for q in quantities],
            "quantity": [_plain(q.quantity) for q in quantities],
        }
    )


def _plain(number: Decimal) -> str:
    return f"{number.normalize():f}"


def _write(backend: Backend, quantities: Sequence[Quantity]) -> None:
    by = who()
    carry_out(
        lambda: backend.store.write_quantities([replace(q, who=by) for q in quantities], instance.now()),
        what=f"quantities of {len(quantities)} months or days",
        allowed=may(Role.EDITOR),
        refused="change quantities",
        said_in="quantities:said",
    )

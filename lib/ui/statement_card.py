"""Cards of the statement: the invoice's total, who looked at it when, and the sheet for paper."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from decimal import Decimal

import streamlit as st

from lib.access.rules import Role
from lib.answers import instance
from lib.answers.instance import Backend
from lib.answers.statement import Standing
from lib.store.records.statement_checks import StatementCheck
from lib.tables import print_sheet
from lib.tables.print_sheet import PrintedTable
from lib.ui import text
from lib.ui.changing import carry_out
from lib.ui.identity import may, who


def show_standing(
    backend: Backend, standing: Standing, typed: Decimal | None, sentences: Iterable[str]
) -> None:
    """Draw who entered the invoice's total and who looked at the statement, and buttons for both.

    `typed` is a total that is in the address only; `sentences` say how the statement stands.
    """
    for sentence in sentences:
        text.caption(sentence)
    kept = StatementCheck(standing.month, standing.invoice)
    if said := st.session_state.pop("statement_failure", None):
        text.error(said)
    if not may(Role.EDITOR):
        return
    with st.container(horizontal=True):
        if typed is not None and typed != standing.invoice:
            st.button(
                "Keep this total for everybody",
                icon=":material/save:",
                on_click=_write,
                args=(backend, replace(kept, invoice=typed)),
            )
        st.button(
            "Mark as looked at",
            icon=":material/visibility:",
            help="Revisions after that are counted apart, for everybody who uses this store",
            on_click=_write,
            args=(backend, kept),
        )


def show_print_sheet(title: str, lines: Iterable[str], tables: Sequence[PrintedTable]) -> None:
    """Put a sheet on the page that is seen on paper only, in place of all else."""
    st.html(print_sheet.STYLE)
    st.html(print_sheet.sheet(title, lines, tables))


def _write(backend: Backend, check: StatementCheck) -> None:
    """Keep a check under the name of who is signed in."""
    carry_out(
        lambda: backend.store.write_statement_check(replace(check, who=who()), instance.now()),
        what=f"statement of {check.month} looked at, invoice {check.invoice}",
        allowed=may(Role.EDITOR),
        refused="change statements",
        said_in="statement_failure",
    )

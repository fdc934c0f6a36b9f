"""The editor in which budgets are changed: who may, the form, and what was changed before."""

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

import pandas as pd
import streamlit as st

from lib import tables
from lib.access.rules import Grant, Role
from lib.answers import instance, loading
from lib.answers.budget_status import label_of
from lib.answers.instance import Backend
from lib.catalog.dimensions import DIMENSIONS, UNATTRIBUTED
from lib.catalog.line_items import base_model
from lib.catalog.units import Unit
from lib.configuration.setting_rules import EVERYONE
from lib.store.budget_file import MOST
from lib.store.records.budgets import SUBJECTS, Budget
from lib.ui import text
from lib.ui.cards import show_table
from lib.ui.changing import carry_out
from lib.ui.identity import NOBODY, granted, may_change_budgets, may_edit, signed_in_email
from lib.wording.escaping import markdown_text
from lib.wording.labels import Labels


def show_budget_editor(backend: Backend, labels: Labels, budgets: Sequence[Budget]) -> None:
    """Draw the form that sets a budget and buttons that remove those set here, for those who may; say who."""
    editors, email = backend.settings.editors, signed_in_email()
    with st.container(border=True):
        text.subheading("Change budgets")
        st.caption(_who_may(editors, email, granted()))
        if may_change_budgets(editors, email):
            _form(backend, labels)
            _removable(backend, labels, [b for b in budgets if b.written_at])
        if said := st.session_state.pop("budget_failure", None):
            text.error(said)


def show_changes(backend: Backend, labels: Labels) -> None:
    """Draw who changed which budget when, newest first; nothing where nobody did."""
    changes = backend.store.budgets()[::-1]
    if not changes:
        return
    rows = pd.DataFrame(
        {
            "written_at": [b.written_at for b in changes],
            "who": [b.who for b in changes],
            "about": [label_of(labels, b.key) for b in changes],
            "what": ["Removed" if b.removed else "Set" for b in changes],
            "amount": pd.Series([b.amount for b in changes], dtype=object),
        }
    )
    columns = {
        "written_at": tables.Column("When (UTC)", tables.ColumnType.TIME, "D MMM YYYY, HH:mm", pinned=True),
        "who": tables.text_column("Who"),
        "about": tables.text_column("Budget for"),
        "what": tables.text_column("What"),
        "amount": tables.column("Amount a month (USD)", Unit.USD),
    }
    show_table("Who changed which budget, and when?", rows, columns, name="budget-changes")


def _who_may(editors: Sequence[str], email: str | None, grant: Grant | None) -> str:
    here = f"You are signed in as {markdown_text(email)}" if email else "You are not signed in"
    if grant and grant.role is not None:
        role = grant.role.name.lower()
        if grant.is_at_least(Role.EDITOR):
            return f"{here}, as {role}. Budgets set here stand in place of the budget file's until removed."
        return f"{here}, as {role}. Budgets are changed here by editors and admins."
    if EVERYONE in editors:
        return (
            "Everyone who can open this page may set budgets here. What is set here stands in place of the "
            "budget file's until it is removed."
        )
    if not editors:
        return (
            "Budgets are changed in the budget file. Nobody may change them here, because "
            "`[budgets] editors` in the settings names nobody."
        )
    if may_edit(editors, email):
        return (
            f"{here} and may set budgets here. They stand in place of the budget file's until they are "
            "removed."
        )
    return f"{here}. Budgets are changed here by those whose address is in `[budgets] editors` only."


def _form(backend: Backend, labels: Labels) -> None:
    with st.container(horizontal=True, vertical_alignment="bottom"):
        dimension = st.selectbox(
            "Budget for",
            ["", *loading.offered(backend, SUBJECTS.values())],
            format_func=lambda d: DIMENSIONS[d].label if d else labels.whole,
            key="editor:dimension",
        )
        if dimension:
            options = _options(backend, labels, dimension)
            st.selectbox(
                DIMENSIONS[dimension].label,
                sorted(options, key=lambda v: options[v].casefold()),
                format_func=lambda v: options.get(v, v),
                key=f"editor:{dimension}",
            )
        st.number_input("US dollars a month", 0.0, float(MOST), step=100.0, key="editor:amount")
        st.button("Set budget", icon=":material/save:", on_click=_set, args=(backend,))


def _options(backend: Backend, labels: Labels, dimension: str) -> dict[str, str]:
    """Return the label of each id that a budget can be for; models go by the name that bills give them."""
    stored = loading.load_values(backend).get(dimension, ())
    if dimension == "model":
        stored = tuple(base_model(name) for name in stored if name != UNATTRIBUTED)
    known = {*labels.known(dimension), *stored} - {UNATTRIBUTED}
    return labels.apart(dimension, sorted(known))


def _removable(backend: Backend, labels: Labels, budgets: Sequence[Budget]) -> None:
    for budget in budgets:
        with st.container(horizontal=True, vertical_alignment="center"):
            name = markdown_text(label_of(labels, budget.key))
            st.markdown(
                f"**{name}**: \\${budget.amount:,.2f}, set by {markdown_text(budget.who)}", width="stretch"
            )
            st.button(
                "Remove",
                key=f"unset:{budget.dimension}:{budget.about}",
                type="tertiary",
                on_click=_write,
                args=(backend, replace(budget, removed=True)),
            )


def _set(backend: Backend) -> None:
    dimension = st.session_state["editor:dimension"]
    about = st.session_state.get(f"editor:{dimension}") if dimension else ""
    amount = Decimal(str(st.session_state["editor:amount"])).quantize(Decimal("0.01"))
    if about is None or not 0 < amount < MOST:
        st.session_state.budget_failure = (
            "A budget needs what it is for and an amount above 0: choose both, then set it."
        )
        return
    _write(backend, Budget(dimension, about, amount))


def _write(backend: Backend, budget: Budget) -> None:
    """Keep a change under the name of who is signed in, later than every other."""
    email = signed_in_email()
    amount = "removed" if budget.removed else f"${budget.amount} a month"
    carry_out(
        lambda: backend.store.write_budget(replace(budget, who=email or NOBODY), instance.now()),
        what=f"budget of {budget.dimension} {budget.about}: {amount}",
        allowed=may_change_budgets(backend.settings.editors, email),
        refused="change budgets",
        said_in="budget_failure",
    )

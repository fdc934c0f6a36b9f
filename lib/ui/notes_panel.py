"""The notes panel of the sidebar: what people note about days, such as deploys, migrations and incidents."""

import uuid
from dataclasses import replace

import streamlit as st

from lib.access.rules import Role
from lib.answers import instance, loading
from lib.answers.instance import Backend
from lib.answers.view import View
from lib.periods.windows import ONE_DAY
from lib.store.records.notes import Note
from lib.ui import text
from lib.ui.changing import carry_out
from lib.ui.identity import may
from lib.wording import dates
from lib.wording.escaping import markdown_text

_LONGEST = 200


def show_notes(backend: Backend, view: View) -> None:
    """Draw the view's notes, each with a button that removes it, and a form that adds one, for editors."""
    notes = [n for n in loading.load_notes(backend) if not n.about and _within(n, view)]
    writable = may(Role.EDITOR)
    count = f" ({len(notes)})" if notes else ""
    with st.expander(f"Notes{count}", icon=":material/flag:"):
        st.caption("Deploys, migrations, incidents: notes show on everybody's charts over time.")
        for note in notes:
            with st.container(horizontal=True, vertical_alignment="center"):
                st.markdown(
                    f"**{dates.day_range(note.first, note.last)}** {markdown_text(note.text)}",
                    width="stretch",
                )
                if writable:
                    st.button(
                        "Remove",
                        key=f"remove:{note.note_id}",
                        type="tertiary",
                        on_click=write,
                        args=(backend, replace(note, removed=True)),
                    )
        if writable:
            _form(backend, view)
        if said := st.session_state.pop("notes_failure", None):
            text.error(said)


def _form(backend: Backend, view: View) -> None:
    with st.form("note", clear_on_submit=True, border=False):
        st.date_input("Days", (view.window.end - ONE_DAY,) * 2, max_value=view.today, key="note:days")
        st.text_input("What happened", max_chars=_LONGEST, key="note:text")
        st.form_submit_button("Add note", icon=":material/add:", on_click=_add, args=(backend,))


def _add(backend: Backend) -> None:
    days, said = st.session_state["note:days"], st.session_state["note:text"].strip()
    if not said:
        st.session_state.notes_failure = "A note needs words: say what happened, then add it again."
        return
    first, last = (days[0], days[-1]) if days else (instance.now().date(),) * 2
    write(backend, Note(uuid.uuid4().hex, first, last, said, "", instance.now()))


def write(backend: Backend, note: Note) -> None:
    """Keep the note; where that fails, the panel says so at its next drawing. For use in callbacks."""
    carry_out(
        lambda: backend.store.write_note(note, instance.now()),
        what=f"note of {note.first} {'removed' if note.removed else 'written'}",
        allowed=may(Role.EDITOR),
        refused="change notes",
        said_in="notes_failure",
    )


def _within(note: Note, view: View) -> bool:
    return note.first < view.window.end and note.last >= view.window.first

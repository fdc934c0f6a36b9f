"""What people decide about savings: the buttons, and whether what they carried out did work."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import streamlit as st

from lib import tables
from lib.access.rules import Role
from lib.analysis.savings.saving import Saving
from lib.answers import instance, saving_effects, savings_found
from lib.answers.instance import Backend
from lib.answers.reading import Reading
from lib.answers.saving_effects import Followed
from lib.store.records.decisions import Decision, DecisionState
from lib.ui import text
from lib.ui.cards import show_table
from lib.ui.changing import carry_out
from lib.ui.identity import may, who

_BUTTONS = {
    DecisionState.PLANNED: ("Plan it", ":material/event:"),
    DecisionState.DONE: ("It is done", ":material/check:"),
    DecisionState.DROPPED: ("Take that back", ":material/undo:"),
}


def show_decision(reading: Reading, one: Saving, decisions: Sequence[Decision]) -> None:
    """Draw what was decided about a saving found, and the buttons that decide on it."""
    taken = next((d for d in decisions if d.saving == one.name), None)
    with st.container(border=True):
        text.sentence(saving_effects.decision_words(taken) if taken else "Nobody has decided on this yet.")
        with st.container(horizontal=True):
            for state in DecisionState if may(Role.EDITOR) else ():
                if state is (taken.state if taken else DecisionState.DROPPED):
                    continue
                decision = saving_effects.decide(one, state, reading.view.window, decisions)
                _button(reading.backend, decision, "decide")
        st.caption(
            "Once it is marked, *Did it work?* compares what its traffic costs from then on with what it "
            "cost before."
        )
        if said := st.session_state.pop("decision_failure", None):
            text.error(said)


def show_followed(reading: Reading, followed: Sequence[Followed]) -> None:
    """Draw each saving that was decided on with its effect so far."""
    listed = saving_effects.table(followed)
    called: Mapping[str, Mapping[str, str]] = {
        d: reading.labels.apart(d, [v for v in listed[d] if v]) | {"": "–"}
        for d in ("project_id", "api_key_id")
    }
    show_table(
        "Did it work?",
        savings_found.named(listed, called["project_id"], called["api_key_id"]),
        tables.FOLLOWED_SAVINGS,
        name="followed",
        note="Measured on the final days after the day it was marked: what these tokens would have cost at "
        "the price per token of the days before, less what was billed. More or less traffic is no effect.",
    )
    if not may(Role.EDITOR):
        return
    with st.expander("Take a decision back", icon=":material/undo:"):
        for one in (each.decision for each in followed):
            with st.container(horizontal=True, vertical_alignment="center"):
                text.sentence(f"{one.title}: {saving_effects.decision_words(one)}")
                _button(reading.backend, replace(one, state=DecisionState.DROPPED), "drop")


def _button(backend: Backend, decision: Decision, key: str) -> None:
    words, icon = _BUTTONS[decision.state]
    st.button(
        words,
        icon=icon,
        key=f"{key}:{decision.state}:{decision.saving}",
        on_click=_write,
        args=(backend, decision),
    )


def _write(backend: Backend, decision: Decision) -> None:
    """Keep a decision under the name of who is signed in."""
    carry_out(
        lambda: backend.store.write_decision(replace(decision, who=who()), instance.now()),
        what=f"saving {decision.saving} {decision.state}",
        allowed=may(Role.EDITOR),
        refused="decide on savings",
        said_in="decision_failure",
    )

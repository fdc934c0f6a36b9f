"""Steps of the browser's history: one for each thing that somebody did, so that Back undoes it at once."""

import streamlit as st

# Streamlit makes a step of each address: one for a page that is turned to, another for its parameters, and
# one for a link that was put right. What no click and no key asked for belongs to the step before it.
_JS = """
export default function () {
  if (window.stepsOfHistory) return;
  window.stepsOfHistory = true;
  const push = window.history.pushState;
  let asked = false;
  for (const kind of ["pointerdown", "click", "keydown"]) {
    window.addEventListener(kind, () => { asked = true; }, {capture: true, passive: true});
  }
  window.history.pushState = function (...step) {
    const go = asked ? push : window.history.replaceState;
    asked = false;
    return go.apply(window.history, step);
  };
}
"""
_steps = st.components.v2.component("steps", js=_JS)

HIDDEN = "steps-of-the-page"
"""The key of the container that holds the script, which there is nothing to see of."""


def join_steps() -> None:
    """Let what one click changes of the address be one step of the browser's history."""
    with st.container(key=HIDDEN):
        _steps(key="steps", height="content")

"""Steps of the browser's history: one for each thing that somebody did, so that Back undoes it at once."""

# Streamlit makes a step of each address: one for a page that is turned to, another for its parameters, and
# one for a link that was put right. What no click and no key asked for belongs to the step before it.
SCRIPT = """
(() => {
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
})();
"""
"""What a browser runs so that one click makes one step."""

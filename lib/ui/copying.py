"""Buttons that copy the address of what is shown, or a message about it."""

import streamlit as st

# Drawn, because neither an icon font nor an emoji is sure to be there.
_HTML = """
<button type="button">
  <svg aria-hidden="true" viewBox="0 0 24 24" width="16" height="16" fill="none" stroke="currentColor"
       stroke-width="2" stroke-linecap="round">
    <path d="M10 14a4.5 4.5 0 0 0 6.5 0l3-3a4.6 4.6 0 0 0-6.5-6.5l-1 1"/>
    <path d="M14 10a4.5 4.5 0 0 0-6.5 0l-3 3a4.6 4.6 0 0 0 6.5 6.5l1-1"/>
  </svg>
  <span aria-live="polite"></span>
</button>
"""
_CSS = """
button {
  font: inherit; color: inherit; background: none; cursor: pointer; white-space: nowrap;
  border: 1px solid var(--st-border-color); border-radius: var(--st-button-radius); padding: 0.3rem 0.75rem;
  display: inline-flex; align-items: center; gap: 0.4rem;
}
button:hover, button:focus-visible { color: var(--st-primary-color); border-color: var(--st-primary-color); }
"""
# Without https or localhost a browser lends no clipboard; a field that is selected can be copied everywhere.
_JS = """
export default function ({ parentElement, data }) {
  const button = parentElement.querySelector("button");
  const words = parentElement.querySelector("[aria-live]");
  words.textContent = data.words;
  const copied = async (address) => {
    if (window.isSecureContext) {
      try { await navigator.clipboard.writeText(address); return true; } catch { /* as below */ }
    }
    const field = document.createElement("textarea");
    field.value = address;
    document.body.append(field);
    field.select();
    const done = document.execCommand("copy");
    field.remove();
    return done;
  };
  button.onclick = async () => {
    const done = await copied(data.text || window.location.href);
    words.textContent = done ? "Copied" : data.otherwise;
    setTimeout(() => { words.textContent = data.words; }, 2500);
  };
}
"""
_button = st.components.v2.component("copying", html=_HTML, css=_CSS, js=_JS)


def show_copy_link() -> None:
    """Draw a button that puts the address of the page, with all that is chosen on it, on the clipboard."""
    said = {"words": "Copy link", "text": "", "otherwise": "Copy it from the address bar"}
    _button(key="copy_link", data=said, width="content", height="content")


def show_copy_message(message: str) -> None:
    """Draw a button that puts a message, which stands beside it, on the clipboard."""
    said = {"words": "Copy message", "text": message, "otherwise": "Copy it from the page"}
    _button(key="copy_message", data=said, width="content", height="content")

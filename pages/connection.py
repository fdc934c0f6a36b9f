"""Which key is in use, what it may do, how to use another one, and what the app does by itself."""

import streamlit as st

from lib import ui
from lib.answers import instance

ui.current_view()
settings = instance.granted_settings()
if ui.may_connect(settings):
    ui.show_keys_in_use(settings)
    ui.show_engine(settings)
    if settings.organizations:
        ui.caption("Keys of several organizations belong in the secrets file or the environment.")
    elif ui.is_here():
        ui.show_key_form(settings)
    else:
        ui.caption(
            "A key can be typed into this page only where the app listens to its own machine alone. "
            "Elsewhere it belongs in the secrets file or the environment of the server."
        )
    ui.show_collecting()
    ui.show_alerts()
    ui.show_tokens()
else:
    ui.info("Only those who run this instance are shown which key is used.", icon=":material/lock:")
ui.heading("How to make a key")
st.markdown(ui.KEY_STEPS)

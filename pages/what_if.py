"""Under construction."""

import streamlit as st

from lib import shell

view = shell.current_view()
st.caption(str(view.window))

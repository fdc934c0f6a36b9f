"""The frame: navigation, the sidebar's view, and the page that is open."""

import streamlit as st

from lib import shell

st.set_page_config(page_title="OpenAI usage and costs", page_icon="📊", layout="wide")

page = shell.navigation()
shell.choose_view()
shell.run(page)

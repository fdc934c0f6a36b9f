"""An old address, which leads to Budgets and forecast.

Until streamlit_app.py has run once, Streamlit knows an address by its file only.
"""

from lib import ui

ui.current_view()

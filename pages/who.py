"""An old address, which leads to Costs by project, person or key.

Until streamlit_app.py has run once, Streamlit knows an address by its file only.
"""

from lib import ui

ui.current_view()

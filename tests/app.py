"""Entry script for AppTest, which forgets between runs that st.navigation replaced pages/."""

import runpy
from pathlib import Path

runpy.run_path(str(Path(__file__).parents[1] / "streamlit_app.py"))

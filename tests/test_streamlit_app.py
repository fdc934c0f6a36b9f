"""What the server does with streamlit_app.py when it starts, before anybody comes."""

import os
import subprocess
import sys
from pathlib import Path

from streamlit.web.server.app_discovery import discover_asgi_app

ROOT = Path(__file__).parents[1]


def test_the_server_imports_the_app_when_it_starts() -> None:
    assert discover_asgi_app(ROOT / "streamlit_app.py").import_string == "streamlit_app:app"


def test_what_pages_are_made_of_is_loaded_before_anybody_comes() -> None:
    asked = (
        "import streamlit_app, sys, gc;"
        "print('lib.ui' in sys.modules, gc.get_freeze_count() > 10_000, streamlit_app.app.script_path)"
    )
    environment = os.environ | {
        "OPENAI_ADMIN_KEY": "sk-admin-test",
        "OPENAI_BASE_URL": "http://127.0.0.1:9/v1",
    }

    ran = subprocess.run(
        [sys.executable, "-c", asked], cwd=ROOT, env=environment, capture_output=True, text=True, check=True
    )

    assert ran.stdout.splitlines() == [f"True True {ROOT / 'streamlit_app.py'}"]

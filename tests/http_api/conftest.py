from collections.abc import Iterator
from pathlib import Path

import pytest
import streamlit as st

from lib.http_api import bearers
from tests.http_api.service import Service


@pytest.fixture
def service(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Service]:
    """The HTTP API over an empty store in `tmp_path/store`."""
    monkeypatch.setattr(bearers, "_written", {})
    yield Service(tmp_path / "store", monkeypatch)
    st.cache_resource.clear()

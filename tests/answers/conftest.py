"""Answers that are computed afresh, at a fixed time."""

from collections.abc import Iterator

import pytest
import streamlit as st

from lib.answers import instance
from tests.answers.readings import NOW


@pytest.fixture
def afresh(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Forget every answer before and after a test in which it is `NOW`."""
    monkeypatch.setattr(instance, "now", lambda: NOW)
    st.cache_data.clear()
    yield
    st.cache_data.clear()

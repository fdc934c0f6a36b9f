from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.days import jan
from tests.tiny_api import KEY, TinyApi


@pytest.fixture
def api(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[TinyApi]:
    """Return a tiny organization that the command line's settings point to."""
    with TinyApi() as server:
        monkeypatch.setenv("OPENAI_ADMIN_KEY", KEY)
        monkeypatch.setenv("OPENAI_BASE_URL", server.base_url)
        monkeypatch.setenv("USAGE_STORE_URI", str(tmp_path / "store"))
        server.put("embeddings", jan(1), {"input_tokens": 5, "model": "a", "project_id": "proj_1"})
        server.put("embeddings", jan(3), {"input_tokens": 7, "model": "b"}, {"input_tokens": 1, "model": "a"})
        server.put(
            "costs",
            jan(2),
            {"amount": {"value": "0.000000000000000001"}, "line_item": "whisper", "quantity": 2},
            {"amount": {"value": "-12.5"}, "line_item": "=cmd", "quantity": None},
        )
        yield server

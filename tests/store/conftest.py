from pathlib import Path

import pytest

from lib.store.usage_store import Store


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """Return a store in a folder that is not there yet."""
    return Store(str(tmp_path / "not" / "there" / "yet"))

import ctypes
import sys
from collections.abc import Iterator
from types import SimpleNamespace

import pyarrow as pa
import pytest

from lib.sync import freed_memory
from lib.sync.freed_memory import give_back, use_one_allocator


@pytest.fixture(autouse=True)
def _asked_anew() -> Iterator[None]:
    pool = pa.default_memory_pool()
    freed_memory._trim.cache_clear()
    yield
    freed_memory._trim.cache_clear()
    pa.set_memory_pool(pool)


def test_arrow_takes_its_memory_from_the_c_library() -> None:
    use_one_allocator()

    assert pa.default_memory_pool().backend_name == "system"


def test_all_that_is_free_is_given_back(monkeypatch: pytest.MonkeyPatch) -> None:
    left: list[int] = []
    monkeypatch.setattr(ctypes, "CDLL", lambda _name: SimpleNamespace(malloc_trim=left.append))
    monkeypatch.setattr(sys, "platform", "linux")

    give_back()

    assert left == [0]


@pytest.mark.parametrize("platform", ["linux", "darwin", "win32"])
def test_a_c_library_that_cannot_is_left_alone(monkeypatch: pytest.MonkeyPatch, platform: str) -> None:
    monkeypatch.setattr(ctypes, "CDLL", lambda _name: SimpleNamespace())
    monkeypatch.setattr(sys, "platform", platform)

    give_back()

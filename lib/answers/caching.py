"""What was answered, kept for everybody until what it was read from has changed, and no more than fits.

A key says what was asked and at which versions of what it reads, so that nothing has to be dropped: what
is not asked for any more makes room for the rest.
"""

import threading
from collections.abc import Callable, Collection, Hashable
from concurrent.futures import Future, wait
from dataclasses import fields, is_dataclass
from itertools import islice
from typing import Any, TypeVar

import pandas as pd
import streamlit as st
from cachetools import LRUCache

Answer = TypeVar("Answer")
MOST_BYTES = 256 * 2**20
_LARGE_PART, _LARGE_ONES = 4, 2
"""What takes more than such a part of all is large, and so many large answers are held."""
_OBJECT_BYTES = 100
"""About what a Decimal or a short text takes."""
_LOOKED_AT = 100
_LESS = 10
"""By what fewer parts are looked at within each part: of parts of parts, as many would be a million."""


def kept(key: Hashable, find: Callable[[], Answer]) -> Answer:
    """Return what `find` says, from memory where that was asked under `key` before.

    Whoever asks while somebody else is finding it waits for that. What is returned must not be changed.
    """
    found: Answer = _memory().get(key, find)
    return found


class Memory:
    """Answers by key, the least recently asked for dropped beyond `most` bytes; safe between threads.

    Of large answers, a few of which would drop all the rest, two are held beside them, however large they
    are: a page asks for its own again at each click.
    """

    def __init__(self, most: int) -> None:
        self._lock = threading.Lock()
        self._held: LRUCache[Hashable, Any] = LRUCache(most, getsizeof=lambda held: held[1])
        self._large: LRUCache[Hashable, Any] = LRUCache(_LARGE_ONES)
        self._underway: dict[Hashable, Future[Any]] = {}

    @property
    def size(self) -> int:
        """Return about how many bytes are held, large answers aside."""
        return int(self._held.currsize)

    def get(self, key: Hashable, find: Callable[[], Any]) -> Any:
        """Return what is held under `key`, else what `find` returns."""
        with self._lock:
            if key in self._held:
                return self._held[key][0]
            if key in self._large:
                return self._large[key]
            underway = self._underway.get(key)
            if underway is None:
                future: Future[Any] = Future()
                self._underway[key] = future
        if underway is not None:
            wait([underway])
            # What failed for somebody else, whose page may just have been closed, is tried again.
            return find() if underway.exception() else underway.result()
        try:
            answer = find()
            size = size_of(answer)
        except BaseException as failure:
            with self._lock:
                del self._underway[key]
            future.set_exception(failure)
            raise
        with self._lock:
            del self._underway[key]
            if size <= self._held.maxsize / _LARGE_PART:
                self._held[key] = (answer, size)
            else:
                self._large[key] = answer
        future.set_result(answer)
        return answer


def size_of(answer: Any, looked_at: int = _LOOKED_AT) -> int:
    """Return about how many bytes an answer takes: exactly for Arrow, by its cells for frames.

    Of many parts the first `looked_at` speak for all.
    """
    if isinstance(answer, bytes | str):
        return len(answer)
    if isinstance(answer, list | tuple | set | frozenset):
        return _size_of_all(answer, looked_at)
    if isinstance(answer, dict):
        return _size_of_all(answer, looked_at) + _size_of_all(answer.values(), looked_at)
    if is_dataclass(answer):
        return sum(size_of(getattr(answer, field.name), looked_at) for field in fields(answer))
    if isinstance(answer, pd.DataFrame):
        return sum(size_of(answer[name]) for name in answer)
    if isinstance(answer, pd.Series):
        return (
            int(answer.memory_usage(index=False)) if answer.dtype != object else len(answer) * _OBJECT_BYTES
        )
    return int(answer.nbytes) if hasattr(answer, "nbytes") else _OBJECT_BYTES


def _size_of_all(parts: Collection[Any], looked_at: int) -> int:
    """Return about how many bytes `parts` take, by the first of many: looking at each takes too long."""
    few = max(1, looked_at // _LESS)
    looked = sum(size_of(part, few) for part in islice(parts, looked_at))
    return looked * max(len(parts), 1) // min(max(len(parts), 1), looked_at)


@st.cache_resource(show_spinner=False)
def _memory() -> Memory:
    return Memory(MOST_BYTES)

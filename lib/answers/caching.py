"""What was answered, kept for everybody until what it was read from has changed, and no more than fits.

Each answer is kept beside the version of what it was read from. Another version takes its place, though not
at once: pages that are being drawn still read the one before. What was made of an answer, such as its chart,
goes with it. What answers are made of, which is larger than they are, has room of its own.
"""

import threading
import time
import weakref
from collections import deque
from collections.abc import Callable, Collection, Hashable
from concurrent.futures import Future, wait
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, fields, is_dataclass
from itertools import count, islice
from typing import Any, TypeVar, TypeVarTuple

import pandas as pd
import streamlit as st
from cachetools import LRUCache

from lib.answers.page_thread import draws_a_page
from lib.answers.turns import Turns

Answer = TypeVar("Answer")
Of = TypeVar("Of")
Given = TypeVarTuple("Given")
MOST_BYTES = 192 * 2**20
_PARTS = 3
"""What answers are made of may take such a part of that beside it."""
_LARGE_PART, _LARGE_ONES = 4, 2
"""What takes more than such a part of all is large, and so many large answers are held."""
_LINGER = 180.0
"""For how many seconds an older version is kept: longer than pages read it (`lib.answers.editions`)."""
_AT_ONCE = 3
"""How many pages find their answers at once, so that those that have theirs are drawn meanwhile."""
_OBJECT_BYTES = 100
"""About what a Decimal or a short text takes."""
_LOOKED_AT = 100
_LESS = 10
"""By what fewer parts are looked at within each part: of parts of parts, as many would be a million."""


def kept(
    asked: Hashable, find: Callable[[], Answer], *, version: Hashable = None, is_part: bool = False
) -> Answer:
    """Return what `find` says, from memory where the same was asked at the same version before.

    What `is_part` of answers takes no room from them. Whoever asks while somebody else is finding it waits
    for that. What is returned must not be changed.
    """
    found: Answer = _memory().get(asked, find, version=version, is_part=is_part)
    return found


def made(answer: Of, make: Callable[[Of, *Given], Answer], *given: *Given) -> Answer:
    """Return what `make` makes of an answer and what is `given`, from memory where it was made before.

    It is kept no longer than the answer.
    """
    found: Answer = _memory().get((make, given), lambda: make(answer, *given), of=answer)
    return found


def make_again(before: Any, answer: Any) -> None:
    """Make of an answer what was made of the one `before` it."""
    for make, given in _memory().made_of(before):
        made(answer, make, *given)


@dataclass(frozen=True)
class _Held:
    """An answer in memory: at which version, about how many bytes it takes, and what it was made of."""

    began: int
    """The how manyth it was to be looked for: of two versions, the older one may be found later."""
    answer: Any
    version: Hashable
    size: int
    of: "weakref.ref[Any] | None"
    is_part: bool


_Versions = tuple[_Held, ...]


def _size_of_versions(versions: _Versions) -> int:
    return sum(held.size for held in versions)


class Memory:
    """Answers by what was asked, the least recent dropped beyond `most` bytes; safe between threads.

    Beside them are their parts, and of what is large, a few of which would drop all the rest, two, however
    large they are: a page asks for its own again at each click.
    """

    def __init__(self, most: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._lock = threading.Lock()
        self._clock, self._counter = clock, count()
        self._turns = Turns(_AT_ONCE)
        self._held: LRUCache[Hashable, _Versions] = LRUCache(most, getsizeof=_size_of_versions)
        self._parts: LRUCache[Hashable, _Versions] = LRUCache(most // _PARTS, getsizeof=_size_of_versions)
        self._large: LRUCache[Hashable, _Versions] = LRUCache(_LARGE_ONES)
        self._replaced: deque[tuple[float, Hashable]] = deque()
        """What has older versions, and from when on nobody reads these."""
        self._orphans: deque[Hashable] = deque()
        """What was made of answers that nobody holds any more."""
        self._underway: dict[Hashable, Future[Any]] = {}

    def made_of(self, answer: Any) -> list[Any]:
        """Return by what was asked all that is held of what was made of an answer."""
        with self._lock:
            held: list[tuple[Any, _Versions]] = [*self._held.items(), *self._large.items()]
        return [key[1] for key, (one, *_) in held if one.of is not None and one.of() is answer]

    @property
    def size(self) -> int:
        """Return about how many bytes are held, large answers aside."""
        with self._lock:
            self._tidy()
            return int(self._held.currsize + self._parts.currsize)

    def get(
        self,
        asked: Hashable,
        find: Callable[[], Any],
        *,
        version: Hashable = None,
        of: Any = None,
        is_part: bool = False,
    ) -> Any:
        """Return what is held of `asked` at `version`, else what `find` returns."""
        key = asked if of is None else (id(of), asked)
        with self._lock:
            self._tidy()
            held = self._held_at(key, version)
        if held is not None:
            return held.answer
        with self._turn():
            return self._found(key, find, version, of, is_part)

    def _found(
        self, key: Hashable, find: Callable[[], Any], version: Hashable, of: Any, is_part: bool
    ) -> Any:
        with self._lock:
            held = self._held_at(key, version)
            if held is not None:
                return held.answer
            underway = self._underway.get((key, version))
            if underway is None:
                began = next(self._counter)
                future: Future[Any] = Future()
                self._underway[key, version] = future
        if underway is not None:
            wait([underway])
            # What failed for somebody else, whose page may just have been closed, is tried again.
            return find() if underway.exception() else underway.result()
        try:
            answer = find()
            size = size_of(answer)
        except BaseException as failure:
            with self._lock:
                del self._underway[key, version]
            future.set_exception(failure)
            raise
        with self._lock:
            del self._underway[key, version]
            one = _Held(began, answer, version, size, self._watched(of, key), is_part)
            found = [one, *self._versions(key)]
            self._hold(key, tuple(sorted(found, key=lambda held: held.began, reverse=True)))
            if len(found) > 1:
                self._replaced.append((self._clock() + _LINGER, key))
        future.set_result(answer)
        return answer

    def _turn(self) -> AbstractContextManager[None]:
        """Return the turn of a page; what helps one, or answers no page, takes none."""
        return self._turns.turn() if draws_a_page() else nullcontext()

    def _versions(self, key: Hashable) -> _Versions:
        """Return what is held of a question, the newest first."""
        found = (answers.get(key) for answers in self._answers)
        return next((versions for versions in found if versions), ())

    @property
    def _answers(self) -> tuple["LRUCache[Hashable, _Versions]", ...]:
        return self._held, self._parts, self._large

    def _held_at(self, key: Hashable, version: Hashable) -> _Held | None:
        return next((held for held in self._versions(key) if held.version == version), None)

    def _hold(self, key: Hashable, versions: _Versions) -> None:
        self._drop(key)
        answers = self._parts if versions[0].is_part else self._held
        is_large = _size_of_versions(versions) > answers.maxsize / _LARGE_PART
        (self._large if is_large else answers)[key] = versions

    def _tidy(self) -> None:
        """Drop what is no longer read, and what was made of it."""
        while self._replaced and self._replaced[0][0] <= self._clock():
            key = self._replaced.popleft()[1]
            if newest := self._versions(key)[:1]:
                self._hold(key, newest)
        while self._orphans:
            self._drop(self._orphans.popleft())

    def _watched(self, of: Any, key: Hashable) -> "weakref.ref[Any] | None":
        """Return a reference that makes an orphan of `key` when `of` goes: later, as that can be anywhere."""
        return None if of is None else weakref.ref(of, lambda _gone: self._orphans.append(key))

    def _drop(self, key: Hashable) -> None:
        for answers in self._answers:
            answers.pop(key, None)


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

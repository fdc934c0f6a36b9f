"""Page questions: what pages asked lately, and how to ask it again."""

import threading
import time
import weakref
from collections import OrderedDict
from collections.abc import Callable, Hashable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from lib.answers.caching import make_again
from lib.errors import AppError

_MOST = 2_000
_REMEMBERED = 1_800.0
"""For how many seconds a question is remembered that no page asks any more."""


@dataclass(frozen=True)
class _Question:
    """How to ask something again, what was answered last (if it is held anywhere), and when."""

    again: Callable[[], Any]
    answer: Callable[[], Any]
    asked_at: float


class PageQuestions:
    """The questions that pages asked in the last half hour; safe between threads."""

    def __init__(
        self, clock: Callable[[], float] = time.monotonic, wait: Callable[[float], object] = time.sleep
    ) -> None:
        self._clock, self._wait = clock, wait
        self._lock = threading.Lock()
        self._questions: OrderedDict[Hashable, _Question] = OrderedDict()

    def __len__(self) -> int:
        """Return how many there are."""
        with self._lock:
            self._forget()
            return len(self._questions)

    def remember(self, asked: Hashable, again: Callable[[], Any], answer: Any) -> None:
        """Remember what a page asked, how to ask it `again`, and the answer."""
        with self._lock:
            self._questions[asked] = _Question(again, _reference(answer), self._clock())
            self._questions.move_to_end(asked)
            while len(self._questions) > _MOST:
                self._questions.popitem(last=False)

    def ask_again(self) -> None:
        """Ask everything again, the latest first, and what pages ask meanwhile; make of it what they showed.

        After each question as long a pause leaves room for pages.
        """
        done: set[Hashable] = set()
        while question := self._next_but(done):
            began = self._clock()
            with suppress(AppError):  # a page that asks it says why
                _ask(question)
            self._wait(self._clock() - began)

    def _next_but(self, done: set[Hashable]) -> _Question | None:
        with self._lock:
            self._forget()
            asked = next((asked for asked in reversed(self._questions) if asked not in done), None)
            done.add(asked)
            return self._questions.get(asked)

    def _forget(self) -> None:
        since = self._clock() - _REMEMBERED
        while self._questions and next(iter(self._questions.values())).asked_at < since:
            self._questions.popitem(last=False)


def _ask(question: _Question) -> None:
    before, answer = question.answer(), question.again()
    if before is not None and before is not answer:
        make_again(before, answer)


def _reference(answer: Any) -> Callable[[], Any]:
    """Return what returns an answer for as long as it is held elsewhere; None of what cannot be watched."""
    try:
        return weakref.ref(answer)
    except TypeError:
        return lambda: None

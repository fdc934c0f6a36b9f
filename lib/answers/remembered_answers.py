"""Answers of a reading, kept for as long as nothing that they were told from changes."""

from collections.abc import Callable, Collection, Hashable
from functools import wraps
from typing import Concatenate, ParamSpec, Protocol, Self, TypeVar

from lib.answers.editions import kept_ahead
from lib.catalog.measures import Measure
from lib.catalog.sources import Source


class Asked(Protocol):
    """What a remembered answer is asked of: a reading (`lib.answers.reading`)."""

    @property
    def sources(self) -> tuple[Source, ...]:
        """Return what the page reads."""

    @property
    def asked(self) -> Hashable:
        """Return what tells apart what is read, and by whom."""

    def anew(self) -> Self:
        """Return the same of what is stored by now."""

    def depends_on(self, sources: Collection[Source], *, whole: bool) -> Hashable:
        """Return what changes with anything that an answer about `sources` can depend on."""


P = ParamSpec("P")
Answer = TypeVar("Answer")
A = TypeVar("A", bound=Asked)

Method = Callable[Concatenate[A, P], Answer]


def remembered(method: Method[A, P, Answer]) -> Method[A, P, Answer]:
    """Keep what a method of a reading returns for as long as nothing of the view's days changes.

    The method must read no other days than the view's and the compared ones.
    """
    return _remembered(method, whole=False)


def remembered_of_all_days(method: Method[A, P, Answer]) -> Method[A, P, Answer]:
    """Keep what a method of a reading returns for as long as nothing that is stored changes."""
    return _remembered(method, whole=True)


def _remembered(method: Method[A, P, Answer], *, whole: bool) -> Method[A, P, Answer]:
    @wraps(method)
    def find(reading: A, /, *args: P.args, **more: P.kwargs) -> Answer:
        about = [arg for arg in (*args, *more.values()) if isinstance(arg, Measure)]
        sources = {s.name: s for s in (*reading.sources, *(s for m in about for s in m.sources))}
        asked = (method.__module__, method.__qualname__, args, tuple(more.items()), reading.asked)
        read = reading.depends_on(sources.values(), whole=whole)
        answer: Answer = kept_ahead(
            asked,
            lambda: method(reading, *args, **more),
            lambda: find(reading.anew(), *args, **more),
            version=read,
        )
        return answer

    return find

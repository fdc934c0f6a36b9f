"""Find out by small requests what exactly the API refuses, so that no more than that is given up."""

import datetime as dt
import re
import threading
from collections.abc import Callable, Iterable

from lib.catalog.dimensions import newest_first
from lib.catalog.sources import Source
from lib.errors import BadRequest, InvalidPageToken, LookbackExceeded
from lib.openai_admin.api_errors import date_in
from lib.openai_admin.groupings import Ask, Memory, plan
from lib.openai_admin.refusals import RefusalKind
from lib.periods.widths import Width
from lib.periods.windows import ONE_DAY, Window

Refuses = Callable[[Source, Width, Window, tuple[str, ...]], bool]
"""Return whether a source refuses a window grouped by some dimensions; a probe asks for a single bucket."""

_NOT_GROUPING = frozenset({"limit", "bucket_width", "end_time", "page"})
_ALLOWED = re.compile(r"supported values|expected one of|must be one of|allowed|valid values", re.IGNORECASE)


class Prober:
    """Turns a refused request into a remembered refusal, which changes what is requested next."""

    def __init__(self, memory: Memory, refuses: Refuses, today: Callable[[], dt.date]) -> None:
        self._memory = memory
        self._refuses = refuses
        self._today = today
        self._locks: dict[str, threading.Lock] = {}

    def trace(self, source: Source, width: Width, ask: Ask, refused: BadRequest) -> None:
        """Remember why `ask` was refused; raise `refused` where no coarser request would be answered.

        Only one thread at a time probes a source; the others then find the reason in the memory.
        """
        with self._locks.setdefault(source.name, threading.Lock()):
            if ask not in plan(source, ask.window, self._memory.fresh()):
                return
            if not self._traced(source, width, ask, refused):
                raise refused

    def _traced(self, source: Source, width: Width, ask: Ask, refused: BadRequest) -> bool:
        if isinstance(refused, LookbackExceeded):
            return self._lookback(source, ask, refused)
        if isinstance(refused, InvalidPageToken) or refused.param in _NOT_GROUPING:
            return False
        return self._floor(source, ask, refused) or self._grouping(source, width, ask, refused)

    def _lookback(self, source: Source, ask: Ask, refused: LookbackExceeded) -> bool:
        """Return whether the first day of the API's history was found, in its message or by probing."""
        first, until = ask.window.first, refused.earliest
        if until is None or not first < until <= self._today():
            until = self._first_accepted(source, first, ()) if self._refuses_day(source, first, ()) else None
        if until:
            self._memory.remember(source.name, RefusalKind.LOOKBACK, str(refused), until=until)
        return until is not None

    def _floor(self, source: Source, ask: Ask, refused: BadRequest) -> bool:
        """Return whether a dimension was found to be refused before some day."""
        if refused.param != "start_time" or not ask.dimensions:
            return False
        first, named = ask.window.first, _named(refused, ask)
        if not named and self._refuses_day(source, first, ()):
            return False
        for dimension in named or _suspects(ask):
            if len(named) == 1 or self._refuses_day(source, first, (dimension,)):
                until = self._first_accepted(source, first, (dimension,), date_in(str(refused)))
                if until:
                    message = str(refused)
                    self._memory.remember(
                        source.name, RefusalKind.FLOOR, message, dimension=dimension, until=until
                    )
                    return True
        return False

    def _refuses_day(self, source: Source, day: dt.date, dimensions: tuple[str, ...]) -> bool:
        return self._refuses(source, Width.DAY, Window(day, day + ONE_DAY), dimensions)

    def _first_accepted(
        self, source: Source, refused: dt.date, dimensions: tuple[str, ...], hint: dt.date | None = None
    ) -> dt.date | None:
        """Return the first day after `refused` that is accepted, None where even today is refused."""
        low, today = refused, self._today()
        high = today + ONE_DAY
        guesses = [hint, hint - ONE_DAY] if hint else []
        while high - low > ONE_DAY:
            guess = guesses.pop(0) if guesses else None
            if guess is None or not low < guess < high:
                guess = today if high > today else low + (high - low) // 2
            if not self._refuses_day(source, guess, dimensions):
                high = guess
            elif guess == today:
                return None
            else:
                low = guess
        return high if high <= today else None

    def _grouping(self, source: Source, width: Width, ask: Ask, refused: BadRequest) -> bool:
        """Return whether the refusal was traced to a combination or to dimensions, and remembered."""

        def refuses(dimensions: Iterable[str]) -> bool:
            return self._refuses(source, width, ask.window, tuple(dimensions))

        def remember(kind: RefusalKind, dimension: str | None = None) -> None:
            # A combination may be refused on some days of the range only; a dimension on all of them.
            days = self._refused_days(source, width, ask) if kind is RefusalKind.COMBINATION else ask.window
            self._memory.remember(
                source.name, kind, str(refused), dimension=dimension, since=days.first, until=days.end
            )

        named = _named(refused, ask)
        split = _next_rung_parts(source, ask, named)
        if split and (len(named) > 1 or not refuses(named)):
            remember(RefusalKind.COMBINATION)
            return True
        if len(named) == 1:
            remember(RefusalKind.DIMENSION, named[0])
            return True
        if not ask.dimensions or refuses(()):
            return False
        coarser = _coarser(source, ask)
        if coarser and not any(refuses(dimensions) for dimensions in coarser):
            remember(RefusalKind.COMBINATION)
            return True
        for dimension in _fewest_to_drop(ask, [*named, *_suspects(ask)], refuses):
            remember(RefusalKind.DIMENSION, dimension)
        return True

    def _refused_days(self, source: Source, width: Width, ask: Ask) -> Window:
        """Return the days of a refused request, without those at either end that are answered."""
        first, end = ask.window.first, ask.window.end

        def refuses(begin: dt.date, until: dt.date) -> bool:
            return self._refuses(source, width, Window(begin, until), ask.dimensions)

        longest = (end - first).days
        head = _fewest(longest, lambda days: refuses(first, first + days * ONE_DAY))
        tail = _fewest(longest, lambda days: refuses(end - days * ONE_DAY, end))
        return Window(first + (head - 1) * ONE_DAY, end - (tail - 1) * ONE_DAY)


def _fewest(most: int, enough: Callable[[int], bool]) -> int:
    """Return the smallest number that is `enough`, where `most` is known to be; 1 is tried first."""
    low, high, guess = 0, most, 1
    while high - low > 1:
        if enough(guess):
            high = guess
        else:
            low = guess
        guess = low + (high - low) // 2
    return high


def _named(refused: BadRequest, ask: Ask) -> tuple[str, ...]:
    """Return the dimensions that a refusal names as the trouble, the likeliest first."""
    text = _ALLOWED.split(str(refused))[0]
    return tuple(d for d in _suspects(ask) if refused.param == d or _mentions(text, d))


def _mentions(text: str, dimension: str) -> bool:
    # A dimension such as `model` is also an English word, so it must be quoted to count.
    pattern = rf"\b{dimension}\b" if "_" in dimension else rf"['\"`]{dimension}['\"`]"
    return re.search(pattern, text) is not None


def _suspects(ask: Ask) -> tuple[str, ...]:
    """Return the dimensions of `ask`, newest first: the later one was added, the fewer have it."""
    return newest_first(ask.dimensions)


def _coarser(source: Source, ask: Ask) -> list[tuple[str, ...]]:
    """Return the groupings of the next rung, less what `ask` lacks already; none on the last rung."""
    if len(source.rungs) < 2 or ask.slice not in {s.name for s in source.rungs[0]}:
        return []
    return [tuple(d for d in s.dimensions if d in ask.dimensions) for s in source.rungs[1]]


def _next_rung_parts(source: Source, ask: Ask, named: tuple[str, ...]) -> bool:
    """Return whether the next rung keeps the `named` dimensions apart, or a single one from another."""
    coarser = [set(dimensions) for dimensions in _coarser(source, ask)]
    if not coarser or not named:
        return False
    if len(named) > 1:
        return not any(set(named) <= dimensions for dimensions in coarser)
    return any(not any({named[0], d} <= dimensions for dimensions in coarser) for d in ask.dimensions)


def _fewest_to_drop(
    ask: Ask, order: Iterable[str], refuses: Callable[[Iterable[str]], bool]
) -> tuple[str, ...]:
    """Return one dimension without which `ask` is accepted, or else the first several in `order`."""
    suspects = tuple(dict.fromkeys(order))
    for suspect in suspects:
        if not refuses(d for d in ask.dimensions if d != suspect):
            return (suspect,)
    gone = suspects[:1]
    for suspect in suspects[1:]:
        gone = (*gone, suspect)
        if not refuses(d for d in ask.dimensions if d not in gone):
            break
    return gone

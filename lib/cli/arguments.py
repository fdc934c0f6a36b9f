"""Arguments of the command line, read into what a question is made of."""

import argparse
import datetime as dt
from collections.abc import Sequence
from typing import NoReturn

from lib.catalog.dimensions import value_of
from lib.catalog.sources import SOURCES
from lib.engine.filters import Filters
from lib.errors import AppError, QuestionError
from lib.periods.presets import month_window
from lib.periods.windows import ONE_DAY, Window
from lib.periods.zones import meant, zones


class UnusableArguments(AppError):
    """Arguments that no command can work with."""


class Parser(argparse.ArgumentParser):
    """A parser that complains in one sentence."""

    def error(self, message: str) -> NoReturn:
        """Raise UnusableArguments saying what is wrong."""
        raise UnusableArguments(f"{message[0].upper()}{message[1:]}. See {self.prog} --help.")


def window(chosen: argparse.Namespace) -> Window:
    """Return the days from `--start` to `--end`; raise UnusableArguments where they are no range."""
    first, last = _day("--start", chosen.start), _day("--end", chosen.end)
    if last < first:
        raise UnusableArguments(f"--end {last} is before --start {first}. Both days are part of the range.")
    return Window(first, last + ONE_DAY)


def month(text: str) -> Window:
    """Return the days of a month such as 2026-10; raise UnusableArguments where it is none."""
    try:
        first = dt.datetime.strptime(text, "%Y-%m").replace(tzinfo=dt.UTC).date()
    except ValueError:
        raise UnusableArguments(f"--month {text} is not a month. Write it as YYYY-MM.") from None
    if not 2000 <= first.year < 2100 or text != f"{first:%Y-%m}":
        raise UnusableArguments(f"--month {text} is not a month of the years 2000 to 2099, such as 2026-10.")
    return month_window(text)


def month_before(month: Window) -> Window:
    """Return the days of the month before `month`."""
    return month_window(f"{month.first - ONE_DAY:%Y-%m}")


def zone(text: str) -> str:
    """Return the time zone called `text`; raise UnusableArguments naming the nearest where there is none."""
    if text in zones():
        return text
    raise UnusableArguments(f"--tz {text} is not a time zone.{meant(text) or ' Write it as Europe/Berlin.'}")


def source(name: str) -> str:
    """Return `name`; raise QuestionError where no source is called so."""
    if name not in SOURCES:
        raise QuestionError(f"There is no source called {name}. Sources: {', '.join(SOURCES)}.")
    return name


def filters(conditions: Sequence[str]) -> Filters:
    """Return what `--where` keeps; raise UnusableArguments for what is not a condition."""
    kept: dict[str, list[str | None]] = {}
    for condition in conditions:
        dimension, equals, value = condition.partition("=")
        if not equals:
            raise UnusableArguments(f"--where {condition} is not a condition. Write it as DIM=VALUE.")
        kept.setdefault(dimension, []).append(value_of(value))
    return Filters.of(kept)


def _day(name: str, text: str) -> dt.date:
    try:
        day = dt.datetime.strptime(text, "%Y-%m-%d").replace(tzinfo=dt.UTC).date()
    except ValueError:
        raise UnusableArguments(f"{name} {text} is not a day. Write it as YYYY-MM-DD.") from None
    if not 2000 <= day.year < 2100:
        raise UnusableArguments(f"{name} {text} is not within the years 2000 to 2099.")
    return day

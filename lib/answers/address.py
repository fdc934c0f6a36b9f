"""The address bar: a view as query parameters, and back.

Whatever a link holds is read as far as it makes sense; what does not is put right and said.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from lib.answers.view import View
from lib.catalog.dimensions import DIMENSIONS, ORGANIZATION, text_of, value_of
from lib.engine.filters import EVERYTHING, Filters
from lib.periods.grains import Grain
from lib.periods.presets import Comparison, Period, usual, window_of
from lib.periods.windows import ONE_DAY, Window
from lib.periods.zones import UTC, meant, zones

_Choice = TypeVar("_Choice", Period, Grain, Comparison)
Parameters = Mapping[str, Sequence[str]]

SHORT = {"project_id": "project", "user_id": "user", "api_key_id": "key", "team": "team"}
"""Parameters that read better than the API's names; every other dimension goes by its own."""
_NOT_BY_NAME = (Period.CUSTOM, Comparison.CUSTOM, Grain.TOTAL)
"""What a link does not name: custom ranges are two dates, and a total has nothing to draw over time."""
_DIMENSION_OF = {SHORT.get(name, name): name for name in DIMENSIONS}
EARLIEST = dt.date(2020, 6, 11)
"""The day the API opened; nothing can be older."""


@dataclass(frozen=True)
class Choices:
    """What the sidebar's controls hold; `first` and `last` (inclusive) matter to a custom range only."""

    period: Period = Period.LAST_30
    first: dt.date | None = None
    last: dt.date | None = None
    grain: Grain | None = None
    comparison: Comparison = Comparison.PREVIOUS
    filters: Filters = EVERYTHING
    against: tuple[dt.date, dt.date] | None = None
    """The first and last day of a custom comparison."""
    zone: str | None = None
    """The time zone in which days of usage are to be counted, None for the one that the settings name."""

    def view(self, today: dt.date, zone: str = UTC) -> View:
        """Return the view that these choices mean on `today`, in days of `zone`."""
        if self.period is Period.CUSTOM and self.first and self.last:
            window = Window(self.first, self.last + ONE_DAY)
        else:
            window = window_of(Period.LAST_30 if self.period is Period.CUSTOM else self.period, today)
        previous = self.comparison is Comparison.PREVIOUS
        comparison = usual(self.period) if previous else self.comparison
        against = Window(self.against[0], self.against[1] + ONE_DAY, zone=zone) if self.against else None
        organizations = tuple(map(text_of, self.filters.values(ORGANIZATION)))
        filters = self.filters.without(ORGANIZATION)
        return View(
            replace(window, zone=zone), today, self.grain, comparison, filters, against, organizations
        )


@dataclass(frozen=True)
class Correction:
    """What had to be put right of a `parameter`, in a `sentence`; `allowed` are the few values it takes."""

    parameter: str
    sentence: str
    allowed: tuple[str, ...] = ()

    @property
    def wrong(self) -> str:
        """Return what was wrong in a sentence, without what was done instead."""
        return f"{self.sentence.partition(';')[0].rstrip('.')}."


def written(choices: Choices) -> dict[str, list[str]]:
    """Return the query parameters of `choices`; what is as by default is left out."""
    found: dict[str, list[str]] = {}
    if choices.period is Period.CUSTOM and choices.first and choices.last:
        found["from"], found["to"] = [choices.first.isoformat()], [choices.last.isoformat()]
    elif choices.period not in (Choices.period, Period.CUSTOM):
        found["period"] = [choices.period.value]
    if choices.grain:
        found["grain"] = [choices.grain.value]
    if choices.comparison is Comparison.CUSTOM and choices.against:
        found["against-from"], found["against-to"] = ([day.isoformat()] for day in choices.against)
    elif choices.comparison not in (Choices.comparison, Comparison.CUSTOM):
        found["compare"] = [choices.comparison.value]
    if choices.zone:
        found["tz"] = [choices.zone]
    for dimension, values in choices.filters:
        found[SHORT.get(dimension, dimension)] = list(map(text_of, values))
    return found


def read(parameters: Parameters, today: dt.date) -> tuple[Choices, tuple[str, ...]]:
    """Return the choices in `parameters`, and a sentence for everything that had to be put right."""
    choices, corrections = corrected(parameters, today)
    return choices, tuple(correction.sentence for correction in corrections)


def corrected(parameters: Parameters, today: dt.date) -> tuple[Choices, tuple[Correction, ...]]:
    """Return the choices in `parameters`, and everything that had to be put right."""
    said: list[Correction] = []
    choices = Choices(filters=_where(parameters))
    if "from" in parameters or "to" in parameters:
        choices = _custom(choices, parameters, today, said)
    elif period := _one_of(Period, "period", parameters, said):
        choices = replace(choices, period=period)
    if grain := _one_of(Grain, "grain", parameters, said):
        choices = replace(choices, grain=grain)
    if against := _against(parameters, today, said):
        choices = replace(choices, comparison=Comparison.CUSTOM, against=against)
    elif comparison := _one_of(Comparison, "compare", parameters, said):
        choices = replace(choices, comparison=comparison)
    return replace(choices, zone=_zone(parameters, said)), tuple(said)


def in_order(first: dt.date, last: dt.date, today: dt.date) -> tuple[dt.date, dt.date, tuple[str, ...]]:
    """Return a range that exists, and what was changed to make it one."""
    said = []
    if last < first:
        first, last = last, first
        said.append("The range was the wrong way round; its dates were swapped.")
    if last > today:
        last, first = today, min(first, today)
        said.append(f"The range ended in the future; it ends today, {today:%-d %B %Y}, instead.")
    if first < EARLIEST:
        first, last = EARLIEST, max(last, EARLIEST)
        said.append(f"The range began before the API existed; it begins {EARLIEST:%-d %B %Y} instead.")
    return first, last, tuple(said)


def _custom(choices: Choices, parameters: Parameters, today: dt.date, said: list[Correction]) -> Choices:
    dates = {name: _date(name, parameters, said) for name in ("from", "to")}
    first, last = dates["from"], dates["to"] or today
    if first is None:
        said.append(Correction("from", "The link's range has no start; the last 30 days are shown."))
        return choices
    if dates["to"] is None:
        said.append(Correction("to", "The link's range has no end; it ends today."))
    first, last, changed = in_order(first, last, today)
    said.extend(Correction("from", sentence) for sentence in changed)
    return replace(choices, period=Period.CUSTOM, first=first, last=last)


def _against(
    parameters: Parameters, today: dt.date, said: list[Correction]
) -> tuple[dt.date, dt.date] | None:
    names = ("against-from", "against-to")
    if not any(name in parameters for name in names):
        return None
    first, last = (_date(name, parameters, said) for name in names)
    if first is None or last is None:
        lacking = "The range that the link compares with lacks a date; the previous period is taken."
        said.append(Correction(names[0] if first is None else names[1], lacking))
        return None
    first, last, changed = in_order(first, last, today)
    said.extend(Correction(names[0], sentence) for sentence in changed)
    return first, last


def _date(name: str, parameters: Parameters, said: list[Correction]) -> dt.date | None:
    text = next(iter(parameters.get(name, ())), None)
    try:
        return dt.date.fromisoformat(text) if text else None
    except ValueError:
        said.append(Correction(name, f"“{text}” in the link is not a date like 2026-01-31; it was left out."))
        return None


def _zone(parameters: Parameters, said: list[Correction]) -> str | None:
    text = next(iter(parameters.get("tz", ())), None)
    if text is None or text in zones():
        return text
    sentence = f"“{text}” in the link is not a time zone; days are those of UTC.{meant(text)}"
    said.append(Correction("tz", sentence))
    return UTC


def _one_of(kind: type[_Choice], name: str, parameters: Parameters, said: list[Correction]) -> _Choice | None:
    text = next(iter(parameters.get(name, ())), None)
    if text is None:
        return None
    choices = [choice for choice in kind if choice not in _NOT_BY_NAME]
    if text not in choices:
        sentence = f"“{name}={text}” in the link is not known; there are {', '.join(choices)}."
        said.append(Correction(name, sentence, tuple(choices)))
        return None
    return kind(text)


def _where(parameters: Parameters) -> Filters:
    found = []
    for name, dimension in _DIMENSION_OF.items():
        values = tuple(dict.fromkeys(map(value_of, parameters.get(name, ()))))
        if values:
            found.append((dimension, values))
    return Filters(tuple(found))

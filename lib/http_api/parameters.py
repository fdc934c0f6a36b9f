"""Parameters: those of the pages' addresses and a few more, read strictly.

A page puts right what makes no sense in its address and says so. A program gets a problem in its place,
which names the parameter: nobody would read what was put right.
"""

import datetime as dt
import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from lib.answers.address import SHORT, Parameters, corrected
from lib.answers.view import View
from lib.catalog.dimensions import DIMENSIONS, ORGANIZATION
from lib.catalog.measures import MEASURES
from lib.http_api.problems import WrongParameter, shortened
from lib.periods.grains import Grain
from lib.periods.presets import Comparison, Period
from lib.periods.zones import UTC, meant, today_in, zones
from lib.wording import zone_words

Given = Mapping[str, tuple[str, ...]]
MOST_VALUES = 200
"""How many values one filter may keep."""
MOST_ROWS = 100_000
"""How many rows an answer may have."""
NAMES = {name: SHORT.get(name, name) for name in DIMENSIONS}
"""What each dimension is called in parameters and columns, as in the addresses of pages."""
DIMENSION_OF = {short: name for name, short in NAMES.items()}
_DATE = re.compile(r"\d{4}-\d\d-\d\d")


@dataclass(frozen=True)
class Parameter:
    """A parameter, and what a value of it must be as JSON Schema has it; `most` values at once."""

    name: str
    about: str
    schema: Mapping[str, Any] = field(default_factory=lambda: {"type": "string"})
    most: int = 1
    is_required: bool = False

    def check(self, value: str) -> None:
        """Raise the WrongParameter of a value that it must not have."""
        if "enum" in self.schema:
            if value not in self.schema["enum"]:
                raise WrongParameter(self.name, f"“{shortened(value)}” is none.", self.schema["enum"])
        elif self.schema.get("format") == "date":
            _check_date(self.name, value)
        elif self.schema.get("format") == "time-zone":
            if value not in zones():
                remedy = meant(value) or f" Write it as {self.schema['examples'][0]}."
                raise WrongParameter(self.name, f"“{shortened(value)}” is not a time zone.{remedy}")
        elif self.schema.get("type") == "integer":
            low, high = self.schema["minimum"], self.schema["maximum"]
            if not re.fullmatch(r"[0-9]{1,9}", value) or not low <= int(value) <= high:
                raise WrongParameter(self.name, f"must be a whole number from {low} to {high}.")
        elif "pattern" in self.schema and not re.fullmatch(self.schema["pattern"], value):
            raise WrongParameter(self.name, f"must be like {self.schema['examples'][0]}.")


def _check_date(name: str, value: str) -> None:
    try:
        if _DATE.fullmatch(value):
            dt.date.fromisoformat(value)
            return
    except ValueError:
        pass
    raise WrongParameter(name, "must be a date like 2026-01-31.")


def _enum(values: Iterable[str], **more: Any) -> dict[str, Any]:
    return {"type": "string", "enum": list(values), **more}


_DAY = {"type": "string", "format": "date"}
PERIOD = (
    Parameter(
        "period",
        "The days, by a name; those that are not over yet end today.",
        _enum((p for p in Period if p is not Period.CUSTOM), default=Period.LAST_30.value),
    ),
    Parameter("from", "The first day, in place of a period.", _DAY),
    Parameter("to", "The last day, with `from`.", _DAY),
)
ZONE = Parameter(
    "tz",
    "The time zone whose days these are, made of rows of usage by hour; dollars have days of UTC alone.",
    {"type": "string", "format": "time-zone", "default": UTC, "examples": ["Europe/Berlin"]},
)
COMPARED = (
    Parameter(
        "compare",
        "What the days are compared with; days of which some are not known are not compared.",
        _enum((c for c in Comparison if c is not Comparison.CUSTOM), default=Comparison.PREVIOUS.value),
    ),
    Parameter("against-from", "The first day to compare with.", _DAY),
    Parameter("against-to", "The last day to compare with.", _DAY),
)
GRAIN = Parameter(
    "grain",
    "How time is cut; by default so that there are between about 10 and 100 buckets.",
    _enum(g for g in Grain if g is not Grain.TOTAL),
)
ROW_GRAIN = Parameter(
    "grain", "How time is cut; total is one row for all of it.", _enum(Grain, default=Grain.DAY.value)
)
MONTH = Parameter(
    "month",
    "The month, this one by default.",
    {"type": "string", "pattern": r"\d{4}-\d{2}", "examples": ["2026-10"]},
)
FILTERS = tuple(
    Parameter(
        short,
        f"Only these {DIMENSIONS[name].plural}, by id; (none) for what has none.",
        {"type": "string"},
        MOST_VALUES,
    )
    for name, short in NAMES.items()
)
ORGANIZATIONS = next(one for one in FILTERS if one.name == ORGANIZATION)
MEASURE = Parameter(
    "measure",
    "Which number: " + "; ".join(f"{slug}: {m.definition}" for slug, m in MEASURES.items()),
    _enum(MEASURES, default="spend"),
)
LIMIT = Parameter(
    "limit",
    "Only so many rows, the largest; `left_out` counts the others.",
    {"type": "integer", "minimum": 1, "maximum": MOST_ROWS},
)
FORMAT = Parameter(
    "format", "How rows are sent, in place of the header Accept.", _enum(("json", "csv", "arrow"))
)


def by(most: int, dimensions: Iterable[str] = NAMES, *, is_required: bool = False) -> Parameter:
    """Return the parameter that groups by at most so many of some dimensions."""
    rule = _enum(NAMES[dimension] for dimension in dimensions)
    return Parameter("by", "Group by this.", rule, most, is_required)


def filters_on(dimensions: Collection[str]) -> tuple[Parameter, ...]:
    """Return the parameters that filter by some dimensions."""
    return tuple(one for one in FILTERS if DIMENSION_OF[one.name] in dimensions)


def checked(given: Iterable[tuple[str, str]], declared: Iterable[Parameter]) -> Given:
    """Return what is given of the declared parameters; raise the WrongParameter of what is wrong."""
    known, found = {parameter.name: parameter for parameter in declared}, dict[str, list[str]]()
    for name, value in given:
        if name not in known:
            if name == ZONE.name:
                raise WrongParameter(name, "is not taken here: the days of this answer are those of UTC.")
            raise WrongParameter(name, "There is no such parameter here.", list(known))
        known[name].check(value)
        found.setdefault(name, []).append(value)
    for name, parameter in known.items():
        if len(found.get(name, ())) > parameter.most:
            times = "once" if parameter.most == 1 else f"{parameter.most} times"
            raise WrongParameter(name, f"may be given {times} at most.")
        if parameter.is_required and name not in found:
            raise WrongParameter(name, "is needed.", parameter.schema.get("enum", ()))
    return {name: tuple(values) for name, values in found.items()}


def view_of(given: Given, now: dt.datetime, organizations: Iterable[str]) -> View:
    """Return the view that parameters mean at a moment; raise the WrongParameter of a range that cannot be.

    `organizations` are those that may be asked for by their names.
    """
    if "period" in given and ("from" in given or "to" in given):
        raise WrongParameter("period", "and from are two ways to say the days. Take one of them.")
    if "compare" in given and ("against-from" in given or "against-to" in given):
        raise WrongParameter("compare", "and against-from are two ways to say the days. Take one of them.")
    for first, last in (("from", "to"), ("against-from", "against-to")):
        if (first in given) is not (last in given):
            lacking, other = (last, first) if first in given else (first, last)
            raise WrongParameter(lacking, f"is needed with {other}.")
    # A total has nothing to draw over time, so that no page's address asks for one.
    address: Parameters = {name: values for name, values in given.items() if values != (Grain.TOTAL.value,)}
    zone = next(iter(given.get(ZONE.name, ())), UTC)
    today = today_in(zone, now)
    choices, corrections = corrected(address, today)
    for correction in corrections:
        raise WrongParameter(correction.parameter, correction.wrong, correction.allowed)
    known = tuple(organizations)
    for name in given.get(NAMES[ORGANIZATION], ()):
        if name not in known:
            rule = "There is no such organization." if known else "The one organization has no name here."
            raise WrongParameter(NAMES[ORGANIZATION], rule, known)
    view = choices.view(today, zone)
    if refusal := zone_words.refusal(view.window, view.compared):
        raise WrongParameter(ZONE.name, f"{refusal} Ask for fewer days, or leave tz out.")
    return view

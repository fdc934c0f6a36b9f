"""Reach: how far back a source is stored, and why no further; and which days are about to be lost."""

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum


class End(StrEnum):
    """Why no earlier days of a source are fetched."""

    MEMORY = "memory"
    """The API serves none."""
    QUIET = "quiet"
    """A year had nothing, of any source."""
    BEGINNING = "beginning"
    """The API did not exist."""
    ABSENT = "absent"
    """The organization does not have the endpoint, or the key may not read it."""
    FAILED = "failed"
    """The days could not be fetched."""


@dataclass(frozen=True)
class Reach:
    """The first day of a source that is stored, None where none is, and why no earlier one was fetched.

    `said` is why it failed, in a sentence.
    """

    source: str
    first: dt.date | None
    end: End
    said: str = ""


@dataclass(frozen=True)
class Expiring:
    """Days of a source, from `first` to `last`, that were never fetched; on `gone_on` the first is gone."""

    source: str
    first: dt.date
    last: dt.date
    gone_on: dt.date

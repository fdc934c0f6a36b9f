"""Everything that an API can do wrong with one answer, by kind."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from random import Random
from typing import Any

from tests.rig import bad_bodies, bad_buckets, bad_connections
from tests.rig.wire import Reply

Make = Callable[[dict[str, Any], Random], Reply]
"""Returns what goes over the wire instead of the right answer, which it may change."""


@dataclass(frozen=True)
class Fault:
    """One thing that goes wrong: the kind under which it is counted, its name, and what is sent."""

    kind: str
    name: str
    make: Make


def _of(kind: str, makes: Mapping[str, Make]) -> list[Fault]:
    return [Fault(kind, name, make) for name, make in makes.items()]


FAULTS = (
    *_of("429", bad_connections.TOO_MANY),
    *_of("5xx and other statuses", bad_connections.STATUSES),
    *_of("dropped, reset or cut connection", bad_connections.BROKEN),
    *_of("trickle", bad_connections.TRICKLES),
    *_of("redirect", bad_connections.REDIRECTS),
    *_of("body that is no answer", bad_bodies.NO_ANSWERS),
    *_of("compressed or giant body", bad_bodies.PACKED),
    *_of("buckets", bad_buckets.BUCKETS),
    *_of("cursor", bad_buckets.CURSORS),
    *_of("wrong type", bad_buckets.TYPES),
)

ASKED_TWICE = frozenset({"none", "some missing", "the first ones missing"})
"""Faults that are true answers where they come twice: then nobody can tell that a day was left out."""

"""Drawings that are made once, however often they are shown."""

import hashlib
import pickle
from collections.abc import Callable, Hashable, Mapping
from typing import Any

import pandas as pd

from lib.answers.caching import kept
from lib.charts.specification import Chart, Drawing


def drawn(make: Callable[..., Chart], *given: Any, **how: Any) -> Drawing:
    """Return the chart that `make` draws of frames and words, from memory where it drew the same before."""
    named = tuple((name, _key(part)) for name, part in how.items())
    key = ("drawing", make, tuple(map(_key, given)), named)
    return kept(key, lambda: Drawing(make(*given, **how)))


def _key(part: Any) -> Hashable:
    """Return what stands for a part of a drawing: of a frame a digest, much smaller than its chart."""
    if isinstance(part, pd.DataFrame):
        return hashlib.sha256(pickle.dumps(part)).digest()
    if isinstance(part, Mapping):
        return tuple(part.items())
    return tuple(part) if isinstance(part, list) else part

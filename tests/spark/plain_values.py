"""What an answer holds, in values that can be compared."""

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from enum import Enum
from functools import cached_property, partial
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from lib.answers.instance import Backend
from lib.answers.reading import Reading


def plain(value: Any) -> Any:
    """Return all that `value` holds, and all that it tells when it is asked."""
    if isinstance(value, pa.Table):
        return value.schema.to_string(), value.to_pylist()
    if isinstance(value, pd.DataFrame):
        return list(value.columns), [plain(value[name]) for name in value.columns]
    if isinstance(value, pd.Series | np.ndarray):
        return [None if one is pd.NaT or one != one else one for one in value.tolist()]
    if isinstance(value, partial):
        return plain(value())
    if isinstance(value, Reading):
        return value.view
    if isinstance(value, Backend):
        return "backend"
    if is_dataclass(value) and not isinstance(value, type):
        return {name: plain(getattr(value, name)) for name in _told(value)}
    if isinstance(value, Mapping):
        return {key: plain(one) for key, one in value.items()}
    if isinstance(value, list | tuple) and not isinstance(value, Enum):
        return [plain(one) for one in value]
    return value


def _told(value: Any) -> list[str]:
    """Return the fields of a value, and of an answer what its class makes of them or asks in addition."""
    kind = type(value)
    computed = vars(kind).items() if kind.__module__.startswith("lib.answers.") else ()
    properties = [n for n, one in computed if isinstance(one, property | cached_property) and n[0] != "_"]
    return [*(field.name for field in fields(value)), *properties]

"""Rows that an engine reads when they are asked for, whichever engine it is."""

from typing import Any

import narwhals as nw

Rows = nw.LazyFrame[Any]
"""Rows that are read only when they are collected."""


class TooLarge(Exception):
    """A sum passes what the engine can hold."""

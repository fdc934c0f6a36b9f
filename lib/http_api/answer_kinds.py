"""Kinds of answers: each with its path, its parameters, its columns and what finds it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from lib.catalog.measures import MEASURES
from lib.http_api import sums
from lib.http_api.answer import Answer
from lib.http_api.asking import Asked
from lib.http_api.cells import Column
from lib.http_api.parameters import COMPARED, FILTERS, FORMAT, MEASURE, PERIOD, Parameter


@dataclass(frozen=True)
class AnswerKind:
    """An answer that can be asked for under `path`; `own` are its parameters beside the format.

    `columns` are those that its rows have always; `is_grouped` ones have those of what is grouped by before.
    """

    path: str
    about: str
    own: tuple[Parameter, ...]
    columns: tuple[Column, ...]
    find: Callable[[Asked], Answer]
    is_grouped: bool = False

    @property
    def parameters(self) -> tuple[Parameter, ...]:
        """Return every parameter that it takes."""
        return (*self.own, FORMAT)


KINDS: Mapping[str, AnswerKind] = {
    kind.path: kind
    for kind in (
        AnswerKind(
            "totals",
            "Measures over the whole period, each with its change.",
            (replace(MEASURE, most=len(MEASURES)), *PERIOD, *COMPARED, *FILTERS),
            sums.TOTALS,
            sums.totals,
        ),
    )
}
"""Every answer, by its path."""

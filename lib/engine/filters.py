"""Filters: which rows count, as one value that can be narrowed, widened, compared and hashed."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass

Value = str | None
"""An id, or None for rows without one."""


@dataclass(frozen=True)
class Filters:
    """For each filtered dimension the values that are kept; a dimension that is not named keeps all."""

    kept: tuple[tuple[str, tuple[Value, ...]], ...] = ()

    @staticmethod
    def of(kept: Mapping[str, Iterable[Value]]) -> "Filters":
        """Return the filters that keep, of each dimension, the given values."""
        return Filters(tuple((dimension, tuple(values)) for dimension, values in kept.items()))

    def __bool__(self) -> bool:
        """Return whether anything is filtered."""
        return bool(self.kept)

    def __iter__(self) -> Iterator[tuple[str, tuple[Value, ...]]]:
        """Yield each filtered dimension with the values that are kept."""
        return iter(self.kept)

    @property
    def dimensions(self) -> tuple[str, ...]:
        """Return the dimensions that are filtered by."""
        return tuple(dimension for dimension, _ in self.kept)

    def values(self, dimension: str) -> tuple[Value, ...]:
        """Return the kept values of a dimension; none where it is not filtered by."""
        return dict(self.kept).get(dimension, ())

    def keeps(self, dimension: str, value: Value) -> bool:
        """Return whether rows with `value` pass the filter on `dimension`."""
        return dimension not in self.dimensions or value in self.values(dimension)

    def narrowed(self, dimension: str, *values: Value) -> "Filters":
        """Return these filters with `values` in place of what is kept of `dimension`."""
        return Filters((*self.without(dimension), (dimension, values)))

    def without(self, *dimensions: str) -> "Filters":
        """Return these filters less those on `dimensions`."""
        return Filters(tuple(entry for entry in self.kept if entry[0] not in dimensions))

    def only(self, dimensions: Collection[str]) -> "Filters":
        """Return of these filters those on `dimensions`."""
        return Filters(tuple(entry for entry in self.kept if entry[0] in dimensions))


EVERYTHING = Filters()
"""No filter: all rows count."""

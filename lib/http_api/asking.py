"""Asking: what a request asks of which backend, with the checks that several answers share."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from lib.answers import loading
from lib.answers.instance import Backend
from lib.answers.reading import Reading
from lib.answers.view import View
from lib.catalog.dimensions import ORGANIZATION
from lib.catalog.measures import MEASURES, Measure, sources_behind
from lib.http_api.parameters import DIMENSION_OF, NAMES, Given
from lib.http_api.problems import WrongParameter
from lib.periods.local_days import day_width


@dataclass(frozen=True)
class Asked:
    """What is asked: the backend as far as it may be seen, the view, and the checked parameters."""

    backend: Backend
    view: View
    given: Given

    def one(self, name: str) -> str | None:
        """Return the value of a parameter, None where it is not given."""
        return next(iter(self.given.get(name, ())), None)

    @property
    def measure(self) -> Measure:
        """Return the one measure that is asked for; raise the WrongParameter of a filter it does not know."""
        return self.measures([MEASURES["spend"]])[0]

    def measures(self, usual: Sequence[Measure]) -> list[Measure]:
        """Return the measures that are asked for, else those of `usual` that can be answered.

        These know what is filtered by, and come by the days of the view's zone.
        Raises the WrongParameter of a filter that one does not know.
        """
        named = [MEASURES[slug] for slug in dict.fromkeys(self.given.get("measure", ()))]
        filtered = self.view.filters.dimensions
        width = day_width(self.view.window)
        can = [m for m in usual if set(filtered) <= set(m.dimensions)]
        can = [m for m in can if all(width in source.widths for source in m.sources)]
        found = named or can or list(usual[:1])
        for measure in found:
            self.check_filters(measure.slug, measure.dimensions)
        return found

    def by(self, measure: Measure) -> tuple[str, ...]:
        """Return the dimensions to group by; raise the WrongParameter of one that the measure has not."""
        return self.grouped(measure.slug, measure.dimensions)

    def grouped(self, what: str, dimensions: Iterable[str]) -> tuple[str, ...]:
        """Return the dimensions to group by; raise the WrongParameter of one that is not of `dimensions`."""
        known = loading.offered(self.backend, dimensions)
        found = tuple(dict.fromkeys(DIMENSION_OF[name] for name in self.given.get("by", ())))
        for dimension in found:
            if dimension not in known:
                rule = f"{what} cannot be grouped by {NAMES[dimension]}."
                raise WrongParameter("by", rule, [NAMES[d] for d in known])
        return found

    def check_filters(self, what: str, dimensions: Iterable[str]) -> None:
        """Raise the WrongParameter of a filter that is not on one of `dimensions`."""
        known = loading.offered(self.backend, dimensions)
        for dimension in self.view.filters.dimensions:
            if dimension != ORGANIZATION and dimension not in known:
                allowed = ", ".join(NAMES[d] for d in known)
                rule = f"{what} cannot be filtered by it, but by {allowed or 'nothing'}."
                raise WrongParameter(NAMES[dimension], rule)

    def reading(self, measures: Iterable[Measure]) -> Reading:
        """Return the view's reading of some measures."""
        return Reading(self.backend, self.view, sources_behind(measures))

"""View: what the sidebar chose."""

import datetime as dt
from dataclasses import dataclass

from lib.catalog.dimensions import ORGANIZATION
from lib.engine.filters import EVERYTHING, Filters
from lib.periods.grains import Grain, allowed, automatic
from lib.periods.presets import Comparison, compared
from lib.periods.windows import Window


@dataclass(frozen=True)
class View:
    """The chosen days, how they are cut, what they are compared with, and which rows count.

    `grain` is what was asked for, None for automatic; `cut` is what is drawn.
    """

    window: Window
    today: dt.date
    grain: Grain | None = None
    comparison: Comparison = Comparison.PREVIOUS
    filters: Filters = EVERYTHING
    against: Window | None = None
    """The days of a custom comparison."""
    organizations: tuple[str, ...] = ()
    """The organizations that were chosen of several, none for all: rows of others are not there to filter."""

    @property
    def kept(self) -> Filters:
        """Return what counts, in filters: the organizations too."""
        return (
            self.filters.narrowed(ORGANIZATION, *self.organizations) if self.organizations else self.filters
        )

    @property
    def cut(self) -> Grain:
        """Return the grain to draw: the chosen one where the range allows it, else the automatic one."""
        days = self.window.days
        return self.grain if self.grain in allowed(days) else automatic(days)

    @property
    def daily_cut(self) -> Grain:
        """Return the grain for a source that comes by day only, as costs do."""
        return Grain.DAY if self.cut in (Grain.HOUR, Grain.MINUTE) else self.cut

    @property
    def compared(self) -> Window | None:
        """Return the days to compare with, None without a comparison."""
        return (
            self.against if self.comparison is Comparison.CUSTOM else compared(self.window, self.comparison)
        )

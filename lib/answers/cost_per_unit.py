"""What one customer, document or ticket costs: the bill over quantities that a team uploads."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

import pandas as pd

from lib.analysis import unit_costs
from lib.answers.reading import Reading
from lib.catalog.dimensions import TEAM
from lib.catalog.measures import MEASURES
from lib.periods.grains import Grain
from lib.store.records.quantities import Quantity

SPEND = MEASURES["spend"]


@dataclass(frozen=True)
class CostPerUnit:
    """The bill over the quantity of what goes by `name`, for the period and for each bucket.

    `now` and `before` are USD for one unit, None without a quantity or a comparison. Only quantities of
    days whose bill is known count. `rows` hold `start`, `spend`, `quantity` and `cost`; `drawn` leaves out
    the `without_quantity` buckets that have none.
    """

    name: str
    grain: Grain
    spend: Decimal
    quantity: Decimal
    now: Decimal | None
    before: Decimal | None
    rows: pd.DataFrame
    drawn: pd.DataFrame

    @property
    def without_quantity(self) -> int:
        """Return how many buckets have no quantity."""
        return len(self.rows) - len(self.drawn)


def cost_by_team(reading: Reading, quantity: Decimal) -> pd.DataFrame:
    """Return what each team's part of a unit costs (`unit_costs.by_group`), by the labels of the teams."""
    ranking = reading.ranking(SPEND, TEAM)
    names = (ranking.labels.get(team, team) for team in ranking.rows[TEAM])
    return unit_costs.by_group(dict(zip(names, ranking.rows["now"], strict=True)), quantity)


def cost_per_unit(reading: Reading, name: str, quantities: Sequence[Quantity]) -> CostPerUnit:
    """Return what one of `name` costs; `quantities` are those of that name."""
    counted = unit_costs.of(quantities, name)
    window, other, grain = reading.view.window, reading.compared, reading.grain(SPEND)
    # A quantity of a day whose dollars are not known would make everything look cheaper than it is.
    known = reading.known_days(window, sources=SPEND.sources).known
    billed = {day: quantity for day, quantity in counted.items() if day in known}
    rows = unit_costs.over_time(reading.over_time(SPEND), billed, grain, window)
    drawn = unit_costs.drawn(rows, name, reading.provisional(SPEND))
    spend = reading.change(SPEND)
    quantity = unit_costs.within(billed, window)
    earlier = unit_costs.within(counted, other) if other else unit_costs.NOTHING
    return CostPerUnit(
        name,
        grain,
        Decimal(spend.now),
        quantity,
        unit_costs.unit_cost(Decimal(spend.now), quantity),
        unit_costs.unit_cost(Decimal(spend.before), earlier) if other else None,
        rows,
        drawn,
    )

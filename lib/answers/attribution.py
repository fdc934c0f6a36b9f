"""What the bill cannot attribute: days on which costs are not known by some dimension."""

import datetime as dt
from collections.abc import Iterable

from lib.catalog.dimensions import ORGANIZATION
from lib.catalog.sources import COSTS
from lib.engine.visible_rows import needed_to_see
from lib.openai_admin.groupings import plan
from lib.openai_admin.refusals import RefusalKind
from lib.periods.widths import Width
from lib.periods.windows import Window
from lib.store.teams import recorded
from lib.store.usage_store import Store


def unattributed_days(
    store: Store, dimensions: Iterable[str], window: Window
) -> dict[dt.date, tuple[str, ...]]:
    """Return the days on which the API refused to group costs by `dimensions`, and by which of them.

    Costs cannot be grouped by user and project at once everywhere: where each is known only without the
    other, both together are unattributed. Where only some projects may be seen, projects have to be known.
    """
    wanted = recorded(COSTS, (*dimensions, *needed_to_see(store)), store.teams) - {ORGANIZATION}
    refusals = [r for r in store.refusals() if r.kind not in {RefusalKind.ENDPOINT, RefusalKind.LOOKBACK}]
    known: dict[dt.date, list[set[str]]] = {}
    for ask in plan(COSTS, window, refusals):
        for day in ask.window:
            known.setdefault(day, []).append(set(ask.dimensions))
    told = store.groupings(COSTS, Width.DAY)
    known |= {day: [set(dimensions) for dimensions in told[day]] for day in known if day in told}
    return {
        day: tuple(d for d in COSTS.dimensions if d in wanted - slices[0])
        for day, slices in known.items()
        if not any(wanted <= grouped for grouped in slices)
    }

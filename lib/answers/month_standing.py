"""How a month stands: so far, at its end as forecast, and against its budgets, in a sentence each."""

from lib.answers import budget_status, loading
from lib.answers.instance import Backend
from lib.answers.reading import Reading
from lib.catalog.measures import MEASURES
from lib.engine.filters import EVERYTHING, Filters
from lib.wording import status_words


def so_far(reading: Reading) -> str | None:
    """Return what the month of `reading` came to beside the compared days; None where days are not known."""
    if not reading.coverage.is_complete:
        return None
    change = reading.change(MEASURES["spend"])
    return status_words.month_so_far(_name(reading), change, reading.compared_with)


def end(reading: Reading, filters: Filters = EVERYTHING) -> str | None:
    """Return where the month ends of what `filters` keep, as forecast; None where nothing can tell."""
    found = loading.load_forecast(reading.backend, filters)
    if not (found.has_spend and found.is_enough):
        return None
    budgets = [] if filters else loading.load_declared(reading.backend).budgets
    whole = next((b.amount for b in budgets if b.key == budget_status.WHOLE), None)
    return status_words.month_end(_name(reading), found.month_end().ends.forecast, whole)


def budgets(backend: Backend) -> str:
    """Return how many budgets are exceeded, or going to be."""
    watched = budget_status.watched(
        loading.load_declared(backend).budgets,
        loading.load_labels(backend),
        lambda key: loading.load_forecast(backend, budget_status.filters_of(key)).outlook,
    )
    return status_words.budgets(one.budget_status.status for one in watched)


def _name(reading: Reading) -> str:
    return f"{reading.view.today:%B}"

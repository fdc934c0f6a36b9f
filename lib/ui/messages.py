"""What a page says when there is nothing to draw, or something went wrong."""

from collections.abc import Callable, Iterable

import streamlit as st

from lib.analysis.comparison import Number
from lib.answers import instance, loading
from lib.answers.reading import Reading
from lib.answers.view import View
from lib.catalog.dimensions import DIMENSIONS
from lib.catalog.measures import Measure
from lib.catalog.units import Unit
from lib.engine.filters import EVERYTHING, Filters
from lib.errors import AppError, BadKey, MissingScope, SettingsError, StoreError
from lib.periods.windows import ONE_DAY
from lib.ui import text
from lib.ui.session import session
from lib.wording import dates
from lib.wording import numbers as fmt
from lib.wording.coverage_text import lacking_of, not_compared, not_whole, unknown_days
from lib.wording.escaping import markdown_text

_TITLES: tuple[tuple[type[AppError], str], ...] = (
    (SettingsError, "A setting needs attention"),
    (BadKey, "OpenAI refused the key"),
    (MissingScope, "The key lacks a permission"),
    (StoreError, "The store cannot be used"),
)


def show_error(error: AppError) -> None:
    """Say what went wrong, in the error's own sentence."""
    title = next((words for kind, words in _TITLES if isinstance(error, kind)), "Something went wrong")
    st.error(f"**{title}.** {markdown_text(str(error))}", icon=":material/error:")


def show_empty(view: View, what: str, any_rows: Callable[[Filters], bool]) -> None:
    """Say that there is no `what`, and which filter emptied it or whether any day has some.

    `any_rows` asks with other filters.
    """
    days = dates.day_range(view.window.first, view.window.end - ONE_DAY)
    emptied = [
        DIMENSIONS[dimension].in_words
        for dimension in view.filters.dimensions
        if any_rows(view.filters.without(dimension))
    ]
    if emptied:
        text.info(f"No {what} in {days} with this {' and this '.join(emptied)} filter, but some without it.")
    elif view.filters and any_rows(EVERYTHING):
        text.info(f"No {what} in {days} with these filters together, but some without them.")
    elif not loading.has_rows(instance.open_backend()):
        text.info(f"No {what} in {days}. Nothing was used or billed on any day that is known.")
    else:
        chosen = session().view
        longer = " Try a longer period." if chosen and chosen.window == view.window else ""
        text.info(f"No {what} in {days}.{longer}")


def say_left_out(reading: Reading, measure: Measure) -> None:
    """Say which sources of the measure have no rows because they do not know a dimension filtered by."""
    filtered = reading.view.filters.dimensions
    for source in measure.sources:
        unknown = [DIMENSIONS[d].in_words for d in filtered if d not in source.groupable]
        if unknown:
            text.caption(
                f"{source.label} is not recorded by {' or '.join(unknown)}, so the filter leaves it out."
            )


def say_unknown_days(reading: Reading) -> None:
    """Say which days are not known, and why the period is not compared with another; nothing where all is."""
    if lacking := loading.load_lacking(reading.backend, reading.sources, reading.view.window):
        st.caption(markdown_text(lacking_of(lacking, reading.view.window.days)))
    for coverage, words in ((reading.coverage, None), (reading.coverage_before, not_compared)):
        if coverage is None or coverage.is_complete:
            continue
        said = unknown_days(
            coverage.window.days,
            unserved=len(coverage.unserved),
            unattributed=len(coverage.unattributed),
            fetching=len(coverage.fetching),
            missing=len(coverage.missing),
        )
        st.caption(words(coverage.window, said) if words else not_whole(said))


def total_words(reading: Reading, measure: Measure) -> str:
    """Return the measure's total in words, with the compared one where there is one."""
    change = reading.values(measure)
    said = f"Total: {_in_full(change.now, measure)}"
    if reading.compared_with:
        said += f"; {_in_full(change.before, measure)} in {reading.compared_with}"
    return f"{said}."


def totals_words(reading: Reading, measures: Iterable[Measure]) -> str:
    """Return the totals of several measures in a line."""
    totals = (f"{m.label} {_in_full(reading.values(m).now, m)}" for m in measures)
    return f"Total: {' · '.join(totals)}"


def dimension_words(dimension: str) -> str:
    """Return what a dimension is called in a menu; what is no dimension is itself."""
    return DIMENSIONS[dimension].label if dimension in DIMENSIONS else dimension.capitalize()


def _in_full(value: Number | None, measure: Measure) -> str:
    if measure.unit is Unit.USD and value is not None:
        return fmt.usd(value, 2)
    return f"{value:,}" if isinstance(value, int) else fmt.by_unit(value, measure.unit)

"""Pages that can be sent: the numbers of a saved view's page, what it says of them, and what it draws."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from lib.alerts.digests import most
from lib.alerts.finding import Place, anomaly_said, unusual, whose
from lib.analysis.anomalies import detection
from lib.analysis.anomalies.panel import PROJECT
from lib.answers import (
    budget_months,
    forecasts,
    loading,
    month_standing,
    saving_effects,
    savings_found,
    statement,
    trends,
)
from lib.answers.period_change import SPLITS, period_change
from lib.answers.reading import Reading
from lib.answers.view import View
from lib.catalog.dimensions import DIMENSIONS, TEAM, text_of
from lib.catalog.measures import HEADLINES, MEASURES, Measure, sources_behind
from lib.catalog.sources import COSTS
from lib.engine.filters import EVERYTHING, Filters
from lib.periods.presets import month_window
from lib.wording import anomaly_words, budget_words, dates, savings_words, summary
from lib.wording import numbers as fmt

SPEND = MEASURES["spend"]
_MOST = 5
Said = Mapping[str, str]
"""The parameters of a page beside those of the view."""


@dataclass(frozen=True)
class Shown:
    """A view's page as it is sent: its numbers, what is said of them, and the measure that is drawn, by what.

    Nothing is drawn where there is no measure.
    """

    reading: Reading
    words: Callable[[], Sequence[str]]
    drawn: Measure | None = SPEND
    by: str | None = None


def shown(place: Place, page: str, view: View, said: Said) -> Shown:
    """Return what one of the `PAGES` shows of a view, as far as it may be told at a place."""
    return PAGES[page](place, view, said)


def kept(place: Place, reading: Reading) -> str:
    """Return what alone the numbers are of, in names: what is told of, and what the view keeps to."""
    labels = place.labels
    names = [
        labels.of(dimension, text_of(value))
        for dimension, values in told(place, reading.view.filters)
        for value in values
    ]
    return ", ".join(dict.fromkeys(filter(None, (whose(place), *names))))


def _overview(place: Place, view: View, _said: Said) -> Shown:
    return _measured(place, view, HEADLINES, SPEND)


def _costs(place: Place, view: View, said: Said) -> Shown:
    return _measured(place, view, (SPEND,), SPEND, _by(place, SPEND, said.get("stack", "line_item")))


def _usage(place: Place, view: View, _said: Said) -> Shown:
    tokens = MEASURES["tokens"]
    return _measured(place, view, (tokens, MEASURES["requests"]), tokens)


def _breakdown(place: Place, view: View, said: Said) -> Shown:
    measure = MEASURES.get(said.get("measure", "spend"), SPEND)
    by = _by(place, measure, said.get("by", measure.dimensions[0])) if measure.dimensions else None
    return _measured(place, view, (measure,), measure, by)


def _changes(place: Place, view: View, said: Said) -> Shown:
    splits = loading.offered(place.seen, SPLITS)
    named = said.get("explain", "")
    split = named if named in splits else splits[0]
    filters = told(place, view.filters)
    is_named = filters.dimensions == view.filters.dimensions
    reading = Reading(place.seen, replace(view, filters=filters) if is_named else view, (COSTS,))

    def words() -> list[str]:
        if not is_named:
            return [_spent(place, reading)]  # the story would name what the view keeps to
        found = period_change(reading, split)
        return [found.story if found else "No change is told: not every day of both periods is known."]

    return Shown(reading, words, by=_by(place, SPEND, split))


def _anomalies(place: Place, view: View, said: Said) -> Shown:
    reading = Reading(place.seen, view, sources_behind(detection.READS))
    by_team = said.get("by") == TEAM and loading.offered(place.seen, [TEAM])
    axis = TEAM if by_team else PROJECT

    def words() -> list[str]:
        watched = loading.load_watched(place.seen, view.window, view.filters, axis)
        listed = anomaly_words.listed(watched.ranked, place.whole.store.notes())
        days = watched.unjudged(view.window), watched.young(view.window)
        found = unusual(place, view.window, view.filters, axis)[:_MOST]
        headline = anomaly_words.headline(listed, view.window.days, *days)
        return [_of(place, reading, f"{headline}."), *(anomaly_said(place, one) for one in found)]

    return Shown(reading, words)


def _savings(place: Place, view: View, said: Said) -> Shown:
    window = savings_found.view_of(view, place.whole.settings.settle)
    reading = Reading(place.seen, window, savings_found.READ)

    def words() -> list[str]:
        found = savings_found.savings(reading)
        done = saving_effects.done(place.seen.store.decisions())
        likely, at_most = (fmt.usd(value, 0) for value in (found.likely(done), found.at_most(done)))
        whole = f"Likely to be saved a month: {likely}, at most {at_most}; estimates at list prices."
        kinds = {one.rule.slug for one in found.found} & {said.get("kind", "")}
        left = [one for one in found.found if one.name not in done and (not kinds or one.rule.slug in kinds)]
        labels = place.labels
        each = [
            f"{fmt.usd(one.a_month, 0)} a month: {savings_words.title(one)}"
            + "".join(
                f", {labels.of(d, i)}" for d, i in (("project_id", one.project), ("api_key_id", one.key)) if i
            )
            + "."
            for one in left[:_MOST]
        ]
        nothing = f"Nothing was found that would save at least {fmt.usd(savings_found.LEAST, 0)} a month."
        return [_of(place, reading, whole if found.found else nothing), "\n".join(each)]

    return Shown(reading, words, None)


def _budgets(place: Place, view: View, said: Said) -> Shown:
    months = budget_months.months(view.today)
    named = said.get("month", "")
    opened = named if named in months else budget_months.opened_first(view.today)
    month, is_over = month_window(opened), opened != months[0]
    reading = Reading(place.seen, replace(statement.view_of(view, opened), filters=EVERYTHING), (COSTS,))
    everything = Reading(place.seen, forecasts.view_of(view), (COSTS,))

    def words() -> list[str]:
        standing = budget_months.standing(place.seen, place.labels, month, view.today)
        each = [
            f"{one.label}: {fmt.usd(one.budget_status.billed)} "
            f"{budget_words.on_card(one.budget_status, is_over=is_over)}"
            for one in standing
        ]
        ends = month_standing.end(everything, view.filters)
        return [f"{ends}." if ends else "", "\n".join(each) or "No budget is set."]

    return Shown(reading, words)


def _statement(place: Place, view: View, said: Said) -> Shown:
    months = statement.months(view.today)
    month = said["month"] if said.get("month") in months else months[0]
    reading = Reading(place.seen, statement.view_of(view, month), (COSTS,))

    def words() -> list[str]:
        numbers = "\n".join(f"{label}: {number}" for label, number in statement.numbers(reading).items())
        is_open, name = statement.open_days(reading), dates.month(month)
        state = (
            f"{fmt.counted(is_open, 'day')} of {name} can still change: the statement is not final."
            if is_open
            else f"Every day of {name} is final."
        )
        return [_of(place, reading, numbers), _most(reading, SPEND, by), state]

    by = _by(place, SPEND, "project_id")
    return Shown(reading, words, by=by)


def told(place: Place, filters: Filters) -> Filters:
    """Return of `filters` what may be told: whose facts are told has no name of anything else."""
    if place.seen.store.projects is None:
        return filters
    known = loading.load_values(place.seen)
    own = ((d, tuple(v for v in values if text_of(v) in known.get(d, ()))) for d, values in filters)
    return Filters(tuple((dimension, values) for dimension, values in own if values))


def _measured(
    place: Place, view: View, measures: Sequence[Measure], drawn: Measure, by: str | None = None
) -> Shown:
    reading = Reading(place.seen, view, sources_behind(measures))

    def words() -> list[str]:
        spent = [_spent(place, reading)] if drawn is SPEND else []
        return [*spent, _figures(reading, measures, drawn), _most(reading, drawn, by)]

    return Shown(reading, words, drawn, by)


def _by(place: Place, measure: Measure, dimension: str) -> str | None:
    known = dimension in measure.dimensions and dimension in loading.offered(place.seen, DIMENSIONS)
    return dimension if known and not measure.is_ratio else None


def _of(place: Place, reading: Reading, said: str) -> str:
    who = kept(place, reading)
    return f"{who}: {said}" if who else said


def _spent(place: Place, reading: Reading) -> str:
    unsettled = bool(trends.of(reading, SPEND).provisional)
    who = kept(place, reading)
    return summary.sentence(reading.change(SPEND), reading.compared_with, [], unsettled=unsettled, who=who)


def _figures(reading: Reading, measures: Sequence[Measure], drawn: Measure) -> str:
    found = []
    for headline in reading.headlines(measures):
        measure, change = headline.measure, headline.change
        if change is None or change.now is None or (measure is SPEND and drawn is SPEND):
            continue
        said = f"{measure.label}: {fmt.by_unit(change.now, measure.unit)}"
        if reading.compared_with:
            said += f" ({fmt.change(change.now, change.before)} against {reading.compared_with})"
        found.append(said)
    return "\n".join(found)


def _most(reading: Reading, measure: Measure, by: str | None) -> str:
    if by is None:
        return ""
    return most(reading.ranking(measure, by), lambda now: fmt.by_unit(now, measure.unit))


Page = Callable[[Place, View, Said], Shown]
PAGES: Mapping[str, Page] = {
    "overview": _overview,
    "costs": _costs,
    "usage": _usage,
    "breakdown": _breakdown,
    "changes": _changes,
    "anomalies": _anomalies,
    "savings": _savings,
    "budgets": _budgets,
    "statement": _statement,
}
"""The pages of which a view can be sent."""

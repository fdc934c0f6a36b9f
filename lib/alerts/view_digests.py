"""Digests of a saved view: what its page says of the days that it means then, and its chart."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from lib.alerts import links
from lib.alerts.composing import Message
from lib.alerts.digests import Digest, most
from lib.alerts.finding import Place, whose
from lib.answers import loading, trends
from lib.answers.address import read, written
from lib.answers.pictures import png_over_time
from lib.answers.reading import Reading
from lib.answers.view_keeping import SAVED, parameters_of
from lib.catalog.dimensions import DIMENSIONS, ORGANIZATION, text_of
from lib.catalog.measures import HEADLINES, MEASURES, Measure
from lib.engine.filters import Filters
from lib.periods.windows import ONE_DAY
from lib.store.records.saved_views import SavedView
from lib.wording import alert_words, dates, summary, zone_words
from lib.wording import numbers as fmt

_MOST = 5
_SPEND = MEASURES["spend"]
_PAGES = ("overview", "costs", "usage", "breakdown")


@dataclass(frozen=True)
class _Panel:
    """What a page shows: its figures, and which of them is drawn, by what."""

    measures: tuple[Measure, ...]
    drawn: Measure
    by: str | None = None


def problem(views: Iterable[SavedView], name: str) -> str:
    """Return why no view of that name can be sent, beginning with a small letter; "" where one can."""
    named = _shared(views, name)
    if not named:
        return f"no shared view is called {name}. Share it in the menu Views."
    if len(named) > 1:
        return f"{len(named)} shared views are called {name}. Rename all but one."
    if named[0].page not in _PAGES:
        there_are = ", ".join(links.TITLES[page] for page in _PAGES)
        return f"the view {name} is not of a page that can be sent; these can: {there_are}."
    return ""


def view_message(
    place: Place, views: Iterable[SavedView], digest: Digest, address: str, named: str
) -> Message | None:
    """Return what a view's page says in words; None where none of its days are stored.

    `named` is the organization, project or team that it is about, if it is not the only one.
    """
    (view,) = _shared(views, digest.view)
    reading, panel = _reading(place, view, digest)
    if not reading.coverage.known:
        return None
    said = [_spent(place, reading)] if panel.drawn is _SPEND else []
    said += [_figures(reading, panel), _most(reading, panel)]
    if not reading.coverage.is_complete:
        said.insert(0, alert_words.INCOMPLETE)
    said.append(links.link(address, _page(place, view, reading)))
    window = reading.view.window
    title = f"{view.name}, {dates.day_range(window.first, window.end - ONE_DAY)}"
    return Message(f"{named}: {title}" if named else title, "\n\n".join(filter(None, said)))


def view_picture(place: Place, views: Iterable[SavedView], digest: Digest) -> bytes | None:
    """Return the chart of a view's page (PNG); None where there is nothing to draw, or the view is gone."""
    views = list(views)
    if problem(views, digest.view):
        return None
    (view,) = _shared(views, digest.view)
    reading, panel = _reading(place, view, digest)
    trend = trends.of(reading, panel.drawn, panel.by, alone=True)
    title = alert_words.BILLED if panel.drawn is _SPEND else panel.drawn.label
    about = (zone_words.days(reading.view.window), _kept(place, reading))
    return png_over_time(trend, title, view.name, about)


def _shared(views: Iterable[SavedView], name: str) -> list[SavedView]:
    return [view for view in views if view.shared and view.name == name]


def _reading(place: Place, kept: SavedView, digest: Digest) -> tuple[Reading, _Panel]:
    """Return a view on the day after the digest's, which a digest that is late is about as well."""
    parameters = parameters_of(kept)
    choices, _ = read(parameters, digest.window.end)
    view = choices.view(digest.window.end)
    # Hours and minutes are fetched only when somebody looks at them.
    view = replace(view, grain=view.daily_cut, organizations=())
    panel = _panel(kept.page, parameters, loading.offered(place.seen, DIMENSIONS))
    sources = {s.name: s for measure in panel.measures for s in measure.sources}
    return Reading(place.seen, view, tuple(sources.values())), panel


def _panel(page: str, parameters: Mapping[str, Sequence[str]], offered: Sequence[str]) -> _Panel:
    """Return what `page` shows with these parameters, as far as there is what they name."""
    said = {name: values[0] for name, values in parameters.items() if values}
    match page:
        case "costs":
            return _Panel((_SPEND,), _SPEND, _by(_SPEND, said.get("stack", "line_item"), offered))
        case "usage":
            tokens = MEASURES["tokens"]
            return _Panel((tokens, MEASURES["requests"]), tokens)
        case "breakdown":
            measure = MEASURES.get(said.get("measure", "spend"), _SPEND)
            by = _by(measure, said.get("by", measure.dimensions[0]), offered) if measure.dimensions else None
            return _Panel((measure,), measure, by)
    return _Panel(HEADLINES, _SPEND)


def _by(measure: Measure, dimension: str, offered: Sequence[str]) -> str | None:
    known = dimension in measure.dimensions and dimension in offered
    return dimension if known and not measure.is_ratio else None


def _spent(place: Place, reading: Reading) -> str:
    unsettled = bool(trends.of(reading, _SPEND).provisional)
    who = _kept(place, reading)
    return summary.sentence(reading.change(_SPEND), reading.compared_with, [], unsettled=unsettled, who=who)


def _figures(reading: Reading, panel: _Panel) -> str:
    found = []
    for headline in reading.headlines(panel.measures):
        measure, change = headline.measure, headline.change
        if change is None or change.now is None or (measure is _SPEND and panel.drawn is _SPEND):
            continue
        said = f"{measure.label}: {fmt.by_unit(change.now, measure.unit)}"
        if reading.compared_with:
            said += f" ({fmt.change(change.now, change.before)} against {reading.compared_with})"
        found.append(said)
    return "\n".join(found)


def _most(reading: Reading, panel: _Panel) -> str:
    if panel.by is None:
        return ""
    return most(reading.ranking(panel.drawn, panel.by), lambda now: fmt.by_unit(now, panel.drawn.unit))


def _told(place: Place, filters: Filters) -> Filters:
    """Return of `filters` what may be told: whose facts are told has no name of anything else."""
    if place.seen.store.projects is None:
        return filters
    known = loading.load_values(place.seen)
    own = ((d, tuple(v for v in values if text_of(v) in known.get(d, ()))) for d, values in filters)
    return Filters(tuple((dimension, values) for dimension, values in own if values))


def _kept(place: Place, reading: Reading) -> str:
    """Return what alone the numbers are of, in names: what is told of, and what the view keeps to."""
    labels = place.labels
    names = [
        labels.of(dimension, text_of(value))
        for dimension, values in _told(place, reading.view.filters)
        for value in values
    ]
    return ", ".join(dict.fromkeys(filter(None, (whose(place), *names))))


def _page(place: Place, kept: SavedView, reading: Reading) -> str:
    """Return the address of a view, narrowed to what may be told."""
    parameters = {n: v for n, v in parameters_of(kept).items() if n not in (SAVED, ORGANIZATION)}
    if place.seen.store.projects is not None:
        choices, _ = read(parameters, reading.view.today)
        shown = written(replace(choices, filters=_told(place, choices.filters)))
        untold = written(choices).keys() - shown.keys()
        parameters = {n: v for n, v in parameters.items() if n not in untold} | shown
    parameters = {**parameters, **{name: [value] for name, value in place.where}}
    return links.within(kept.page, [(name, one) for name, each in parameters.items() for one in each])

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
from lib.answers.view import View
from lib.answers.view_keeping import SAVED, parameters_of
from lib.catalog.dimensions import DIMENSIONS, ORGANIZATION, text_of
from lib.catalog.measures import HEADLINES, MEASURES, Measure
from lib.engine.filters import Filters
from lib.periods.local_days import day_width
from lib.periods.windows import ONE_DAY
from lib.periods.zones import UTC, today_in
from lib.store.records.saved_views import SavedView
from lib.sync.plan import Need
from lib.wording import alert_words, dates, summary, zone_words
from lib.wording import numbers as fmt

_MOST = 5
_SPEND = MEASURES["spend"]
_PAGES = ("overview", "costs", "usage", "breakdown")
_IN_ZONES = ("usage",)
"""The pages whose days can be those of a zone."""


@dataclass(frozen=True)
class _Shown:
    """A view as it is sent: its numbers, what its page shows of them, and why its days are not its zone's."""

    reading: Reading
    panel: "_Panel"
    note: str = ""


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
    shown = _shown(place, view, digest)
    reading, panel = shown.reading, shown.panel
    if not reading.coverage.known:
        return None
    said = [_spent(place, reading)] if panel.drawn is _SPEND else []
    said += [_figures(reading, panel), _most(reading, panel)]
    if not reading.coverage.is_complete:
        said.insert(0, alert_words.INCOMPLETE)
    said.insert(0, shown.note)
    said.append(links.link(address, _page(place, view, reading)))
    window = reading.view.window
    in_utc = dates.day_range(window.first, window.end - ONE_DAY)
    title = f"{view.name}, {in_utc if window.zone == UTC else zone_words.days(window)}"
    return Message(f"{named}: {title}" if named else title, "\n\n".join(filter(None, said)))


def view_picture(place: Place, views: Iterable[SavedView], digest: Digest) -> bytes | None:
    """Return the chart of a view's page (PNG); None where there is nothing to draw, or the view is gone."""
    views = list(views)
    if problem(views, digest.view):
        return None
    (view,) = _shared(views, digest.view)
    shown = _shown(place, view, digest)
    reading, panel = shown.reading, shown.panel
    trend = trends.of(reading, panel.drawn, panel.by, alone=True)
    title = alert_words.BILLED if panel.drawn is _SPEND else panel.drawn.label
    about = (zone_words.days(reading.view.window), _kept(place, reading))
    return png_over_time(trend, title, view.name, about)


def needs_of(place: Place, views: Iterable[SavedView], digest: Digest) -> list[Need]:
    """Return what has to be fetched for a digest of a view alone: rows of which days of its zone are made."""
    views = list(views)
    if problem(views, digest.view):
        return []
    (view,) = _shared(views, digest.view)
    reading = _shown(place, view, digest).reading
    windows = [w for w in (reading.view.window, reading.view.compared) if w and w.zone != UTC]
    return [Need(s.name, day_width(w), w.in_utc) for w in windows for s in reading.sources]


def _shared(views: Iterable[SavedView], name: str) -> list[SavedView]:
    return [view for view in views if view.shared and view.name == name]


def _shown(place: Place, kept: SavedView, digest: Digest) -> _Shown:
    """Return a view on the day after the digest's, which a digest that is late is about as well."""
    parameters = parameters_of(kept)
    view, note = _in_its_zone(place, kept, digest)
    # Hours and minutes are fetched only when somebody looks at them.
    view = replace(view, grain=view.daily_cut, organizations=())
    panel = _panel(kept.page, parameters, loading.offered(place.seen, DIMENSIONS))
    sources = {s.name: s for measure in panel.measures for s in measure.sources}
    return _Shown(Reading(place.seen, view, tuple(sources.values())), panel, note)


def _in_its_zone(place: Place, kept: SavedView, digest: Digest) -> tuple[View, str]:
    """Return a view in the days of its zone; in those of UTC where it has none, or with the reason."""
    choices, _ = read(parameters_of(kept), digest.window.end)
    if kept.page not in _IN_ZONES:
        return choices.view(digest.window.end), ""
    zone = choices.zone or place.whole.settings.time_zone
    view = choices.view(today_in(zone, digest.due_at), zone)
    if refusal := zone_words.refusal(view.window, view.compared):
        return choices.view(digest.window.end), zone_words.in_utc_instead(refusal)
    return view, ""


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

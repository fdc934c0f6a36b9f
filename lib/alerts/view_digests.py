"""Digests of a saved view: what its page says of the days that it means then, and its chart."""

from collections.abc import Iterable
from dataclasses import replace

from lib.alerts import links
from lib.alerts.composing import Message
from lib.alerts.digests import Digest
from lib.alerts.finding import Place
from lib.alerts.view_pages import PAGES, SPEND, Shown, kept, shown, told
from lib.answers import trends
from lib.answers.address import read, written
from lib.answers.pictures import png_over_time
from lib.answers.view import View
from lib.answers.view_keeping import SAVED, parameters_of
from lib.answers.zoned_pages import counts_by_zone
from lib.catalog.dimensions import ORGANIZATION
from lib.engine.filters import Filters
from lib.periods.local_days import day_width
from lib.periods.windows import ONE_DAY
from lib.periods.zones import UTC, today_in
from lib.store.records.saved_views import SavedView
from lib.sync.plan import Need
from lib.wording import alert_words, dates, zone_words


def problem(views: Iterable[SavedView], name: str) -> str:
    """Return why no view of that name can be sent, beginning with a small letter; "" where one can."""
    named = _shared(views, name)
    if not named:
        return f"no shared view is called {name}. Share it in the menu Views."
    if len(named) > 1:
        return f"{len(named)} shared views are called {name}. Rename all but one."
    if named[0].page not in PAGES:
        there_are = ", ".join(links.TITLES[page] for page in PAGES)
        return f"the view {name} is not of a page that can be sent; these can: {there_are}."
    if named[0].page == "savings" and "simulator" in parameters_of(named[0]).get("open", ()):
        return f"the view {name} is of the simulator, which cannot be sent. Save what was found instead."
    return ""


def view_message(
    place: Place, views: Iterable[SavedView], digest: Digest, address: str, named: str
) -> Message | None:
    """Return what a view's page says in words; None where none of its days are stored.

    `named` is the organization, project or team that it is about, if it is not the only one.
    """
    (view,) = _shared(views, digest.view)
    page, note = _shown(place, view, digest)
    coverage, window = page.reading.coverage, page.reading.view.window
    if not coverage.known:
        return None
    lacking = "" if coverage.is_complete else alert_words.INCOMPLETE
    said = [note, lacking, *page.words(), links.link(address, _address(place, view, page))]
    in_utc = dates.day_range(window.first, window.end - ONE_DAY)
    title = f"{view.name}, {in_utc if window.zone == UTC else zone_words.days(window)}"
    return Message(f"{named}: {title}" if named else title, "\n\n".join(filter(None, said)))


def view_picture(place: Place, views: Iterable[SavedView], digest: Digest) -> bytes | None:
    """Return the chart of a view's page (PNG); None where there is nothing to draw, or the view is gone."""
    views = list(views)
    if problem(views, digest.view):
        return None
    (view,) = _shared(views, digest.view)
    page, _ = _shown(place, view, digest)
    if page.drawn is None:
        return None
    trend = trends.of(page.reading, page.drawn, page.by, alone=True)
    title = alert_words.BILLED if page.drawn is SPEND else page.drawn.label
    about = (zone_words.days(page.reading.view.window), kept(place, page.reading))
    return png_over_time(trend, title, view.name, about)


def needs_of(place: Place, views: Iterable[SavedView], digest: Digest) -> list[Need]:
    """Return what has to be fetched for a digest of a view alone: rows of which days of its zone are made."""
    views = list(views)
    if problem(views, digest.view):
        return []
    (view,) = _shared(views, digest.view)
    reading = _shown(place, view, digest)[0].reading
    windows = [w for w in (reading.view.window, reading.view.compared) if w and w.zone != UTC]
    return [Need(s.name, day_width(w), w.in_utc) for w in windows for s in reading.sources]


def _shared(views: Iterable[SavedView], name: str) -> list[SavedView]:
    return [view for view in views if view.shared and view.name == name]


def _shown(place: Place, view: SavedView, digest: Digest) -> tuple[Shown, str]:
    """Return a view's page, and why its days are not those of its zone.

    It is that of the day after the digest's, which a digest that is late is about as well.
    """
    days, note = _in_its_zone(place, view, digest)
    # Hours and minutes are fetched only when somebody looks at them.
    days = replace(days, grain=days.daily_cut, filters=_kept_to(place, days), organizations=())
    parameters = {name: values[0] for name, values in parameters_of(view).items() if values}
    return shown(place, view.page, days, parameters), note


def _kept_to(place: Place, days: View) -> Filters:
    """Return what a view keeps to; one organization by itself is told its own rows whatever that is."""
    return days.kept if place.whole.settings.organizations else days.filters


def _in_its_zone(place: Place, view: SavedView, digest: Digest) -> tuple[View, str]:
    """Return a view in the days of its zone; in those of UTC where it has none, or with the reason."""
    choices, _ = read(parameters_of(view), digest.window.end)
    if not counts_by_zone(view.page, parameters_of(view)):
        return choices.view(digest.window.end), ""
    zone = choices.zone or place.whole.settings.time_zone
    found = choices.view(today_in(zone, digest.due_at), zone)
    if refusal := zone_words.refusal(found.window, found.compared):
        return choices.view(digest.window.end), zone_words.in_utc_instead(refusal)
    return found, ""


def _address(place: Place, view: SavedView, page: Shown) -> str:
    """Return the address of a view, narrowed to what may be told."""
    own = (SAVED,) if place.whole.settings.organizations else (SAVED, ORGANIZATION)
    parameters = {n: v for n, v in parameters_of(view).items() if n not in own}
    if place.seen.store.projects is not None:
        choices, _ = read(parameters, page.reading.view.today)
        narrowed = written(replace(choices, filters=told(place, choices.filters)))
        untold = written(choices).keys() - narrowed.keys()
        parameters = {n: v for n, v in parameters.items() if n not in untold} | narrowed
    parameters = {**parameters, **{name: [value] for name, value in place.where}}
    return links.within(view.page, [(name, one) for name, each in parameters.items() for one in each])

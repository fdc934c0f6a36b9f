"""Digests: a day, week or month that has ended, in the words of the pages and with a chart."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

from lib.alerts import links
from lib.alerts.composing import Message
from lib.alerts.declared_alerts import Every
from lib.alerts.finding import Place, anomaly_said, unusual, whose
from lib.analysis.comparison import Number
from lib.answers import month_standing, trends
from lib.answers.pictures import png_over_time
from lib.answers.reading import Reading
from lib.answers.results import Ranking
from lib.answers.view import View
from lib.catalog.measures import MEASURES
from lib.catalog.sources import COSTS
from lib.periods.presets import Comparison, Period, window_of
from lib.periods.windows import ONE_DAY, Window, midnight
from lib.wording import alert_words, summary, zone_words
from lib.wording import numbers as fmt

_FROM_HOUR = 6
"""The hour (UTC) from which on a digest of what ended at midnight is sent: by then most of it is billed."""
_PERIODS = {Every.DAY: Period.YESTERDAY, Every.WEEK: Period.LAST_WEEK, Every.MONTH: Period.LAST_MONTH}
_CHART_DAYS = 30
_SPEND = MEASURES["spend"]
_MOST = 5


@dataclass(frozen=True)
class Digest:
    """How often it is sent, the days that it is about, and which saved view it shows, "" for none."""

    every: Every
    window: Window
    view: str = ""

    @property
    def name(self) -> str:
        """Return what tells digests apart: `weekly:2026-11-16/2026-11-23`, with a view `…:NAME`."""
        return f"{self.every}:{self.window.first}/{self.window.end}{f':{self.view}' if self.view else ''}"

    @property
    def due_at(self) -> dt.datetime:
        """Return the moment (UTC) from which on it is sent."""
        return midnight(self.window.end) + dt.timedelta(hours=_FROM_HOUR)

    @classmethod
    def read(cls, name: str) -> "Digest":
        """Return the digest of that name."""
        every, days, *view = name.split(":", 2)
        return cls(Every(every), Window(*map(dt.date.fromisoformat, days.split("/"))), "".join(view))


def digest_due(every: Every, now: dt.datetime, view: str = "") -> Digest | None:
    """Return the digest of what ended last; None in the first hours after that."""
    found = Digest(every, window_of(_PERIODS[every], now.date()), view)
    return None if now < found.due_at else found


def digest_message(place: Place, digest: Digest, address: str, named: str = "") -> Message | None:
    """Return the digest in words; None where none of its days are stored.

    `named` is the organization, project or team that it is about, if it is not the only one.
    """
    reading = _reading(place, digest.window)
    if not reading.coverage.known:
        return None
    said = [_spent(place, reading), _most(place, reading), *_standing(place), *_unusual(place, digest)]
    if not reading.coverage.is_complete:
        said.insert(1, alert_words.INCOMPLETE)
    last = digest.window.end - ONE_DAY
    page = links.period("overview", digest.window.first, last)
    said.append(links.link(address, links.within(page, place.where)))
    title = alert_words.digest_title(digest.every, digest.window.first, last)
    return Message(f"{named}: {title}" if named else title, "\n\n".join(filter(None, said)))


def digest_picture(place: Place, digest: Digest) -> bytes | None:
    """Return what was spent by day as a picture (PNG); None where nothing was."""
    window = digest.window
    if digest.every is not Every.MONTH:
        window = Window(window.end - _CHART_DAYS * ONE_DAY, window.end)
    trend = trends.of(_reading(place, window), _SPEND, _by(place), alone=True)
    about = (zone_words.days(window), whose(place))
    return png_over_time(trend, alert_words.BILLED, alert_words.BY_DAY, about)


def most(found: Ranking, said: Callable[[Number], str]) -> str:
    """Return the largest of a ranking by name, each with its value as it is `said`; "" without any."""
    top = found.rows.sort_values("now", ascending=False).head(_MOST)
    return alert_words.most(
        [
            (found.labels.get(value, value), said(now))
            for value, now in zip(top[found.dimension.name], top["now"], strict=True)
            if now > 0
        ]
    )


def _reading(place: Place, window: Window, comparison: Comparison = Comparison.PREVIOUS) -> Reading:
    if window.days == 1:
        comparison = Comparison.WEEK
    return Reading(place.seen, View(window, place.today, comparison=comparison), (COSTS,))


def _by(place: Place) -> str:
    store = place.seen.store
    return "project_id" if store.projects is None or store.team_view is not None else "model"


def _spent(place: Place, reading: Reading) -> str:
    by = _by(place)
    rows = reading.ranking(_SPEND, by)
    movers = summary.movers_of(rows.rows, by, dict(rows.labels)) if rows.compared_with else []
    unsettled = bool(trends.of(reading, _SPEND).provisional)
    return summary.sentence(
        reading.change(_SPEND), reading.compared_with, movers, unsettled=unsettled, who=whose(place)
    )


def _most(place: Place, reading: Reading) -> str:
    return most(reading.ranking(_SPEND, _by(place)), fmt.usd)


def _standing(place: Place) -> list[str]:
    """Return how the month and its budgets stand."""
    reading = _reading(place, window_of(Period.THIS_MONTH, place.today), Comparison.MONTH)
    said = (month_standing.so_far(reading), month_standing.end(reading), month_standing.budgets(place.seen))
    return [f"{sentence}." for sentence in said if sentence]


def _unusual(place: Place, digest: Digest) -> list[str]:
    return [anomaly_said(place, one) for one in unusual(place, digest.window)[:_MOST]]

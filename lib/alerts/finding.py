"""Finding facts: what the answers of the pages say that somebody would act on."""

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

from lib.alerts import links
from lib.alerts.declared_alerts import Alert, Scope
from lib.alerts.facts import About, Fact, Found
from lib.analysis.anomalies.detection import READS, Anomaly, expected, history
from lib.analysis.anomalies.panel import PROJECT
from lib.analysis.forecasting.outlook import days_read, month_of
from lib.answers import breaches, budget_status, collected, loading
from lib.answers.instance import Backend
from lib.catalog.dimensions import ORGANIZATION
from lib.catalog.sources import COSTS
from lib.engine.filters import EVERYTHING, Filters
from lib.errors import EngineError, StoreError
from lib.periods.finality import is_final
from lib.periods.widths import Width
from lib.periods.windows import ONE_DAY, Window
from lib.store.teamed import declared_teams
from lib.sync.plan import Need
from lib.wording import alert_words, anomaly_words, collecting_words
from lib.wording import numbers as fmt
from lib.wording.labels import Labels

LOOKED_AT = 14
"""How many days up to today are looked at for unusual ones."""
_NEWS = dt.timedelta(days=7)
"""How long ago a revision may have been seen."""
_CENT = Decimal("0.01")


@dataclass(frozen=True)
class Place:
    """Where facts are found: all that is stored, and what may be told of it to those of a scope."""

    whole: Backend
    seen: Backend
    now: dt.datetime

    @property
    def today(self) -> dt.date:
        """Return the day it is (UTC)."""
        return self.now.date()

    @property
    def labels(self) -> Labels:
        """Return what ids are called, as far as they may be told."""
        return loading.load_labels(self.seen)

    @property
    def where(self) -> tuple[tuple[str, str], ...]:
        """Return the parameters with which a page shows no more than what may be told."""
        store, organization = self.seen.store, self.whole.settings.organization
        if store.team_view is not None:
            part = [("team", name) for name in store.team_view.teams]
        else:
            part = [("project", i) for i in store.projects or () if i in self.labels.known("project_id")]
        return (*(((ORGANIZATION, organization),) if organization else ()), *sorted(part))


def needs(today: dt.date) -> list[Need]:
    """Return what has to be stored for all facts to be known."""
    names = {source.name for measure in READS for source in measure.sources}
    read = history(_looked_at(today))
    return [Need(COSTS.name, Width.DAY, days_read(today)), *(Need(n, Width.DAY, read) for n in sorted(names))]


def place_of(whole: Backend, scope: Scope, now: dt.datetime) -> Place | None:
    """Return where the facts of a scope are found; None where there is no such project or team."""
    if scope.team is not None:
        seen = whole.with_teams().scoped(None, frozenset({scope.team})).at_once()
        return Place(whole, seen, now) if seen.store.team_view and seen.store.team_view.teams else None
    if scope.project is None:
        return Place(whole, whole.with_teams().at_once(), now)
    seen = whole.with_teams().scoped(frozenset({scope.project})).at_once()
    known = {n.id for n in whole.store.names() if n.kind == "project"}
    return Place(whole, seen, now) if (seen.store.projects or frozenset()) & known else None


def no_place(whole: Backend, alert: Alert) -> str:
    """Return why there is no place of what an alert is about, beginning with a small letter."""
    teams = declared_teams(whole.settings)
    if alert.scope.team is not None and teams and teams.problems:
        return f"nothing is told of a team while there is a mistake in the team file. {teams.problems[0]}"
    kind, name = ("team", alert.scope.team) if alert.scope.team else ("project", alert.scope.project)
    said = f"no {kind} is called {name}"
    if kind == "team" or alert.organization or not whole.settings.organization:
        return f"{said}."
    return f"{said} in {whole.settings.organization}. Where another organization has it, name that one too."


def find(place: Place, alert: Alert) -> Found:
    """Return the facts that an alert asks for, and about what all of them are known."""
    finders: Mapping[About, Callable[[Place, Alert], list[Fact] | None]] = {
        About.ANOMALIES: _anomalies,
        About.BUDGETS: _budgets,
        About.REVISIONS: _revisions,
        About.SYNC: _sync,
        About.EXPIRING: _expiring,
    }
    asked = {About.BUDGETS if about is About.FORECAST else about for about in alert.about}
    facts: list[Fact] = []
    known: set[About] = set()
    for about in (about for about in finders if about in asked):
        try:
            found = finders[about](place, alert)
        except (StoreError, EngineError):
            continue  # what cannot be read now is not over
        if found is not None:
            facts += [replace(fact, page=links.within(fact.page, place.where)) for fact in found]
            known |= {about, About.FORECAST} if about is About.BUDGETS else {about}
    return Found(tuple(facts), frozenset(known))


def unusual(
    place: Place, window: Window, filters: Filters = EVERYTHING, axis: str = PROJECT
) -> list[Anomaly]:
    """Return the unusual things of some days that nobody has marked as expected, the largest first."""
    notes = place.whole.store.notes()
    watched = loading.load_watched(place.seen, window, filters, axis)
    return [anomaly for anomaly in watched.ranked if expected(anomaly, notes) is None]


def anomaly_said(place: Place, anomaly: Anomaly) -> str:
    """Return an anomaly in words, without a link."""
    (found,) = anomaly_words.listed([anomaly], ()).to_dict("records")
    row = {str(name): value for name, value in found.items()}
    labels = place.labels
    owner = labels.owner_of(row["api_key_id"])
    named = {d: labels.of(d, row[d]) if row[d] else fmt.MISSING for d in ("api_key_id", "model")}
    # By teams, a team stands in a project's place.
    project = row["project_id"]
    named["project_id"] = labels.of(anomaly.axis, project) if project else whose(place) or "the organization"
    return alert_words.unusual({**row, **named, "owner": owner}, anomaly.first, anomaly.last)


def whose(place: Place) -> str:
    """Return the names of the projects or teams of which alone is told, "" where all is."""
    if place.seen.store.team_view is not None:
        return ", ".join(sorted(place.seen.store.team_view.teams))
    known = {i for i in place.labels.known("project_id") if i in (place.seen.store.projects or ())}
    return ", ".join(sorted(place.labels.of("project_id", i) for i in known))


def _looked_at(today: dt.date) -> Window:
    return Window(today - (LOOKED_AT - 1) * ONE_DAY, today + ONE_DAY)


def _is_stored(place: Place, read: list[Need]) -> bool:
    return not place.whole.syncer.missing(read)


def _anomalies(place: Place, _alert: Alert) -> list[Fact] | None:
    if not _is_stored(place, needs(place.today)[1:]):
        return None
    return [_anomaly(place, anomaly) for anomaly in unusual(place, _looked_at(place.today))]


def _anomaly(place: Place, anomaly: Anomaly) -> Fact:
    project = anomaly.scope.project
    about = place.labels.of("project_id", project) if project else whose(place) or "the organization"
    return Fact(
        f"anomaly:{anomaly.key}",
        frozenset({About.ANOMALIES}),
        alert_words.unusual_title(about, is_early=anomaly.is_early),
        anomaly_said(place, anomaly),
        links.anomaly(anomaly.first, anomaly.last, anomaly.key),
        max(anomaly.impact or Decimal(1), Decimal(1)),
        until=anomaly.last + (LOOKED_AT - 1) * ONE_DAY,
        group=f"anomaly:{anomaly.subject}",
        first=anomaly.first,
        last=anomaly.last,
    )


def _budgets(place: Place, _alert: Alert) -> list[Fact] | None:
    if not _is_stored(place, needs(place.today)[:1]):
        return None
    store, settings = place.seen.store, place.whole.settings
    declared = budget_status.declared(store, settings)
    month = month_of(place.today)
    return [_breach(one, month) for one in breaches.check(store, settings, declared, place.today).breaches]


def _breach(one: breaches.Breach, month: Window) -> Fact:
    is_over = one.state == breaches.BREACHED
    about = {About.BUDGETS, About.FORECAST} if is_over else {About.FORECAST}
    return Fact(
        f"budget:{one.dimension}:{one.id}:{one.set_by}:{one.amount.normalize():f}:{month.first:%Y-%m}",
        frozenset(about),
        alert_words.budget_title(one.about, is_over=is_over),
        one.words,
        "budgets",
        Decimal(2 if is_over else 1),
        until=month.end - ONE_DAY,
    )


def _revisions(place: Place, _alert: Alert) -> list[Fact]:
    settle = place.whole.settings.settle
    found: dict[dt.datetime, list[tuple[dt.date, Decimal, Decimal]]] = {}
    for row in place.seen.store.revisions().to_pylist():
        is_bill = (row["source"], row["width"], row["metric"]) == (COSTS.name, Width.DAY, "cost_usd")
        seen_at = row["seen_at"].astimezone(dt.UTC)
        was_final = is_final(row["day"], row["first_fetched_at"].astimezone(dt.UTC), settle, seen_at)
        is_new = place.now - _NEWS <= seen_at <= place.now
        if is_bill and was_final and is_new and abs(row["new"] - row["old"]) >= _CENT:
            found.setdefault(seen_at, []).append((row["day"], row["old"], row["new"]))
    return [
        Fact(
            f"revision:{seen_at.isoformat()}",
            frozenset({About.REVISIONS}),
            alert_words.REVISED,
            alert_words.revised(sorted(days)),
            links.period("data", min(day for day, *_ in days), max(day for day, *_ in days)),
            is_event=True,
        )
        for seen_at, days in found.items()
    ]


def _sync(place: Place, alert: Alert) -> list[Fact]:
    failing: list[dt.datetime] = []
    said: Mapping[str, str] = {}
    for run in reversed(place.whole.store.collecting_runs.read()):
        if not run.failures:
            break
        said = said or run.failures
        failing.append(run.finished_at)
    hours = Decimal((place.now - failing[-1]).total_seconds()) / 3600 if failing else Decimal(0)
    if hours < alert.sync_hours:
        return []
    since = failing[-1]
    return [
        Fact(
            f"sync:{since.isoformat()}",
            frozenset({About.SYNC}),
            alert_words.NOT_COLLECTED,
            alert_words.not_collected(since, int(hours), said),
            "connection",
            hours / alert.sync_hours,
        )
    ]


def _expiring(place: Place, _alert: Alert) -> list[Fact]:
    found = collected.expiring(place.whole)
    if not found:
        return []
    words = collecting_words.expiring(found)
    about = frozenset({About.EXPIRING})
    return [Fact("expiring", about, alert_words.EXPIRING, words, "data")]

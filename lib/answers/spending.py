"""Spending: whose dollars they are, from the bill where it says so, allocated where it does not."""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import replace

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from lib.analysis.allocation import by_units, shares
from lib.analysis.allocation.meters import METERED
from lib.analysis.allocation.shares import CREDITS, MONEY, NOT_ALLOCATED, OF_KEY, UNKNOWN_OWNER, Basis
from lib.answers import loading
from lib.answers.reading import Reading
from lib.catalog import schemas
from lib.catalog.dimensions import DIMENSIONS, TEAM, UNATTRIBUTED, Dimension, text_of, value_of
from lib.catalog.measures import MEASURES
from lib.catalog.sources import COSTS, SOURCES, Source
from lib.engine.filters import Filters
from lib.engine.question import Question
from lib.periods.grains import Grain
from lib.periods.windows import ONE_DAY, Window

SPEND = MEASURES["spend"]
_BESIDE = ("basis", "reason", "line_item", MONEY)
_LEFT_OVER = {Basis.NOT_ALLOCATED: NOT_ALLOCATED, Basis.CREDITED: CREDITS}
_NO_ID = {NOT_ALLOCATED: "Not allocated", CREDITS: "Credits", UNKNOWN_OWNER: "Owner not known"}


SPENDERS: Mapping[str, Dimension] = {
    d.name: d
    for d in (
        DIMENSIONS["project_id"],
        DIMENSIONS["api_key_id"],
        replace(DIMENSIONS["user_id"], label="Person", plural="people"),
        Dimension("owner", "Key owner", "key owners"),
        DIMENSIONS[TEAM],
    )
}
"""Whose spend can be told: an owner is the person or service account that a key belongs to."""


def sources_of(reading: Reading, by: Iterable[str]) -> list[Source]:
    """Return the sources that `spent` reads: costs, and usage where the bill does not go that far."""
    periods = [w for w in (reading.view.window, reading.view.compared) if w]
    unattributed = any(_unattributed(reading, _recorded(by), w) for w in periods)
    return [COSTS, *(SOURCES[name] for name in METERED)] if unattributed else [COSTS]


def spent(reading: Reading, by: tuple[str, ...], window: Window | None = None) -> pd.DataFrame:
    """Return `by` (ids), `basis`, `reason`, `line_item`, `costs.cost_usd` over the view's days or `window`.

    One of `by` may be `owner`, the owner of a key. The dollars sum exactly to the bill. Rows name the
    line item where they could not be allocated; see `lib.analysis.allocation.shares`. What has no
    user but a key goes by the key's owner (`lib.analysis.allocation.shares.OF_KEY`), where that is told.
    """
    recorded, window = _recorded(by), window or reading.view.window
    if "owner" in by:
        return shares.owned(_spent(reading, recorded, window), _owners(reading))
    if "user_id" not in by or not _tells_keys(reading, recorded, window):
        return _spent(reading, recorded, window)
    with_key = tuple(dict.fromkeys((*recorded, "api_key_id")))
    rows = shares.by_key_owner(_spent(reading, with_key, window), _owners(reading))
    return rows[[*recorded, *_BESIDE]]


def _tells_keys(reading: Reading, by: tuple[str, ...], window: Window) -> bool:
    """Return whether the bill tells keys wherever it tells `by`, in `window` and the view's periods."""
    periods = {w for w in (window, reading.view.window, reading.view.compared) if w}
    return all(
        _unattributed(reading, (*by, "api_key_id"), w) == _unattributed(reading, by, w) for w in periods
    )


def _owners(reading: Reading) -> dict[str, str]:
    return {n.id: n.owner_id for n in reading.backend.store.names() if n.kind == "api_key" and n.owner_id}


def spent_before(reading: Reading, by: tuple[str, ...]) -> pd.DataFrame:
    """Return `spent` over the compared days; no rows without a comparison."""
    other = reading.compared
    return spent(reading, by, other) if other else pd.DataFrame(columns=[*by, *_BESIDE])


def labels_of(reading: Reading, whose: str, ids: Iterable[str]) -> dict[str, str]:
    """Return the label of each id of `SPENDERS`; what could not be allocated has one too."""
    ids = list(ids)
    if whose == "user_id":
        owned = [i for i in ids if i.startswith(OF_KEY)]
        told = _named_owners(reading, [i.removeprefix(OF_KEY) for i in owned], "owner of the key")
        labels = reading.labels.apart(whose, (i for i in ids if not i.startswith(OF_KEY)))
        return labels | {i: told[i.removeprefix(OF_KEY)] for i in owned} | _NO_ID
    if whose != "owner":
        return reading.labels.apart(whose, ids) | _NO_ID
    return _named_owners(reading, ids) | _NO_ID | {UNATTRIBUTED: "No API key"}


def _named_owners(reading: Reading, ids: Iterable[str], role: str = "") -> dict[str, str]:
    """Return the label of each owner: service accounts are said so, and of people their `role`."""
    accounts = {n.id for n in reading.backend.store.names() if n.kind == "service_account"}
    roles = {i: "service account" if i in accounts else role for i in ids}
    labels = reading.labels.apart("user_id", roles)
    return {i: f"{labels[i]} ({said})" if said else labels[i] for i, said in roles.items()}


def _recorded(by: Iterable[str]) -> tuple[str, ...]:
    """Return the dimensions that rows are told by: an owner is known by the key."""
    return tuple(dict.fromkeys("api_key_id" if d == "owner" else d for d in by))


def _spent(reading: Reading, by: tuple[str, ...], window: Window) -> pd.DataFrame:
    unattributed = _unattributed(reading, by, window)
    if unattributed and TEAM in (*by, *reading.view.filters.dimensions):
        apart = _unattributed(reading, (*by, *_told_by(reading)), window)
        unattributed = {day: apart[day] for day in unattributed}
    told = reading.parts([SPEND], window, by=by, grain=Grain.DAY if unattributed else Grain.TOTAL)
    if unattributed:
        told = told.loc[~shares.days_of(told, unattributed)]
    days: dict[tuple[str, ...], set[dt.date]] = {}
    for day, wanted in unattributed.items():
        days.setdefault(wanted, set()).add(day)
    filled = [_filled(reading, by, wanted, of) for wanted, of in days.items()]
    found = pd.concat([shares.as_billed(told), *filled], ignore_index=True)
    return found.reindex(columns=[*by, *_BESIDE])


def _unattributed(reading: Reading, by: tuple[str, ...], window: Window) -> dict[dt.date, tuple[str, ...]]:
    filtered = (d for d in reading.view.filters.dimensions if d in COSTS.groupable)
    return loading.load_unattributed(reading.backend, (*by, *filtered), window)


def _filled(
    reading: Reading, by: tuple[str, ...], wanted: tuple[str, ...], days: set[dt.date]
) -> pd.DataFrame:
    """Return what was spent on `days`, on which the bill does not name `wanted`.

    Teams are told last, by the ids that are then known.
    """
    filters = reading.view.filters
    window = Window(min(days), max(days) + ONE_DAY)
    filtered = dict(filters.only((*wanted, TEAM)))
    told_by = _told_by(reading) if TEAM in (*by, *filtered) else ()
    asked = dict.fromkeys(d for d in ("project_id", "line_item", *told_by, *by, *filtered) if d != TEAM)
    answered = filters.without(*wanted, TEAM)
    billed = _billed(reading, tuple(asked), window, answered)
    billed = billed.filter(by_units.on_days(billed, days))
    named = by_units.on_days(billed, by_units.named_days(billed, wanted))
    found = [
        shares.as_billed(by_units.summed_lines(billed.filter(named))),
        by_units.allocate(billed.filter(pc.invert(named)), _used(reading, wanted, window), wanted),
    ]
    filled = pd.concat(found, ignore_index=True)
    return shares.kept(_with_team(reading, filled) if told_by else filled, filtered)


def _told_by(reading: Reading) -> tuple[str, ...]:
    """Return the dimensions that a team is told by, as far as there are rules over them."""
    teams = reading.backend.store.teams
    return (*teams.needs, *(("user_id",) if teams.users else ())) if teams else ("project_id",)


def _with_team(reading: Reading, rows: pd.DataFrame) -> pd.DataFrame:
    """Return `rows` with the team of each; what could not be allocated is nobody's."""
    teams = reading.backend.store.teams
    nobody = [UNATTRIBUTED] * len(rows)
    ids = (rows.get(name, nobody) for name in ("project_id", "user_id", "api_key_id"))
    found = []
    for *owner, start, basis in zip(*ids, rows["start"], rows["basis"], strict=True):
        project, user, key = map(value_of, owner)
        team = teams.team_of(project, user, key, start.date()) if teams else None
        found.append(_LEFT_OVER.get(basis) or text_of(team))
    return rows.assign(**{TEAM: pd.Series(found, index=rows.index, dtype=object)})


def _billed(reading: Reading, by: tuple[str, ...], window: Window, filters: Filters) -> pa.Table:
    """Return the lines of the bill by day and `by`; none where they cannot be told by the filters."""
    tables = loading.load_rows(reading.backend, [SPEND], window, grain=Grain.DAY, by=by, filters=filters)
    none = pa.schema([pa.field(MONEY, schemas.MONEY)]).empty_table()
    return pa.concat_tables([none, *tables], promote_options="default")


def _used(reading: Reading, wanted: tuple[str, ...], window: Window) -> Mapping[str, pa.Table]:
    questions = {
        name: Question(name, window, Grain.DAY, by_units.usage_dimensions(name, wanted), metrics)
        for name, metrics in METERED.items()
    }
    return {name: loading.load_table(reading.backend, q) for name, q in questions.items()}

"""Unusual days of teams: a team is judged only on days of which the bill tells whose its dollars are."""

import datetime as dt
from pathlib import Path

import pytest

from lib.analysis.anomalies.panel import Scope
from lib.answers import loading
from lib.catalog.dimensions import TEAM
from lib.catalog.sources import COSTS
from lib.engine.filters import EVERYTHING
from lib.periods.widths import Width
from lib.periods.windows import ONE_DAY, Window
from lib.store.records.coverage import Covered
from tests.alerts.places import NOW, TEAMS, backend_of, billed

pytestmark = pytest.mark.usefixtures("at_now")

BUSY, UNTOLD = dt.date(2026, 11, 18), dt.date(2026, 11, 19)
SHOWN = Window(dt.date(2026, 11, 12), dt.date(2026, 11, 20))


def test_days_on_which_the_bill_does_not_tell_keys_are_not_judged(tmp_path: Path) -> None:
    days = [UNTOLD - n * ONE_DAY for n in range(64)]
    each = [
        billed(1, "proj_search", "500" if key == "key_growth" and day == BUSY else "50")
        | {"start": day.isoformat(), "api_key_id": None if day == UNTOLD else key}
        for day in days
        for key in ("key_growth", "key_other")
    ]
    backend = backend_of(tmp_path, {"costs": each}, teams=TEAMS)
    known = Window(days[-1], UNTOLD + ONE_DAY)
    told = ("project_id", "line_item", "user_id", "api_source")
    for window, dimensions in (
        (Window(known.first, UNTOLD), COSTS.dimensions),
        (Window(UNTOLD, known.end), told),
    ):
        covered = Covered("costs", Width.DAY, window.first, window.end, NOW, dimensions=(dimensions,))
        backend.store.mark([covered])

    found = loading.load_watched(backend.with_teams().at_once(), SHOWN, EVERYTHING, TEAM)

    assert [(a.scope, a.key, a.first, a.last) for a in found.anomalies] == [
        (Scope("Growth"), "team:Growth:2026-11-18", BUSY, BUSY)
    ]
    assert UNTOLD not in found.panels["spend"].held | found.panels["spend"].early

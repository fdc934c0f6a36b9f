import datetime as dt
from pathlib import Path

import pytest

from lib.answers import instance
from lib.answers.week_rhythm import weekday_hours
from lib.catalog.measures import MEASURES
from lib.engine.filters import Filters
from lib.periods.grains import Grain
from lib.periods.presets import Comparison
from lib.periods.widths import Width
from tests.answers.readings import november, reading_of
from tests.stored import filled

pytestmark = pytest.mark.usefixtures("afresh")


def test_an_hour_of_the_week_is_the_mean_of_such_hours_up_to_now(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = [
        {"start": "2026-11-02T05:00", "num_model_requests": 4, "model": "a"},
        {"start": "2026-11-09T05:00", "num_model_requests": 2, "model": "a"},
        {"start": "2026-11-02T06:00", "num_model_requests": 9, "model": "a"},
        {"start": "2026-11-09T05:00", "num_model_requests": 7, "model": "b"},
    ]
    filled(tmp_path, "completions", *rows, width=Width.HOUR)
    monkeypatch.setattr(instance, "now", lambda: dt.datetime(2026, 11, 9, 6, tzinfo=dt.UTC))
    reading = reading_of(
        tmp_path,
        {},
        november(2, 9),
        fetched={"completions": []},
        comparison=Comparison.NONE,
        grain=Grain.HOUR,
        filters=Filters.of({"model": ["a"]}),
    )

    found = weekday_hours(reading, MEASURES["requests"])

    means = {(r["weekday"], r["hour"]): r["value"] for r in found.to_dict("records")}
    assert (means[0, 5], means[0, 6], means[0, 4]) == (3.0, 9.0, 0.0)
    assert len(means) == 7 * 24

"""What is told of the latest days to whoever watches the app."""

import datetime as dt
from decimal import Decimal
from pathlib import Path

import pytest

from lib.answers import instance, latest_days
from lib.answers.latest_days import DayFigure, Latest, limited
from tests.answers.readings import NOW, november, reading_of


def figure(project: str, model: str, spend: int, tokens: int = 0, days_ago: int = 0) -> DayFigure:
    return DayFigure(days_ago, project, model, Decimal(spend), tokens)


@pytest.mark.usefixtures("afresh")
def test_three_days_are_told_by_project_and_model_as_they_are_stored(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def bill(day: int, line_item: str, dollars: str) -> dict[str, object]:
        return {
            "start": f"2026-11-{day:02}",
            "project_id": "proj_1",
            "line_item": line_item,
            "cost_usd": Decimal(dollars),
        }

    used = {"start": "2026-11-23", "project_id": "proj_1", "model": "gpt-6-sol", "input_tokens": 7}
    rows = {
        "costs": [bill(d, "gpt-6-sol, input", "1.25") for d in (20, 21, 23)],
        "completions": [used, {**used, "model": "gpt-6-luna", "output_tokens": 5}],
    }
    reading = reading_of(tmp_path, rows, november(20, 23), fetched={"costs": [november(20, 23)]})
    monkeypatch.setattr(instance, "whole_backends", lambda: (reading.backend,))

    (latest,) = latest_days.latest_days()

    assert latest.sync_age_seconds == 0
    assert sorted(latest.figures, key=lambda each: (each.days_ago, each.model)) == [
        DayFigure(0, "proj_1", "gpt-6-luna", Decimal(0), 12),
        DayFigure(0, "proj_1", "gpt-6-sol", Decimal("1.25"), 7),
        DayFigure(2, "proj_1", "gpt-6-sol", Decimal("1.25"), 0),
    ]


@pytest.mark.usefixtures("afresh")
def test_an_empty_store_tells_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    reading = reading_of(tmp_path, {}, november(20, 23), fetched={})
    monkeypatch.setattr(instance, "whole_backends", lambda: (reading.backend,))
    monkeypatch.setattr(instance, "now", lambda: NOW + dt.timedelta(seconds=9))

    assert latest_days.latest_days() == (Latest("", None, ()),)


def test_fifty_pairs_are_told_at_most() -> None:
    every = [figure(f"proj_{n}", "x", n) for n in range(1, 52)]

    assert limited(every) == (*every[1:], figure("other", "other", 1))


def test_pairs_beyond_the_limit_are_one_and_nothing_is_lost() -> None:
    every = [
        figure("a", "x", 5, 1),
        figure("a", "y", 1, 9),
        figure("b", "x", 1, 8),
        figure("b", "y", 0, 70),
        figure("a", "x", 5, 1, days_ago=1),
        figure("b", "y", 0, 30, days_ago=1),
    ]

    assert limited(every, 2) == (
        every[0],
        every[1],
        every[4],
        figure("other", "other", 1, 78),
        figure("other", "other", 0, 30, days_ago=1),
    )
    assert limited(every, 4) == tuple(every)

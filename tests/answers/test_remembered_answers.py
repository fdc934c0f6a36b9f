import weakref
from dataclasses import replace
from pathlib import Path

import pytest

from lib.answers import caching
from lib.answers.reading import Reading
from lib.answers.remembered_answers import remembered
from lib.catalog.measures import MEASURES, Measure
from lib.catalog.sources import SOURCES
from tests.answers.readings import BILLS, bill, november, reading_of, whole
from tests.stored import filled

pytestmark = pytest.mark.usefixtures("afresh")

PERIOD = november(8, 14)


def test_an_answer_is_told_once_for_each_measure(tmp_path: Path) -> None:
    told: list[str] = []

    @remembered
    def slug(_reading: Reading, measure: Measure) -> str:
        told.append(measure.slug)
        return measure.slug

    reading = reading_of(tmp_path, {}, PERIOD, fetched={"costs": [PERIOD]})
    found = [slug(reading, MEASURES[name]) for name in ("spend", "tokens", "spend")]

    assert found == ["spend", "tokens", "spend"]
    assert told == ["spend", "tokens"]


def test_answers_of_one_name_from_two_modules_are_kept_apart(tmp_path: Path) -> None:
    def answer_of(module: str) -> str:
        def find(_reading: Reading) -> str:
            return module

        find.__module__ = module
        return remembered(find)(reading)

    reading = reading_of(tmp_path, {}, PERIOD, fetched={"costs": [PERIOD]})

    assert [answer_of("trends"), answer_of("rankings")] == ["trends", "rankings"]


def test_the_answer_of_days_that_were_fetched_again_makes_room_for_the_new_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(caching, "_LINGER", 0.0)
    spend, reading = MEASURES["spend"], whole(tmp_path)
    old = weakref.ref(reading.ranking(spend, "project_id"))

    assert replace(reading).ranking(spend, "project_id") is old()
    filled(reading.backend.store, "costs", *BILLS, bill(12, "2"))

    for _ in range(2):
        assert sum(replace(reading).ranking(spend, "project_id").rows["now"]) == 10
    assert old() is None


def test_pages_that_read_other_sources_each_keep_their_answer(tmp_path: Path) -> None:
    spend, reading = MEASURES["spend"], whole(tmp_path)
    other = replace(reading, sources=(*reading.sources, SOURCES["completions"]))
    answers = [each.ranking(spend, "project_id") for each in (reading, other)]

    assert [replace(each).ranking(spend, "project_id") for each in (reading, other)] == answers

from pathlib import Path

import pytest

from lib.answers.reading import Reading
from lib.answers.remembered_answers import remembered
from lib.catalog.measures import MEASURES, Measure
from tests.answers.readings import november, reading_of

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

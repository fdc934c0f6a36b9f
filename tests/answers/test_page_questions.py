"""What pages asked lately is asked again, with room for pages between."""

from pathlib import Path

import pytest
import streamlit as st

from lib.answers.caching import made
from lib.answers.page_questions import PageQuestions
from lib.errors import StoreError
from tests.answers.readings import NOW
from tests.fake_time import FakeTime


class Answer:
    """Something that a chart can be made of."""

    nbytes = 100


@pytest.fixture
def time() -> FakeTime:
    return FakeTime(NOW)


@pytest.fixture
def questions(time: FakeTime) -> PageQuestions:
    return PageQuestions(time.clock, time.sleep)


def test_the_latest_question_is_asked_first_and_each_once(questions: PageQuestions) -> None:
    asked: list[str] = []
    for name in "abca":
        questions.remember(name, lambda name=name: asked.append(name), None)

    questions.ask_again()

    assert asked == ["a", "c", "b"]


def test_after_each_question_pages_have_as_long(questions: PageQuestions, time: FakeTime) -> None:
    for seconds in (3.0, 5.0):
        questions.remember(seconds, lambda seconds=seconds: time.sleep(seconds), None)

    questions.ask_again()

    assert time.sleeps == [5.0, 5.0, 3.0, 3.0]


def test_what_pages_ask_meanwhile_is_asked_too(questions: PageQuestions) -> None:
    asked: list[str] = []
    questions.remember("a", lambda: questions.remember("b", lambda: asked.append("b"), None), None)

    questions.ask_again()

    assert asked == ["b"]


def test_what_fails_hinders_nothing(questions: PageQuestions) -> None:
    asked: list[str] = []

    def fail() -> None:
        raise StoreError("It cannot be read.")

    questions.remember("a", lambda: asked.append("a"), None)
    questions.remember("b", fail, None)

    questions.ask_again()

    assert asked == ["a"]


def test_what_no_page_asked_for_half_an_hour_is_not_asked(questions: PageQuestions, time: FakeTime) -> None:
    asked: list[str] = []
    questions.remember("a", lambda: asked.append("a"), None)
    time.sleep(1_000.0)
    questions.remember("b", lambda: asked.append("b"), None)
    time.sleep(801.0)

    assert len(questions) == 1
    questions.ask_again()
    assert asked == ["b"]


def test_of_two_thousand_questions_the_oldest_is_forgotten(questions: PageQuestions) -> None:
    for number in range(2_001):
        questions.remember(number, lambda: None, None)

    assert len(questions) == 2_000


def test_what_pages_showed_of_an_answer_is_made_of_the_next_one(questions: PageQuestions) -> None:
    st.cache_resource.clear()
    drawn: list[tuple[Answer, int]] = []

    def draw(answer: Answer, height: int) -> Path:
        drawn.append((answer, height))
        return Path("chart")

    before, answer = Answer(), Answer()
    for height in (300, 400):
        made(before, draw, height)
    drawn.clear()
    questions.remember("a", lambda: answer, before)
    questions.remember("the same again", lambda: before, before)

    questions.ask_again()

    assert drawn == [(answer, 300), (answer, 400)]
    made(answer, draw, 300)
    assert len(drawn) == 2

"""Whatever is typed after a command is either understood, or refused in one sentence."""

import argparse
import datetime as dt
import io
from collections.abc import Callable
from contextlib import redirect_stderr, redirect_stdout
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from lib.catalog.sources import SOURCES
from lib.cli.arguments import UnusableArguments, filters, window
from lib.cli.exit_codes import ExitCode
from lib.cli.main import main
from lib.engine.filters import Filters
from lib.engine.question import Question
from lib.errors import QuestionError
from lib.periods.windows import Window

DAYS = st.sampled_from(
    [
        "2026-11-01",
        "2026-02-30",
        "0001-01-01",
        "9999-12-31",
        "1999-12-31",
        "2026-11-1",
        "٢٠٢٦-11-01",
        "today",
        "",
    ]
)
TEXTS = st.text(max_size=6) | DAYS
NAMES = st.sampled_from([*SOURCES["costs"].groupable, "batch", "colour", ""]) | TEXTS
CONDITIONS = st.builds(lambda name, sign, value: f"{name}{sign}{value}", NAMES, st.sampled_from("=-"), TEXTS)
WORDS = TEXTS | st.sampled_from(["--start", "--end", "--by", "--where", "--grain", "--json", "costs", "-"])
DAY = Window(dt.date(2026, 11, 1), dt.date(2026, 11, 2))


def understood_or_told(read: Callable[[], Any]) -> Any:
    """Return what was understood, or the sentence that refuses it."""
    try:
        return read()
    except (UnusableArguments, QuestionError) as refused:
        return str(refused)


@given(TEXTS, TEXTS)
def test_any_days_are_a_range_or_refused(start: str, end: str) -> None:
    found = understood_or_told(lambda: window(argparse.Namespace(start=start, end=end)))

    assert found.endswith(".") if isinstance(found, str) else found.days >= 1


@given(st.lists(CONDITIONS | TEXTS, max_size=4), st.sampled_from(["costs", "completions"]))
def test_any_conditions_are_filters_of_a_question_or_refused(conditions: list[str], name: str) -> None:
    found = understood_or_told(lambda: Question(name, DAY, filters=filters(conditions)))

    assert found.endswith(".") if isinstance(found, str) else isinstance(found.filters, Filters)


COMMANDS = st.sampled_from(["sync", "export", "check", "demo-server"]) | TEXTS


@given(COMMANDS, st.lists(WORDS.filter(lambda word: not word.startswith("-h")), max_size=6))
def test_any_arguments_that_are_not_understood_are_refused_in_one_sentence(
    command: str, words: list[str]
) -> None:
    # With an option that there is not, nothing is ever begun.
    with redirect_stdout(io.StringIO()) as out, redirect_stderr(io.StringIO()) as err:
        status = main([command, *words, "--no-such-option=1"])

    assert (status, out.getvalue()) == (ExitCode.UNUSABLE, "")
    assert err.getvalue().endswith(".\n")

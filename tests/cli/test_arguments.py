import argparse
import datetime as dt

import pytest

from lib.cli.arguments import Parser, UnusableArguments, filters, source, window
from lib.engine.filters import Filters
from lib.errors import QuestionError
from lib.periods.windows import Window


def days(start: str, end: str) -> Window:
    return window(argparse.Namespace(start=start, end=end))


def test_both_days_are_part_of_the_range() -> None:
    assert days("2026-01-01", "2026-01-03") == Window(dt.date(2026, 1, 1), dt.date(2026, 1, 4))
    assert days("2026-01-01", "2026-01-01").days == 1


@pytest.mark.parametrize("year", [2000, 2099])
def test_days_of_a_hundred_years_can_be_asked_for(year: int) -> None:
    assert days(f"{year}-01-01", f"{year}-12-31").days in {365, 366}


@pytest.mark.parametrize(
    ("start", "end", "sentence"),
    [
        ("1999-12-31", "2026-01-01", "--start 1999-12-31 is not within the years 2000 to 2099."),
        ("2026-01-01", "2100-01-01", "--end 2100-01-01 is not within the years 2000 to 2099."),
        ("today", "2026-01-01", "--start today is not a day. Write it as YYYY-MM-DD."),
        ("2026-01-01", "2026-02-30", "--end 2026-02-30 is not a day. Write it as YYYY-MM-DD."),
        (
            "2026-01-02",
            "2026-01-01",
            "--end 2026-01-01 is before --start 2026-01-02. Both days are part of the range.",
        ),
    ],
)
def test_what_is_no_range_is_said(start: str, end: str, sentence: str) -> None:
    with pytest.raises(UnusableArguments) as unusable:
        days(start, end)
    assert str(unusable.value) == sentence


def test_a_source_is_one_that_there_is() -> None:
    assert source("costs") == "costs"
    with pytest.raises(QuestionError, match=r"^There is no source called gpt\. Sources: completions, "):
        source("gpt")


def test_conditions_of_one_dimension_are_alternatives() -> None:
    assert filters(["model=a", "project_id=", "model=b=c"]) == Filters.of(
        {"model": ["a", "b=c"], "project_id": [None]}
    )
    assert filters([]) == Filters.of({})


def test_what_is_no_condition_is_said() -> None:
    with pytest.raises(
        UnusableArguments, match=r"^--where model is not a condition\. Write it as DIM=VALUE\.$"
    ):
        filters(["model"])


def test_a_parser_complains_in_one_sentence() -> None:
    with pytest.raises(UnusableArguments, match=r"^Unrecognized arguments: x\. See run --help\.$"):
        Parser(prog="run").parse_args(["x"])

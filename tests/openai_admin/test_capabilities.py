"""What is asked, given what is known to be refused."""

import datetime as dt

from lib.catalog.sources import COSTS
from lib.openai_admin.capabilities import Ask, plan
from lib.openai_admin.refusals import Kind, Refusal
from lib.periods.windows import Window

NOW = dt.datetime(2026, 11, 23, 12, tzinfo=dt.UTC)
WEEK = Window(dt.date(2026, 11, 1), dt.date(2026, 11, 8))


def refused(kind: Kind, dimension: str | None = None) -> Refusal:
    return Refusal("costs", kind, "no", NOW, dimension, WEEK.first, WEEK.end)


def test_a_refused_combination_is_asked_as_two_slices() -> None:
    assert plan(COSTS, WEEK, [refused(Kind.COMBINATION)]) == (
        Ask(WEEK, "projects", ("project_id", "line_item", "api_key_id", "api_source")),
        Ask(WEEK, "users", ("user_id", "line_item", "api_key_id", "api_source")),
    )


def test_a_slice_that_is_left_alone_is_the_whole() -> None:
    known = [refused(Kind.COMBINATION), refused(Kind.DIMENSION, "user_id")]

    assert plan(COSTS, WEEK, known) == (
        Ask(WEEK, "whole", ("project_id", "line_item", "api_key_id", "api_source")),
    )

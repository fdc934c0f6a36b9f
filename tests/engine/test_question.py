import datetime as dt
import re
from typing import Any

import pyarrow as pa
import pytest

from lib.catalog.schemas import MONEY, TIME
from lib.engine.filters import Filters
from lib.engine.question import Question, answer_schema
from lib.errors import QuestionError
from lib.periods.grains import Grain
from lib.periods.windows import Window

WEEK = Window(dt.date(2026, 11, 2), dt.date(2026, 11, 9))


@pytest.mark.parametrize(
    ("source", "asked", "sentence"),
    [
        ("gpt", {}, "There is no source called gpt. Sources: completions, "),
        ("costs", {"by": ("size",)}, "costs cannot be grouped or filtered by size. It has "),
        (
            "costs",
            {"filters": Filters.of({"size": ["1"]})},
            "costs cannot be grouped or filtered by size. It has ",
        ),
        ("costs", {"metrics": ("input_tokens",)}, "costs has no metric input_tokens."),
        ("costs", {"grain": Grain.HOUR}, "costs comes by day only, not by hour."),
    ],
)
def test_what_a_source_does_not_have_cannot_be_asked(
    source: str, asked: dict[str, Any], sentence: str
) -> None:
    with pytest.raises(QuestionError, match=f"^{re.escape(sentence)}"):
        Question(source, WEEK, **asked)


@pytest.mark.parametrize(
    ("source", "asked"),
    [
        ("completions", {"grain": Grain.MINUTE}),
        ("costs", {"grain": Grain.MONTH, "by": ("project_id", "line_item")}),
        ("costs", {"filters": Filters.of({"model": ["a"]}), "metrics": ("quantity",)}),
    ],
)
def test_what_a_source_has_can_be_asked(source: str, asked: dict[str, Any]) -> None:
    assert Question(source, WEEK, **asked).source == source


def test_an_answer_has_its_start_its_dimensions_and_the_metrics_that_are_asked_for() -> None:
    asked = Question("costs", WEEK, Grain.DAY, ("model", "project_id"), ("quantity",))

    assert answer_schema(asked) == pa.schema(
        [("start", TIME), ("model", pa.string()), ("project_id", pa.string()), ("quantity", MONEY)]
    )


def test_a_total_has_no_start_and_every_metric_unless_some_are_asked_for() -> None:
    assert answer_schema(Question("embeddings", WEEK)) == pa.schema(
        [("input_tokens", pa.int64()), ("num_model_requests", pa.int64())]
    )

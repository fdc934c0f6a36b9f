from decimal import Decimal

import pytest

from lib.analysis.savings.rules.idle_projects import RULE
from lib.analysis.savings.saving import Confidence
from lib.catalog.dimensions import UNATTRIBUTED
from tests.analysis.savings.fixed_traffic import billed, found, sent


@pytest.mark.parametrize("dollars", ["0.5", "1", "7"])
def test_all_that_a_project_without_requests_keeps_could_go(dollars: str) -> None:
    (saving,) = found(RULE, bill_rows=(billed(dollars, "Vector storage"),))

    assert (saving.project, saving.key, saving.saved) == ("proj_a", "", Decimal(dollars))
    assert saving.confidence is Confidence.HIGH


def test_the_tools_of_an_idle_project_are_one_saving() -> None:
    (saving,) = found(
        RULE,
        sent("0", units=0),
        bill_rows=(billed("3", "Vector storage"), billed("4", "web search tool calls", api_key_id="key_b")),
    )

    assert saving.saved == 7


@pytest.mark.parametrize(
    ("row", "line"),
    [
        (sent("1", units=1), billed("3", "Vector storage")),
        (sent("0", units=0), billed("0", "Vector storage")),
        (sent("0", units=0), billed("-3", "Vector storage")),
        (sent("0", units=0), billed("3", "Vector storage", project_id=UNATTRIBUTED)),
        (sent("0", units=0), billed("3", "gpt-6-sol, input")),
    ],
    ids=["busy", "free", "credited", "nobody's", "tokens"],
)
def test_other_lines_are_left_alone(row: dict[str, object], line: dict[str, object]) -> None:
    assert found(RULE, row, bill_rows=(line,)) == []

from decimal import Decimal

import pytest

from lib.analysis.savings.rules.long_context import RULE
from lib.analysis.savings.saving import Confidence
from tests.analysis.savings.fixed_traffic import billed, found


def test_long_contexts_could_cost_what_short_ones_do() -> None:
    (saving,) = found(
        RULE,
        bill_rows=(billed("9", "gpt-6-sol, input, long context"), billed("5", "gpt-6-sol, input")),
    )

    assert (saving.project, saving.key, saving.saved) == ("proj_a", "key_a", Decimal("4.5"))
    assert list(saving.rows["what"]) == ["gpt-6-sol, input, long context"]
    assert saving.confidence is Confidence.LOW


@pytest.mark.parametrize("text", ["gpt-unlisted, input, long context", "gpt-6-sol, training, long context"])
def test_what_the_list_does_not_know_keeps_its_price(text: str) -> None:
    assert found(RULE, bill_rows=(billed("9", text),)) == []

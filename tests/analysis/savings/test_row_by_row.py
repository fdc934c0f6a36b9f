import datetime as dt
from decimal import Decimal
from typing import Any

from hypothesis import given
from hypothesis import strategies as hs

from lib.analysis.savings.rules import RULES
from lib.analysis.savings.saving import SavingsInput
from tests.analysis.savings import row_by_row
from tests.analysis.savings.fixed_traffic import MONDAY, bill, billed, price, sent, traffic

SENT = hs.builds(
    lambda worth, **row: sent(str(worth), **row),
    hs.decimals(0, 10_000, places=18),
    day=hs.integers(0, 13).map(lambda n: MONDAY + dt.timedelta(days=n)),
    project_id=hs.sampled_from(["proj_a", "proj_b"]),
    api_key_id=hs.sampled_from(["key_a", "key_b"]),
    model=hs.sampled_from(["gpt-5.6-sol", "gpt-5.6-terra", "gpt-unlisted"]),
    tier=hs.sampled_from(["default", "batch", "flex", "priority"]),
    token_class=hs.sampled_from(["input", "cached input", "output"]),
    modality=hs.sampled_from(["text", "audio"]),
    units=hs.integers(1, 10**9),
)
BILLED = hs.builds(
    lambda dollars, text, **row: billed(str(dollars), text, **row),
    hs.decimals(-100, 10_000, places=18),
    hs.sampled_from(["gpt-5.6-sol, input, long context", "gpt-unlisted, input, long context"]),
    api_key_id=hs.sampled_from(["key_a", "key_b"]),
)


@given(sent_rows=hs.lists(SENT, max_size=12), bill_rows=hs.lists(BILLED, max_size=4))
def test_rules_by_column_save_what_they_do_row_by_row(
    sent_rows: list[dict[str, Any]], bill_rows: list[dict[str, Any]]
) -> None:
    read = SavingsInput(traffic(*sent_rows), bill(*bill_rows), 14, price)

    found = [saving for rule in RULES for saving in rule.find(read)]

    kept = {(s.rule.slug, s.project, s.key, s.model): s.saved for s in found if s.saved}
    assert kept == row_by_row.saved(read)
    for saving in found:
        # Each row of what is cached is rounded to the places of the bill, and their sum is, too.
        assert abs(sum(saving.rows["saved"], Decimal(0)) - saving.saved) <= len(saving.rows) * Decimal(
            "1E-18"
        )

import datetime as dt

import pytest

from lib.analysis.savings.rules.off_peak_priority import RULE
from lib.analysis.savings.saving import Confidence
from tests.analysis.savings.fixed_traffic import FRIDAY, MONDAY, SATURDAY, SUNDAY, found, sent


@pytest.mark.parametrize("day", [SATURDAY, SUNDAY])
def test_priority_costs_the_standard_price_at_weekends(day: dt.date) -> None:
    (saving,) = found(RULE, sent("16", day=day, tier="priority", units=2))

    # Two input tokens at 4 instead of 8.
    assert (saving.project, saving.key, saving.saved) == ("proj_a", "key_a", 8)
    assert saving.confidence is Confidence.MEDIUM


@pytest.mark.parametrize(("day", "tier"), [(FRIDAY, "priority"), (MONDAY, "priority"), (SATURDAY, "default")])
def test_weekdays_and_other_tiers_are_left_alone(day: dt.date, tier: str) -> None:
    assert found(RULE, sent("16", day=day, tier=tier)) == []

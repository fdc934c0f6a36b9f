import pandas as pd

from lib.analysis.reconciliation.causes import Cause
from lib.analysis.reconciliation.waterfall_steps import AT_LIST, BILLED
from lib.wording.reconciliation_words import MEANINGS, explained


def test_every_cause_has_a_meaning() -> None:
    assert set(MEANINGS) == set(Cause)


def test_every_step_is_explained() -> None:
    steps = pd.DataFrame({"group": [AT_LIST, Cause.CREDITS.value, BILLED]})

    assert list(explained(steps)["meaning"]) == [
        "Counted units × the standard list price of their day.",
        "Negative amounts on the bill.",
        "The sum of the bill's line items, credits included.",
    ]

"""The reconciliation in words: what each step from list prices to the bill means."""

from collections.abc import Mapping

import pandas as pd

from lib.analysis.reconciliation.causes import Cause
from lib.analysis.reconciliation.waterfall_steps import AT_LIST, BILLED

MEANINGS: Mapping[Cause, str] = {
    Cause.HALF_RATE: "Batch and flex requests cost half the standard price: their tokens times that half.",
    Cause.PRIORITY: "Priority requests cost more: their tokens times what the tier adds to the price.",
    Cause.LONG_CONTEXT: "Billed long-context tokens times what that adds to the price.",
    Cause.FINE_TUNE: "What fine-tuned models cost more than the models that they were made from.",
    Cause.OTHER_PRICE: "The same tokens, billed at another price than listed: a discount, or an old list.",
    Cause.IMAGES: "Image models are billed by token, but usage counts images only.",
    Cause.UNREPORTED_IMAGES: "Billed for projects, models and days for which usage reports no image.",
    Cause.TOOLS: "Searches, code sessions and storage: billed by call, session or size, not by token.",
    Cause.EVALUATIONS: "Billed evaluations and fine-tuning runs, which usage does not count.",
    Cause.NO_PRICE: "Billed tokens of models that are not in the price list.",
    Cause.UNKNOWN: "Billed under a name that this app does not know. Listed below as the bill writes it.",
    Cause.CREDITS: "Negative amounts on the bill.",
    Cause.TIMING: "On days that are not final, usage and bill do not yet hold the same tokens.",
    Cause.UNEXPLAINED: "More or fewer tokens billed than used, on settled days.",
}
"""Why each cause makes the bill differ from usage at list prices."""

_TOTALS = {
    AT_LIST: "Counted units × the standard list price of their day.",
    BILLED: "The sum of the bill's line items, credits included.",
}


def explained(steps: pd.DataFrame) -> pd.DataFrame:
    """Return `lib.analysis.reconciliation.waterfall_steps.steps` with the `meaning` of each step."""
    return steps.assign(meaning=[_TOTALS.get(group) or MEANINGS[Cause(group)] for group in steps["group"]])

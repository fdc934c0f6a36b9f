"""Saving rules: each looks for one way to spend less, in the traffic of some settled days at list prices.

A new rule is a module with a `RULE`, and its entry in `RULES`.
"""

from lib.analysis.exact import exactly
from lib.analysis.savings.rules import (
    batching,
    cheaper_models,
    idle_projects,
    long_context,
    off_peak_priority,
    prompt_caching,
)
from lib.analysis.savings.saving import LEAST, Saving, SavingRule, SavingsInput

RULES: tuple[SavingRule, ...] = (
    batching.RULE,
    prompt_caching.RULE,
    cheaper_models.RULE,
    off_peak_priority.RULE,
    long_context.RULE,
    idle_projects.RULE,
)


@exactly()
def savings(read: SavingsInput) -> list[Saving]:
    """Return what all rules find of at least `LEAST` dollars a month, largest first."""
    found = [saving for rule in RULES for saving in rule.find(read)]
    kept = [saving for saving in found if saving.a_month >= LEAST]
    return sorted(kept, key=lambda saving: (-saving.saved, saving.name))

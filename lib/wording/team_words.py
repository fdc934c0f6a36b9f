"""Rules of teams in words."""

import pandas as pd

from lib.store.team_declarations import Method, Rule
from lib.wording import dates
from lib.wording.numbers import usd

_METHODS = {
    Method.EVENLY.value: "evenly",
    Method.BY_SPEND.value: "in proportion to what each team spends itself",
    Method.BY_WEIGHTS.value: "by the weights of the team file",
}
ABSENT = (
    "No teams are declared. Copy .streamlit/teams.example.toml to .streamlit/teams.toml and put your own "
    "teams there; what it may say is in docs/teams.md. A file can be tried here before."
)
NOT_USED = "Nothing of the team file is used until this is put right."


def over(rule: Rule, *, masked: bool) -> str:
    """Return what a rule matches: `projects Search, Campaign *`; `masked`, people and keys are counted."""
    said = []
    for word, patterns in (("keys", rule.keys), ("users", rule.users), ("projects", rule.projects)):
        if masked and word != "projects" and patterns:
            said.append(f"{word} ({len(patterns)})")
        elif patterns:
            said.append(f"{word} {', '.join(patterns)}")
    return "; ".join(said)


def split(pools: pd.DataFrame) -> str:
    """Return how much is shared and how it is split, in a sentence for each of the shared costs."""
    each = pools.drop_duplicates("pool")
    said = [
        f"{name}, {usd(amount, 2)}, is split {_METHODS[method]}."
        for name, amount, method in zip(each["pool"], each["amount"], each["method"], strict=True)
    ]
    return " ".join([*said, "The sums are the bill exactly."])


def days(rule: Rule) -> str:
    """Return when a rule holds: `always`, `from 1 Mar 2026`, `until …`, or a range of days."""
    if rule.start and rule.end:
        return dates.day_range(rule.start, rule.end)
    if rule.start:
        return f"from {dates.day(rule.start)}"
    return f"until {dates.day(rule.end)}" if rule.end else "always"

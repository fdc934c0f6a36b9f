"""The site map: which pages there are, in which section of the navigation, and where old addresses lead."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

APP = "OpenAI usage and costs"
"""What the app is called, on tabs and where nobody has signed in."""
_PAGES = Path(__file__).resolve().parents[2] / "pages"


class Control(StrEnum):
    """What the sidebar can choose."""

    PERIOD = "period"
    ZONE = "zone"
    INTERVAL = "interval"
    COMPARISON = "comparison"
    FILTERS = "filters"


_P, _Z, _I, _C, _F = Control


@dataclass(frozen=True)
class Entry:
    """A page: its file, which is its address too, its title, its icon on links, and what it answers.

    `controls` are those of the sidebar that count on it; the others are not drawn there.
    """

    file: str
    title: str
    icon: str
    about: str
    controls: Sequence[Control]
    listed: bool = True
    """Whether the navigation leads to it; to what is not listed, other pages do."""


SECTIONS: Mapping[str, Sequence[Entry]] = {
    "": (
        Entry(
            "overview",
            "Overview",
            ":material/dashboard:",
            "What was spent, on what, and what changed.",
            (_P, _I, _C, _F),
        ),
        Entry(
            "statement",
            "Statement",
            ":material/description:",
            "A month as it was billed, against its budgets and the invoice.",
            (),
        ),
    ),
    "Explore": (
        Entry(
            "usage",
            "Usage",
            ":material/monitoring:",
            "Tokens, requests and every other unit over time.",
            (_P, _Z, _I, _C, _F),
        ),
        Entry(
            "breakdown",
            "Breakdown",
            ":material/stacked_bar_chart:",
            "Any measure by any one or two dimensions.",
            (_P, _I, _C, _F),
        ),
        Entry(
            "costs",
            "Costs",
            ":material/receipt_long:",
            "The bill by day, line item and model, and whose it is: by project, key, person and owner.",
            (_P, _I, _C, _F),
        ),
        Entry(
            "directory",
            "Directory",
            ":material/groups:",
            "All projects, people, keys and teams, with what each spent and used.",
            (_P, _F),
        ),
        Entry(
            "profile",
            "Profile",
            ":material/badge:",
            "One project, person, key or team.",
            (_P, _I, _C, _F),
            listed=False,
        ),
    ),
    "Explain": (
        Entry(
            "changes",
            "Changes",
            ":material/waterfall_chart:",
            "What changed between two periods, and why.",
            (_P, _C, _F),
        ),
        Entry(
            "anomalies",
            "Anomalies",
            ":material/crisis_alert:",
            "Unusual days, and who made them so.",
            (_P, _F),
        ),
        Entry(
            "reconciliation",
            "Reconciliation",
            ":material/balance:",
            "Why the bill and the usage at list prices differ.",
            (_P, _I, _F),
        ),
    ),
    "Plan": (
        Entry(
            "budgets",
            "Budgets and forecast",
            ":material/speed:",
            "Where the month ends, and whether the budgets, limits and the balance hold.",
            (_F,),
        ),
        Entry(
            "savings",
            "Savings",
            ":material/savings:",
            "What could be saved, with a simulator.",
            (_F,),
        ),
        Entry(
            "units",
            "Unit costs",
            ":material/straighten:",
            "What a customer, document or ticket costs.",
            (_P, _I, _C, _F),
        ),
    ),
    "Data": (
        Entry(
            "data",
            "Data",
            ":material/database:",
            "What is stored, what the API refused, and what every number means.",
            (_P, _F),
        ),
        Entry(
            "teams",
            "Teams",
            ":material/diversity_3:",
            "What each rule of the team file matched, what is nobody’s, and what another file would move.",
            (),
        ),
        Entry(
            "connection",
            "Connection",
            ":material/key:",
            "Which key is in use, what it may do, and how to use another one.",
            (),
        ),
    ),
}
"""The pages by section, in the order of the navigation; those without a section come first."""
ENTRIES: Mapping[str, Entry] = {entry.file: entry for entries in SECTIONS.values() for entry in entries}
FIRST = next(iter(ENTRIES.values()))
"""The page that an address without a path opens."""


@dataclass(frozen=True)
class Moved:
    """Where an old address leads: a page, and what its parameters are called there."""

    page: str
    renamed: Mapping[str, str] = field(default_factory=dict)
    assumed: Mapping[str, str] = field(default_factory=dict)
    """What the old page took for granted and the new one has to be told."""

    def parameters(self, old: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
        """Return the parameters of the new address that show what the `old` ones did."""
        kept = {self.renamed.get(name, name): list(values) for name, values in old.items()}
        return {name: [value] for name, value in self.assumed.items()} | kept


MOVED: Mapping[str, Moved] = {
    "forecast": Moved("budgets"),
    "ledgers": Moved("reconciliation"),
    "what_if": Moved("savings", assumed={"open": "simulator"}),
    "who": Moved("costs", renamed={"whose": "stack"}, assumed={"stack": "project_id"}),
}
"""Old addresses, which links and bookmarks still hold."""


UNKNOWN = Entry("", "Page not found", ":material/explore_off:", "No page of this app.", (), listed=False)
"""What stands at an address that was never a page's."""


def entry_of(address: str) -> Entry:
    """Return the page at an address: the first one without a path, `UNKNOWN` where there is none."""
    return ENTRIES.get(address, UNKNOWN) if address else FIRST


def page_path(file: str) -> Path:
    """Return the file that draws a page, or stands at an old address."""
    return _PAGES / f"{file}.py"

"""Idle projects: storage or tools that are billed without a single request to a model."""

from collections.abc import Iterator

from lib.analysis.savings.candidates import as_traffic, groups, saving_of
from lib.analysis.savings.saving import NOTHING, Confidence, Saving, SavingRule, SavingsInput
from lib.catalog.billing import LineItemKind
from lib.catalog.dimensions import UNATTRIBUTED
from lib.catalog.line_items import parse


def find(read: SavingsInput) -> Iterator[Saving]:
    """Yield projects that are billed for storage or tools without a single request to a model."""
    busy = {p for p, units in zip(read.traffic["project_id"], read.traffic["units"], strict=True) if units}
    kinds = [parse(text).kind for text in read.bill["line_item"]]
    kept = [
        kind is LineItemKind.TOOL and dollars > 0 and project not in {*busy, UNATTRIBUTED}
        for kind, dollars, project in zip(kinds, read.bill["cost_usd"], read.bill["project_id"], strict=True)
    ]
    for (project,), rows in groups(read.bill.loc[kept], ["project_id"]):
        then = [NOTHING] * len(rows)
        yield saving_of(RULE, read, (project, ""), as_traffic(rows), then, Confidence.HIGH)


RULE = SavingRule(
    "idle",
    "Idle",
    "Remove what an idle project still keeps",
    "No request went to a model in this project in these days, but its storage or tools are billed.",
    find,
)

"""Idle projects: storage or tools that are billed without a single request to a model."""

from collections.abc import Iterator
from decimal import Decimal
from functools import partial

import pyarrow as pa
import pyarrow.compute as pc

from lib.analysis.savings.candidates import as_traffic, groups, shown_rows, with_then
from lib.analysis.savings.saving import Confidence, Saving, SavingRule, SavingsInput
from lib.analysis.vectors import found_for
from lib.catalog.billing import LineItemKind
from lib.catalog.dimensions import UNATTRIBUTED
from lib.catalog.line_items import parse
from lib.catalog.schemas import MONEY


def find(read: SavingsInput) -> Iterator[Saving]:
    """Yield projects that are billed for storage or tools without a single request to a model."""
    for (project,), saved in groups(_rows(read), ["project_id"], "saved").items():
        shown = partial(shown_rows, _rows, read, project_id=project)
        yield Saving(RULE, project, "", "", {}, Confidence.HIGH, read.days, saved, shown)


def _rows(read: SavingsInput) -> pa.Table:
    used = read.traffic.filter(pc.not_equal(read.traffic["units"], 0))
    busy = {*pc.unique(used["project_id"]).to_pylist(), UNATTRIBUTED}
    kept = found_for(
        [read.bill["line_item"], read.bill["project_id"]],
        lambda text, project: parse(text).kind is LineItemKind.TOOL and project not in busy,
        pa.bool_(),
    )
    lines = as_traffic(read.bill.filter(kept))
    return with_then(lines, pa.array([Decimal(0)] * lines.num_rows, MONEY))


RULE = SavingRule(
    "idle",
    "Idle",
    "Remove what an idle project still keeps",
    "No request went to a model in this project in these days, but its storage or tools are billed.",
    find,
)

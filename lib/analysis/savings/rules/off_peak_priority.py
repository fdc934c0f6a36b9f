"""Off-peak priority: the priority tier paid for at weekends, when there is less of a queue."""

from collections.abc import Iterator
from functools import partial

import pyarrow as pa
import pyarrow.compute as pc

from lib.analysis.savings.candidates import KEY, groups, on_weekends, shown_rows, with_then
from lib.analysis.savings.priced_traffic import STANDARD, at_price
from lib.analysis.savings.saving import Confidence, Saving, SavingRule, SavingsInput


def find(read: SavingsInput) -> Iterator[Saving]:
    """Yield keys that pay for the priority tier on Saturdays and Sundays, when there is less of a queue."""
    for (project, key), saved in groups(_rows(read), KEY, "saved").items():
        shown = partial(shown_rows, _rows, read, project_id=project, api_key_id=key)
        yield Saving(RULE, project, key, "", {}, Confidence.MEDIUM, read.days, saved, shown)


def _rows(read: SavingsInput) -> pa.Table:
    off_peak = pc.and_(pc.equal(read.traffic["tier"], "priority"), on_weekends(read.traffic))
    paid = read.traffic.filter(off_peak)
    return with_then(paid, at_price(paid, read.price, tier=STANDARD))


RULE = SavingRule(
    "priority",
    "Priority off-peak",
    "Leave the priority tier at weekends",
    "Saturdays and Sundays (UTC) are taken for off-peak; the standard tier answers the same, only not "
    "ahead of others.",
    find,
)

"""Off-peak priority: the priority tier paid for at weekends, when there is less of a queue."""

from collections.abc import Iterator

from lib.analysis.savings.candidates import KEY, SATURDAY, groups, saving_of
from lib.analysis.savings.priced_traffic import STANDARD, at_price
from lib.analysis.savings.saving import Confidence, Saving, SavingRule, SavingsInput


def find(read: SavingsInput) -> Iterator[Saving]:
    """Yield keys that pay for the priority tier on Saturdays and Sundays, when there is less of a queue."""
    days = zip(read.traffic["day"], read.traffic["tier"], strict=True)
    rows = read.traffic.loc[[tier == "priority" and day.weekday() >= SATURDAY for day, tier in days]]
    for key, of_key in groups(rows, KEY):
        then = at_price(of_key, read.price, tier=STANDARD)
        yield saving_of(RULE, read, key, of_key, then, Confidence.MEDIUM)


RULE = SavingRule(
    "priority",
    "Priority off-peak",
    "Leave the priority tier at weekends",
    "Saturdays and Sundays (UTC) are taken for off-peak; the standard tier answers the same, only not "
    "ahead of others.",
    find,
)

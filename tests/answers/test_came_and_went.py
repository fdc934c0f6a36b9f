import datetime as dt
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from lib.answers import came_and_went
from lib.catalog.measures import MEASURES
from lib.openai_admin.refusals import Refusal, RefusalKind
from lib.periods.windows import Window
from tests.answers.readings import BEFORE, BILLS, NOW, PERIOD, bill, reading_of, whole
from tests.stored import filled

SPEND, REQUESTS, TOKENS = (MEASURES[m] for m in ("spend", "requests", "tokens"))


pytestmark = pytest.mark.usefixtures("afresh")


def test_what_was_ever_billed_is_asked_again_once_other_days_are_there(tmp_path: Path) -> None:
    reading = whole(tmp_path)
    assert came_and_went.days_of(reading, SPEND, "project_id", "proj_b")[0] == [dt.date(2026, 11, 10)]

    filled(tmp_path, "costs", bill(10, "4", "proj_b"), bill(3, "1", "proj_b"))

    assert came_and_went.days_of(replace(reading), SPEND, "project_id", "proj_b")[0] == [
        dt.date(2026, 11, 3),
        dt.date(2026, 11, 10),
    ]


def test_the_bill_knows_a_dimension_from_the_last_day_on_which_it_was_refused(tmp_path: Path) -> None:
    def refused(source: str, kind: RefusalKind, dimension: str, until: int) -> Refusal:
        return Refusal(source, kind, "refused", NOW, dimension, until=dt.date(2026, 11, until))

    reading = whole(
        tmp_path,
        refusals=[
            refused("costs", RefusalKind.FLOOR, "api_key_id", 5),
            refused("costs", RefusalKind.DIMENSION, "api_key_id", 6),
            refused("costs", RefusalKind.COMBINATION, "api_key_id", 7),
            refused("completions", RefusalKind.FLOOR, "api_key_id", 8),
            refused("costs", RefusalKind.FLOOR, "line_item", 3),
        ],
    )

    assert came_and_went.known_from(reading, "api_key_id") == dt.date(2026, 11, 6)
    assert came_and_went.known_from(reading, "line_item") == dt.date(2026, 11, 3)
    assert came_and_went.known_from(reading, "model") == dt.date(
        2026, 11, 3
    )  # which the bill tells by its line items
    assert came_and_went.known_from(reading, "project_id") is None


@pytest.mark.parametrize(("until", "is_told"), [(1, True), (2, False)])
def test_what_came_is_new_only_where_the_bill_told_it_from_the_compared_period_on(
    tmp_path: Path, until: int, is_told: bool
) -> None:
    floor = Refusal("costs", RefusalKind.FLOOR, "refused", NOW, "project_id", until=dt.date(2026, 11, until))
    october = Window(dt.date(2026, 10, 1), dt.date(2026, 11, 1))
    rows = [{"start": "2026-10-20", "project_id": "proj_a", "cost_usd": Decimal(1)}, *BILLS]
    fetched = {"costs": [october, BEFORE, PERIOD]}
    reading = reading_of(tmp_path, {"costs": rows}, PERIOD, fetched=fetched, refusals=[floor])

    found = came_and_went.turnover_of(reading, SPEND, "project_id", BEFORE)

    told = list(zip(found["project_id"], found["state"], strict=True))
    assert told == ([("proj_b", "New")] if is_told else [])

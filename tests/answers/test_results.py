from dataclasses import replace
from decimal import Decimal

import pandas as pd
import pytest

from lib.answers.results import OverTime, Ranking
from lib.catalog.dimensions import DIMENSIONS
from lib.catalog.measures import MEASURES
from lib.periods.grains import Grain

SPEND = MEASURES["spend"]


@pytest.mark.parametrize(
    ("values", "any_"), [([], False), ([Decimal(0), Decimal(0)], False), ([Decimal(0), Decimal(-1)], True)]
)
def test_an_answer_knows_whether_it_has_any_amount(values: list[Decimal], any_: bool) -> None:
    over_time = OverTime(SPEND, Grain.DAY, pd.DataFrame({"value": values}), ("Total",), {})
    ranking = Ranking(SPEND, DIMENSIONS["model"], pd.DataFrame({"now": values}), {})

    assert (over_time.any, ranking.any) == (any_, any_)


def test_an_answer_equals_itself_only() -> None:
    ranking = Ranking(SPEND, DIMENSIONS["model"], pd.DataFrame({"now": []}), {})

    assert ranking == ranking
    assert ranking != replace(ranking)

import datetime as dt
from decimal import Decimal

import pandas as pd

from lib import charts
from lib.charts import palette
from tests.charts.specs import drawn, layers, titles

BOARD = pd.DataFrame(
    {
        "month": [dt.date(2026, 12, 1), dt.date(2027, 1, 1)],
        "as_is": [Decimal(60), Decimal(62)],
        "then": [Decimal(40), Decimal("41.5")],
    }
)


def test_each_month_has_a_bar_as_it_is_and_one_as_it_would_be() -> None:
    chart = charts.what_if_chart(BOARD)
    (bars,) = layers(chart, "bar")

    assert [(r["month"], r["which"], r["value"]) for r in drawn(chart, bars)] == [
        ("Dec 2026", "As it is", 60),
        ("Jan 2027", "As it is", 62),
        ("Dec 2026", "Then", 40),
        ("Jan 2027", "Then", 41.5),
    ]
    assert bars["encoding"]["x"]["sort"] == ["Dec 2026", "Jan 2027"]
    assert bars["encoding"]["xOffset"]["sort"] == ["As it is", "Then"]
    assert bars["encoding"]["color"]["scale"]["range"] == [palette.GREY, palette.BLUE]
    assert titles(bars) == ["Month", "Which", "Estimate"]

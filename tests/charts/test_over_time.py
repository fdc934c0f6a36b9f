from typing import Any

import pandas as pd

from lib import charts
from lib.catalog.units import Unit
from lib.periods.grains import Grain

DAY = pd.Timestamp("2026-11-01", tz="UTC")
SPEND = pd.DataFrame({"start": [DAY] * 3, "group": ["a", "b", "Credits"], "value": [30.0, 10.0, -25.0]})


def test_shares_of_a_bucket_are_of_what_is_above_zero_and_credits_have_none() -> None:
    spec = charts.time_chart(SPEND, unit=Unit.USD, grain=Grain.DAY, value_title="Billed").to_dict()
    layer = next(layer for layer in spec["layer"] if layer["mark"]["type"] == "bar")
    name = layer.get("data", spec.get("data"))["name"]
    rows: list[dict[str, Any]] = spec["datasets"][name]

    assert [(row["group"], row["total"], row["part"]) for row in rows] == [
        ("a", 15.0, 0.75),
        ("b", 15.0, 0.25),
        ("Credits", 15.0, None),
    ]

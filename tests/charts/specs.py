"""What a chart draws, read out of its specification; and rows that many charts are drawn of."""

from typing import Any

import pandas as pd


def days(*rows: tuple[str, str, float, bool]) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=["start", "group", "value", "provisional"])
    return frame.assign(start=pd.to_datetime(frame["start"], utc=True))


SPEND = days(
    ("2026-11-01", "Other", 9.0, False),
    ("2026-11-01", "gpt-6", 30.0, False),
    ("2026-11-01", "credit", -5.0, False),
    ("2026-11-02", "gpt-6", 10.0, True),
)


def layers(chart: Any, mark: str) -> list[dict[str, Any]]:
    """Return the layers of a chart that are drawn as `mark`."""
    return [layer for layer in chart.to_dict()["layer"] if layer["mark"]["type"] == mark]


def drawn(chart: Any, layer: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the rows that a layer draws."""
    spec = chart.to_dict()
    rows: list[dict[str, Any]] = spec["datasets"][layer.get("data", spec.get("data"))["name"]]
    return rows


def titles(layer: dict[str, Any]) -> list[str]:
    """Return the titles of the lines of a layer's tooltip."""
    return [line["title"] for line in layer["encoding"]["tooltip"]]

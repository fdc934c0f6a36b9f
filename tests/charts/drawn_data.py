"""What is sent with a drawing."""

from typing import Any

import pyarrow as pa

from lib.charts.specification import Drawing


def rows_of(drawing: Drawing) -> dict[str, list[dict[str, Any]]]:
    """Return the rows of each table that is sent beside a specification."""
    sent = drawing.to_dict()["datasets"]
    return {name: pa.ipc.open_stream(data).read_all().to_pylist() for name, data in sent.items()}


def titles(drawing: Drawing) -> list[str]:
    """Return what a drawing calls its fields, in a hint, on an axis or in a legend: each once, in order."""
    found: dict[str, None] = {}

    def look(part: Any) -> None:
        for value in part if isinstance(part, list) else part.values() if isinstance(part, dict) else ():
            look(value)
        if isinstance(part, dict) and "field" in part and isinstance(part.get("title"), str):
            found[part["title"]] = None

    look({name: value for name, value in drawing.to_dict().items() if name != "datasets"})
    return list(found)

"""What is sent with a drawing."""

from typing import Any

import pyarrow as pa

from lib.ui.drawing import Drawing


def rows_of(drawing: Drawing) -> dict[str, list[dict[str, Any]]]:
    """Return the rows of each table that is sent beside a specification."""
    sent = drawing.to_dict()["datasets"]
    return {name: pa.ipc.open_stream(data).read_all().to_pylist() for name, data in sent.items()}

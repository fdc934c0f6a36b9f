"""Output: what a command made, written where it was told to."""

import sys
from pathlib import Path

from lib.tables.exports import write_file


def write_out(content: bytes, place: str) -> None:
    """Write `content` to the file `place`, or to standard output where that is `-`; raise ExportError."""
    if place == "-":
        sys.stdout.buffer.write(content)
    else:
        write_file(content, Path(place))

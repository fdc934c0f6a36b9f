"""How much memory DuckDB may take, and the folder for what does not fit into it.

DuckDB's own limit is four fifths of the machine's memory for each process, of which there may be several, and
its own folder is `.tmp` where the process happens to be.
"""

from functools import cache

import duckdb

from lib.errors import StoreError
from lib.store.private_folder import private_folder

USUAL_LIMIT = "25%"
"""Of the machine's memory, or of what a container may take of it."""


def database(limit: str) -> duckdb.DuckDBPyConnection:
    """Return an empty database that takes so much memory at most (`limit`), and files beyond that."""
    return duckdb.connect(":memory:", config={"memory_limit": limit, "temp_directory": spill_folder()})


@cache
def spill_folder() -> str:
    """Return the folder for what does not fit into memory, shared by all processes; "" where there is none.

    DuckDB makes it when it is needed first, and deletes the files of processes that were killed.
    """
    try:
        return str(private_folder() / "spill")
    except OSError:
        return ""


def too_little(failure: duckdb.Error) -> StoreError | None:
    """Return what to say of a failure for lack of memory, or of room on disk for what did not fit into it."""
    said = str(failure)
    if isinstance(failure, duckdb.OutOfMemoryException):
        return StoreError(
            "There is not enough memory to read that many rows at once. Ask for fewer days, or allow more by "
            "[engine] memory_mb in the settings."
        )
    if isinstance(failure, duckdb.IOException) and (folder := spill_folder()) and folder in said:
        why = said.strip().splitlines()[0].rpartition(": ")[2]
        return StoreError(
            "There is not enough memory to read that many rows at once, and what does not fit cannot be kept "
            f"in {folder} ({why}). Ask for fewer days, or make room there."
        )
    return None

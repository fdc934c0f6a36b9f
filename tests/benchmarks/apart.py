"""What is measured in a process of its own."""

from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
Found = TypeVar("Found")


def apart(measure: Callable[P, Found], *args: P.args, **more: P.kwargs) -> Found:
    """Return what `measure` returns in a new process.

    Its memory is that of nothing else, and a page that runs there does not pass itself off as the main module
    here, as Streamlit lets it.
    """
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        return pool.submit(measure, *args, **more).result()

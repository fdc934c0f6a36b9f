"""Print what the app takes beside the loops that people write, as a Markdown table.

The demo organization answers from a process of its own, each answer 150 ms late. Everything is
measured in one run on one machine; figures of different machines compare as ratios only.
"""

import datetime as dt
import logging
import os
import sys
import tempfile
from pathlib import Path

from lib.periods.windows import Window
from tests.benchmarks import a_year, large_fetch, overview, pages, people
from tests.benchmarks.apart import apart
from tests.benchmarks.report import table
from tests.benchmarks.rounds import run
from tests.benchmarks.server import serving
from tests.conftest import PROXIES, SETTINGS

LATENCY_MS = 150
DAYS = dt.timedelta(days=90)
SETTLED = dt.timedelta(days=3)
ROUNDS = 3
RUNS = 7


def main() -> None:
    """Measure and print; raise Disagreement where a way found other totals than the others."""
    for name in (*SETTINGS, *PROXIES, *(p.upper() for p in PROXIES)):
        os.environ.pop(name, None)
    logging.disable(logging.WARNING)  # streamlit remarks that a script runs without its server
    with tempfile.TemporaryDirectory() as folder:
        drawn = overview.first(Path(folder), ROUNDS)
    with serving(LATENCY_MS) as api, tempfile.TemporaryDirectory() as folder:
        end = api.now.date() - SETTLED
        window = Window(end - DAYS, end)
        run(api, window, 1)  # now the server has made its days, and everybody's modules are loaded
        medians = run(api, window, ROUNDS)
        warm = apart(overview.warm, api, Path(folder), RUNS)
    sys.stdout.write(table(medians, drawn, warm, ROUNDS))
    sys.stdout.write(large_fetch.said(large_fetch.measured(DAYS.days, LATENCY_MS, ROUNDS), a_year.measured()))
    with serving(0) as api, tempfile.TemporaryDirectory() as folder:
        sys.stdout.write(pages.measured(api, Path(folder)))
    with tempfile.TemporaryDirectory() as folder:
        sys.stdout.write(people.said(people.crowd(Path(folder))))


if __name__ == "__main__":
    main()

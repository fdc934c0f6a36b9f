"""A year of the large organization fetched and stored by a process that does nothing else."""

import argparse
import datetime as dt
import json
import subprocess
import sys
import tempfile
from dataclasses import asdict, dataclass
from pathlib import Path

from lib.periods.windows import Window
from tests.benchmarks.large_server import serving
from tests.benchmarks.ours import fetched
from tests.benchmarks.server import ROOT

END = dt.date(2026, 11, 20)
"""The day after the last one, all of which are final."""


@dataclass(frozen=True)
class Year:
    """What a year took: rows stored, seconds, and the most megabytes that the process had."""

    rows: int
    seconds: float
    megabytes: float


def measured(days: int = 365) -> Year:
    """Return what the last `days` took, answered without waiting."""
    command = [sys.executable, "-m", "tests.benchmarks.a_year", "--days", str(days)]
    done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True)
    return Year(**json.loads(done.stdout))


def main() -> None:
    """Fetch and print what that took, as JSON."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.a_year")
    parser.add_argument("--days", type=int, default=365)
    days = dt.timedelta(days=parser.parse_args().days)
    with serving(0) as api, tempfile.TemporaryDirectory() as folder:
        outcome = fetched(api, Window(END - days, END), folder, summed=False)
    sys.stdout.write(json.dumps(asdict(Year(outcome.rows, outcome.seconds, most_megabytes()))))


def most_megabytes() -> float:
    """Return the most memory that this process had."""
    # Not what `getrusage` says, which begins with the memory of the process that started this one.
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(status.partition("VmHWM:")[2].split()[0]) / 1024


if __name__ == "__main__":
    main()

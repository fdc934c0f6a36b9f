"""A large organization fetched: beside the loops that people write, and beside the floor."""

import datetime as dt
import tempfile
from dataclasses import dataclass
from statistics import median

from lib.periods.windows import Window
from lib.settings import Settings
from tests.benchmarks import floor
from tests.benchmarks.a_year import END, Year
from tests.benchmarks.large_server import serving
from tests.benchmarks.loops import sdk, tutorial
from tests.benchmarks.ours import fetched
from tests.benchmarks.outcomes import Outcome
from tests.benchmarks.rounds import FETCHED, SDK, TUTORIAL, check


@dataclass(frozen=True)
class Times:
    """The seconds of each way in the middle round, and those of the floor."""

    seconds: dict[str, float]
    floor: float
    requests: dict[str, int]


def measured(days: int, latency_ms: int, rounds: int) -> Times:
    """Return what each way took for the last `days`; raise Disagreement where totals differ.

    The loops, which take minutes, run once; the app and the floor in turn, `rounds` times.
    """
    window = Window(END - dt.timedelta(days=days), END)
    with serving(latency_ms) as api:
        outcomes = {TUTORIAL: tutorial(api, window), SDK: sdk(api, window)}
        ours, floors = [], []
        for _ in range(rounds):
            with tempfile.TemporaryDirectory() as folder:
                ours.append(fetched(api, window, folder))
            floors.append(floor.seconds(api, ours[-1].asked, Settings().concurrency))
    for one in ours:
        check({**outcomes, FETCHED: one})
    outcomes[FETCHED] = Outcome(median(one.seconds for one in ours), ours[0].requests, ours[0].totals)
    seconds = {way: outcome.seconds for way, outcome in outcomes.items()}
    return Times(seconds, median(floors), {way: outcome.requests for way, outcome in outcomes.items()})


def said(times: Times, whole: Year) -> str:
    """Return the table, as Markdown."""
    took, ours = times.seconds, times.seconds[FETCHED]
    rows = [
        (
            "90 days of a large organization, against the tutorial's loop",
            f"{took[TUTORIAL] / ours:.1f} times",
            "8",
        ),
        ("… against the official SDK's loop", f"{took[SDK] / ours:.1f} times", "14"),
        (
            "… against downloading the same bytes and decoding them into structs",
            f"{ours / times.floor:.1f} times as long",
            "3",
        ),
        ("A year of it, rows stored a second", f"{whole.rows / whole.seconds:,.0f}", "60,000"),
        ("A year of it, the most memory of the process", f"{whole.megabytes:,.0f} MB", "700 MB"),
    ]
    lines = ["", "| What | Measured | Aim |", "|---|---|---|", *(f"| {' | '.join(row)} |" for row in rows)]
    sentence = f"{ours:.1f} s for {times.requests[FETCHED]} requests; {whole.rows:,} rows a year.\n"
    return "\n".join([*lines, "", sentence])

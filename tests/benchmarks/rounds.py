"""Rounds: every way in turn, in another order each time, and the medians of what they took."""

import gc
import tempfile
from dataclasses import dataclass
from statistics import median

from lib.periods.windows import Window
from tests.benchmarks.loops import sdk, tutorial
from tests.benchmarks.ours import fetched, opened
from tests.benchmarks.outcomes import Api, Outcome, Totals

TUTORIAL, SDK, FETCHED, OPENED = "tutorial", "SDK", "fetched", "opened"


class Disagreement(Exception):
    """Two ways to the same rows came to different totals."""


@dataclass(frozen=True)
class Medians:
    """The seconds that each way took in the middle round, its requests, and the totals of all ways."""

    seconds: dict[str, float]
    requests: dict[str, int]
    totals: Totals


def run(api: Api, window: Window, rounds: int) -> Medians:
    """Return the medians of `rounds`; raise Disagreement where totals differ, however fast they came."""
    taken = [_round(api, window, nth) for nth in range(rounds)]
    for outcomes in taken:
        check(outcomes)
    return Medians(
        {way: median(outcomes[way].seconds for outcomes in taken) for way in taken[0]},
        {way: outcome.requests for way, outcome in taken[0].items()},
        taken[0][OPENED].totals,
    )


def _round(api: Api, window: Window, nth: int) -> dict[str, Outcome]:
    outcomes: dict[str, Outcome] = {}

    def ours() -> None:
        with tempfile.TemporaryDirectory() as folder:
            outcomes[FETCHED] = fetched(api, window, folder)
            outcomes[OPENED] = opened(api, window, folder)

    def theirs() -> None:
        outcomes[TUTORIAL] = tutorial(api, window)

    def official() -> None:
        outcomes[SDK] = sdk(api, window)

    ways = [ours, theirs, official]
    for way in (*ways[nth % 3 :], *ways[: nth % 3]):
        gc.collect()
        way()
    return outcomes


def check(outcomes: dict[str, Outcome]) -> None:
    """Raise Disagreement unless all counts are equal, and all costs: the SDK's as far as floats reach."""
    exact = outcomes[TUTORIAL].totals
    for way, outcome in outcomes.items():
        same = exact.nearly(outcome.totals) if way == SDK else exact == outcome.totals
        if not same:
            raise Disagreement(f"{way} found {outcome.totals}, but the {TUTORIAL} found {exact}.")

"""What a run of the rig is made of: cases that can be repeated one by one, and what they count."""

import shutil
import sys
import tempfile
import threading
import traceback
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass, field, replace
from pathlib import Path
from random import Random

from tests.rig.commands import Outcome
from tests.rig.places import Places, Where, a_bucket, folders
from tests.rig.truth import Difference

WORKERS = 3


class Tally:
    """What was run, killed, broken and compared, by name; safe between threads."""

    def __init__(self) -> None:
        self._counts: Counter[str] = Counter()
        self._lock = threading.Lock()

    def add(self, what: str, times: int = 1) -> None:
        """Count something."""
        with self._lock:
            self._counts[what] += times

    def rows(self) -> list[tuple[str, int]]:
        """Return what was counted, in the order of the names."""
        with self._lock:
            return sorted(self._counts.items())

    def __getitem__(self, what: str) -> int:
        with self._lock:
            return self._counts[what]

    def table(self) -> str:
        """Return everything counted as a Markdown table."""
        lines = ["| what | how many |", "|---|---:|"]
        return "\n".join([*lines, *(f"| {what} | {times:,} |" for what, times in self.rows())]) + "\n"


@dataclass
class Site:
    """Where a case runs: its own seeded randomness, an empty folder, and where it counts and complains.

    `place` gives the places of its stores.
    """

    random: Random
    folder: Path
    tally: Tally
    place: Places
    problems: list[str] = field(default_factory=list)

    def judge(self, outcome: Outcome) -> Outcome:
        """Count a command, and note what it did that no command may do."""
        self.tally.add("commands run")
        self.problems += outcome.faults()
        return outcome

    def compare(self, found: Difference, when: str) -> bool:
        """Count the rows compared, note every difference, and return whether there is none."""
        self.tally.add("rows compared", found.compared)
        self.tally.add("rows lost", len(found.lost))
        self.tally.add("rows not true, or doubled", len(found.extra))
        self.problems += [f"{when}: {sentence}" for sentence in found.told()]
        return not found.told()


@dataclass(frozen=True)
class Case:
    """One thing to try, called `part/number`; `go` leaves its complaints at the site."""

    name: str
    go: Callable[[Site], None]
    where: Where = folders


def numbered(part: str, goes: Sequence[Callable[[Site], None]]) -> list[Case]:
    """Return `goes` as the cases of a part."""
    return [Case(f"{part}/{n}", go) for n, go in enumerate(goes, 1)]


def in_a_bucket(cases: Sequence[Case]) -> list[Case]:
    """Return the same cases with their stores in buckets."""
    return [replace(case, name=f"bucket/{case.name}", where=a_bucket) for case in cases]


def tried(case: Case, seed: int, tally: Tally) -> list[str]:
    """Run one case in a folder of its own and return what went wrong."""
    folder = Path(tempfile.mkdtemp(prefix="rig-"))
    problems: list[str] = []
    try:
        with case.where(folder) as place:
            case.go(Site(Random(f"{seed}/{case.name}"), folder, tally, place, problems))
    except Exception:  # noqa: BLE001 - the other cases are still worth running
        problems.append(f"The case itself failed: {traceback.format_exc()}")
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return problems


def run(chosen: Sequence[Case], seed: int, tally: Tally, workers: int = WORKERS) -> dict[str, list[str]]:
    """Run cases, some at a time, and return what went wrong by case."""
    with ThreadPoolExecutor(workers) as pool:
        waiting = {pool.submit(tried, case, seed, tally): case.name for case in chosen}
        found = {}
        for future in as_completed(waiting):
            name, problems = waiting[future], future.result()
            found[name] = problems
            sys.stderr.write(f"{name}: {'; '.join(problems)[:2000] or 'fine'}\n")
    return {name: problems for name, problems in sorted(found.items()) if problems}

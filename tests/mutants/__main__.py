"""Draw mutants with a seed, try them, and print those that no test noticed."""

import argparse
import os
import sys
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from queue import SimpleQueue

from tests.mutants.mutations import Mutant
from tests.mutants.reach import Reach
from tests.mutants.sampling import drawn
from tests.mutants.trial import Trial

ROOT = Path(__file__).resolve().parents[2]
SHARE = 0.95


def tried(sample: list[Mutant], at_a_time: int) -> Iterator[tuple[Mutant, bool]]:
    """Yield each mutant with whether it was noticed, in the order of the sample."""
    reach = Reach(ROOT)
    free: SimpleQueue[Trial] = SimpleQueue()

    def noticed(mutant: Mutant) -> bool:
        trial = free.get()
        try:
            return trial.notices(mutant)
        finally:
            free.put(trial)

    with tempfile.TemporaryDirectory(prefix="mutants-") as folder, ThreadPoolExecutor(at_a_time) as pool:
        trials = [Trial(ROOT, Path(folder) / str(nth), reach) for nth in range(at_a_time)]
        if not trials[0].passes(sorted({file for mutant in sample for file in reach.tests(mutant.path)[0]})):
            sys.exit("The tests fail without any mutant. Mend them first: make test")
        for trial in trials:
            free.put(trial)
        yield from zip(sample, pool.map(noticed, sample), strict=True)


def show(mutant: Mutant) -> None:
    """Write where a mutant is and what it changes."""
    source = (ROOT / mutant.path).read_bytes()
    before, after = mutant.change(source)
    sys.stdout.write(f"\n{mutant.path}:{mutant.line(source)}\n- {before}\n+ {after}\n")
    sys.stdout.flush()


def main() -> int:
    """Return 0 where at least 95% of the sample were noticed, otherwise 1."""
    parser = argparse.ArgumentParser(prog="python -m tests.mutants", description=__doc__)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--count", type=int, default=200)
    parser.add_argument("--only", default="lib/", help="modules whose path begins so, such as lib/periods/")
    parser.add_argument("--at-a-time", type=int, default=os.cpu_count() or 1)
    chosen = parser.parse_args()

    sample = drawn(ROOT, chosen.seed, chosen.count, chosen.only)
    survivors = 0
    for nth, (mutant, is_noticed) in enumerate(tried(sample, chosen.at_a_time), 1):
        sys.stderr.write(f"\r{nth} of {len(sample)} ")
        if not is_noticed:
            survivors += 1
            show(mutant)
    noticed = len(sample) - survivors
    sys.stdout.write(f"\n{noticed} of {len(sample)} mutants were noticed; at least {SHARE:.0%} should be.\n")
    return 0 if noticed >= SHARE * len(sample) else 1


if __name__ == "__main__":
    sys.exit(main())

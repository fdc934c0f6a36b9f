"""Kill, misanswer and damage what the command line works with, and compare every row with the truth."""

import argparse
import sys
import time

from tests.rig import clocks, damage, exits, kills, misbehaviour, object_troubles, replicas, small_disks
from tests.rig.cases import Case, Tally, in_a_bucket, run


def cases(seed: int) -> list[Case]:
    """Return everything that a full run tries; 2,000 processes that only end are tried when asked for."""
    return [
        *kills.cases(14, kills=22),
        *misbehaviour.cases(seed, 80),
        *clocks.cases(5),
        *small_disks.cases(),
        *damage.cases(),
        *in_a_bucket(
            [
                *kills.cases(5, kills=20),
                *damage.cases(),
                *object_troubles.cases(seed, 18),
                *replicas.cases(3, kills=9),
            ]
        ),
    ]


def main() -> int:
    """Run what was chosen and print the table; return 1 where something went wrong."""
    parser = argparse.ArgumentParser(prog="python -m tests.rig", description=__doc__)
    parser.add_argument("--seed", type=int, default=0, help="what decides everything that is random")
    parser.add_argument("--only", default="", metavar="CASE", help="a part, or one case of it: kills/3")
    options = parser.parse_args()
    known = [*cases(options.seed), *(exits.cases(40, 50) if options.only.startswith("exits") else [])]
    chosen = [c for c in known if f"{c.name}/".startswith(options.only and f"{options.only}/")]
    sys.stderr.write(f"Seed {options.seed}: {len(chosen)} cases.\n")
    began, tally = time.monotonic(), Tally()
    failed = run(chosen, options.seed, tally)
    minutes = (time.monotonic() - began) / 60
    sys.stdout.write(f"{tally.table()}\nSeed {options.seed}, {len(chosen)} cases, {minutes:.1f} minutes.\n")
    for name, problems in failed.items():
        sys.stdout.write(f"\n{name} failed; `make rig SEED={options.seed} ONLY={name}` repeats it:\n")
        sys.stdout.write("".join(f"- {problem}\n" for problem in dict.fromkeys(problems)))
    return int(bool(failed))


if __name__ == "__main__":
    sys.exit(main())

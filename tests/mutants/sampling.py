"""A sample of all mutants that stays the same where the lines that it changes do."""

import hashlib
from pathlib import Path

from tests.mutants import equivalents
from tests.mutants.mutations import Mutant, mutants


def drawn(root: Path, seed: int, count: int, only: str = "lib/") -> list[Mutant]:
    """Return a sample of the mutants of the modules whose path begins with `only`, equivalents apart.

    Which are drawn follows from the seed and each mutant's own text: a sample whose survivors were mended
    can be tried again, and a change of other lines draws no others.
    """
    known = equivalents.read(equivalents.FILE.read_text(encoding="utf-8"))
    placed: list[tuple[bytes, Mutant]] = []
    for path in sorted(root.glob("lib/**/*.py")):
        name, source = path.relative_to(root).as_posix(), path.read_bytes()
        if not name.startswith(only):
            continue
        for mutant in mutants(path, name):
            described = equivalents.described(mutant, source)
            if described not in known:
                text = "\n".join((str(seed), *described))
                placed.append((hashlib.sha256(text.encode()).digest(), mutant))
    return [mutant for _, mutant in sorted(placed)[:count]]

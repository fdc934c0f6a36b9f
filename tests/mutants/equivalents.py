"""Changes that no test can notice, because the program does the same with them."""

import re
from pathlib import Path

from tests.mutants.mutations import Mutant

FILE = Path(__file__).with_name("equivalents.txt")
ENTRY = re.compile(r"^(lib/\S+)\n- (.+)\n\+ (.+)\nBecause (.+)$", re.MULTILINE)

Equivalents = frozenset[tuple[str, str, str]]


def read(text: str) -> Equivalents:
    """Return the path, the line before and the line after of every entry in the list."""
    return frozenset((path, before, after) for path, before, after, _why in ENTRY.findall(text))


def described(mutant: Mutant, source: bytes) -> tuple[str, str, str]:
    """Return the mutant as the list has it: by its text and not by its line number, which moves."""
    return (mutant.path, *mutant.change(source))

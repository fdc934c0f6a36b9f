"""Which files of tests can notice a change of a module, nearest first."""

import ast
from collections import deque
from collections.abc import Iterable
from itertools import pairwise
from pathlib import Path

APART = (
    "tests/browser/",
    "tests/benchmarks/",
    "tests/mutants/",
    "tests/test_readme.py",
    "tests/test_architecture.py",
)
"""Tests that are too slow to be run for each mutant, or that read the source and do not run it."""

NEAR = 1
"""The distance of tests that import the module themselves; those that bear its name are nearer."""


class Reach:
    """The imports of the project at `root`, read once."""

    def __init__(self, root: Path) -> None:
        files = [*root.glob("lib/**/*.py"), *root.glob("pages/*.py"), *root.glob("tests/**/*.py")]
        self._names = {_dotted(path.relative_to(root)): path.relative_to(root).as_posix() for path in files}
        self._tests = [path for path in self._names.values() if Path(path).name.startswith("test_")]
        self._importers: dict[str, set[str]] = {name: set() for name in self._names.values()}
        for path in files:
            for other in self._imports(path, path.relative_to(root)):
                self._importers[other].add(path.relative_to(root).as_posix())

    def tests(self, module: str) -> tuple[list[str], list[str]]:
        """Return the files of tests near the module at this path and those further away, in order.

        Where no test is for the module itself, those for what imports it are near.
        """
        files = sorted(
            (distance, path)
            for path, distance in self._distances_of_tests(module).items()
            if not path.startswith(APART)
        )
        reaches = max(NEAR, min((distance for distance, _path in files), default=NEAR))
        near = [path for distance, path in files if distance <= reaches]
        far = [path for distance, path in files if distance > reaches]
        return near, sorted(far, key=lambda path: not _is_in_the_same_room(module, path))

    def _distances_of_tests(self, module: str) -> dict[str, float]:
        """Return how far each test is: one that bears the name of a module is half a step from it."""
        distances = self._distances(module)
        found: dict[str, float] = {path: d for path, d in distances.items() if path in self._tests}
        for reached, distance in distances.items():
            for test in self._tests:
                if _is_mirrored(reached, test):
                    found[test] = min(found.get(test, distance + 1), distance + 0.5)
        return found

    def _distances(self, module: str) -> dict[str, int]:
        distances, queue = {module: 0}, deque([module])
        while queue:
            reached = queue.popleft()
            for importer in self._importers[reached] - distances.keys():
                distances[importer] = distances[reached] + 1
                queue.append(importer)
        return distances

    def _imports(self, path: Path, name: Path) -> set[str]:
        found: set[str] = set()
        for node in ast.walk(ast.parse(path.read_bytes())):
            if isinstance(node, ast.Import):
                found |= {alias.name for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module:
                found |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
            elif isinstance(node, ast.List | ast.Call):
                found |= _run(node.elts if isinstance(node, ast.List) else node.args)
        if name.parts[:2] == ("tests", "pages"):
            found |= set(self._pages_of(name))
        return {self._names[other] for other in found if other in self._names}

    def _pages_of(self, test: Path) -> Iterable[str]:
        """Return the pages that a test of pages opens by path: the one that it is named for, or all."""
        own = f"pages.{test.stem.removeprefix('test_')}"
        return [own] if own in self._names else [name for name in self._names if name.startswith("pages.")]


def _run(words: list[ast.expr]) -> set[str]:
    """Return what a command of these words runs as `python -m` does."""
    said = [word.value if isinstance(word, ast.Constant) else None for word in words]
    return {f"{name}.__main__" for flag, name in pairwise(said) if flag == "-m"}


def _dotted(path: Path) -> str:
    return ".".join(path.with_suffix("").parts).removesuffix(".__init__")


def _is_in_the_same_room(module: str, test: str) -> bool:
    return Path(module).parts[1] == Path(test).parts[1]


def _is_mirrored(module: str, test: str) -> bool:
    """Tell whether `test` stands in tests/ where `module` stands in lib/."""
    folder, _, name = module.removesuffix(".py").removeprefix("lib/").rpartition("/")
    room, _, stem = test.removesuffix(".py").removeprefix("tests/").rpartition("/")
    return room == folder and stem.startswith(f"test_{name}")

from pathlib import Path

from tests.mutants.sampling import drawn

MODULE = "x = {first} < 1\ny = 2 + 3\nz = max(4, 5)\n"


def lines(root: Path, seed: int, **changed: str) -> list[tuple[int, str]]:
    """Return the line and the new text of each of five mutants of a module."""
    (root / "lib").mkdir(exist_ok=True)
    module = root / "lib" / "one.py"
    module.write_text(MODULE.format(**{"first": "a", **changed}))
    source = module.read_bytes()
    return [(m.line(source), m.replacement) for m in drawn(root, seed, 5)]


def test_a_change_of_one_line_draws_the_same_of_the_others(tmp_path: Path) -> None:
    before, after = lines(tmp_path, 3), lines(tmp_path, 3, first="a + 7")

    assert len(before) == 5
    kept = [one for one in after if one[0] != 1]
    assert kept == [one for one in before if one[0] != 1][: len(kept)]


def test_another_seed_draws_others(tmp_path: Path) -> None:
    assert len({tuple(lines(tmp_path, seed)) for seed in range(5)}) > 1

from pathlib import Path

import pytest

from tests.mutants import equivalents
from tests.mutants.mutations import mutants


def changed(folder: Path, source: str) -> list[str]:
    """Return what the last line of `source` becomes, mutant by mutant."""
    module = folder / "module.py"
    module.write_text(source, encoding="utf-8")
    return [m.applied(module.read_bytes()).decode().splitlines()[-1] for m in mutants(module, "module.py")]


@pytest.mark.parametrize(
    ("line", "others"),
    [
        ("x = a < b", ["x = a <= b"]),
        ("x = a not in b", ["x = a in b"]),
        ("x = a == b != c", ["x = a != b != c", "x = a == b == c"]),
        ("x = a and not b", ["x = a or not b", "x = a and b"]),
        ("x = a + b", ["x = a - b"]),
        ("x -= a", ["x += a"]),
        ("x = 9", ["x = 10"]),
        ("x = True", ["x = False"]),
        ("x = -a", ["x = a"]),
        ("x = max(a, b)", ["x = min(a, b)"]),
        ("x = a(b, c=d)", ["x = a(b, c=None)"]),
        ("x = a if b() else c", ["x = a if not b() else c"]),
        ("def f(a=1): return a", ["def f(a=2): return a", "def f(a=1): return None"]),
        ("é = 'ü', a < b", ["é = 'ü', a <= b"]),
    ],
)
def test_one_token_at_a_time_is_changed(tmp_path: Path, line: str, others: list[str]) -> None:
    assert changed(tmp_path, f"# a line before\n{line}\n") == others


@pytest.mark.parametrize(
    "line",
    [
        "zip(a, b, strict=True)",
        "x: int | None",
        "def f(a: Literal[1]) -> b | c: ...",
        "Number = Decimal | float",
        "x = 'a' + b",
        "x = f'{a + b:.{1}f}'",
        "def f(): return None",
    ],
)
def test_types_and_texts_are_left_alone(tmp_path: Path, line: str) -> None:
    assert changed(tmp_path, line) == []


def test_how_a_chart_looks_is_left_alone(tmp_path: Path) -> None:
    module = tmp_path / "bars.py"
    module.write_text("bars(dy=5, size=2 if a < b else 3)\n")

    found = mutants(module, "lib/charts/bars.py")

    assert [m.replacement for m in found] == ["3", "<=", "4"]
    assert len(mutants(module, "lib/tables/bars.py")) == 4


def test_a_decorator_is_left_alone(tmp_path: Path) -> None:
    assert changed(tmp_path, "@dataclass(frozen=True)\nclass A: ...\n") == []


def test_an_equivalent_is_found_by_its_text_wherever_its_line_is(tmp_path: Path) -> None:
    known = equivalents.read("lib/a.py\n- x = a < b\n+ x = a <= b\nBecause a is never b.\n")
    module = tmp_path / "a.py"
    module.write_text("\n\nif True:\n    x = a < b\n")

    *_, mutant = mutants(module, "lib/a.py")

    assert {equivalents.described(mutant, module.read_bytes())} == known


def test_every_equivalent_has_a_reason_and_is_a_mutant_of_today() -> None:
    text = equivalents.FILE.read_text(encoding="utf-8")
    known = equivalents.read(text)
    possible = {
        equivalents.described(mutant, Path(path).read_bytes())
        for path in {path for path, *_ in known}
        for mutant in mutants(Path(path), path)
    }

    assert known <= possible
    assert len(known) == text.count("\n- ")

"""Every change of one token that can be made to a module."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

SWAPPED_OPERATORS: dict[type[ast.AST], tuple[str, str]] = {
    ast.Eq: ("==", "!="),
    ast.NotEq: ("!=", "=="),
    ast.Lt: ("<", "<="),
    ast.LtE: ("<=", "<"),
    ast.Gt: (">", ">="),
    ast.GtE: (">=", ">"),
    ast.In: ("in", "not in"),
    ast.NotIn: ("not in", "in"),
    ast.Is: ("is", "is not"),
    ast.IsNot: ("is not", "is"),
    ast.And: ("and", "or"),
    ast.Or: ("or", "and"),
    ast.Add: ("+", "-"),
    ast.Sub: ("-", "+"),
    ast.Mult: ("*", "/"),
    ast.Div: ("/", "*"),
    ast.FloorDiv: ("//", "/"),
    ast.BitAnd: ("&", "|"),
    ast.BitOr: ("|", "&"),
}
SWAPPED_NAMES = {"min": "max", "max": "min", "any": "all", "all": "any"}
BUILT_IN_TYPES = {"str", "int", "float", "bool", "bytes", "list", "dict", "set", "tuple", "None"}


@dataclass(frozen=True, order=True)
class Mutant:
    """One change: the bytes from `start` to `end` of the file at `path` become `replacement`."""

    path: str
    start: int
    end: int
    replacement: str

    def applied(self, source: bytes) -> bytes:
        """Return the whole source, changed."""
        return source[: self.start] + self.replacement.encode() + source[self.end :]

    def line(self, source: bytes) -> int:
        """Return the number of the line that is changed, from 1."""
        return source.count(b"\n", 0, self.start) + 1

    def change(self, source: bytes) -> tuple[str, str]:
        """Return the changed lines before and after, each joined into one without its indentation."""
        first = source.rfind(b"\n", 0, self.start) + 1
        after_end = source.find(b"\n", self.end)
        last = len(source) if after_end < 0 else after_end
        changed = source[first : self.start] + self.replacement.encode() + source[self.end : last]
        return _one_line(source[first:last]), _one_line(changed)


def _one_line(text: bytes) -> str:
    return " ".join(text.decode().split())


def mutants(path: Path, name: str) -> list[Mutant]:
    """Return every mutant of the module at `path`, whose name is given in the mutants, in order."""
    source = path.read_bytes()
    return sorted(set(_Finder(source, name).mutants(ast.parse(source))))


class _Finder:
    """Finds the mutants of one source; annotations, decorators and text are left alone.

    So are the expressions in an f-string: Python 3.11 does not say where they stand.
    """

    def __init__(self, source: bytes, name: str) -> None:
        self._source = source
        self._name = name
        self._starts = [0]
        for line in source.splitlines(keepends=True):
            self._starts.append(self._starts[-1] + len(line))

    def mutants(self, node: ast.AST) -> Iterator[Mutant]:
        if isinstance(node, ast.JoinedStr) or self._is_looks(node) or _is_strict(node):
            return
        yield from self._own(node)
        for field, value in ast.iter_fields(node):
            if field in {"annotation", "returns", "decorator_list", "type_params"}:
                continue
            for child in value if isinstance(value, list) else [value]:
                if isinstance(child, ast.AST):
                    yield from self.mutants(child)

    def _is_looks(self, node: ast.AST) -> bool:
        """Tell whether a chart is told how to look: sizes and distances are for eyes, not for tests."""
        return (
            self._name.startswith("lib/charts/")
            and isinstance(node, ast.keyword)
            and not any(isinstance(each, ast.Compare) for each in ast.walk(node))
        )

    def _own(self, node: ast.AST) -> Iterator[Mutant]:
        match node:
            case ast.Compare():
                operands = [node.left, *node.comparators]
                for left, operator, right in zip(operands, node.ops, operands[1:], strict=False):
                    yield from self._swapped(left, operator, right)
            case ast.BoolOp():
                yield from self._swapped(node.values[0], node.op, node.values[1])
            case ast.BinOp() if not _is_text(node.left, node.right) and not _is_type(node):
                yield from self._swapped(node.left, node.op, node.right)
            case ast.AugAssign():
                yield from self._swapped(node.target, node.op, node.value)
            case ast.UnaryOp(op=ast.Not() | ast.USub()):
                yield self._replaced(self._start(node), self._start(node.operand), "")
            case ast.Constant(value=bool()):
                yield self._whole(node, str(not node.value))
            case ast.Constant(value=int() | float() as number):
                yield self._whole(node, f"{number + 1}")
            case ast.Return(value=ast.expr() as value) if not _is_none(value):
                yield self._whole(value, "None")
            case ast.If(test=test) | ast.IfExp(test=test) if isinstance(
                test, ast.Name | ast.Call | ast.Attribute
            ):
                yield self._replaced(self._start(test), self._start(test), "not ")
            case ast.Call():
                yield from self._call(node)
            case ast.Break():
                yield self._whole(node, "continue")
            case ast.Continue():
                yield self._whole(node, "break")

    def _call(self, node: ast.Call) -> Iterator[Mutant]:
        """Yield a call of the opposite function, and the call with None for a keyword argument."""
        if isinstance(node.func, ast.Name) and node.func.id in SWAPPED_NAMES:
            yield self._whole(node.func, SWAPPED_NAMES[node.func.id])
        for keyword in node.keywords:
            if keyword.arg and isinstance(keyword.value, ast.Name | ast.Attribute):
                yield self._whole(keyword.value, "None")

    def _swapped(self, left: ast.expr, operator: ast.AST, right: ast.expr) -> Iterator[Mutant]:
        if type(operator) not in SWAPPED_OPERATORS:
            return
        word, other = SWAPPED_OPERATORS[type(operator)]
        start = self._source.find(word.encode(), self._end(left), self._start(right))
        if start >= 0:
            yield self._replaced(start, start + len(word), other)

    def _whole(self, node: ast.expr | ast.stmt, replacement: str) -> Mutant:
        return self._replaced(self._start(node), self._end(node), replacement)

    def _replaced(self, start: int, end: int, replacement: str) -> Mutant:
        return Mutant(self._name, start, end, replacement)

    def _start(self, node: ast.expr | ast.stmt) -> int:
        return self._starts[node.lineno - 1] + node.col_offset

    def _end(self, node: ast.expr | ast.stmt) -> int:
        assert node.end_lineno is not None
        assert node.end_col_offset is not None
        return self._starts[node.end_lineno - 1] + node.end_col_offset


def _is_strict(node: ast.AST) -> bool:
    """Tell whether a zip is told what never happens: that its parts differ in length."""
    return isinstance(node, ast.keyword) and node.arg == "strict"


def _is_text(*operands: ast.expr) -> bool:
    """Tell whether text is put together: anything but `+` only breaks it."""
    return any(
        isinstance(each, ast.JoinedStr) or (isinstance(each, ast.Constant) and isinstance(each.value, str))
        for each in operands
    )


def _is_type(node: ast.BinOp) -> bool:
    """Tell whether an `|` joins types, as in `int | None`."""
    sides = [node.left, node.right]
    return isinstance(node.op, ast.BitOr) and any(
        _is_none(each) or (isinstance(each, ast.Name) and (each.id in BUILT_IN_TYPES or each.id[0].isupper()))
        for each in sides
    )


def _is_none(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is None

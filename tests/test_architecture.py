"""What holds for every module, each rule once over all of them; the layers are import-linter's."""

import ast
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
MODULES = {
    ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): path
    for path in (*ROOT.glob("lib/**/*.py"), *ROOT.glob("pages/*.py"), ROOT / "streamlit_app.py")
}
PARSED = {name: ast.parse(path.read_text(encoding="utf-8")) for name, path in MODULES.items()}
FAR_FROM_PAGES = (
    "pandas",
    "requests",
    "urllib3",
    "duckdb",
    "deltalake",
    "lib.analysis",
    "lib.engine.execution",
    "lib.store",
    "lib.openai_admin",
    "lib.demo",
)
TESTS = {
    f"{path.relative_to(ROOT)}:{test.lineno} {test.name}": test
    for path in ROOT.glob("tests/**/test_*.py")
    for test in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
    if isinstance(test, ast.FunctionDef) and test.name.startswith("test_")
}


def imports(module: str) -> set[str]:
    """Return the full names of the modules that `module` imports, wherever in the file it does."""
    found: set[str] = set()
    for node in ast.walk(PARSED[module]):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{module} imports relatively; say the whole name"
            wholes = {f"{node.module}.{alias.name}" for alias in node.names}
            found |= {whole if whole in MODULES else str(node.module) for whole in wholes}
    return found


def is_in(module: str, package: str) -> bool:
    return module == package or module.startswith(f"{package}.")


def offenders(allowed: tuple[str, ...], forbidden: tuple[str, ...]) -> dict[str, set[str]]:
    """Return, for each module outside `allowed`, what it imports of `forbidden`."""
    found = {
        module: {other for other in imports(module) if any(is_in(other, f) for f in forbidden)}
        for module in MODULES
        if not any(is_in(module, place) for place in allowed)
    }
    return {module: others for module, others in found.items() if others}


def test_the_rules_see_every_room() -> None:
    assert {"lib.catalog.sources", "lib.engine.execution", "pages.costs", "streamlit_app"} <= MODULES.keys()


def test_nothing_imports_a_page_or_the_app() -> None:
    assert not offenders((), ("pages", "streamlit_app"))


def test_pages_ask_answers_and_compute_nothing() -> None:
    outside = tuple(module for module in MODULES if not is_in(module, "pages"))

    assert not offenders(outside, FAR_FROM_PAGES)


def test_every_module_says_what_it_is() -> None:
    assert not [module for module in MODULES if module != "lib" and not ast.get_docstring(PARSED[module])]


def test_no_module_is_named_for_nothing() -> None:
    named = {module.rpartition(".")[2] for module in MODULES}

    assert not named & {"utils", "helpers", "common", "manager", "misc"}


def test_a_module_name_occurs_once() -> None:
    names = Counter(
        path.stem for path in MODULES.values() if is_in(path.parent.name, "lib") or "lib" in path.parts
    )
    twice = {name for name, times in names.items() if times > 1}

    assert twice <= {"__init__", "__main__"}


def test_no_module_stands_loose_in_lib() -> None:
    assert {path.stem for path in ROOT.glob("lib/*.py")} == {"__init__", "__main__", "errors", "settings"}


def sure_to_assert(statements: list[ast.stmt]) -> bool:
    """Tell whether one of `statements` asserts whatever the loops and conditions around it find."""
    return any(
        isinstance(each, ast.Assert)
        or (isinstance(each, ast.With) and (_expects_an_error(each) or sure_to_assert(each.body)))
        or (isinstance(each, ast.For) and _has_items(each.iter) and sure_to_assert(each.body))
        or (isinstance(each, ast.If) and sure_to_assert(each.body) and sure_to_assert(each.orelse))
        for each in statements
    )


def _expects_an_error(block: ast.With) -> bool:
    return any(ast.unparse(item.context_expr).startswith("pytest.raises") for item in block.items)


def _has_items(iterated: ast.expr) -> bool:
    if isinstance(iterated, ast.Call):
        return bool(iterated.args) and all(_has_items(arg) for arg in iterated.args)
    if isinstance(iterated, ast.Tuple | ast.List | ast.Set):
        return any(not isinstance(item, ast.Starred) for item in iterated.elts)
    return isinstance(iterated, ast.Constant)


def test_no_test_asserts_only_where_there_may_be_nothing_to_loop_over() -> None:
    assert not [
        name
        for name, test in TESTS.items()
        if any(isinstance(node, ast.Assert) for node in ast.walk(test)) and not sure_to_assert(test.body)
    ]

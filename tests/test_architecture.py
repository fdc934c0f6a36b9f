"""What may import what: the layers, from pages down to the registries."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
LAYERS = (
    ("streamlit_app", "lib.__main__"),
    ("pages", "lib.cli"),
    ("lib.shell",),
    ("lib.spending", "lib.ledgers", "lib.check"),
    ("lib.ahead", "lib.estimates"),
    ("lib.reading",),
    ("lib.data",),
    ("lib.jobs",),
    ("lib.sync", "lib.standings"),
    ("lib.charts", "lib.tables", "lib.export", "lib.analysis", "lib.address"),
    ("lib.view", "lib.labels"),
    ("lib.query", "lib.planning", "lib.revisions", "lib.measures", "lib.format", "lib.palette"),
    ("lib.store",),
    ("lib.delta", "lib.frames", "lib.budgets"),
    ("lib.openai_admin", "lib.demo"),
    ("lib.grain", "lib.windows", "lib.settings", "lib.list_prices"),
    (
        "lib.sources",
        "lib.errors",
        "lib.names",
        "lib.notes",
        "lib.quantities",
        "lib.limits",
        "lib.refusals",
        "lib.line_items",
    ),
)
"""From what people see down to what everything stands on: each imports from below itself only."""

WHERE_STREAMLIT_IS = ("streamlit_app", "pages", "lib.shell", "lib.data")
WHERE_THE_DEMO_IS = ("streamlit_app", "lib.data", "lib.cli", "lib.demo")
STORAGE_AND_NETWORK = {"requests", "urllib3", "duckdb", "deltalake", "lib.store", "lib.openai_admin"}


def name_of(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


MODULES = {
    name_of(path): path
    for path in (*ROOT.glob("lib/**/*.py"), *ROOT.glob("pages/*.py"), ROOT / "streamlit_app.py")
}
EVERY = pytest.mark.parametrize("module", sorted(MODULES.keys() - {"lib"}))


@cache
def parsed(module: str) -> ast.Module:
    return ast.parse(MODULES[module].read_text(encoding="utf-8"))


def imports(module: str) -> Iterator[str]:
    """Yield the full names of the modules that `module` imports, wherever in the file it does."""
    for node in ast.walk(parsed(module)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{module} imports relatively; say the whole name"
            for alias in node.names:
                whole = f"{node.module}.{alias.name}"
                yield whole if whole in MODULES else str(node.module)


def is_in(module: str, package: str) -> bool:
    return module == package or module.startswith(f"{package}.")


def layer_of(module: str) -> tuple[int, str]:
    """Return the number of a module's layer, and its package there: the longest name that fits."""
    places = [(n, name) for n, names in enumerate(LAYERS) for name in names if is_in(module, name)]
    assert places, f"{module} has no layer; give it its place in LAYERS"
    return max(places, key=lambda place: len(place[1]))


@EVERY
def test_imports_go_down_the_layers_only(module: str) -> None:
    own, package = layer_of(module)
    for other in imports(module):
        if other in MODULES:
            theirs, their_package = layer_of(other)
            assert theirs > own or their_package == package, f"{module} must not import {other}"


@EVERY
def test_streamlit_is_imported_only_where_something_is_drawn_or_cached(module: str) -> None:
    if not any(is_in(module, place) for place in WHERE_STREAMLIT_IS):
        assert not [other for other in imports(module) if is_in(other, "streamlit")]


@EVERY
def test_the_demo_organization_is_known_only_where_it_is_started(module: str) -> None:
    if not any(is_in(module, place) for place in WHERE_THE_DEMO_IS):
        assert not [other for other in imports(module) if is_in(other, "lib.demo")]


@EVERY
def test_nothing_imports_a_page_or_the_app(module: str) -> None:
    assert not [other for other in imports(module) if is_in(other, "pages") or other == "streamlit_app"]


@pytest.mark.parametrize(
    "package", ["lib.charts", "lib.tables", "lib.analysis", "lib.measures", "lib.labels", "lib.format"]
)
def test_what_is_computed_or_drawn_is_far_from_storage_and_network(package: str) -> None:
    for module in (m for m in MODULES if is_in(m, package)):
        assert not [o for o in imports(module) if any(is_in(o, far) for far in STORAGE_AND_NETWORK)]


def test_pages_reach_the_store_through_the_data_only() -> None:
    for module in (m for m in MODULES if is_in(m, "pages")):
        assert not [o for o in imports(module) if any(is_in(o, far) for far in STORAGE_AND_NETWORK)]


@EVERY
def test_every_module_says_what_it_is(module: str) -> None:
    assert ast.get_docstring(parsed(module))


@EVERY
def test_no_module_is_named_for_nothing(module: str) -> None:
    assert module.rpartition(".")[2] not in {"utils", "helpers", "common", "manager", "misc"}


def test_every_layer_is_there() -> None:
    for names in LAYERS:
        for name in names:
            assert any(is_in(module, name) for module in MODULES), f"LAYERS names {name}, which is no more"

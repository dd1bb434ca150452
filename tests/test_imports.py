"""Who imports whom: one direction, one importer for each engine, and nothing heavy by the way."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from index_fixtures import offline_environment

ROOT = Path(__file__).parents[1]
MODULES = sorted(
    path.relative_to(ROOT).as_posix()
    for path in (*ROOT.glob("index/**/*.py"), *ROOT.glob("assistant/**/*.py"), ROOT / "app.py")
)
HEAVY = {"torch", "transformers", "sentence_transformers", "huggingface_hub", "spacy", "ja_ginza"}


def imported(node: ast.AST) -> Iterator[str]:
    """The full names that one statement imports."""
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names)
    elif isinstance(node, ast.ImportFrom):
        assert node.level == 0, "imports are absolute here"
        yield from (f"{node.module}.{alias.name}" for alias in node.names)


@cache
def imports_of(module: str) -> set[str]:
    """All names imported anywhere in a module."""
    tree = ast.parse((ROOT / module).read_text(encoding="utf-8"))
    return {name for node in ast.walk(tree) for name in imported(node)}


def imports_at_once(module: str) -> set[str]:
    """Names imported when a module is: outside of functions and of what is for type checks."""
    names = set()
    waiting: list[ast.AST] = [ast.parse((ROOT / module).read_text(encoding="utf-8"))]
    while waiting:
        node = waiting.pop()
        names.update(imported(node))
        for_types = isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test)
        if not (for_types or isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)):
            waiting.extend(ast.iter_child_nodes(node))
    return names


def importers_of(package: str) -> set[str]:
    return {
        module
        for module in MODULES
        if any(name.split(".")[0] == package for name in imports_of(module))
    }


def test_the_modules_of_both_packages_are_looked_at() -> None:
    assert {"app.py", "index/build.py", "assistant/engine.py"} <= set(MODULES)
    assert "index.store" in imports_of("index/build.py")
    assert "streamlit" in imports_at_once("app.py")


def test_the_index_knows_nothing_of_the_assistant() -> None:
    assert not {module for module in importers_of("assistant") if module.startswith("index/")}
    assert "app" not in {name.split(".")[0] for module in MODULES for name in imports_of(module)}


def test_the_assistant_knows_nothing_of_its_pages() -> None:
    outside = [
        module for module in MODULES if not module.startswith(("assistant/pages/", "app.py"))
    ]
    assert not [
        module
        for module in outside
        if any(name.startswith("assistant.pages") for name in imports_of(module))
    ]


def test_only_the_page_imports_streamlit_and_the_command_that_serves_it_the_server() -> None:
    elsewhere = {
        (module, name)
        for module in importers_of("streamlit")
        for name in imports_of(module)
        if name.split(".")[0] == "streamlit"
        and not module.startswith(("assistant/pages/", "app.py"))
    }
    assert elsewhere == {("assistant/operation/launching.py", "streamlit.web.cli")}
    at_once = imports_at_once("assistant/operation/launching.py")
    assert "streamlit" not in {name.split(".")[0] for name in at_once}


@pytest.mark.parametrize(
    ("package", "module"),
    [
        ("fugashi", "index/tokens.py"),
        ("faiss", "index/vectors.py"),
        ("tantivy", "index/keywords.py"),
    ],
)
def test_an_engine_has_one_importer(package: str, module: str) -> None:
    assert importers_of(package) == {module}


def test_transformers_are_imported_where_an_embedder_or_a_re_ranker_is_loaded() -> None:
    allowed = {"index/transformer.py", "assistant/searching/reranking.py"}
    for package in HEAVY:
        assert importers_of(package) <= allowed, package


@pytest.mark.parametrize("module", MODULES)
def test_nothing_heavy_is_imported_with_a_module(module: str) -> None:
    assert not {name.split(".")[0] for name in imports_at_once(module)} & HEAVY


@pytest.mark.parametrize("module", MODULES)
def test_nothing_is_ever_unpickled(module: str) -> None:
    found = {name.split(".")[0] for name in imports_of(module)}
    assert not found & {"pickle", "shelve", "marshal", "joblib", "dill", "cloudpickle"}


@pytest.mark.parametrize("module", ["assistant.engine", "assistant.cli", "index.build"])
def test_importing_it_brings_no_torch_no_spacy_and_no_streamlit(module: str) -> None:
    program = f"import sys, {module}\nprint(sorted({HEAVY | {'streamlit'}!r} & set(sys.modules)))"
    done = subprocess.run(
        [sys.executable, "-c", program],
        env=offline_environment(),
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert done.stdout == "[]\n"

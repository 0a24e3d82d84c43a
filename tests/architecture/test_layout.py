"""House rules about files: where they lie, what they are called, how long they grow."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

import trace
from tests.architecture.project_files import (
    PRODUCT,
    PYTHON,
    ROOT,
    project_files,
    python_files,
    text_of,
    tree_of,
)

LONGEST = 400
WIDEST = 120
"""Columns of a template, a style sheet or a script; Python's are ruff's to hold."""
PAGE_FILES = {".html", ".css", ".js", ".mjs"}
FORBIDDEN_STEMS = {
    "utils",
    "util",
    "helpers",
    "helper",
    "common",
    "misc",
    "manager",
    "others",
    "base_service",
}
PROFILE = 'environ.get("GREENTRACE_HYPOTHESIS")'
HERE = Path("tests/architecture/test_layout.py")
SUPPRESSION = re.compile(r"#\s*(noqa|type:\s*ignore)")
SUPPRESSIONS_PER_THOUSAND = 3


def test_trace_is_ours_and_not_the_module_of_the_standard_library() -> None:
    assert Path(str(trace.__file__)).is_relative_to(ROOT)


def test_the_project_cannot_be_installed_by_accident() -> None:
    # Installed, `import trace` would give the standard library's module, always (docs/adr/0001).
    declared = text_of(Path("pyproject.toml"))
    assert "[build-system]" not in declared.splitlines()
    assert "[project]" not in declared.splitlines()
    assert not (ROOT / "setup.py").exists()


def test_no_file_is_named_for_nothing() -> None:
    found = [str(path) for path in python_files() if FORBIDDEN_STEMS & set(path.with_suffix("").parts)]
    assert not found


def test_no_file_outgrows_the_cap() -> None:
    lengths = {str(path): text_of(path).count("\n") for path in python_files()}
    assert {path: length for path, length in lengths.items() if length > LONGEST} == {}


def test_no_file_of_a_page_outgrows_the_cap() -> None:
    """Templates, styles and scripts are read and changed like any other source."""
    found = [path for path in project_files() if path.suffix in PAGE_FILES]
    assert len(found) > 30
    lines = {path: text_of(path).splitlines() for path in found}
    assert {str(path): len(each) for path, each in lines.items() if len(each) > LONGEST} == {}
    wide = [
        f"{path}:{number}"
        for path, each in lines.items()
        for number, line in enumerate(each, 1)
        if len(line) > WIDEST
    ]
    assert wide == []


def _foreign_imports(folders: tuple[str, ...]) -> dict[str, str]:
    """Third-party modules imported below these folders, each with one file that imports it."""
    ours = {*PYTHON, "docker", "_typeshed"}  # the last is known to type checkers alone
    found: dict[str, str] = {}
    for path in python_files(*folders):
        for node in ast.walk(tree_of(path)):
            names = [name.name for name in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            found |= {name.partition(".")[0]: str(path) for name in names}
    return {
        name: path for name, path in found.items() if name not in sys.stdlib_module_names and name not in ours
    }


@pytest.mark.parametrize(
    ("lock", "folders"),
    [("runtime", (*PRODUCT, "migrations")), ("test", ("tests", "bench", "docs"))],
)
def test_what_is_imported_is_locked(lock: str, folders: tuple[str, ...]) -> None:
    locked = set(
        re.findall(r"^([\w.-]+)(?:\[\w+\])?==", text_of(Path(f"requirements/{lock}.txt")), re.MULTILINE)
    )
    distributions = packages_distributions()
    missing = {
        name: path
        for name, path in _foreign_imports(folders).items()
        if not {each.lower().replace("_", "-") for each in distributions.get(name, [])} & locked
    }
    assert missing == {}


def test_every_package_of_the_product_says_what_it_is() -> None:
    silent = [
        str(path)
        for path in python_files(*PRODUCT)
        if path.name == "__init__.py" and ast.get_docstring(tree_of(path)) is None
    ]
    assert not silent


def test_nothing_commits_but_the_transaction_frame() -> None:
    found = [
        f"{path}:{node.lineno}"
        for path in python_files(*PRODUCT, "migrations")
        if path != Path("trace/store/transaction.py")
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "commit"
    ]
    assert not found


def test_the_domain_asks_the_machine_for_the_time_in_one_place() -> None:
    clocks = {"now", "utcnow", "today", "time_ns", "localtime", "gmtime"}
    found = [
        f"{path}:{node.lineno}"
        for path in python_files("trace")
        if path != Path("trace/platform/clocks.py")
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.Call) and _is_clock(node.func, clocks)
    ]
    assert not found


def _is_clock(called: ast.expr, clocks: set[str]) -> bool:
    if not isinstance(called, ast.Attribute) or not isinstance(called.value, ast.Name | ast.Attribute):
        return False
    owner = called.value.id if isinstance(called.value, ast.Name) else called.value.attr
    return owner in {"datetime", "date", "time"} and called.attr in {*clocks, "time"}


def test_no_test_patches_what_it_tests() -> None:
    found = [
        f"{path}:{getattr(node, 'lineno', 0)}"
        for path in python_files("tests", "bench")
        for node in ast.walk(tree_of(path))
        if _patches(node)
    ]
    assert not found


def _patches(node: ast.AST) -> bool:
    match node:
        case ast.ImportFrom(module=module):
            return (module or "").startswith(("unittest.mock", "mock"))
        case ast.Import(names=names):
            return any(name.name in {"unittest.mock", "mock"} for name in names)
        case ast.Attribute(value=ast.Name(id="monkeypatch"), attr=attr):
            return attr in {"setattr", "setitem", "delattr", "delitem"}
        case _:
            return False


def test_suppressions_name_their_rule_and_stay_few() -> None:
    lines = [
        (path, number, line)
        for path in python_files(*PRODUCT)
        for number, line in enumerate(text_of(path).splitlines(), 1)
    ]
    suppressed = [(path, number, line) for path, number, line in lines if SUPPRESSION.search(line)]
    nameless = [
        f"{path}:{number}"
        for path, number, line in suppressed
        if not re.search(r"noqa: [A-Z]+\d+|type: ignore\[[a-z-]+", line)
    ]
    assert not nameless
    assert len(suppressed) <= max(10, SUPPRESSIONS_PER_THOUSAND * len(lines) / 1000)


def test_every_module_postpones_its_annotations() -> None:
    lacking = [
        str(path)
        for path in python_files(*PRODUCT)
        if len(tree_of(path).body) > 1 and "from __future__ import annotations" not in text_of(path)
        if path.name != "__init__.py"
    ]
    assert not lacking


def test_no_file_is_large_or_generated_by_a_machine_run() -> None:
    large = {str(path): size for path in project_files() if (size := (ROOT / path).stat().st_size) > 600_000}
    assert large == {}


def test_the_command_line_finds_the_project_from_anywhere(tmp_path: Path) -> None:
    """From another folder, under PYTHONSAFEPATH, with a foreign `trace` in PYTHONPATH."""
    (tmp_path / "trace.py").write_text("raise SystemExit('a foreign trace was imported')\n")
    done = subprocess.run(
        [sys.executable, str(ROOT / "greentrace"), "--help"],
        cwd=tmp_path,
        env={
            "PATH": "/usr/bin:/bin",
            "PYTHONSAFEPATH": "1",
            "PYTHONPATH": str(tmp_path),
            "LC_ALL": "C.UTF-8",
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "verify" in done.stdout


def test_what_grows_in_the_soak_is_run_by_it() -> None:
    """A module whose cases are more with the soak's profile says so: `make soak` selects by marker alone."""
    sized = [path for path in python_files() if f"{PROFILE} == " in text_of(path) and path != HERE]
    assert [str(path) for path in sized if "@pytest.mark.grows" not in text_of(path)] == []
    assert len(sized) > 1
    lines = text_of(Path("Makefile")).splitlines()
    (recipe,) = [line for line in lines if "GREENTRACE_HYPOTHESIS=soak" in line]
    assert '-m "soak or grows"' in recipe

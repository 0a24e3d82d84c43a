"""What is installed for production suffices, and the command finds it from any Python."""

from __future__ import annotations

import ast
import re
import sys
from importlib.metadata import packages_distributions
from pathlib import Path

from tests.architecture.project_files import ROOT, python_files, text_of

SERVED = ("trace", "api", "scanner_web", "cli", "migrations")
LOCKED = re.compile(r"^([a-zA-Z0-9._-]+)(?:\[[a-z,]+\])?==", re.MULTILINE)


def _plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def _imported(path: Path) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse(text_of(path))):
        if isinstance(node, ast.Import):
            found |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found.add(node.module.partition(".")[0])
    return found


def test_nothing_that_is_served_needs_a_package_of_the_tests() -> None:
    locked = {_plain(name) for name in LOCKED.findall(text_of(Path("requirements/runtime.txt")))}
    given = packages_distributions()
    imported = {
        name: path
        for path in python_files()
        if path.parts[0] in SERVED
        for name in _imported(path)
        if name not in {*SERVED, "docs", "_typeshed"} and name not in sys.stdlib_module_names
    }
    assert len(imported) > 15
    lacking = {
        name: str(path)
        for name, path in imported.items()
        if not any(_plain(one) in locked for one in given.get(name, ["-"]))
    }
    assert lacking == {}


def test_production_has_no_test_package_and_every_line_has_hashes() -> None:
    runtime = text_of(Path("requirements/runtime.txt"))
    names = {_plain(name) for name in LOCKED.findall(runtime)}
    assert not names & {"pytest", "hypothesis", "mypy", "ruff", "playwright", "schemathesis", "coverage"}
    assert len(names) > 20
    for entry in re.split(r"\n(?=\S)", runtime.strip()):
        assert "--hash=sha256:" in entry, entry.partition("\n")[0]


def test_the_command_can_be_read_by_a_python_that_is_too_old() -> None:
    text = (ROOT / "greentrace").read_text(encoding="utf-8")
    ast.parse(text, feature_version=(3, 7))
    assert "from __future__" not in text  # 3.6 refuses `annotations`
    changes, refuses = text.index("_change_to_own_environment()\n    if"), text.index("needs Python 3.11")
    assert changes < refuses

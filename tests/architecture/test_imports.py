"""The import contracts hold, and each one bites: a deliberate violation turns it red."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from tests.architecture.project_files import ROOT, python_files

ROOTS = ("trace", "api", "scanner_web", "cli", "migrations")
LINT = [sys.executable, "-c", "from importlinter.cli import lint_imports_command; lint_imports_command()"]

# contract id, file written into a copy of the project, what it says, what the report must name
VIOLATIONS = [
    ("skins", "scanner_web/stray_page.py", "import api", "scanner_web.stray_page -> api"),
    ("skins", "cli/stray_page.py", "import scanner_web", "cli.stray_page -> scanner_web"),
    ("skins", "api/stray_command.py", "import cli", "api.stray_command -> cli"),
    ("layers", "trace/errors/stray_fact.py", "import trace.chain", "trace.errors.stray_fact -> trace.chain"),
    ("layers", "trace/ledger/stray_law.py", "import trace.rules", "trace.ledger.stray_law -> trace.rules"),
    ("layers", "trace/chain/stray_row.py", "import trace.store", "trace.chain.stray_row -> trace.store"),
    ("layers", "trace/stray_layer.py", "", "trace.stray_layer"),
    (
        "pages",
        "scanner_web/frame/stray_page.py",
        "import scanner_web.consumer",
        "scanner_web.frame.stray_page -> scanner_web.consumer",
    ),
    (
        "pages",
        "scanner_web/assets/stray_page.py",
        "import scanner_web.frame",
        "scanner_web.assets.stray_page -> scanner_web.frame",
    ),
    # two skins are to come: the contract waits for them, and the violation makes their packages
    (
        "pages",
        "scanner_web/enterprise/stray_page.py",
        "import scanner_web.consumer",
        "scanner_web.enterprise.stray_page -> scanner_web.consumer",
    ),
    (
        "pages",
        "scanner_web/regulator/stray_page.py",
        "import scanner_web.enterprise",
        "scanner_web.regulator.stray_page -> scanner_web.enterprise",
    ),
    (
        "pages",
        "scanner_web/consumer/stray_page.py",
        "import scanner_web.regulator",
        "scanner_web.consumer.stray_page -> scanner_web.regulator",
    ),
    ("pages", "scanner_web/stray_skin.py", "", "scanner_web.stray_skin"),
    ("no-web", "trace/usecases/stray_view.py", "import flask", "trace.usecases.stray_view -> flask"),
    ("sql", "trace/chain/stray_query.py", "import sqlalchemy", "trace.chain.stray_query -> sqlalchemy"),
    ("sql", "api/stray_query.py", "from sqlalchemy import text", "api.stray_query -> sqlalchemy"),
    (
        "keys",
        "trace/usecases/stray_key.py",
        "import cryptography",
        "trace.usecases.stray_key -> cryptography",
    ),
    (
        "credentials",
        "trace/usecases/stray_password.py",
        "import argon2",
        "trace.usecases.stray_password -> argon2",
    ),
    (
        "wording",
        "trace/chain/stray_prose.py",
        "import trace.wording",
        "trace.chain.stray_prose -> trace.wording",
    ),
    ("tables", "cli/stray_table.py", "import trace.store", "cli.stray_table -> trace.store"),
    ("cycles", "trace/ledger/stray_a.py", "import trace.ledger.stray_b", "stray_a"),
    ("cycles", "trace/ledger/stray_b.py", "import trace.ledger.stray_a", "stray_b"),
]


def _contracts() -> dict[str, str]:
    declared = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]
    return {contract["id"]: contract["name"] for contract in declared["contracts"]}


def _lint(folder: Path, cache: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*LINT, "--cache-dir", str(cache)],
        cwd=folder,
        env={"PYTHONPATH": str(folder), "PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8", "COLUMNS": "400"},
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_contracts_hold(tmp_path: Path) -> None:
    done = _lint(ROOT, tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> str:
    """What the linter says of a copy into which every violation has been written."""
    folder = tmp_path_factory.mktemp("violations")
    shutil.copy(ROOT / "pyproject.toml", folder)
    for path in python_files(*ROOTS):
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / path, folder / path)
    for _contract, name, text, _named in VIOLATIONS:
        stray = folder / name
        if not stray.parent.exists():
            stray.parent.mkdir()
            stray.with_name("__init__.py").write_text('"""A package to come."""\n', encoding="utf-8")
        stray.write_text(f'"""A deliberate violation."""\n\n{text}\n', encoding="utf-8")
    done = _lint(folder, tmp_path_factory.mktemp("cache"))
    assert done.returncode != 0
    return done.stdout


def _section(report: str, name: str) -> str:
    """The part of the report that explains why this contract is broken."""
    broken = report.partition("Broken contracts")[2]
    parts = re.split(r"\n([^\n]+)\n-{4,}\n", broken)
    sections = {parts[at]: parts[at + 1] for at in range(1, len(parts) - 1, 2)}
    return sections.get(name, "")


@pytest.mark.parametrize(("contract", "file", "named"), [(c, f, n) for c, f, _t, n in VIOLATIONS])
def test_a_violation_turns_its_contract_red(report: str, contract: str, file: str, named: str) -> None:
    name = _contracts()[contract]
    assert f"{name} BROKEN" in report
    assert named in _section(report, name), f"{file} went unseen"


def test_every_contract_is_proven_by_a_violation() -> None:
    assert {contract for contract, *_rest in VIOLATIONS} == set(_contracts())

"""The files of the project, as the architecture tests see them: tracked, or new and not ignored."""

from __future__ import annotations

import ast
import shutil
import subprocess
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PRODUCT = ("trace", "api", "scanner_web", "cli")
PYTHON = (*PRODUCT, "migrations", "bench", "tests", "docs")


@cache
def project_files() -> tuple[Path, ...]:
    """Paths relative to the root."""
    if (ROOT / ".git").exists() and shutil.which("git"):
        listed = subprocess.run(
            ["git", "-c", "safe.directory=*", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
            cwd=ROOT,
            check=True,
            capture_output=True,
            text=True,
        ).stdout.split("\0")
        return tuple(sorted(Path(name) for name in listed if name and (ROOT / name).is_file()))
    ignored = {
        ".venv",
        "var",
        "vendor",
        "__pycache__",
        "node_modules",
        ".mypy_cache",
        ".ruff_cache",
        ".pytest_cache",
    }
    return tuple(
        sorted(
            path.relative_to(ROOT)
            for path in ROOT.rglob("*")
            if path.is_file() and not ignored & set(path.relative_to(ROOT).parts)
        )
    )


def python_files(*folders: str) -> list[Path]:
    """Python files below these top folders (all of ours when none is named)."""
    wanted = set(folders or PYTHON)
    return [path for path in project_files() if path.suffix == ".py" and path.parts[0] in wanted]


def text_of(path: Path) -> str:
    """The text, or nothing for a binary file."""
    try:
        return (ROOT / path).read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return ""


@cache
def tree_of(path: Path) -> ast.Module:
    return ast.parse(text_of(path), filename=str(path))

"""No tracked file names a package registry's host, a path of somebody's machine, or a secret."""

from __future__ import annotations

import re
from importlib.metadata import distribution
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from tests.architecture.project_files import ROOT, project_files, text_of

# Put together here, so that this file does not name them either.
REGISTRY_HOSTS = [
    "".join(parts)
    for parts in (
        ("py", "pi.org"),
        ("python", "hosted.org"),
        ("registry.", "npmjs"),
        ("npm", "mirror"),
        ("proxy.", "golang.org"),
        ("crates", ".io"),
        ("registry.", "yarnpkg"),
        ("deb.", "debian.org"),
        ("mirrors.", "aliyun"),
        ("tuna.", "tsinghua"),
        ("art", "ifactory"),
    )
]
MACHINE_PATH = re.compile(r"(?<![\w.*~-])/(?:work|root|Users/\w+|home/\w+)/|[A-Z]:\\\\?Users\\")
SECRETS = {
    "private key": re.compile(r"-----BEGIN (?:[A-Z]+ )?PRIVATE " r"KEY-----\s*\n[A-Za-z0-9+/]"),
    "private JWK": re.compile(r'"d"\s*:\s*"[A-Za-z0-9_-]{43}"'),
    "cloud key": re.compile(r"\bAKIA[0-9A-Z]{16}\b"),
    "forge token": re.compile(r"\b(?:ghp|gho|glpat)[-_][A-Za-z0-9]{20,}"),
    "password in a URL": re.compile(r"[a-z+]{3,}://[^\s/:@{}$]+:[^\s/:@{}$]{3,}@"),
}


@pytest.mark.parametrize("host", REGISTRY_HOSTS)
def test_no_file_names_a_package_registry(host: str) -> None:
    assert [str(path) for path in project_files() if host in text_of(path)] == []


def test_no_file_names_a_path_of_one_machine() -> None:
    found = [
        f"{path}: {hit.group()}" for path in project_files() if (hit := MACHINE_PATH.search(text_of(path)))
    ]
    assert found == []


@pytest.mark.parametrize("secret", SECRETS)
def test_no_file_holds_a_secret(secret: str) -> None:
    assert [str(path) for path in project_files() if SECRETS[secret].search(text_of(path))] == []


def test_requirements_are_pinned_hashed_and_without_addresses() -> None:
    for name in ("runtime", "test"):
        text = text_of(Path(f"requirements/{name}.txt"))
        assert "://" not in text
        assert "file:" not in text
        assert not re.search(r"^\s*(-i|--index-url|--extra-index-url|--find-links|-e)\b", text, re.MULTILINE)
        for block in re.split(r"\n(?=[a-z0-9])", text.strip()):
            assert re.match(r"[A-Za-z0-9_.\[\]-]+==", block), block[:60]
            assert "--hash=sha256:" in block, block[:60]


def test_runtime_and_test_requirements_agree() -> None:
    """The tests run with the very versions that are shipped."""
    pins = {
        name: dict(re.findall(r"^([\w.-]+)(?:\[\w+\])?==(\S+)", text_of(Path(name)), re.MULTILINE))
        for name in ("requirements/runtime.txt", "requirements/test.txt")
    }
    shipped, tested = pins["requirements/runtime.txt"], pins["requirements/test.txt"]
    assert shipped
    assert {name: version for name, version in shipped.items() if tested.get(name) != version} == {}


def test_extras_are_locked_by_name() -> None:
    """Else pip before 23.3 takes the newest release for the extra, finds no hash, and installs nothing."""
    locked = dict(
        re.findall(r"^([\w.-]+)(\[[\w,]+\])?==", text_of(Path("requirements/test.txt")), re.MULTILINE)
    )
    wanted = {
        (each.name.lower(), extra)
        for name in locked
        for text in _requires(name)
        if (each := Requirement(text)).marker is None or each.marker.evaluate({"extra": ""})
        for extra in each.extras
    }
    assert wanted
    assert {(name, extra) for name, extra in wanted if extra not in locked.get(name, "")} == set()


def _requires(name: str) -> list[str]:
    """What an installed package asks for; nothing where the lock's package is for another system."""
    try:
        return distribution(name).requires or []
    except ModuleNotFoundError:
        return []


def test_lock_files_of_scripts_hold_no_addresses() -> None:
    locks = [path for path in project_files() if path.name in {"package-lock.json", "npm-shrinkwrap.json"}]
    assert [str(path) for path in locks if '"resolved"' in text_of(path)] == []


def test_vectors_are_not_tracked() -> None:
    assert [str(path) for path in project_files() if "vectors" in path.parts] == []
    assert not (ROOT / "shared").exists()

"""The shopper's verifier in Node: the same bytes as the page loads, judged from outside by this process."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from scanner_web.assets.script import joined_script

NOBLE = Path(__file__).parents[2] / "scanner_web/static/vendor/noble-ed25519.js"
RUN = Path(__file__).with_name("run.mjs")


@dataclass(frozen=True, slots=True)
class Case:
    """One bundle as the script is handed it: its text, or a form of which one is made."""

    form: Any
    policies: tuple[str, ...] | None
    registrars: str = ""
    label: str | None = None
    now: str | None = None
    limits: dict[str, Any] | None = None

    def as_dict(self) -> dict[str, Any]:
        trust = (
            {"policies": list(self.policies), "registrars": self.registrars}
            if self.policies is not None
            else None
        )
        return {
            "form": self.form if isinstance(self.form, str) else json.dumps(self.form),
            "trust": trust,
            "label": self.label,
            "now": self.now,
            "limits": self.limits or {},
        }


def node_or_skip() -> str:
    """The path of Node ≥ 20, the one of the test requirements first; without it skipped, in CI failed."""
    beside = Path(sys.executable).with_name("node")
    for node in (str(beside) if beside.exists() else None, shutil.which("node")):
        if node and _major(node) >= 20:
            return node
    if os.environ.get("CI"):
        pytest.fail("Node >= 20 is needed in CI: the script and Python must agree")
    pytest.skip("NOT CHECKED: no Node >= 20 here, so script and Python were not compared")


def _major(node: str) -> int:
    told = subprocess.run([node, "--version"], capture_output=True, text=True, check=True).stdout
    return int(told.removeprefix("v").partition(".")[0])


def judge(
    cases: Sequence[Case], folder: Path, *, native: bool = True, noble: Path = NOBLE
) -> tuple[str, list[dict[str, Any]]]:
    """What the joined script says of each case, and how it computed Ed25519."""
    node = node_or_skip()
    script, vendor = folder / "verify.mjs", folder / "noble.mjs"
    script.write_text(joined_script(), encoding="utf-8")
    if noble.exists():
        shutil.copy(noble, vendor)
    asked = {
        "script": str(script),
        "vendor": str(vendor),
        "native": native,
        "cases": [case.as_dict() for case in cases],
    }
    ran = subprocess.run(
        [node, "--no-warnings", str(RUN)],
        input=json.dumps(asked),
        capture_output=True,
        text=True,
        check=False,
        timeout=900,  # for what never ends; beside other work a thousand records may take minutes
    )
    assert ran.returncode == 0, ran.stderr
    told = json.loads(ran.stdout)
    return told["by"], told["answers"]

"""The two verifiers of edition 1, as they were handed out: what they say of a bundle of today.

Nobody can call a published verifier back. They run apart from this tree, each in a process of its own.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tarfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from tests.verifier.node import RUN, Case, node_or_skip

KEPT: Final = Path(__file__).parents[1] / "fixtures" / "edition_1" / "verifiers.tar.xz"
_PYTHON: Final = """
import json, sys
from datetime import datetime, timedelta
from trace.ledger.bundle import Limits, TrustPolicy, verify_bundle
asked = json.load(sys.stdin)
answers = []
for one in asked:
    said = one["limits"]
    limits = Limits(
        lateness={typ: timedelta(seconds=each) for typ, each in said["lateness"].items()},
        status_age=timedelta(seconds=said["statusAge"]),
        label_typ=said["labelTyp"],
    )
    trust = TrustPolicy.parse(one["trust"]["policies"], one["trust"]["registrars"])
    now = datetime.fromisoformat(one["now"]) if one["now"] else None
    answers.append(verify_bundle(json.loads(one["form"]), trust, one["label"], now, limits).as_dict())
json.dump(answers, sys.stdout)
"""
_SCRIPT: Final = "export { prepare } from './keys.js';\nexport { verifyBundle } from './verify.js';\n"


def judged_by_python(cases: Sequence[Case], folder: Path) -> list[dict[str, Any]]:
    """What the offline verifier of edition 1 says of each."""
    _unpack(folder)
    asked = json.dumps([one.as_dict() for one in cases])
    return list(json.loads(_ran([sys.executable, "-P", "-c", _PYTHON], asked, folder / "python")))


def judged_by_script(cases: Sequence[Case], folder: Path) -> list[dict[str, Any]]:
    """What the page of edition 1 says of each; its script was handed the bundle as an object."""
    _unpack(folder)
    (folder / "script" / "package.json").write_text('{"type": "module"}')
    entry = folder / "script" / "earliest.js"
    entry.write_text(_SCRIPT)
    read = [{**one.as_dict(), "form": json.loads(one.as_dict()["form"])} for one in cases]
    asked = json.dumps({"script": str(entry), "vendor": "", "native": True, "cases": read})
    return list(json.loads(_ran([node_or_skip(), "--no-warnings", str(RUN)], asked, folder))["answers"])


def _unpack(folder: Path) -> None:
    with tarfile.open(KEPT) as kept:
        kept.extractall(folder, filter="data")


def _ran(command: list[str], asked: str, path: Path) -> str:
    ran = subprocess.run(
        command, input=asked, capture_output=True, text=True, check=False, timeout=120, cwd=path,
        env={"PYTHONPATH": str(path), "PATH": "/usr/bin:/bin"},
    )  # fmt: skip
    assert ran.returncode == 0, ran.stderr
    return ran.stdout

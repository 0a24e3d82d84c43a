"""The commands of docs/first-record.md, in their order, by openssl and curl and nothing of ours."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.builders import facts as made
from tests.conftest import ROOT
from tests.e2e.conftest import Sandbox
from tests.patience import PATIENCE

FARM = made.uscc(made.COOPERATIVE)
BLOCKS = re.findall(r"```sh\n(.*?)```", (ROOT / "docs" / "first-record.md").read_text("utf-8"), re.DOTALL)
TOOLS, KEY, *REST = BLOCKS

pytestmark = pytest.mark.skipif(
    not all(map(shutil.which, ("bash", "openssl", "curl"))),
    reason="NOT CHECKED: no bash, openssl or curl here",
)


def run(folder: Path, sandbox: Sandbox, block: str) -> str:
    told = {"GREENTRACE_SERVER": sandbox.address, "GREENTRACE_TOKEN": sandbox.token, "GREENTRACE_ISS": FARM}
    done = subprocess.run(
        ["bash", "-c", f"set -e\n{block}"],
        cwd=folder,
        env={"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8", **told},
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    assert done.returncode == 0, f"{block}\n{done.stdout}\n{done.stderr}"
    return done.stdout


def test_the_commands_sign_upload_verify_and_correct(sandbox: Sandbox, tmp_path: Path) -> None:
    assert len(REST) == 5
    run(tmp_path, sandbox, TOOLS)
    run(tmp_path, sandbox, KEY)
    sandbox.register(json.loads((tmp_path / "application.json").read_text()))
    said = [run(tmp_path, sandbox, block) for block in REST]
    first = json.loads((tmp_path / "receipt.json").read_text())
    verified, corrected = said[3], json.loads(said[4])
    assert verified.count("Signature Verified Successfully") == 3
    assert verified.count("had seen it at") == 2
    assert corrected["state"] == "logged"
    assert corrected["index"] > first["index"]
    claims = json.loads((tmp_path / "record.claims").read_text())
    lot = sandbox.ask(f"/api/v1/lots/{claims['sub']}")
    assert lot["quantity"] == made.kg("1450")
    # What is told to be checked is checked: another root, another signature are noticed.
    checkpoint = (tmp_path / "checkpoint").read_text()
    proof = (tmp_path / "proof").read_text()
    (tmp_path / "proof").write_text(proof.replace(f"index {first['index']}\n", "index 0\n", 1))
    with pytest.raises(AssertionError):
        run(tmp_path, sandbox, re.sub(r"^ask --retry.*$", "", REST[2], flags=re.MULTILINE))
    (tmp_path / "checkpoint").write_text(checkpoint.replace("\n", "\n1", 1))
    with pytest.raises(AssertionError):
        run(tmp_path, sandbox, REST[3])

"""The client of one file, as a third party has it: run as a program, against a platform that is served."""

from __future__ import annotations

import ast
import json
import os
import re
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from tests.builders import facts as made
from tests.builders.one_file_client import FILE, client_module
from tests.e2e.conftest import Sandbox
from tests.patience import PATIENCE
from trace.ledger.statement import parse_statement
from trace.platform.clocks import system_clock

FARM = made.uscc(made.COOPERATIVE)
LOT = made.lot(made.COOPERATIVE, "C1")


@pytest.fixture(scope="module")
def client() -> ModuleType:
    return client_module()


class Machine:
    """A farm's own machine with the file on it."""

    def __init__(self, folder: Path, sandbox: Sandbox) -> None:
        self.folder = folder
        self.sandbox = sandbox

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """One command, with the token of the farm."""
        told = {"GREENTRACE_SERVER": self.sandbox.address, "GREENTRACE_TOKEN": self.sandbox.token}
        return subprocess.run(
            [sys.executable, str(FILE), *arguments],
            cwd=self.folder,
            env={"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8", **told},
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=False,
        )

    def answered(self, *arguments: str) -> Any:
        done = self.run(*arguments)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    def write(self, name: str, value: object) -> None:
        (self.folder / name).write_text(json.dumps(value, ensure_ascii=False), encoding="utf-8")


@pytest.fixture(scope="module")
def machine(tmp_path_factory: pytest.TempPathFactory, sandbox: Sandbox) -> Machine:
    """It has made a key, and a registrar has registered it."""
    machine = Machine(tmp_path_factory.mktemp("farm"), sandbox)
    machine.answered("keygen", "farm.pem")
    asked = ("--iss", FARM, "--name", "客户端农场", "--role", "grower")
    sandbox.register(machine.answered("apply", "farm.pem", *asked))
    (machine.folder / "policy.txt").write_text(sandbox.policy, encoding="utf-8")
    return machine


def harvest(kilograms: str = "1200") -> dict[str, Any]:
    begun = (system_clock() - timedelta(hours=9)).replace(microsecond=0)
    times = {"harvestedFrom": begun.isoformat(), "harvestedTo": (begun + timedelta(hours=7)).isoformat()}
    return made.a_harvest(lot=LOT, quantity=made.kg(kilograms), variety="南粳46", **times)


def state(machine: Machine, kind: tuple[str, ...], data: object, name: str, *more: str) -> Any:
    machine.write("data.json", data)
    at = system_clock().replace(microsecond=0).isoformat()
    about = ("--iss", FARM, "--sub", LOT, "--at", at, "--data", "data.json", "--save", name)
    return machine.answered("state", "farm.pem", *about, *kind, *more)


@pytest.fixture(scope="module")
def stated(machine: Machine) -> dict[str, Any]:
    """The receipt of a harvest whose variety is concealed."""
    return state(machine, ("--typ", "farm.harvest"), harvest(), "harvest.jws", "--conceal", "variety")


def test_it_needs_nothing_of_ours() -> None:
    """It may be copied: the standard library and `cryptography` are all that it imports."""
    found = {
        (node.module if isinstance(node, ast.ImportFrom) else name.name).partition(".")[0]
        for node in ast.walk(ast.parse(FILE.read_text(encoding="utf-8")))
        if isinstance(node, ast.Import | ast.ImportFrom)
        for name in node.names
    }
    assert found - sys.stdlib_module_names == {"cryptography"}


def test_what_it_signs_is_taken_and_its_receipt_verified(machine: Machine, stated: dict[str, Any]) -> None:
    assert stated["state"] == "logged"
    receipt = machine.answered("receipt", "harvest.jws", "--policy", "policy.txt")
    assert (receipt["stmt"], receipt["index"]) == (stated["stmt"], stated["index"])
    assert len(receipt["witnesses"]) == 2
    kept = json.loads((machine.folder / "harvest.jws").read_text())
    read = parse_statement(kept)
    assert "variety" not in read.claims.data
    assert read.revealed_data()["variety"] == "南粳46"
    assert oct((machine.folder / "farm.pem").stat().st_mode & 0o777) == "0o600"


def test_the_same_record_again_gives_the_same_receipt(
    machine: Machine, stated: dict[str, Any], client: ModuleType
) -> None:
    platform = client.Platform(machine.sandbox.address, machine.sandbox.token)
    again = platform.upload(json.loads((machine.folder / "harvest.jws").read_text()))
    assert (again["state"], again["stmt"], again["index"]) == ("known", stated["stmt"], stated["index"])


def test_it_corrects_what_it_stated(machine: Machine, stated: dict[str, Any]) -> None:
    amends = ("--amends", stated["stmt"], "--reason", "过磅单少写了一车")
    corrected = state(machine, amends, harvest("1450"), "correction.jws", "--conceal", "variety")
    receipt = machine.answered("receipt", "correction.jws", "--policy", "policy.txt")
    assert receipt["stmt"] == corrected["stmt"]
    lot = machine.sandbox.ask(f"/api/v1/lots/{LOT}")
    assert lot["quantity"] == made.kg("1450")


def test_what_the_platform_refuses_is_said_with_what_to_do(machine: Machine) -> None:
    machine.write("wrong.json", {**harvest(), "quantity": "a lot"})
    about = ("--iss", FARM, "--typ", "farm.harvest", "--sub", LOT, "--at", "2026-11-01T00:00:00Z")
    done = machine.run("state", "farm.pem", *about, "--data", "wrong.json")
    assert done.returncode == 1
    assert "fact-malformed" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    "value",
    [1.5, 2**53, {"a b": 1}, {"": 1}, "e\N{COMBINING ACUTE ACCENT}", {"a": [float("nan")]}],
    ids=repr,
)
def test_it_signs_nothing_that_has_no_canonical_form(client: ModuleType, value: object) -> None:
    with pytest.raises(ValueError, match=r"no canonical form"):
        client.canonical(value)


def test_it_refuses_what_is_too_deep_or_too_long(client: ModuleType) -> None:
    deep: Any = 1
    for _ in range(16):
        deep = [deep]
    assert client.canonical(deep)
    with pytest.raises(ValueError, match="no canonical form"):
        client.canonical([deep])
    with pytest.raises(ValueError, match="larger"):
        client.canonical("x" * 40_000)


@pytest.fixture(scope="module")
def proved(machine: Machine, stated: dict[str, Any], client: ModuleType) -> tuple[Any, str, str, Any]:
    """Record, leaf, proof and policy of a receipt that holds."""
    jws = json.loads((machine.folder / "harvest.jws").read_text())
    policy = client.Policy(machine.sandbox.policy)
    client.Platform(machine.sandbox.address, machine.sandbox.token).proved(jws, policy)
    place = f"/api/v1/statements/{stated['stmt']}"
    return jws, machine.sandbox.ask(place)["leaf"], machine.sandbox.text(f"{place}.tlog-proof"), policy


def _other_payload(jws: Any, leaf: str, proof: str) -> tuple[Any, str, str]:
    other = jws["payload"][:-4] + ("AAAA" if jws["payload"][-4:] != "AAAA" else "BBBB")
    return jws | {"payload": other}, leaf, proof


def _other_signature(jws: Any, leaf: str, proof: str) -> tuple[Any, str, str]:
    return jws | {"signature": "A" * 86}, leaf, proof


def _other_index(jws: Any, leaf: str, proof: str) -> tuple[Any, str, str]:
    return jws, leaf, re.sub(r"index \d+\n", "index 1\n", proof, count=1)


def _other_size(jws: Any, leaf: str, proof: str) -> tuple[Any, str, str]:
    head, note = proof.split("\n\n", 1)
    origin, size, rest = note.split("\n", 2)
    return jws, leaf, f"{head}\n\n{origin}\n{int(size) + 1}\n{rest}"


def _one_witness(jws: Any, leaf: str, proof: str) -> tuple[Any, str, str]:
    return jws, leaf, proof[: proof.rindex("— ")]


def _no_log(jws: Any, leaf: str, proof: str) -> tuple[Any, str, str]:
    body, _, lines = proof.rpartition("\n\n")
    return jws, leaf, body + "\n\n" + lines.split("\n", 1)[1]


def _longer(jws: Any, leaf: str, proof: str) -> tuple[Any, str, str]:
    head, note = proof.split("\n\n", 1)
    return jws, leaf, f"{head}\n{'A' * 43}=\n\n{note}"


def _another_leaf(jws: Any, leaf: str, proof: str) -> tuple[Any, str, str]:
    return jws, leaf.replace('"n":1', '"n":2'), proof


def _more_in_the_leaf(jws: Any, leaf: str, proof: str) -> tuple[Any, str, str]:
    return jws, leaf.replace('"v":1', '"v":1,"w":1'), proof


def _nonsense(jws: Any, leaf: str, proof: str) -> tuple[Any, str, str]:
    return jws, "[]", proof


@pytest.mark.parametrize(
    "changed",
    [
        *(_other_payload, _other_signature, _other_index, _other_size, _one_witness),
        *(_no_log, _longer, _another_leaf, _more_in_the_leaf, _nonsense),
    ],
)
def test_no_changed_receipt_is_taken(
    proved: tuple[Any, str, str, Any], client: ModuleType, stated: dict[str, Any], changed: Any
) -> None:
    jws, leaf, proof, policy = proved
    assert client.verify_receipt(jws, leaf, proof, policy)["index"] == stated["index"]
    wrong = changed(jws, leaf, proof)
    assert wrong != (jws, leaf, proof)
    with pytest.raises(client.NotProved):
        client.verify_receipt(*wrong, policy)


def test_a_policy_of_other_keys_trusts_nothing_of_it(
    proved: tuple[Any, str, str, Any], client: ModuleType, sandbox: Sandbox
) -> None:
    jws, leaf, proof, _ = proved
    first, second = (line.split()[2] for line in sandbox.policy.splitlines() if line.startswith("witness"))
    log = next(line for line in sandbox.policy.splitlines() if line.startswith("log"))
    one = client.Policy(f"{log}\nwitness a {first}\nquorum a\n")
    assert list(client.verify_receipt(jws, leaf, proof, one)["witnesses"]) == ["a"]
    for wrong in ("group g 2 a a\nquorum g", "group g all a b\nquorum g"):
        asked = f"{log}\nwitness a {first}\nwitness b {_flipped(second)}\n{wrong}\n"
        with pytest.raises((client.NotProved, ValueError)):
            client.verify_receipt(jws, leaf, proof, client.Policy(asked))
    with pytest.raises(ValueError, match="quorum"):
        client.Policy(f"{log}\nwitness a {first}\n")


def _flipped(vkey: str) -> str:
    name, key_id, coded = vkey.split("+", 2)
    return f"{name}+{key_id}+{coded[:-2]}{'A=' if coded[-2:] != 'A=' else 'B='}"

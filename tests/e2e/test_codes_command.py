"""`./greentrace codes`: a run into a folder, killed and gone on with, signed, and found out when changed."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import orjson
import pytest

from tests.builders.label_reading import read_zpl
from tests.builders.signed_rice import K1
from tests.conftest import ROOT
from tests.e2e.conftest import Command
from tests.e2e.test_print_runs import Shop
from tests.servers.databases import Databases
from tests.servers.door import Door
from tests.servers.served import serving

PARTS = 3


class Counter(Shop):
    """A shop with 30,000 codes of a pack, served, and the mill's key in a file."""

    def __init__(self, door: Door, address: str, folder: Path) -> None:
        super().__init__(
            door, codeLevel="item", serials={"epoch": "0", "first": 0, "count": 10_000 * PARTS + 500}
        )
        self.address = address
        self.folder = folder
        self.key = folder / "mill.pem"
        self.key.write_bytes(self.story.mill.key.to_pem())

    def command(self, out: str, *more: object) -> list[str]:
        where = [
            "--server",
            self.address,
            "--token",
            self.printer,
            "--printer",
            "一号车间",
            "--out",
            self.folder / out,
        ]
        return ["codes", "print", K1, *map(str, [*where, *more])]

    def files(self, out: str) -> dict[str, bytes]:
        return {
            each.name: each.read_bytes()
            for each in (self.folder / out).iterdir()
            if each.suffix not in {".json", ".jws", ".new"}
        }


@pytest.fixture(scope="module")
def counter(tmp_path_factory: pytest.TempPathFactory, databases: Databases) -> Iterator[Counter]:
    folder = tmp_path_factory.mktemp("counter")
    (folder / "platform").mkdir()
    with Door(folder / "platform", databases.migrated("sqlite")) as door, serving(door.app) as address:
        yield Counter(door, address, folder)


@pytest.mark.slow
def test_a_killed_print_goes_on_and_ends_with_the_same_bytes(counter: Counter, inside: Command) -> None:
    whole = ("--form", "zpl", "--first", 0, "--count", 10_000 * PARTS)
    killed = subprocess.Popen([sys.executable, str(ROOT / "greentrace"), *counter.command("killed", *whole)])
    deadline = time.monotonic() + 60
    while not (counter.folder / "killed").exists() or not counter.files("killed"):
        assert time.monotonic() < deadline and killed.poll() is None
        time.sleep(0.005)
    killed.kill()
    killed.wait()
    before = counter.files("killed")
    assert 1 <= len(before) < PARTS
    refused = inside(*counter.command("killed", *whole))
    assert refused.returncode == 1
    assert "--resume" in refused.stderr
    done = inside(*counter.command("killed", *whole, "--resume", "--key", counter.key))
    assert done.returncode == 0, done.stderr
    assert f"已制作 {10_000 * PARTS} 个码的标签文件" in done.stdout.replace(",", "")
    assert len(counter.files("killed")) == PARTS
    assert {name: counter.files("killed")[name] for name in before} == before
    again = inside(*counter.command("whole", *whole, "--again", "测试：整批重打一次"))
    assert again.returncode == 0, again.stderr
    assert counter.files("whole") == counter.files("killed")
    last = counter.files("killed")[max(counter.files("killed"))].decode()
    assert read_zpl("".join(last.splitlines(keepends=True)[-2:])) == counter.texts(10_000 * PARTS - 2, 2)
    _verifies(counter, inside)


def _verifies(counter: Counter, inside: Command) -> None:
    """The signed folder holds, and every way of changing it is found out."""
    folder = counter.folder / "killed"
    sound = inside("codes", "verify-manifest", folder, "--server", counter.address)
    assert sound.returncode == 0, sound.stderr
    assert counter.story.mill.key.kid in sound.stdout
    keys = counter.folder / "keys.json"
    keys.write_bytes(counter.door.get("/.well-known/jwks.json").data)
    assert inside("codes", "verify-manifest", folder, "--jwks", keys).returncode == 0
    unchecked = inside("codes", "verify-manifest", folder)
    assert (unchecked.returncode, "--jwks" in unchecked.stderr) == (1, True)
    unsigned = inside("codes", "verify-manifest", counter.folder / "whole", "--server", counter.address)
    assert unsigned.returncode == 1
    others = counter.folder / "others.json"
    others.write_bytes(orjson.dumps({"keys": [counter.story.farm.key.public_jwk()]}))
    assert inside("codes", "verify-manifest", folder, "--jwks", others).returncode == 1
    name = min(counter.files("killed"))
    right = (folder / name).read_bytes()
    (folder / name).write_bytes(right.replace(b"^FO", b"^FO ", 1))
    changed = inside("codes", "verify-manifest", folder, "--server", counter.address)
    assert (changed.returncode, name in changed.stderr) == (1, True)
    (folder / name).write_bytes(right)
    payload = (folder / "manifest.json").read_bytes()
    stated = json.loads(payload) | {"printer": "another"}
    (folder / "manifest.json").write_bytes(json.dumps(stated, sort_keys=True, separators=(",", ":")).encode())
    assert inside("codes", "verify-manifest", folder, "--server", counter.address).returncode == 1
    (folder / "manifest.json").write_bytes(payload)
    assert inside("codes", "verify-manifest", folder, "--server", counter.address).returncode == 0


def test_what_was_printed_before_is_refused_in_words(counter: Counter, inside: Command) -> None:
    part = ("--first", 10_000 * PARTS, "--count", 20)
    assert inside(*counter.command("first", *part)).returncode == 0
    again = inside(*counter.command("second", *part))
    assert again.returncode == 1
    assert "已在另一个打印批次里" in again.stderr
    assert not (counter.folder / "second").exists()
    english = inside(*counter.command("second", *part, "--lang", "en"))
    assert "in a print run already" in english.stderr


def test_warnings_are_told_and_a_run_is_fetched_by_its_number(counter: Counter, inside: Command) -> None:
    small = inside(*counter.command("small", "--first", 10_000 * PARTS + 20, "--count", 5, "--dots", 3))
    assert (small.returncode, "0.375 毫米" in small.stderr) == (0, True), small.stderr
    run = orjson.loads((counter.folder / "small" / "run.json").read_bytes())["run"]
    other = inside(*counter.command("elsewhere", "--run", run, "--key", counter.key))
    assert other.returncode == 0, other.stderr
    assert counter.files("elsewhere") == counter.files("small")
    signed = inside(*counter.command("small", "--resume"))
    assert signed.returncode == 0
    assert (counter.folder / "small" / "manifest.jws").read_bytes() == (
        counter.folder / "elsewhere" / "manifest.jws"
    ).read_bytes()


@pytest.mark.parametrize("missing", [("--first", "0"), ("--count", "5")])
def test_half_a_range_is_a_slip(counter: Counter, inside: Command, missing: tuple[str, str]) -> None:
    done = inside(*counter.command("half", *missing))
    assert done.returncode == 2
    assert not (counter.folder / "half").exists()


def test_a_folder_without_a_manifest_is_said_to_have_none(inside: Command, tmp_path: Path) -> None:
    done = inside("codes", "verify-manifest", tmp_path)
    assert (done.returncode, "manifest.json" in done.stderr) == (1, True)

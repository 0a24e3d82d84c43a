"""Go's sumdb/note and sumdb/tlog read the checkpoints, tiles and proofs that we write."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from base64 import b64encode
from datetime import timedelta
from pathlib import Path

import pytest

from tests.builders.ledgers import START, MemoryLog, Signer, a_witness
from tests.conftest import CI
from trace.ledger.merkle import consistency_proof, inclusion_proof
from trace.ledger.tiles import required_tiles, tile_path

SOURCE = Path(__file__).parent / "go" / "checklog" / "main.go"
GOPATH = Path("/usr/share/gocode")


@pytest.fixture(scope="session")
def checklog(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The Go program, built without the network from Debian's packaged golang.org/x/mod."""
    go = shutil.which("go")
    if go is None or not (GOPATH / "src/golang.org/x/mod/sumdb/tlog").is_dir():
        reason = "Go or its x/mod is missing (Debian: apt-get install golang-go golang-golang-x-mod-dev)"
        if CI:
            pytest.fail(reason)
        pytest.skip(reason)
    folder = tmp_path_factory.mktemp("go")
    program = folder / "checklog"
    environment = os.environ | {
        "GO111MODULE": "off",
        "GOPATH": str(GOPATH),
        "GOCACHE": str(folder / "cache"),
        "GOFLAGS": "",
    }
    built = subprocess.run(
        [go, "build", "-o", str(program), str(SOURCE)], env=environment, capture_output=True, text=True
    )
    assert built.returncode == 0, built.stderr
    return program


@pytest.fixture(scope="module")
def log() -> MemoryLog:
    """700 statements (two full tiles, a partial one) with three cosigned checkpoints."""
    made = MemoryLog("trace.test/food", 100, [a_witness("w.test/a", 101), a_witness("w.test/b", 102)])
    signer = Signer("urn:uscc:91310000MA1FL0LG7A", 2)
    for number in range(700):
        made.append(signer.state("food.receipt", f"urn:lot:x:{number}", {"n": number}, START))
        if number + 1 in {1, 256, 700}:
            made.publish(START + timedelta(hours=1))
    return made


def write(log: MemoryLog, folder: Path) -> None:
    size = log.tree.size
    tiles = {tile_path(level, n): data for (level, n), data in log.tiles.items()}
    for level, n, width in required_tiles(size):
        tiles[tile_path(level, n, width)] = log.tile(level, n, width)
    for path, data in tiles.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(data)

    def coded(hashes: list[bytes]) -> list[str]:
        return [b64encode(one).decode() for one in hashes]

    checks = {
        "unknown": 2,
        "records": [
            {
                "index": index,
                "leaf": b64encode(log.leaves[index]).decode(),
                "proof": coded(inclusion_proof(index, size, log.hashes())),
            }
            for index in (0, 1, 255, 256, 511, 512, 699)
        ],
        "prefixes": [
            {
                "size": old,
                "root": b64encode(log.roots[old]).decode(),
                "proof": coded(consistency_proof(old, size, log.hashes())),
            }
            for old in (1, 256, 700)
        ],
    }
    (folder / "checkpoint").write_text(log.notes[size], encoding="utf-8")
    (folder / "log.vkey").write_text(log.key.vkey, encoding="utf-8")
    (folder / "checks.json").write_text(json.dumps(checks), encoding="utf-8")


def run(checklog: Path, folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run([str(checklog), str(folder)], capture_output=True, text=True)


def test_go_opens_our_checkpoint_and_proves_from_our_tiles(checklog, log, tmp_path):
    write(log, tmp_path)
    done = run(checklog, tmp_path)
    assert done.returncode == 0, done.stdout
    assert done.stdout.endswith("ALL OK\n")
    assert done.stdout.count("ok CheckRecord") == 7
    assert done.stdout.count("ok CheckTree") == 3


def test_go_refuses_a_changed_tile(checklog, log, tmp_path):
    write(log, tmp_path)
    tile = tmp_path / "tile/0/000"
    tile.write_bytes(bytes(32) + tile.read_bytes()[32:])
    done = run(checklog, tmp_path)
    assert done.returncode == 1
    # Newer x/mod refuses the tile itself, Debian's the proof that comes out of it.
    assert done.stdout.splitlines()[-1].startswith(("FAIL ProveRecord", "FAIL CheckRecord"))


def test_go_refuses_a_changed_checkpoint(checklog, log, tmp_path):
    write(log, tmp_path)
    note = tmp_path / "checkpoint"
    note.write_text(note.read_text(encoding="utf-8").replace("\n700\n", "\n701\n"), encoding="utf-8")
    done = run(checklog, tmp_path)
    assert done.returncode == 1
    assert "FAIL note.Open" in done.stdout

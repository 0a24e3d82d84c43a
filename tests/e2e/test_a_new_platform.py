"""A platform from nothing, on each database: init, migrate, token, serve, upload, audit, replay.

On SQLite each command is a process, as an operator has it; on PostgreSQL only the server is.
"""

from __future__ import annotations

import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import orjson
import urllib3

from tests.builders.signers import Registrar, Signer
from tests.e2e.conftest import Command
from tests.patience import PATIENCE, until
from trace.platform.clocks import system_clock

ORIGIN = "trace.test/food"
FARM = "93310151XN00001190"
POOL = urllib3.PoolManager(retries=False, timeout=PATIENCE)


@contextmanager
def served(root: Path, data: Path) -> Iterator[str]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, str(root / "greentrace"), "serve", "--data", str(data), "--port", str(port)]
    process = subprocess.Popen(command, cwd=root, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        until(lambda: _answers(f"http://127.0.0.1:{port}/healthz"))
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(20)


def _answers(address: str) -> bool:
    with suppress(urllib3.exceptions.HTTPError):
        return POOL.request("GET", address).status == 200
    return False


def ask(verb: str, url: str, **given: Any) -> Any:
    answer = POOL.request(verb, url, **given)
    assert answer.status < 300, answer.data
    return orjson.loads(answer.data)


def test_a_new_platform_takes_records_and_can_account_for_them(
    root: Path, tmp_path: Path, database_kind: str, database_url: str, greentrace: Command, inside: Command
) -> None:
    command = greentrace if database_kind == "sqlite" else inside

    def said(*arguments: str) -> str:
        done = command(*arguments)
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    data = tmp_path / "platform"
    vkey = said("init", str(data), "--role", "food", "--origin", ORIGIN)
    assert vkey.startswith(f"{ORIGIN}+")
    settings = data / "platform.toml"
    settings.write_text(settings.read_text().replace('database = ""', f'database = "{database_url}"'))
    said("migrate", "--data", str(data))
    bureau, farm = Registrar(), Signer(FARM, "grower")
    (data / "policy" / "registrars").write_text(f"{bureau.key.kid} bureau\n")
    holder = f"urn:uscc:{FARM}"
    token = said("token", "--data", str(data), "--holder", holder, "--scope", "statements:write")
    now = system_clock().replace(microsecond=0)
    statements = [
        bureau.register(bureau, at=now),
        bureau.register(farm, at=now),
        farm.harvest("H1", at=now),
    ]
    body = b"\n".join(orjson.dumps(one.flattened()) for one in statements)
    headers = {"Content-Type": "application/jsonl", "Authorization": f"Bearer {token}"}
    with served(root, data) as address:
        taken = ask("POST", f"{address}/api/v1/statements", body=body, headers=headers)
        assert [one["index"] for one in taken["results"]] == [0, 1, 2]
        lot = ask("GET", f"{address}/api/v1/lots/urn:lot:{FARM}:H1")
        assert lot["statement"]["stmt"] == statements[2].statement_id
    audited = orjson.loads(said("log", "audit", "--data", str(data), "--json"))
    assert audited["sound"] is True
    assert audited["entries"] == 3
    replayed = orjson.loads(said("replay", "--data", str(data)))
    assert replayed["equal"] is True
    assert replayed["entries"] == 3

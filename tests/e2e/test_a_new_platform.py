"""A platform from nothing, on each database: init, migrate, token, serve, upload, audit, replay."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import orjson
import urllib3

from tests.builders.signers import Registrar, Signer
from trace.platform.clocks import system_clock

ORIGIN = "trace.test/food"
FARM = "93310151XN00001190"
POOL = urllib3.PoolManager(retries=False, timeout=10)


def greentrace(root: Path, *arguments: str) -> str:
    command = [sys.executable, str(root / "greentrace"), *arguments]
    return subprocess.run(command, cwd=root, capture_output=True, text=True, check=True).stdout.strip()


@contextmanager
def served(root: Path, data: Path) -> Iterator[str]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, str(root / "greentrace"), "serve", "--data", str(data), "--port", str(port)]
    process = subprocess.Popen(command, cwd=root, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        for _ in range(200):
            with suppress(urllib3.exceptions.HTTPError):
                POOL.request("GET", f"http://127.0.0.1:{port}/healthz")
                break
            time.sleep(0.1)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(20)


def ask(verb: str, url: str, **given: Any) -> Any:
    answer = POOL.request(verb, url, **given)
    assert answer.status < 300, answer.data
    return orjson.loads(answer.data)


def test_a_new_platform_takes_records_and_can_account_for_them(
    root: Path, tmp_path: Path, database_url: str
) -> None:
    data = tmp_path / "platform"
    vkey = greentrace(root, "init", str(data), "--role", "food", "--origin", ORIGIN)
    assert vkey.startswith(f"{ORIGIN}+")
    settings = data / "platform.toml"
    settings.write_text(settings.read_text().replace('database = ""', f'database = "{database_url}"'))
    greentrace(root, "migrate", "--data", str(data))
    bureau, farm = Registrar(), Signer(FARM, "grower")
    (data / "policy" / "registrars").write_text(f"{bureau.key.kid} bureau\n")
    holder = f"urn:uscc:{FARM}"
    token = greentrace(root, "token", "--data", str(data), "--holder", holder, "--scope", "statements:write")
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
    audited = orjson.loads(greentrace(root, "log", "audit", "--data", str(data), "--json"))
    assert audited["sound"] is True
    assert audited["entries"] == 3
    replayed = orjson.loads(greentrace(root, "replay", "--data", str(data)))
    assert replayed["equal"] is True
    assert replayed["entries"] == 3

"""What `./greentrace demo --no-serve` leaves behind, and what its user does with it next."""

from __future__ import annotations

import base64
import re
import shutil
import socket
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import orjson
import pytest
import urllib3
import zxingcpp
from PIL import Image

from cli.demo.neighbours import Neighbours, free_port
from cli.demo.showing import PAGES, kept_pages
from tests.builders import facts as made
from tests.conftest import ROOT
from tests.e2e.conftest import Command, Demo
from tests.patience import PATIENCE, until
from tests.servers.demo_copies import give_new_ports
from trace.ledger.algorithms import PrivateKey
from trace.platform.clocks import DemoClock
from trace.platform.folder import load_folder

K1 = "urn:lot:91310151XN0000442L:K1"
SHARES = {"H20261005-1": "47.9", "H20261006-1": "52.1"}
_POOL = urllib3.PoolManager(retries=False, timeout=PATIENCE)

FARM = made.uscc(made.COOPERATIVE)


@pytest.fixture
def copy(demo: Demo, tmp_path: Path) -> Path:
    """The demo's folder, to be spoilt."""
    shutil.copytree(demo.data, tmp_path / "data")
    return tmp_path / "data"


@pytest.fixture(scope="module")
def alone(demo: Demo, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, str]]:
    """The demo's folder served again by `./greentrace serve`, its witnesses being down."""
    data = tmp_path_factory.mktemp("alone") / "data"
    shutil.copytree(demo.data, data)
    with Neighbours(data / "logs") as neighbours:
        port = free_port()
        arguments = ["serve", "--data", str(data), "--trusted-proxy", "127.0.0.1"]
        yield data, neighbours.start("again", arguments, port)


def _lots(path: Path) -> dict[str, dict]:
    return {one["lot"].rsplit(":", 1)[1]: one for one in orjson.loads(path.read_bytes())["lots"]}


def test_it_plays_and_says_where_to_look(demo: Demo) -> None:
    for said in ("扫码页：http://127.0.0.1:", "47.9 %", "52.1 %", "退出码 0", "退出码 1", "M20261015B"):
        assert said in demo.output
    for story in (*range(2, 9), *range(10, 15)):
        assert f"故事{story}" in demo.output


def test_a_developer_finds_a_token_and_a_registered_key(demo: Demo, alone: tuple[Path, str]) -> None:
    """They open the demo's own platform: the token its heads, the key its log."""
    data, address = alone
    settings = (data / "developer" / "env.sh").read_text("utf-8")
    assert all(f"  {line}\n" in demo.output for line in settings.splitlines())
    told = dict(re.findall(r"export (GREENTRACE_\w+)=(\S+)", settings))
    assert {oct(path.stat().st_mode & 0o777) for path in (data / "developer").iterdir()} == {"0o600"}
    kid = PrivateKey.from_pem((data / "developer" / "signer.pem").read_bytes()).kid
    key = orjson.loads(_POOL.request("GET", f"{address}/api/v1/keys/{kid}").data)
    assert (key["holder"], key["log"]) == (told["GREENTRACE_ISS"], "trace.example.cn/food/demo-clock")
    asked = f"{address}/api/v1/heads?iss={told['GREENTRACE_ISS']}&stream=client"
    token = {"Authorization": f"Bearer {told['GREENTRACE_TOKEN']}"}
    head = orjson.loads(_POOL.request("GET", asked, headers=token).data)
    assert head["seq"] == 0
    assert head["now"].startswith("2026-10-24T")


def test_upstream_ends_at_two_plots_with_their_shares(demo: Demo) -> None:
    document = orjson.loads((demo.data / "upstream.json").read_bytes())
    assert {one["lot"].rsplit(":", 1)[1]: one["percent"] for one in document["sources"]} == SHARES
    assert not document["truncated"]
    assert "R05" in {mark["rule"] for mark in _lots(demo.data / "upstream.json")["K1"]["marks"]}


def test_downstream_names_every_receiver_and_the_batch_that_stayed(demo: Demo) -> None:
    document = orjson.loads((demo.data / "downstream.json").read_bytes())
    lots = _lots(demo.data / "downstream.json")
    assert {"K1", "K2", "K3", "M20261012A", "M20261015B", "D20261014-1", "C20261014-1"} <= set(lots)
    # the mill, which received the paddy, and three receivers of packs
    assert sorted(int(one["quantity"]["value"]) for one in document["receivers"]) == [1600, 4000, 6000, 18400]
    assert all(one["name"] for one in document["receivers"])
    ends = {one["lot"].rsplit(":", 1)[1]: one["reason"] for one in document["openEnds"]}
    assert ends["K3"] == "no-receivers"
    assert "R15" in {mark["rule"] for mark in lots["K3"]["marks"]}


def test_the_table_prints_what_is_left_to_stop(demo: Demo) -> None:
    table = demo.output.partition("不合格批次 K1")[2].partition("向下追踪 / where it went：")[2]
    rows = [" ".join(line.split()) for line in table.splitlines() if line.startswith("K1 ")]
    assert len(rows) == 2
    assert all(" 8000 kg 2000 kg " in row for row in rows)


def test_the_bundle_carries_the_recall_status_and_the_change_of_the_label(demo: Demo) -> None:
    form = orjson.loads((demo.data / "bundle.trace.json").read_bytes())
    assert _claims(form["status"])["typ"] == "status.snapshot"
    changes = [
        claims
        for one in form["statements"]
        if "jws" in one and (claims := _claims(one))["typ"] == "label.change"
    ]
    (change,) = [one["data"] for one in changes]
    assert (change["field"], change["to"]) == ("enterprise.contact", "000-00000044")
    assert "by" not in change, "who typed it stays concealed"


def _claims(entry: dict[str, Any]) -> dict[str, Any]:
    payload = entry["jws"]["payload"]
    return dict(orjson.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4))))


def test_the_label_reads_as_the_address_of_the_page(demo: Demo) -> None:
    (code,) = zxingcpp.read_barcodes(Image.open(demo.data / "label.png"))
    printed = re.search(r"检验不合格（故事2）：(\S+)", demo.output)
    assert printed
    assert code.text == printed.group(1)
    assert re.fullmatch(r"http://127\.0\.0\.1:\d+/01/09521234100010/10/M20261012A\?v=[\w-]{22}", code.text)
    assert (demo.data / "label.svg").read_text("utf-8").lstrip().startswith("<")


def test_the_good_bundle_holds_and_the_tampered_one_does_not(demo: Demo, greentrace: Command) -> None:
    policy = ("--policy", demo.data / "policy")
    good, bad = demo.data / "bundle.trace.json", demo.data / "bundle-tampered.trace.json"
    held = greentrace("verify", good, *policy, "--json")
    assert "/demo/data/policy\n" in demo.output and "var/demo" not in demo.output
    assert held.returncode == 0, held.stdout
    assert orjson.loads(held.stdout)["ok"] is True
    assert orjson.loads(held.stdout)["demoClock"] is True
    broken = greentrace("verify", bad, *policy, "--lang", "en", "--json")
    assert broken.returncode == 1
    verdict = orjson.loads(broken.stdout)
    steps = [step for one in verdict["statements"] for step in one["steps"]]
    failed = [step for step in steps if step["state"] == "failed"]
    assert failed
    assert failed[0]["text"]


def test_without_a_trusted_policy_nothing_is_verified(demo: Demo, inside: Command, tmp_path: Path) -> None:
    bundle = demo.data / "bundle.trace.json"
    for policy in ((), ("--policy", tmp_path)):
        told = inside("verify", bundle, *policy, "--json")
        assert told.returncode == 1
        assert orjson.loads(told.stdout)["ok"] is False


def test_the_label_is_bound_to_the_record(demo: Demo, inside: Command) -> None:
    address = re.search(r"检验不合格（故事2）：(\S+)", demo.output)
    assert address
    policy = ("--policy", demo.data / "policy")
    command = ("verify", demo.data / "bundle.trace.json", "--json", *policy, "--label")
    right = inside(*command, address.group(1))
    assert (right.returncode, orjson.loads(right.stdout)["label"]) == (0, "matches")
    wrong = inside(*command, address.group(1)[:-22] + "A" * 22)
    assert (wrong.returncode, orjson.loads(wrong.stdout)["label"]) == (1, "differs")
    bare = inside(*command, address.group(1).partition("?")[0])
    assert (bare.returncode, orjson.loads(bare.stdout)["label"]) == (1, "unbound")
    other = inside(*command, address.group(1).replace("M20261012A", "M20261015B"), "--lang", "en")
    step = next(one for one in orjson.loads(other.stdout)["steps"] if one["code"] == "label")
    assert (other.returncode, step["reason"]) == (1, "other-code")
    assert "batch or platform code in the address is not" in step["text"]


@pytest.mark.parametrize(
    "content", [b"", b"garbage", b"[]", b"{}", b'{"format":"trace-bundle/1","lot":1}', b"\xff"]
)
def test_a_file_that_is_no_bundle_is_told_so(
    demo: Demo, inside: Command, tmp_path: Path, content: bytes
) -> None:
    (tmp_path / "x.json").write_bytes(content)
    told = inside("verify", tmp_path / "x.json", "--policy", demo.data / "policy", "--json")
    assert told.returncode == 1
    assert orjson.loads(told.stdout)["ok"] is False
    assert "Traceback" not in told.stderr


def test_the_log_is_sound_and_the_tables_its_image(demo: Demo, inside: Command, copy: Path) -> None:
    audited = inside("log", "audit", "--data", copy, "--json")
    assert audited.returncode == 0, audited.stdout
    assert orjson.loads(audited.stdout)["sound"] is True
    replayed = inside("replay", "--data", copy)
    assert replayed.returncode == 0, replayed.stdout
    assert orjson.loads(replayed.stdout)["equal"] is True


EDITS = {
    "signature-wrong": "UPDATE log_entry SET jws = replace(jws, substr(jws, -6, 3), 'AAA') WHERE idx = 30",
    "entry-missing": "DELETE FROM log_entry WHERE idx = 30",
    "root-differs": """UPDATE log_checkpoint SET note = replace(note, char(10), char(10) || '1')
        WHERE size = (SELECT max(size) FROM log_checkpoint)""",
}


@pytest.mark.parametrize("code", EDITS)
def test_an_edited_database_is_found_out(inside: Command, copy: Path, code: str) -> None:
    with sqlite3.connect(copy / "trace.db") as database:
        for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            database.execute(f'DROP TRIGGER "{name}"')
        assert database.execute(EDITS[code]).rowcount == 1
    database.close()
    told = inside("log", "audit", "--data", copy, "--json")
    assert told.returncode == 1, told.stderr
    assert code in {one["code"] for one in orjson.loads(told.stdout)["found"]}
    assert inside("log", "audit", "--data", copy).returncode == 1


def test_private_values_are_erased_and_nothing_else_changes(inside: Command, copy: Path) -> None:
    with sqlite3.connect(copy / "trace.db") as database:
        ((stmt, held),) = database.execute(
            "SELECT d.stmt, count(*) FROM disclosure d JOIN log_entry e ON e.stmt = d.stmt "
            "WHERE e.typ = 'food.receipt' GROUP BY d.stmt HAVING count(*) >= 4 ORDER BY e.idx LIMIT 1"
        ).fetchall()
    database.close()
    before = orjson.loads(inside("replay", "--data", copy).stdout)["tables"]
    early = inside("erase", "--data", copy, "--stmt", stmt, "--member", "supplierContact")
    assert early.returncode == 1
    assert "retention-running" in early.stderr
    clock = DemoClock(copy / "clock")
    clock.advance_to(clock() + timedelta(days=2 * 366))
    told = inside("erase", "--data", copy, "--stmt", stmt, "--member", "supplierContact")
    assert told.returncode == 0, told.stderr
    again = inside("erase", "--data", copy, "--stmt", stmt, "--member", "supplierContact")
    assert again.returncode == 1
    assert "nothing-to-erase" in again.stderr
    assert "Traceback" not in again.stderr
    assert inside("erase", "--data", copy, "--stmt", stmt).returncode == 0
    with sqlite3.connect(copy / "trace.db") as database:
        left = database.execute("SELECT count(*) FROM disclosure WHERE stmt = ?", [stmt]).fetchone()
    database.close()
    assert held >= 4
    assert left == (0,)
    after = inside("replay", "--data", copy)
    assert orjson.loads(after.stdout)["equal"] is True
    assert orjson.loads(after.stdout)["tables"] == before
    assert inside("log", "audit", "--data", copy).returncode == 0


def test_served_again_without_witnesses_it_reads_and_takes_nothing(
    demo: Demo, alone: tuple[Path, str], inside: Command
) -> None:
    data, address = alone
    link = urlsplit((re.search(r"检验不合格（故事2）：(\S+)", demo.output) or [""])[1])
    scanned = _POOL.request("GET", f"{address}{link.path}?{link.query}", redirect=False)
    assert scanned.status == 307
    sent_to = urlsplit(scanned.headers["Location"])
    assert (sent_to.path, sent_to.query) == (f"/page{link.path}", link.query)
    page = _POOL.request("GET", f"{address}{sent_to.path}?{sent_to.query}")
    assert page.status == 200
    assert "子虚" in page.data.decode()
    lot = _POOL.request("GET", f"{address}/api/v1/lots/{K1}")
    assert lot.json()["productName"]
    assert _POOL.request("GET", f"{address}/log/checkpoint").status == 200
    ready = _POOL.request("GET", f"{address}/readyz")
    assert (ready.status, ready.json()["params"]) == (503, {"part": "witnesses"})
    token = inside("token", "--data", data, "--holder", FARM, "--scope", "statements:write")
    answer = _POOL.request(
        "POST",
        f"{address}/api/v1/statements",
        body=b"{}",
        headers={"Authorization": f"Bearer {token.stdout.strip()}", "Content-Type": "application/jose+json"},
    )
    assert (answer.status, answer.json()["code"]) == (503, "not-ready")
    assert answer.headers["Retry-After"] == "5"


def test_the_bundle_from_the_served_folder_verifies_too(
    demo: Demo, alone: tuple[Path, str], inside: Command, tmp_path: Path
) -> None:
    _, address = alone
    bundle = tmp_path / "again.trace.json"
    bundle.write_bytes(_POOL.request("GET", f"{address}/api/v1/lots/{K1}/bundle").data)
    told = inside("verify", bundle, "--policy", demo.data / "policy")
    assert told.returncode == 0, told.stdout


def test_a_taken_port_and_a_missing_folder_are_said_in_a_sentence(
    demo: Demo, greentrace: Command, tmp_path: Path
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        told = greentrace("serve", "--data", demo.data, "--port", taken.getsockname()[1])
    assert told.returncode == 1
    assert "Address already in use" in told.stderr
    assert "stack" not in told.stderr
    for said in (
        greentrace("keygen", tmp_path / "no" / "key.pem"),
        greentrace("witness", "--data", tmp_path, "--port", free_port()),
    ):
        assert said.returncode == 1
        assert "Traceback" not in said.stderr


def test_whoever_ends_the_demo_ends_its_neighbours(copy: Path, greentrace: Command) -> None:
    give_new_ports(copy)
    port = free_port()
    command = [sys.executable, str(ROOT / "greentrace"), "demo", "--continue", "--data", str(copy)]
    running = subprocess.Popen([*command, "--port", str(port)], stdout=subprocess.PIPE)
    assert running.stdout is not None
    started = running.stdout.readline().decode()
    for name in ("witness-agri", "witness-market", "agri", "food"):
        assert name in started  # what goes on while one waits
    assert str(port).encode() in running.stdout.readline()
    again = greentrace("demo", "--continue", "--data", copy, "--port", free_port())
    assert again.returncode == 1
    assert "folder-unfit" in again.stderr
    running.terminate()
    told, _ = running.communicate(timeout=PATIENCE)
    assert running.returncode == 0
    assert told.decode().count(f"http://127.0.0.1:{port}/") >= 7  # the pages, as after the stories
    assert "正在停止" in told.decode()
    assert told.decode().endswith("已停止。\n")
    with pytest.raises(urllib3.exceptions.HTTPError):
        _POOL.request("GET", f"http://127.0.0.1:{port}/healthz")


def test_a_demo_that_is_killed_leaves_nobody_running(copy: Path) -> None:
    give_new_ports(copy)
    port = free_port()
    command = [sys.executable, str(ROOT / "greentrace"), "demo", "--continue", "--data", str(copy)]
    running = subprocess.Popen([*command, "--port", str(port)], stdout=subprocess.PIPE)
    assert running.stdout is not None
    assert running.stdout.readline()
    told = running.stdout.readline().decode()
    assert str(port) in told
    witnesses = [one.url for one in load_folder(copy).witnesses]
    addresses = [*witnesses, load_folder(copy / "agri").public_url, f"http://127.0.0.1:{port}"]
    assert all(map(_listens, addresses))
    running.kill()
    running.communicate(timeout=PATIENCE)
    until(lambda: not any(map(_listens, addresses)))


def _listens(address: str) -> bool:
    try:
        socket.create_connection(("127.0.0.1", urlsplit(address).port or 0), 5).close()
    except OSError:
        return False
    return True


def test_a_demo_continued_says_its_pages_again(demo: Demo, copy: Path) -> None:
    printed = dict(re.findall(r"(故事\d+）?)）：http://127\.0\.0\.1:\d+(\S+)", demo.output))
    assert len(printed) >= 4
    pages = kept_pages(copy, "https://192.0.2.7:8443")
    assert {each.removeprefix("https://192.0.2.7:8443") for each in pages.values()} >= set(printed.values())
    (copy / PAGES).unlink()
    assert kept_pages(copy, "https://192.0.2.7:8443") == {}


def test_the_demo_clears_only_what_is_a_demo(greentrace: Command, tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("ten years of work", "utf-8")
    told = greentrace("demo", "--no-serve", "--data", tmp_path)
    assert told.returncode == 1
    assert "Traceback" not in told.stderr
    assert (tmp_path / "thesis.txt").exists()


def test_keys_and_journals_are_for_their_owner_only(demo: Demo) -> None:
    secrets = [*demo.data.rglob("*.pem"), *demo.data.rglob("*.key"), *demo.data.rglob("*.journal")]
    assert len(secrets) > 20
    assert [str(path) for path in secrets if path.stat().st_mode & 0o077] == []

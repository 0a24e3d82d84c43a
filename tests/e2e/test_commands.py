"""The commands as a mill's clerk and an operator use them, on the demo's stage as `--continue` raises it."""

from __future__ import annotations

import subprocess
import sys
from contextlib import closing
from pathlib import Path

import openpyxl
import orjson
import pytest

from cli.client.http import PlatformClient
from cli.demo.neighbours import Neighbours, free_port
from cli.demo.plot_line import fill
from cli.demo.rice_workbooks import Workbook
from cli.demo.world import world
from tests.conftest import ROOT
from tests.e2e.conftest import Command
from tests.e2e.stage import MILL, POOL, Stage, stage
from tests.patience import PATIENCE, until
from tests.simulators.relay import Relay
from trace.platform.folder import load_folder

__all__ = ["stage"]


def _material(name: str, **changed: object) -> dict[str, object]:
    row: dict[str, object] = {
        "批次号": name,
        "物料名称": "编织袋",
        "类别": "食品相关产品",
        "数量": "100",
        "单位": "件",
        "进货时间": "2026-10-24 09:00",
    }
    return {**row, **changed}


def _workbook(path: Path, *rows: dict[str, object]) -> Path:
    fill(Workbook(path.name, "", {"进货查验": rows}), path)
    return path


def test_a_workbook_goes_in_once_however_often_it_is_imported(
    stage: Stage, greentrace: Command, tmp_path: Path
) -> None:
    file = _workbook(tmp_path / "bags.xlsx", _material("B1"), _material("B2"))
    before = stage.size()
    first = greentrace(*stage.command(file))
    assert first.returncode == 0, first.stderr
    assert "登记 2 条" in first.stdout
    again = greentrace(*stage.command(file))
    assert again.returncode == 0, again.stderr
    assert "登记 0 条，此前已有 2 条" in again.stdout
    assert stage.size() == before + 2
    demos = stage.data / "files" / "P1-进货-20261007.xlsx"
    known = greentrace(*stage.command(demos, stream="food-workbook"))
    assert "登记 0 条，此前已有 2 条" in known.stdout, known.stderr
    assert stage.size() == before + 2


def test_a_changed_row_is_a_correction_not_an_import(stage: Stage, inside: Command, tmp_path: Path) -> None:
    file = _workbook(tmp_path / "bags.xlsx", _material("B3"))
    assert inside(*stage.command(file)).returncode == 0
    before = stage.size()
    changed = inside(*stage.command(_workbook(file, _material("B3", 数量="90"))))
    assert changed.returncode == 1
    assert "进货查验" in changed.stderr
    assert "Traceback" not in changed.stderr
    assert stage.size() == before


def test_faults_are_told_by_sheet_row_and_column_and_nothing_is_stored(
    stage: Stage, inside: Command, tmp_path: Path
) -> None:
    file = _workbook(tmp_path / "bad.xlsx", _material("B4"), _material("B5", 数量="许多", 单位="筐"))
    before = stage.size()
    told = inside(*stage.command(file), "--lang", "en")
    assert told.returncode == 1
    assert "进货查验" in told.stderr
    assert "数量" in told.stderr
    assert "单位" in told.stderr
    assert stage.size() == before
    (copy,) = tmp_path.glob("bad-*.xlsx")
    comments = [
        cell.comment.text
        for line in openpyxl.load_workbook(copy)["进货查验"].iter_rows()
        for cell in line
        if cell.comment is not None
    ]
    assert len(comments) >= 2


def test_what_the_platform_would_refuse_is_told_before_anything_is_signed(
    stage: Stage, inside: Command, tmp_path: Path
) -> None:
    file = _workbook(tmp_path / "future.xlsx", _material("B6"), _material("B7", 进货时间="2027-10-24 09:00"))
    before = stage.size()
    told = inside(*stage.command(file, stream="desk-3"))
    assert told.returncode == 1
    assert "进货查验" in told.stderr
    assert stage.size() == before
    assert not list((stage.data / "party-keys").glob("P1.desk-3.journal"))


def test_a_repeated_row_and_an_unknown_lot_are_told_by_their_rows(
    stage: Stage, inside: Command, tmp_path: Path
) -> None:
    before = stage.size()
    twice = inside(*stage.command(_workbook(tmp_path / "twice.xlsx", _material("B8"), _material("B8"))))
    lost = inside(
        *stage.command(
            _workbook(tmp_path / "lost.xlsx", _material("B9"), _material("B10", 供货批次="x:NOPE")),
            stream="desk-4",
        )
    )
    for told in (twice, lost):
        assert told.returncode == 1
        assert "进货查验" in told.stderr
        assert "第 5 行" in told.stderr
        assert "Traceback" not in told.stderr
    assert "x:NOPE" in lost.stderr
    assert stage.size() == before
    assert not list((stage.data / "party-keys").glob("P1.desk-4.journal"))


@pytest.mark.parametrize("delivered", [False, True])
def test_an_import_that_is_killed_goes_on_with_the_same_bytes(
    stage: Stage, inside: Command, tmp_path: Path, delivered: bool
) -> None:
    stream = f"killed-{delivered}".lower()
    file = _workbook(tmp_path / "bags.xlsx", _material(f"K-{delivered}-1"), _material(f"K-{delivered}-2"))
    before = stage.size()
    with closing(Relay(stage.address, deliver=delivered)) as relay:
        process = subprocess.Popen(
            [sys.executable, str(ROOT / "greentrace"), *stage.command(file, relay.address, stream)],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        assert relay.held.wait(PATIENCE)
        process.kill()
        process.wait()
        (sent,) = relay.bodies
    assert stage.size() == before + (2 if delivered else 0)
    resumed = inside(*stage.command(file, stream=stream))
    assert resumed.returncode == 0, resumed.stderr
    assert stage.size() == before + 2
    for line in sent.splitlines():
        lot = orjson.loads(line)
        journal = (stage.data / "party-keys" / f"P1.{stream}.journal").read_bytes()
        assert orjson.dumps(lot["signature"]) in journal
    assert journal.count(b'"jws"') == 2
    assert stage.client().head(MILL, stream)["seq"] == 2
    assert inside(*stage.command(file, stream=stream)).returncode == 0
    assert stage.size() == before + 2


def test_a_platform_that_cannot_be_reached_is_said_in_a_sentence(
    stage: Stage, inside: Command, tmp_path: Path
) -> None:
    file = _workbook(tmp_path / "bags.xlsx", _material("B9"))
    told = inside(*stage.command(file, "http://127.0.0.1:1"))
    assert told.returncode == 1
    assert "Traceback" not in told.stderr
    assert "127.0.0.1:1" in told.stderr


def test_a_new_firm_makes_a_key_is_registered_and_states(
    stage: Stage, inside: Command, tmp_path: Path
) -> None:
    key, firm = tmp_path / "firm.pem", world().urn("P3")
    made = inside("keygen", key)
    assert made.returncode == 0
    assert key.stat().st_mode & 0o777 == 0o600
    assert inside("keygen", key).returncode == 1
    data = inside("enrol", "--key", key, "--iss", firm, "--name", "（演示）新来的", "--role", "processor")
    assert data.returncode == 0, data.stderr
    registrar = world().urn("G1")
    given = inside("token", "--data", stage.data, "--holder", registrar, "--scope", "trace:own")
    head = PlatformClient(stage.address, given.stdout.strip()).head(registrar, "counter")
    now = orjson.loads((stage.data / "clock").read_bytes())["time"]
    claims = {
        "typ": "party.key.register", "iss": registrar, "stream": "counter", "seq": head["seq"] + 1,
        "prev": head["stmt"], "sub": firm, "occurredAt": now[:19] + "+00:00", "signedAt": now[:19] + "+00:00",
        "data": {**orjson.loads(data.stdout), "validFrom": "2026-10-01T00:00:00+08:00"},
    }  # fmt: skip
    claims = {name: value for name, value in claims.items() if value is not None}
    signed = inside(
        "sign", "--key", stage.data / "party-keys" / "G1.pem", stdin=orjson.dumps(claims).decode()
    )
    assert signed.returncode == 0, signed.stderr
    answer = stage.client().post("/api/v1/statements", signed.stdout.encode(), "application/jose+json")
    assert answer["state"] == "logged"
    shown = POOL.request("GET", f"{stage.address}/api/v1/keys/{orjson.loads(made.stdout)['kid']}").json()
    assert shown["holder"] == firm


def test_a_key_with_a_password_opens_with_it_only(greentrace: Command, tmp_path: Path) -> None:
    key = tmp_path / "k.pem"
    assert greentrace("keygen", key, "--alg", "ES256", GREENTRACE_KEY_PASSWORD="open").returncode == 0
    assert b"ENCRYPTED" in key.read_bytes()
    apply = ("enrol", "--key", key, "--iss", MILL, "--name", "x", "--role", "lab")
    assert greentrace(*apply, GREENTRACE_KEY_PASSWORD="open").returncode == 0
    for environment in ({"GREENTRACE_KEY_PASSWORD": "wrong"}, {}):
        told = greentrace(*apply, **environment)
        assert told.returncode == 1
        assert "key-file-unreadable" in told.stderr
        assert "Traceback" not in told.stderr


@pytest.mark.parametrize("claims", ["", "garbage", "[]", "{}", '{"typ":"x"}', '{"occurredAt":7}'])
def test_what_cannot_be_signed_is_said_in_a_sentence(inside: Command, tmp_path: Path, claims: str) -> None:
    inside("keygen", tmp_path / "k.pem")
    told = inside("sign", "--key", tmp_path / "k.pem", stdin=claims)
    assert told.returncode == 1
    assert told.stdout == ""
    assert "Traceback" not in told.stderr


def test_the_feed_is_pulled_again_and_adds_nothing(stage: Stage, inside: Command) -> None:
    agri = load_folder(stage.data / "agri")
    token = inside("token", "--data", agri.path, "--holder", MILL, "--scope", "feed:read").stdout.strip()
    pull = ("feed", "pull", "--data", stage.data, "--source", agri.public_url, "--token")
    first, second = inside(*pull, token), inside(*pull, token)
    assert (first.returncode, second.returncode) == (0, 0), first.stderr + second.stderr
    assert "保存 0 条" in first.stdout  # the demo pulled all that the farms stated
    assert "退回 0 条" in first.stdout
    assert "保存 0 条" in second.stdout
    refused = inside(*pull, "gt_x")
    assert refused.returncode == 1
    assert "Traceback" not in refused.stderr


def test_reports_to_a_city_that_was_down_are_sent_again(
    stage: Stage, inside: Command, tmp_path: Path
) -> None:
    assert inside(*stage.command(_workbook(tmp_path / "c.xlsx", _material("C1")))).returncode == 0
    down = inside("city", "send", "--data", stage.data)
    assert down.returncode == 0, down.stderr
    assert "待发 0" not in down.stdout
    port = int(load_folder(stage.data).neighbours["city"].rsplit(":", 1)[1])
    with Neighbours(tmp_path / "logs") as neighbours:
        neighbours.start("city", ["simulate", "city"], port)
        sent = inside("city", "send", "--data", stage.data, "--failed")
    assert sent.returncode == 0, sent.stderr
    assert "待发 0" in sent.stdout


def test_the_witnesses_go_on_signing_on_a_new_port(stage: Stage, inside: Command, tmp_path: Path) -> None:
    assert inside(*stage.command(_workbook(tmp_path / "w.xlsx", _material("W1")))).returncode == 0
    until(lambda: int(stage.client().get("/log/checkpoint").split(b"\n")[1]) >= stage.size())


def test_the_log_audits_while_it_is_served(stage: Stage, inside: Command) -> None:
    told = inside("log", "audit", "--data", stage.data)
    assert told.returncode == 0, told.stdout


def test_a_witness_gets_a_folder_of_its_own_and_answers(
    stage: Stage, inside: Command, tmp_path: Path
) -> None:
    watch = ("--watch", load_folder(stage.data).origin, stage.address, "gt_x")
    named = ("--role", "witness", "--origin", "w.example.cn", "--policy", stage.data / "policy")
    made = inside("init", tmp_path / "w", *named, *watch)
    assert made.stdout.startswith("w.example.cn+"), made.stderr
    assert inside("init", tmp_path / "w", *named, *watch).returncode == 1
    with Neighbours(tmp_path / "logs") as neighbours:
        address = neighbours.start("witness", ["witness", "--data", str(tmp_path / "w")], free_port())
        assert POOL.request("GET", f"{address}/healthz").status == 200


def test_help_names_every_command(greentrace: Command) -> None:
    told = greentrace("--lang", "en", "--help")
    assert told.returncode == 0
    listed = {line.split()[0] for line in told.stdout.split("Commands:")[1].splitlines() if line.strip()}
    assert listed >= {"demo", "init", "migrate", "serve", "witness", "simulate", "token", "keygen", "enrol"}
    assert listed >= {"sign", "verify", "template", "import", "feed", "city", "replay", "erase", "log"}

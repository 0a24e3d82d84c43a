"""The pages of keys without scripts: key files, held keys, refusals, and another firm at our addresses."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import orjson
import pytest

from scanner_web import create_pages
from tests.builders.desk_bench import MILL, Bench
from tests.builders.members import ORGANISATIONS, add_member, signed_in
from tests.servers.door import Door
from trace.access.roles import AUTHORITY, LABORATORY, OPERATOR
from trace.ledger.algorithms import PrivateKey
from trace.ledger.key_sealing import MasterKey
from trace.ledger.keys import registration_data
from trace.usecases.signing.batches import open_batch
from trace.usecases.signing.key_requests import own_keys


@pytest.fixture
def bench(tmp_path, databases) -> Iterator[Bench]:
    with Door(tmp_path, databases.migrated("sqlite"), pages=create_pages) as door:
        add_member(door.platform.transactions, OPERATOR, ["head"], "wang")
        add_member(door.platform.transactions, LABORATORY, ["head"], "lab-head")
        add_member(door.platform.transactions, AUTHORITY, ["registrar"], "bureau")
        yield Bench(door, "")


def desk(bench: Bench, login: str, path: str = "/desk/keys"):
    found = signed_in(bench.door.platform, bench.door.client, login)
    found.get(path)
    return found


def application(bench: Bench, iss: str = MILL) -> str:
    now = bench.door.clock().replace(microsecond=0)
    data = registration_data(
        PrivateKey.generate(),
        iss,
        "米业",
        roles=("processor",),
        streams=("erp",),
        custody="file",
        valid_from=now,
        valid_to=now + timedelta(days=365),
    )
    return orjson.dumps(data).decode()


def test_a_key_file_is_asked_for_and_its_program_gets_a_token(bench: Bench) -> None:
    wang = desk(bench, "wang")
    answer = wang.post("/desk/keys/file", label="ERP", application=application(bench))
    assert answer.status_code == 200
    assert "gt_" in answer.text
    (one,) = own_keys(bench.transactions, MILL)
    assert (one.state, one.custody, one.request.label) == ("asked", "file", "ERP")
    for wrong in (
        "{",
        "[]",
        application(bench, "urn:uscc:91310000MA0000000X"),
        application(bench).replace("erp", "x"),
    ):
        wang.get("/desk/keys")
        refused = wang.post("/desk/keys/file", label="ERP", application=wrong)
        assert "密钥申请不成立" in refused.text, wrong
        assert "gt_" not in refused.text
    assert len(own_keys(bench.transactions, MILL)) == 1


def test_without_a_master_key_none_is_held(bench: Bench) -> None:
    wang = desk(bench, "wang")
    assert "没有设置主密钥" in wang.page.text
    assert wang.post("/desk/keys/held", roles="processor").status_code == 409
    assert own_keys(bench.transactions, MILL) == []


def test_a_held_key_is_asked_for_refused_with_a_reason_and_asked_for_again(bench: Bench) -> None:
    bench.door.platform.master_key = MasterKey.from_text(MasterKey.new_text())
    wang = desk(bench, "wang")
    assert wang.post("/desk/keys/held").status_code == 400  # as what, nobody said
    wang.get("/desk/keys")
    assert wang.post("/desk/keys/held", roles="processor").status_code == 303
    (one,) = own_keys(bench.transactions, MILL)
    bureau = desk(bench, "bureau", "/desk/key-requests")
    assert "平台代管" in bureau.page.text
    assert bureau.post(f"/desk/key-requests/{one.kid}/refuse", reason="请先办许可证").status_code == 303
    wang.get("/desk/keys")
    assert "请先办许可证" in wang.page.text
    wang.post("/desk/keys/held", roles="processor")
    second = own_keys(bench.transactions, MILL)[0]
    wang.get("/desk/keys")
    assert wang.post(f"/desk/keys/{second.kid}/withdraw").status_code == 303
    assert {each.state for each in own_keys(bench.transactions, MILL)} == {"refused", "withdrawn"}


def test_another_firm_reaches_neither_batch_nor_key(bench: Bench) -> None:
    number = bench.batch(bench.receipt("X1"))
    (draft,) = open_batch(bench.transactions, MILL, number).drafts
    bench.door.platform.master_key = MasterKey.from_text(MasterKey.new_text())
    wang, stranger = desk(bench, "wang"), desk(bench, "lab-head")
    wang.post("/desk/keys/held", roles="processor")
    (one,) = own_keys(bench.transactions, MILL)
    for path in ("", "/drafts?key=" + one.kid, "/receipts"):
        assert stranger.get(f"/desk/sign/{number}{path}").status_code == 404, path
    stranger.get("/desk/keys")
    shown = {"key": one.kid, "shown": draft.content["jti"], "agreed": "yes"}
    assert stranger.post(f"/desk/sign/{number}/held", **shown).status_code in {404, 409}
    stranger.get("/desk/keys")
    assert stranger.post(f"/desk/keys/{one.kid}/withdraw").status_code == 404
    stranger.get("/desk/keys")
    assert stranger.post(f"/desk/keys/{one.kid}/revoke", reason="ceased").status_code == 422
    assert one.kid[:12] not in stranger.get("/desk/keys").text
    assert open_batch(bench.transactions, MILL, number).waiting
    assert ORGANISATIONS[LABORATORY].urn != MILL

"""What is inconvenient is recorded, marked and gates what follows; what looks like a slip is refused unless
declared, and then everybody below and the regulator see the gap. Over HTTP, both ways."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.builders import facts as made
from tests.builders.signed_rice import CONCEALED, H1, K1, SHIPPED, SUPPLIED, SignedRice, at
from tests.servers.databases import Databases
from tests.servers.door import Door

S1 = made.lot(made.MILL, "S1")


@pytest.fixture
def story(tmp_path: Path, databases: Databases) -> Iterator[SignedRice]:
    with Door(tmp_path, databases.migrated("sqlite")) as door:
        told = SignedRice(door, door.clock)
        told.begin()
        yield told


def _marks(story: SignedRice, lot: str, token: str = "") -> Any:
    answer = story.platform.get(f"/api/v1/lots/{lot}/marks", token)
    assert answer.status_code == 200, answer.text
    return answer.json


def _refused(story: SignedRice, statement: Any, code: str, rule: str = "") -> dict[str, Any]:
    before = story.platform.counts()
    answer = story.platform.state(statement, Accept_Language="en")
    assert answer.json["code"] == code, answer.text
    assert answer.status_code in {403, 409, 422}
    if rule:
        assert answer.json["params"]["rule"] == rule
        for figure in ("clause", "value", "limit"):
            assert str(answer.json["params"][figure])
    assert answer.json["action"]
    assert story.platform.counts() == before
    return dict(answer.json)


def test_a_harvest_inside_the_interval_is_recorded_and_its_certificate_blocked(story: SignedRice) -> None:
    spray = made.an_operation(usedOn="2026-10-01")
    story.log(
        "spray", story.farm.state("farm.operation", made.plot(1), spray, at=at("2026-10-01T18:00:00+08:00"))
    )
    story.harvest(1)
    assert story.receipts["H1"].marks == ("pre-harvest-interval",)
    public = _marks(story, H1)
    assert public["gates"] == ["certificate", "release", "code", "shipment"]
    assert [(mark["rule"], mark["own"]) for mark in public["marks"]] == [("R08", True)]
    story.clock.advance(timedelta(hours=3))
    certificate = story.farm.state(
        "farm.certificate", H1, made.a_certificate(issuedAt="2026-10-05T18:00:00+08:00"),
        at=at("2026-10-05T18:00:00+08:00"),
    )  # fmt: skip
    _refused(story, certificate, "harvested-too-soon", "R08")


def test_a_receipt_above_what_was_sent_is_recorded_and_marks_the_receivers_lot(story: SignedRice) -> None:
    story.harvests()
    story.send(1, "16900", at("2026-10-06T16:30:00+08:00"))
    when = at("2026-10-06T17:00:00+08:00")
    data = story.receipt(1, quantity=made.kg("17900"), receivedAt=when.isoformat())
    receipt = story.mill.state(
        "food.receipt", data["lot"], data, at=when, conceal=SUPPLIED, inputs=[story.ref("C1")]
    )
    assert "receipt-differs" in story.log("R1", receipt).marks
    regulator = story.platform.regulator()
    (mark,) = [
        one for one in _marks(story, data["lot"], regulator)["marks"] if one["code"] == "receipt-differs"
    ]
    assert (mark["params"]["value"], mark["params"]["stated"]) == ("17900 kg", "16900 kg")
    (public,) = [one for one in _marks(story, data["lot"])["marks"] if one["code"] == "receipt-differs"]
    assert "params" not in public
    # the grower's lot bears nothing of it, and keeps what its grower signed
    assert _marks(story, H1, regulator)["marks"] == []
    assert story.platform.get(f"/api/v1/lots/{H1}", regulator).json["quantity"]["value"] == "16900"


def test_a_receipt_by_one_side_alone_is_a_claim_and_touches_nobody_else(story: SignedRice) -> None:
    story.harvests()
    data = made.a_receipt(
        lot=made.lot(made.MILL, "R1"), supplierLot=H1, quantity=made.kg("17900"),
        receivedAt="2026-10-06T17:00:00+08:00",
    )  # fmt: skip
    receipt = story.mill.state(
        "food.receipt", data["lot"], data, at=at("2026-10-06T17:00:00+08:00"), conceal=SUPPLIED,
        inputs=[story.ref("H1")],
    )  # fmt: skip
    assert "source-unconfirmed" in story.log("R1", receipt).marks
    regulator = story.platform.regulator()
    seen = story.platform.get(f"/api/v1/lots/{H1}", regulator).json
    assert (seen["available"]["value"], seen["gates"]) == ("16900", [])
    assert _marks(story, H1, regulator)["marks"] == []


def test_a_late_record_is_recorded_and_says_so(story: SignedRice) -> None:
    story.harvests()
    story.clock.advance(timedelta(days=3))
    data = made.a_receipt(
        lot=made.lot(made.MILL, "R1"), supplierLot=H1, receivedAt="2026-10-06T17:00:00+08:00"
    )
    receipt = story.mill.state(
        "food.receipt", data["lot"], data, at=at("2026-10-06T17:00:00+08:00"), inputs=[story.ref("H1")],
        conceal=SUPPLIED,
    )  # fmt: skip
    (outcome,) = story.platform.log(receipt)
    assert outcome["state"] == "logged"
    marks = _marks(story, data["lot"])
    late = [mark for mark in marks["marks"] if mark["rule"] == "R01"]
    assert late
    assert late[0]["gates"] == []


def test_what_looks_like_a_slip_is_refused_with_its_figures_unless_declared(story: SignedRice) -> None:
    story.harvests()
    story.receive()
    more = made.a_merge(
        output={"lot": S1, "productName": "稻谷", "quantity": made.kg("40000")}, loss=made.ABSENT
    )
    when = at(str(more["finishedAt"]))
    story.clock.advance(max(timedelta(0), when + timedelta(minutes=5) - story.clock()))
    inputs = [story.ref("R1"), story.ref("R2")]
    slip = story.mill.state("food.merge", S1, more, at=when, inputs=inputs)
    told = _refused(story, slip, "outputs-exceed-inputs", "R18")
    assert "40000" in str(told["params"]["value"])
    story.mill.seq, story.mill.prev = story.mill.seq - 1, slip.claims.prev

    story.make_with_a_declared_gap()
    story.pack()
    for lot, token in ((S1, ""), (K1, ""), (K1, story.platform.regulator())):
        gaps = [mark for mark in _marks(story, lot, token)["marks"] if mark["code"] == "gap"]
        assert gaps, (lot, token)
        assert any(mark["rule"] == "R18" for mark in gaps)
    reason = _marks(story, K1, story.platform.regulator())
    assert "地磅维修" in str(reason)


def test_goods_without_a_passed_test_are_not_shipped_nor_their_code_activated(story: SignedRice) -> None:
    story.harvests()
    story.receive()
    for name, typ, data, subject in (
        ("merge", "food.merge", made.a_merge(), S1),
        ("production", "food.production", made.a_production(), made.lot(made.MILL, "M20261012A")),
    ):
        inputs = [story.ref("R1"), story.ref("R2")] if name == "merge" else [story.ref("merge")]
        story.log(name, story.mill.state(typ, subject, data, at=at(str(data["finishedAt"])), inputs=inputs))
    failed = made.a_report(conclusion="fail", items=[{**made.a_report()["items"][0], "verdict": "fail"}])
    story.log(
        "report",
        story.lab.state("lab.report", failed["lot"], story.asked(failed), at=at(str(failed["testedAt"]))),
    )
    story.pack()
    head = story.mill.seq, story.mill.prev
    activation = made.an_activation(report=story.receipts["report"].statement_id)
    wanted = story.mill.state("code.activate", K1, activation, at=at("2026-10-13T12:10:00+08:00"))
    _refused(story, wanted, "failed-test-stands", "R05")
    story.mill.seq, story.mill.prev = head
    sold = made.a_shipment(
        releaseReport=story.receipts["report"].statement_id, shippedAt="2026-10-13T12:20:00+08:00"
    )
    shipped = story.mill.state(
        "food.shipment", SHIPPED, sold, at=at("2026-10-13T12:20:00+08:00"), conceal=CONCEALED
    )
    told = story.platform.state(shipped)
    assert told.status_code == 422, told.text
    story.mill.seq, story.mill.prev = head
    label = story.platform.get(f"/api/v1/lots/{K1}/label", story.platform.tokens["writer"])
    assert (label.status_code, label.json["code"], label.json["rule"]) == (422, "failed-test-stands", "R05")

    declared = made.a_shipment(
        releaseReport=story.receipts["report"].statement_id, shippedAt="2026-10-13T12:20:00+08:00",
        declared=[{"rule": "R05", "reason": "（演示）已先行发货，事后补报"}],
    )  # fmt: skip
    again = story.mill.state(
        "food.shipment", SHIPPED, declared, at=at("2026-10-13T12:20:00+08:00"), conceal=CONCEALED
    )
    taken = story.platform.state(again)
    assert taken.status_code == 201, taken.text
    assert "R05" in {mark["rule"] for mark in _marks(story, SHIPPED, story.platform.regulator())["marks"]}

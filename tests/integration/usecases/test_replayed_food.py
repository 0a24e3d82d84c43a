"""Deleting the food tables and replaying the log makes the same ones, whatever the borders of the batches."""

from __future__ import annotations

import json
from datetime import datetime, timedelta

import pytest

from tests.builders import facts as made
from tests.builders import orders
from tests.builders.signed_rice import SUPPLIED, SignedRice, at
from tests.builders.signers import Signer
from tests.servers.platform import TestPlatform
from trace.store.chain.rebuild import table_hashes
from trace.usecases.intake.replay_log import replay


@pytest.fixture
def platform(database_url, clock):
    with TestPlatform(database_url, clock) as running:
        yield running


def crooked_story(platform, clock) -> SignedRice:
    """A harvest inside its interval, a named gap, a receipt that differs and is corrected, a late pack."""
    told = SignedRice(platform, clock)
    told.begin()
    spray = made.an_operation(usedOn="2026-09-30")
    told.log("spray", told.farm.state("farm.operation", made.plot(1), spray, at=clock()), "agri")
    told.harvest(1)
    told.harvest(2)
    when = at("2026-10-06T09:00:00+08:00")
    told.send(1, "16900", when - timedelta(minutes=30), declared=[{"rule": "R08", "reason": "已装车发出"}])
    told.send(2, "18400", at("2026-10-06T16:00:00+08:00"))
    receipt = told.receipt(1, quantity=made.kg("17500"))
    stated = told.mill.state(
        "food.receipt", receipt["lot"], receipt, at=when, conceal=SUPPLIED, inputs=[told.ref("H1")]
    )
    told.log("R1", stated)
    correction = made.a_correction(told.receipts["R1"].statement_id, told.receipt(1))
    hidden = tuple(f"replacement.{name}" for name in SUPPLIED)
    amended = told.mill.state("correction", receipt["lot"], correction, at=clock(), conceal=hidden)
    told.log("corrected", amended)
    second = told.receipt(
        2,
        quantity=made.kg("18400.000"),
        receivedAt="2026-10-06T17:00:00+08:00",
    )
    when = at("2026-10-06T17:00:00+08:00")
    told.log("R2", told.mill.state("food.receipt", second["lot"], second, at=when, inputs=[told.ref("H2")]))
    told.make_with_a_declared_gap()
    told.pack()
    return told


def troubled_story(platform, clock) -> SignedRice:
    """A good story; then the silo fails, is held, more rice leaves and is destroyed all the same."""
    told = SignedRice(platform, clock).tell()
    bureau = Signer(made.BUREAU, "regulator_market")
    platform.register(bureau)
    silo = made.lot(made.MILL, "S1")
    items = [{"name": "镉", "limit": "0.2", "value": "0.27", "unit": "mg/kg", "verdict": "fail"}]
    failed = made.a_report(lot=silo, purpose="sampling", items=items, conclusion="fail")
    told.log("failed", told.lab.state("lab.report", silo, told.asked(failed), at=clock()))
    order = {"matter": "案1", "lots": [silo]}
    told.log("hold", bureau.state("oversight.hold", "urn:case:1", order, at=clock()))
    declared = [{"rule": rule, "reason": "收到结果前已装车发出"} for rule in ("R05", "P05")]
    shipment = made.a_shipment(
        lot=made.lot(made.MILL, "X3"), quantity=made.kg("100"), declared=declared,
        releaseReport=told.receipts["report"].statement_id,
    )  # fmt: skip
    stated = told.mill.state("food.shipment", shipment["lot"], shipment, at=clock())
    assert told.log("through", stated).marks.count("shipped-through-gate") == 2
    gone = made.a_disposal(quantity=made.kg("60"))
    told.log("destroyed", told.mill.state("food.disposal", gone["lot"], gone, at=clock()))
    weighed = made.a_correction(
        told.receipts["destroyed"].statement_id, made.a_disposal(quantity=made.kg("80"))
    )
    told.log("weighed again", told.mill.state("correction", gone["lot"], weighed, at=clock()))
    told.log("closing", bureau.state("oversight.closing", "urn:case:1", order, at=clock()))
    return told


def numbered_story(platform, clock) -> SignedRice:
    """A good story; then a stranger speaks of the rice. A pack under a number that nobody has goes live by a
    platform code, under its GTIN once the prefix is given and the packer listed; then the prefix is gone."""
    told = SignedRice(platform, clock).tell()
    stranger, registrar = Signer(made.TOFU, "processor"), platform.registrar
    platform.register(stranger)
    log, now = told.receipts["report"].log, clock()
    told.log("edition", registrar.state("platform.edition", log, {"log": log, "edition": 2}, at=now))
    said = made.a_product(name="假米")
    told.log("squatted", stranger.state("master.product", made.RICE, said, at=now))
    gtin = "9521234900009"
    named = {"lot": made.lot(made.MILL, "K8"), "product": f"urn:gtin:0{gtin}", "gtin": gtin, "batchNo": "K8"}
    few = {"quantity": made.kg("100"), "packs": {"value": "20", "unit": "件"}, "lbNo": made.ABSENT}
    pack = made.a_pack(**named, **few, packedAt="2026-10-13T12:00:00+08:00")
    told.log("K8", told.mill.state("food.pack", pack["lot"], pack, at=now))
    report = told.receipts["report"].statement_id
    live = made.an_activation(
        lot=pack["lot"], gtin=made.ABSENT, batchNo=made.ABSENT, report=report, platformCode="8K3F-2Q7M-PX40"
    )
    told.log("K8-live", told.mill.state("code.activate", pack["lot"], live, at=now))
    prefix = made.a_prefix(number="952123490", holder=made.uscc(made.TOFU))
    urn = "urn:licence:952123490"
    told.log("given", registrar.state("master.licence", urn, prefix, at=now))
    listed = made.a_product(gtin=gtin, packers=[made.uscc(made.MILL)])
    told.log("listed", stranger.state("master.product", f"urn:gtin:0{gtin}", listed, at=now))
    proven = made.an_activation(lot=pack["lot"], gtin=gtin, batchNo="K8", report=report)
    told.log("K8-proven", told.mill.state("code.activate", pack["lot"], proven, at=now))
    told.log("gone", registrar.state("master.licence", urn, {**prefix, "status": "cancelled"}, at=now))
    covered(told, now)
    with platform.transactions.look() as tx:
        codes = "SELECT code, cleared_by IS NULL FROM mark WHERE substr(code, 1, 5) = 'gtin-' ORDER BY id"
        found = [tuple(row) for row in tx.connection.exec_driver_sql(codes)]
        state = tx.connection.exec_driver_sql("SELECT state FROM pack WHERE batch_no = 'K8'").scalar()
    assert sorted(code for code, _ in found) == ["gtin-foreign", "gtin-unproven"]
    assert [bool(is_open) for code, is_open in found if code == "gtin-unproven"] == [False]
    assert state == "active"
    return told


def covered(told: SignedRice, now: datetime) -> None:
    """Two reports name accreditations that no record proves; then that of one of them is stated, and that it
    had ended before."""
    pack = made.lot(made.MILL, "K8")
    for number in ("23-1", "23-2"):
        report = made.a_report(lot=pack, purpose="sampling", reportNo=number, cma=number)
        told.log(number, told.lab.state("lab.report", pack, report, at=now))
    stated = orders.an_accreditation(number="23-1")
    urn = "urn:licence:23-1"
    told.log("accredited", told.platform.registrar.state("master.licence", urn, stated, at=now))
    with told.platform.transactions.look() as tx:
        doubts = "SELECT params, cleared_by IS NULL FROM mark WHERE rule = 'R50' ORDER BY id"
        rows = tx.connection.exec_driver_sql(doubts).all()
    assert [(json.loads(params)["value"], bool(stands)) for params, stands in rows] == [
        ("23-1", False),
        ("23-2", True),
    ]
    ended, before = {**stated, "status": "cancelled"}, now - timedelta(days=300)
    told.log("ended", told.platform.registrar.state("master.licence", urn, ended, at=before))
    with told.platform.transactions.look() as tx:
        rows = tx.connection.exec_driver_sql(doubts).all()
    assert [(json.loads(params)["value"], bool(stands)) for params, stands in rows] == [
        ("23-1", False),
        ("23-2", True),
        ("23-1", True),
    ]


@pytest.mark.parametrize("tell", [crooked_story, troubled_story, numbered_story])
def test_replay_in_large_batches_equals_what_single_uploads_made(platform, clock, tell):
    tell(platform, clock)
    with platform.transactions.look() as tx:
        before = table_hashes(tx.connection)
    report = replay(platform.transactions)
    with platform.transactions.look() as tx:
        after = table_hashes(tx.connection)
    assert [name for name in before if before[name] != after[name]] == []
    assert report.equal
    assert before["mark"][0] >= 2
    assert before["dispute"][0] >= (tell is crooked_story)

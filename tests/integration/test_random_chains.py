"""Random chains on real platforms: no batch or erasure moves a row, no word puts goods out of reach."""

from __future__ import annotations

import os
import random
from typing import Any

import orjson
import pytest

from tests.builders import facts as made
from tests.builders import given
from tests.builders.counted import counted
from tests.builders.documents import whole
from tests.builders.random_chains import RandomChain, Said
from tests.builders.signed_chains import OnPlatforms, on_platforms, told
from tests.builders.signers import Registrar
from tests.builders.traced_chain import BUREAU
from tests.builders.trade import FARM, H1, MILL, SHOP, STRANGER
from tests.servers.platform import AGRI, FOOD, LOT_KEY, TestPlatform
from tests.simulators.witnesses import NAMES, policy_text, publish, trust
from tests.verifier.node import Case, judge
from trace.ledger.bundle import verify_bundle
from trace.ledger.statement import Statement
from trace.usecases.intake.replay_log import replay
from trace.usecases.log.trust import limits_of, script_limits
from trace.usecases.lots.recall_scope import reach_of
from trace.usecases.lots.trace_lineage import trace_lineage
from trace.usecases.proof.assemble_bundle import BundleSettings, assemble_bundle

SOAK = os.environ.get("GREENTRACE_HYPOTHESIS") == "soak"
SEEDS = range(60 if SOAK else 2)
CHAINS, STEPS = range(50 if SOAK else 2), 1_000 if SOAK else 60
"""Chains for batches and chunks: each step is signed, logged and replayed, on each database. A hundred
thousand steps in soak."""
AS_ROW = {"through": "claimed", "paper": "superseded", "returned": "superseded"}
"""State of a receipt -> that of its row, where they differ; what claims nothing of anybody may have none."""
SHOWN = {"refused": "claimed"}
"""What a public bundle may leave out: of a supplier that is only named nothing, no refusal either."""
SETTINGS = BundleSettings(LOT_KEY, NAMES)
STATES = "SELECT statement.stmt, claim.state FROM claim JOIN statement ON statement.id = (claim.id & -256)"
HANDING = ("ship", "receive", "receive", "confirm", "work")
"""Acts that take nothing back."""


@pytest.fixture
def stage(databases, database_kind, clock):
    with on_platforms(databases, clock, database_kind) as platforms:
        yield platforms


def erase(platform: TestPlatform) -> int:
    """All salts and values that the platform still holds."""
    with platform.transactions.begin("erasure") as tx:
        return int(tx.connection.exec_driver_sql("DELETE FROM disclosure").rowcount)


def differing(platform: TestPlatform, chunk: int) -> list[str]:
    """The tables that a replay in chunks of this size makes otherwise."""
    report = replay(platform.transactions, chunk=chunk)
    return [*report.differing, *(f"{one.refusal} at {one.index}" for one in report.diverged)]


@pytest.mark.grows
@pytest.mark.parametrize("seed", CHAINS)
def test_batches_chunks_and_erasure_leave_every_row_as_it_is(stage, seed):
    """Stated one by one, then again in batches of any size; a key falls in between."""
    chain = told(stage, seed, STEPS)
    assert len(chain.said) > STEPS // 3
    if seed % 2:
        revoked = stage.food.registrar.revoke(
            stage.signers[MILL], reason="compromised", at=stage.clock(), invalid_from=8
        )
        stage.food.log(revoked)
    for chunk in (1, 7, 500):
        assert differing(stage.food, chunk) == [], chunk
    assert erase(stage.food) > 0
    assert differing(stage.food, 3) == []


@pytest.mark.grows
@pytest.mark.parametrize("seed", CHAINS)
def test_batches_of_any_size_make_what_a_replay_makes(databases, database_kind, clock, stage, seed):
    told(stage, seed, STEPS)
    draw, url = random.Random(seed), databases.migrated(database_kind)
    with TestPlatform(url, clock, registrar=Registrar()) as again:
        twin = OnPlatforms(again, stage.agri, clock, begun=True)
        waiting: list[Statement] = []
        for one in stage.taken:
            if isinstance(one, int):
                again.log(*waiting)
                twin.carry(one)
                waiting = []
                continue
            waiting.append(one)
            if draw.random() < 0.2:
                again.log(*waiting)
                waiting = []
        again.log(*waiting)
        for chunk in (4, 500):
            assert differing(again, chunk) == [], chunk
    databases.discard(url)


def reached(platform: TestPlatform) -> tuple[set[str], set[str]]:
    """The lots that a recall of the harvest surely and possibly reaches."""
    with platform.transactions.look() as tx:
        urns = {row: urn for row, urn in tx.connection.exec_driver_sql("SELECT id, urn FROM lot")}  # noqa: C416
        harvest = next(row for row, urn in urns.items() if urn == H1)
        scope = reach_of(tx.connection, harvest)
        return {urns[one] for one in scope.certain}, {urns[one] for one in scope.possible}


@pytest.mark.grows
@pytest.mark.parametrize("seed", SEEDS)
def test_no_statements_of_one_party_take_goods_out_of_what_a_recall_possibly_reaches(stage, seed):
    """All hand goods on; then one of them takes back, corrects, refuses and disputes what it can."""
    alone = (FARM, MILL, SHOP)[seed % 3]
    chain = told(stage, seed, 25, acts=HANDING)
    _, possible = reached(stage.food)
    assert len(possible) > 3
    told_alone = RandomChain(stage, random.Random(f"{seed} {alone}"), (alone,), said=chain.said, number=100)
    told_alone.acts = tuple(act for act in told_alone.acts if act not in {"ship", "receive", "work"})

    def look(said: Said | None) -> None:
        nonlocal possible
        if said is not None:
            stage.carry()
            certain, now = reached(stage.food)
            assert certain <= now, said
            assert possible <= now, said
            possible = now

    told_alone.run(25, look)


@pytest.mark.grows
@pytest.mark.parametrize("seed", SEEDS)
def test_a_lot_is_above_another_where_that_is_below_it(stage, seed):
    told(stage, seed, 30)
    with stage.food.transactions.look() as tx:
        urns = [urn for (urn,) in tx.connection.exec_driver_sql("SELECT urn FROM lot").all()]
    ways = {
        way: {(urn, one["lot"]) for urn in urns for one in traced(stage.food, urn, way)["lots"]}
        for way in ("upstream", "downstream")
    }
    assert {(below, above) for above, below in ways["downstream"]} == ways["upstream"]
    assert len(ways["upstream"]) > len(urns)


def traced(platform: TestPlatform, lot: str, way: str) -> dict[str, Any]:
    return whole(trace_lineage(platform.transactions, lot, way, BUREAU))


@pytest.mark.grows
@pytest.mark.parametrize("seed", SEEDS)
def test_platform_and_both_verifiers_give_each_receipt_the_same_state(stage, tmp_path, seed):
    told(stage, seed, 40)
    publish(stage.food)
    with stage.food.transactions.look() as tx:
        known = dict(tx.connection.exec_driver_sql(STATES).all())
        text = "SELECT urn FROM lot WHERE kind NOT IN ('consignment', 'product') ORDER BY id"
        urns = [urn for (urn,) in tx.connection.exec_driver_sql(text).all()]
    policy = policy_text(stage.clock, (AGRI, FOOD))
    trusted = trust(stage.food, policy)
    limits = limits_of(stage.food.transactions.rules, stage.clock().date())
    bundles = [assemble_bundle(stage.food.transactions, urn, "public", SETTINGS) for urn in urns[-12:]]
    cases = [
        Case(one, (policy,), f"{stage.food.registrar.key.kid} bureau\n", limits=script_limits(limits))
        for one in bundles
    ]
    _, answers = judge(cases, tmp_path)
    seen = 0
    for bundle, script in zip(bundles, answers, strict=True):
        verdict = verify_bundle(bundle, trusted, limits=limits)
        assert verdict.ok, [(step.code, step.reason) for step in verdict.failures]
        due = orjson.loads(orjson.dumps(verdict.as_dict()))
        for part in ("ok", "provenance", "handovers"):
            assert script[part] == due[part], bundle["lot"]
        for one in verdict.handovers:
            seen += 1
            state = known.get(one.receipt, "superseded")
            judged = AS_ROW.get(one.state, one.state)
            assert SHOWN.get(state, state) == SHOWN.get(judged, judged), one
    assert seen > 0


@pytest.mark.parametrize("act", ["claims", "answers"])
def test_what_strangers_said_is_not_read_for_the_parties_next_word(stage, act):
    """Rows given back by the database for one refusal, beside five strangers' statements and beside sixty."""
    draw = random.Random(8)
    chain = RandomChain(stage, draw).begin()
    sent = chain.send(FARM, H1, "400", MILL)
    assert sent is not None
    stage.carry()
    named = made.a_receipt(lot=made.lot(MILL, "R1"), supplierLot=H1, supplier=made.ABSENT, role="goods")
    received = stage.say(MILL, "food.receipt", named, named["lot"])
    assert received is not None
    figures = []
    for crowd in (5, 60):
        for number in range(crowd):
            lot = made.lot(STRANGER, f"X{crowd}-{number}")
            if act == "claims":
                said: tuple[str, dict[str, Any], str] = ("food.receipt", {**named, "lot": lot}, lot)
            else:
                unknown = f"{crowd:02d}{number:02d}".ljust(43, "A")
                said = ("food.confirmation", given.a_confirmation(received.id, unknown), named["lot"])
            assert stage.say(STRANGER, *said) is not None
        with counted(stage.food.engine) as cost:
            about = given.a_confirmation(received.id, sent.id)
            assert stage.say(MILL, "food.confirmation", about, named["lot"]) is not None
        figures.append(cost.rows)
    assert figures[1] <= figures[0] + 10 + (60 if act == "answers" else 0), figures

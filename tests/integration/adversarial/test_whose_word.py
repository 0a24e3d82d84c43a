"""One firm's word about another's goods: what the log makes of it, and what every verifier says."""

from __future__ import annotations

import pytest

from tests.builders import facts as made
from tests.builders.signers import Signer
from tests.servers.platform import LOT_KEY
from tests.simulators.intruder import Intruder
from tests.simulators.witnesses import NAMES, policy_text, publish, trust
from trace.ledger.bundle import Bundle, Entry, LogEvidence, build_bundle, verify_bundle
from trace.ledger.leaf import lot_secret
from trace.ledger.merkle import inclusion_proof
from trace.ledger.tiles import TileHashes
from trace.store.log.carried import read_logged_entries
from trace.store.log.entries import StoredTiles
from trace.usecases.log.trust import limits_of
from trace.usecases.proof.assemble_bundle import BundleSettings, assemble_bundle

SETTINGS = BundleSettings(LOT_KEY, NAMES)
H1 = made.lot(made.COOPERATIVE, "H1")
R1 = made.lot(made.MILL, "R1")
AVAILABLE = "SELECT available FROM lot WHERE urn = ?"


@pytest.fixture
def mill(platform) -> Signer:
    signer = Signer(made.MILL, "processor")
    platform.register(signer)
    return signer


def verdict_on(platform, lot):
    publish(platform)
    clock = platform.transactions.clock
    bundle = assemble_bundle(platform.transactions, lot, "public", SETTINGS)
    limits = limits_of(platform.transactions.rules, clock().date())
    return verify_bundle(bundle, trust(platform, policy_text(clock)), limits=limits)


def available(platform, lot):
    with platform.transactions.look() as tx:
        sql = AVAILABLE if tx.connection.dialect.name == "sqlite" else AVAILABLE.replace("?", "%s")
        return tx.connection.exec_driver_sql(sql, (lot,)).scalar()


def test_a_receipt_of_goods_that_were_never_sent_is_a_claim_to_the_log_and_to_the_verifier(
    platform, grower, mill
) -> None:
    """It takes nothing from the lot it names, and nothing of that lot's maker is in its bundle."""
    platform.log(grower.harvest("H1"))
    before = available(platform, H1)
    data = made.a_receipt(
        lot=R1,
        supplierLot=H1,
        receivedAt=platform.transactions.clock().replace(microsecond=0).isoformat(),
        productionDate="2026-09-30",
    )
    platform.log(mill.state("food.receipt", R1, data, at=platform.transactions.clock()))
    assert available(platform, H1) == before
    verdict = verdict_on(platform, R1)
    (one,) = verdict.handovers
    assert (one.state, verdict.provenance) == ("claimed", "none")
    assert made.uscc(made.COOPERATIVE) not in {each.iss for each in verdict.statements if each.shown}


def test_a_lot_in_anothers_name_that_was_forced_into_the_log_fails_for_the_verifier(
    platform, grower, mill
) -> None:
    """Witnesses know no goods and sign it. The verifier asks in whose name the lot stands."""
    platform.log(grower.harvest("H1"))
    foreign = mill.state("food.receipt", H1, made.a_receipt(lot=H1), at=platform.transactions.clock())
    Intruder(platform).append(foreign)
    verdict = verified_with(platform, foreign)
    assert {(step.code, step.reason) for step in verdict.failures} == {("issuer", "lot-of-another")}


def verified_with(platform, statement):
    """The whole log as a bundle of the harvest's lot, as a platform that helps the fraud hands it out."""
    published = publish(platform)
    clock = platform.transactions.clock
    with platform.transactions.look() as tx:
        names = [stmt for (stmt,) in tx.connection.exec_driver_sql("SELECT stmt FROM log_entry").all()]
        logged = read_logged_entries(tx.connection, tx.origin, names)
        read = TileHashes(StoredTiles(tx.connection), published.size)
        paths = [tuple(inclusion_proof(at, published.size, read)) for at in range(published.size)]
    assert statement.statement_id in logged
    entries = []
    for one in sorted(logged.values(), key=lambda each: each.index):
        protected, payload, signature = one.jws.split(".")
        jws = {"protected": protected, "payload": payload, "signature": signature}
        secret = lot_secret(LOT_KEY, one.sub)
        entries.append(Entry(jws, one.leaf, 0, one.index, paths[one.index], secret))
    form = build_bundle(
        Bundle(H1, lot_secret(LOT_KEY, H1), "public", tuple(entries), (LogEvidence(published.note),))
    )
    limits = limits_of(platform.transactions.rules, clock().date())
    return verify_bundle(form, trust(platform, policy_text(clock)), limits=limits)

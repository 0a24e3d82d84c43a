"""A farm's log carried over: verified again, kept byte for byte, projected; and all of it replayed."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text

from tests import soak
from tests.builders import facts as made
from tests.builders.given import SEALED
from tests.builders.signers import NOON, Signer, opening
from tests.servers.platform import AGRI, FOOD, LOT_KEY, TestPlatform
from tests.simulators.cosigners import a_witness, log_key
from tests.simulators.direct_feed import DirectFeed
from tests.unit.chain.admission.test_foreign import milled_abroad
from trace.chain.editions import NEWEST
from trace.errors import EvidenceContradicts, EvidenceNotVerified, KeyUnknown, ProofInvalid
from trace.ledger.bundle import Bundle, Entry, LogEvidence, TrustPolicy, build_bundle
from trace.ledger.claims import InputRef
from trace.ledger.leaf import lot_secret
from trace.ledger.merkle import inclusion_proof
from trace.ledger.statement import Statement
from trace.ledger.tiles import TileHashes
from trace.store.log.disclosures import erase_disclosures, read_disclosures
from trace.store.log.entries import StoredTiles, read_entries
from trace.usecases.intake.accept_evidence import Carried, CarriedLog, EvidenceIntake, accept_evidence
from trace.usecases.intake.check_drafts import DraftRecord, Tried, check_drafts
from trace.usecases.intake.pull_feed import pull_feed
from trace.usecases.intake.receipt import KNOWN, Receipt, Refused
from trace.usecases.intake.replay_log import replay
from trace.usecases.log.publish_checkpoint import publish_checkpoint


class Farm:
    """The agricultural platform with its log, its witness, and what it hands over."""

    def __init__(self, databases, clock, folder) -> None:
        self.url = databases.migrated("sqlite")
        self.platform = TestPlatform(self.url, clock, origin=AGRI, role="agri")
        self.witness = a_witness("agri", self.platform, folder)
        self.grower = Signer(made.COOPERATIVE, "grower")

    @property
    def trust(self) -> TrustPolicy:
        text = (
            f"log {log_key(AGRI).vkey}\nwitness agri {self.witness.verifier.vkey} https://agri\nquorum agri\n"
        )
        return TrustPolicy.parse([text], f"{self.platform.registrar.key.kid} bureau\n")

    def carried(self, *indices: int) -> CarriedLog:
        """The entries at these indices (all of them when none is named) under the newest checkpoint."""
        published = publish_checkpoint(
            self.platform.transactions,
            log_key(AGRI),
            [self.witness],
            self.platform.transactions.clock(),
        )
        assert published is not None
        with self.platform.transactions.look() as tx:
            entries = read_entries(tx.connection, 0, published.size)
            hashes = TileHashes(StoredTiles(tx.connection), published.size)
            chosen = [
                Carried(
                    each.jws,
                    each.leaf.encode(),
                    each.index,
                    tuple(inclusion_proof(each.index, published.size, hashes)),
                    lot_secret(LOT_KEY, each.sub),
                )
                for each in entries
                if not indices or each.index in indices
            ]
        return CarriedLog(published.note, chosen)


@pytest.fixture
def farm(databases, clock, tmp_path):
    clock.advance(timedelta(hours=6))
    running = Farm(databases, clock, tmp_path)
    with running.platform:
        running.platform.register(running.grower)
        yield running
    running.witness.witness.transactions.engine.dispose()
    databases.discard(running.url)


@pytest.fixture
def food(database_url, clock):
    with TestPlatform(database_url, clock) as running:
        yield running


@pytest.fixture
def desk(farm, food):
    return EvidenceIntake(food.transactions, farm.trust)


def rows(platform, sql: str):
    with platform.transactions.look() as tx:
        return [tuple(row) for row in tx.connection.execute(text(sql))]


def test_a_farms_entries_are_kept_byte_for_byte_and_projected_under_their_own_place(farm, food, desk) -> None:
    harvest = farm.grower.harvest("H1")
    farm.platform.log(harvest)
    outcomes = desk.take(farm.carried())
    assert [(one.index, one.log, one.state) for one in outcomes] == [(n, AGRI, "logged") for n in range(3)]
    assert rows(food, "SELECT jws FROM evidence_entry WHERE idx = 2") == [(harvest.compact,)]
    assert rows(food, "SELECT urn FROM lot") == [(made.lot(made.COOPERATIVE, "H1"),)]
    assert food.count("log_entry") == 0  # nothing is appended again


def test_a_repeated_delivery_changes_nothing(farm, food, desk) -> None:
    farm.platform.log(farm.grower.harvest("H1"))
    desk.take(farm.carried())
    before = rows(food, "SELECT count(*) FROM evidence_entry")
    outcomes = desk.take(farm.carried())
    assert {one.state for one in outcomes} == {KNOWN}
    assert rows(food, "SELECT count(*) FROM evidence_entry") == before


def test_an_entry_whose_key_was_not_carried_yet_is_refused_and_taken_later(farm, food, desk) -> None:
    farm.platform.log(farm.grower.harvest("H1"))
    (early,) = desk.take(farm.carried(2))
    assert isinstance(early, Refused)
    assert isinstance(early.refusal, KeyUnknown)
    assert food.count("evidence_entry") == 0
    assert all(isinstance(one, Receipt) for one in desk.take(farm.carried()))


def test_altered_bytes_and_wrong_places_are_refused(farm, food, desk) -> None:
    farm.platform.log(farm.grower.harvest("H1"), farm.grower.harvest("H2"))
    whole = farm.carried()
    desk.take(CarriedLog(whole.note, whole.entries[:2]))
    third, fourth = whole.entries[2:]
    moved = Carried(third.jws, third.leaf, 3, third.proof)
    (outcome,) = desk.take(CarriedLog(whole.note, [moved]))
    assert isinstance(outcome, Refused)
    assert isinstance(outcome.refusal, ProofInvalid)
    head, payload, _ = str(third.jws).split(".")
    other = str(fourth.jws).split(".")[2]
    (outcome,) = desk.take(
        CarriedLog(whole.note, [Carried(f"{head}.{payload}.{other}", third.leaf, 2, third.proof)])
    )
    assert isinstance(outcome, Refused)
    assert food.count("lot") == 0


def test_a_checkpoint_of_an_unknown_log_or_without_its_witness_is_not_believed(farm, food) -> None:
    farm.platform.log(farm.grower.harvest("H1"))
    carried = farm.carried()
    stranger = TrustPolicy.parse([f"log {log_key(FOOD).vkey}\nquorum none\n"], "")
    with pytest.raises(EvidenceNotVerified):
        EvidenceIntake(food.transactions, stranger).take(carried)
    bare = carried.note.rpartition("— witness")[0]
    with pytest.raises(Exception, match="quorum-not-met"):
        EvidenceIntake(food.transactions, farm.trust).take(CarriedLog(bare, carried.entries))


def test_a_log_that_shows_two_histories_is_refused_whole(
    farm, food, desk, databases, clock, tmp_path
) -> None:
    farm.platform.log(farm.grower.harvest("H1"))
    desk.take(farm.carried())
    forked = Farm(databases, clock, tmp_path / "..")
    forked.witness.witness.transactions.engine.dispose()
    (tmp_path / "fork").mkdir()
    forked.witness = a_witness("agri", forked.platform, tmp_path / "fork")
    with forked.platform:
        forked.platform.register(forked.grower)
        forked.platform.log(forked.grower.harvest("H9"))
        with pytest.raises(EvidenceContradicts):
            desk.take(forked.carried())
    forked.witness.witness.transactions.engine.dispose()


def test_a_bundle_is_verified_step_by_step_before_it_is_taken(farm, food, desk) -> None:
    farm.platform.log(farm.grower.harvest("H1"))
    carried = farm.carried()
    lot = made.lot(made.COOPERATIVE, "H1")
    entries = []
    for each in carried.entries:
        protected, payload, signature = str(each.jws).split(".")
        jws = {"protected": protected, "payload": payload, "signature": signature}
        entries.append(Entry(jws, each.leaf, 0, each.index, each.proof, each.secret))
    form: Any = build_bundle(
        Bundle(lot, lot_secret(LOT_KEY, lot), "regulator", tuple(entries), (LogEvidence(carried.note),))
    )
    taken = accept_evidence(EvidenceIntake(food.transactions, farm.trust), form)
    assert [(one.index, one.state) for one in taken.taken] == [(n, "logged") for n in range(3)]
    assert taken.refused == ()
    assert rows(food, "SELECT urn FROM lot") == [(lot,)]
    form["statements"][2]["jws"]["signature"] = "A" * 86
    with pytest.raises(EvidenceNotVerified):
        desk.take_bundle(form)


@pytest.mark.requirement("S0-25")
def test_a_receipt_builds_on_the_carried_harvest_and_replay_makes_all_of_it_again(
    farm, food, desk, clock
) -> None:
    mill = Signer(made.MILL, "processor")
    food.register(mill)
    farm.platform.log(*[farm.grower.harvest(f"H{number}") for number in range(4)])
    sent = consigned(farm, mill, "H0")
    (place,) = farm.platform.log(sent)
    receipt = receipt_of(mill, sent, place.index)
    (missing,) = food.accept(receipt)
    assert isinstance(missing, Refused)
    assert missing.refusal.code == "evidence-missing"
    desk.take(farm.carried())
    (taken,) = food.accept(receipt)
    assert isinstance(taken, Receipt), taken
    food.log(mill.state("master.product", "urn:product:x:1", {"name": "大米", "spec": "5 kg"}))
    farm.platform.log(farm.grower.harvest("late"))
    desk.take(farm.carried())
    food.log(food.registrar.revoke(mill, reason="superseded"))
    report = replay(food.transactions)
    assert report.differing == ()
    assert report.equal, report.diverged
    assert (report.entries, report.evidence, report.other_rules) == (5, 8, 0)
    assert report.after["lot"][0] == 7
    assert report.after["signing_key"][0] == 4
    assert all(number for name, (number, _) in report.after.items() if name in {"link", "chain_head"})


def consigned(farm: Farm, mill: Signer, batch: str) -> Statement:
    """A harvest leaves the farm for the mill, which only a disclosure names."""
    data = made.a_shipment(
        lot=made.lot(farm.grower.code, "C0"),
        fromLot=made.lot(farm.grower.code, batch),
        quantity=made.kg("16900"),
        receiver=mill.iss,
        packs=made.ABSENT,
        releaseReport=made.ABSENT,
        shippedAt=NOON.isoformat(),
    )
    return farm.grower.state("food.shipment", data["lot"], data, at=NOON, conceal=SEALED)


def receipt_of(mill: Signer, sent: Statement, index: int) -> Statement:
    lot = made.lot(mill.code, "M1")
    data = made.a_receipt(
        lot=lot, supplierLot=sent.claims.sub, receivedAt=NOON.isoformat(), handover=opening(sent)
    )
    given = [InputRef(sent.statement_id, AGRI, index, "raw")]
    return mill.state("food.receipt", lot, data, at=NOON, inputs=given)


def test_replay_notices_a_projection_that_was_changed_by_hand(farm, food) -> None:
    grower = Signer(made.COOPERATIVE, "grower")
    food.register(grower)
    food.log(grower.harvest("H1"))
    with food.transactions.begin("intruder") as tx:
        tx.connection.execute(text("UPDATE lot SET quantity = quantity + 1"))
    for _ in range(2):  # a finding must not erase itself
        report = replay(food.transactions)
        assert (report.differing, report.kept) == (("lot",), False)
    (difference,) = report.differences
    assert (difference.table, difference.gone, difference.came) == ("lot", 1, 1)
    assert [word for word, _ in difference.examples] == ["gone", "came"]
    repaired = replay(food.transactions, repair=True)
    assert (repaired.differing, repaired.kept) == (("lot",), True)
    assert replay(food.transactions).equal


def test_replay_after_erasure_gives_the_same_tables(food, clock) -> None:
    clock.advance(timedelta(hours=6))
    grower = Signer(made.COOPERATIVE, "grower")
    food.register(grower)
    plot = made.plot(1)
    data = made.an_operation(operator="（演示）张三")
    statement = grower.state("farm.operation", plot, data, conceal=("operator",))
    food.log(statement)
    before = replay(food.transactions)
    assert before.equal
    with food.transactions.begin("erasure") as tx:
        held = read_disclosures(tx.connection, [statement.statement_id])
        assert held
        digests = [one.digest for one in statement.disclosures]
        erase_disclosures(tx.connection, statement.statement_id, digests)
        assert read_disclosures(tx.connection, [statement.statement_id]) == {}
    after = replay(food.transactions)
    assert after.equal
    assert after.after == before.after


@pytest.mark.slow
def test_replay_of_a_thousand_entries_in_chunks_is_equal(food, clock) -> None:
    clock.advance(timedelta(hours=6))
    growers = [Signer(made.COOPERATIVE, "grower", stream=f"field-{number}") for number in range(4)]
    food.register(*growers)
    for number in range(300):
        food.log(*[grower.harvest(f"{grower.stream}-{number}") for grower in growers])
    report = replay(food.transactions)
    assert report.equal, report.differing
    assert report.entries == 1205


@pytest.mark.soak
def test_replay_of_a_hundred_thousand_records_is_equal(food, clock, capsys) -> None:
    clock.advance(timedelta(hours=6))
    growers = [Signer(made.COOPERATIVE, "grower", stream=f"field-{number}") for number in range(100)]
    food.register(*growers)
    for number in range(1000):
        at = NOON + timedelta(minutes=number)
        clock.advance(timedelta(minutes=1))
        food.log(
            *[
                one.harvest(f"{one.stream}-{number}", at=at, plots=[made.plot(place)])
                for place, one in enumerate(growers)
            ]
        )
    report = replay(food.transactions)
    assert report.equal, report.differing
    assert report.entries == 100_101
    with capsys.disabled():
        soak.tell(f"replayed {report.entries} entries; equal: {report.equal}")


def test_replay_of_an_empty_platform_is_equal(food) -> None:
    assert replay(food.transactions).equal


def test_a_log_of_a_later_edition_takes_nothing_from_older_software(food, clock) -> None:
    clock.advance(timedelta(hours=6))
    grower = Signer(made.COOPERATIVE, "grower")
    food.register(grower)
    with food.transactions.begin("newer software") as tx:
        row = {"id": 1, "origin": food.transactions.origin, "number": NEWEST + 1}
        tx.connection.execute(text("INSERT INTO edition VALUES (:id, :origin, 0, :number)"), row)
    (outcome,) = food.accept(grower.harvest("H1"))
    assert isinstance(outcome, Refused)
    assert (outcome.refusal.code, outcome.refusal.params["newest"]) == ("edition-unknown", NEWEST)
    assert rows(food, "SELECT urn FROM lot") == []


def test_a_carried_entry_that_a_door_here_would_refuse_is_kept_and_marked(farm, food, desk) -> None:
    """H2 stands here already, made by hand as another's: the carried harvest of that name is not lost."""
    farm.platform.log(farm.grower.harvest("H2"))
    desk.take(farm.carried())
    with food.transactions.begin("intruder") as tx:
        tx.connection.execute(text("UPDATE lot SET urn = :urn"), {"urn": made.lot(made.COOPERATIVE, "H3")})
    farm.platform.log(farm.grower.harvest("H3"))
    outcomes = desk.take(farm.carried())
    (kept,) = [one for one in outcomes if isinstance(one, Receipt) and one.state != KNOWN]
    assert kept.marks == ("admitted-under-edition-1",)
    assert rows(food, "SELECT count(*) FROM mark WHERE code = 'admitted-under-edition-1'") == [(1,)]


class Dropped(Exception):
    """The connection to the feed is gone."""


def test_carried_bad_news_that_a_door_would_refuse_acts_before_the_cursor_moves(farm, food, desk) -> None:
    """A failed test with a line break in a name: neither its form nor a break-off keeps it out."""
    farm.platform.log(farm.grower.harvest("H1"))
    failed = [{"name": "镉\n", "limit": "0.2", "value": "0.27", "unit": "mg/kg", "verdict": "fail"}]
    lot = made.lot(made.COOPERATIVE, "H1")
    report = made.a_report(lot=lot, purpose="certificate", items=failed, conclusion="fail")
    report |= {"sampledAt": NOON.isoformat(), "testedAt": NOON.isoformat()}
    farm.platform.log(farm.grower.state("lab.report", lot, report))
    farm.carried()

    class Feed(DirectFeed):
        def read(self, after=None, etag=None):
            if after:  # whoever asks for what comes next has the bad news already, and has not moved on yet
                codes.append(rows(food, "SELECT code FROM mark WHERE gates <> ''"))
                raise Dropped
            return super().read(after, etag)

    codes: list[object] = []
    names = frozenset({farm.witness.verifier.name})
    with pytest.raises(Dropped):
        pull_feed(desk, Feed(farm.platform, names, limit=50), "farm")
    assert codes == [[("failed-report",)]]
    assert rows(food, "SELECT count(*) FROM mark WHERE code = 'admitted-under-edition-1'") == [(1,)]
    again = pull_feed(desk, DirectFeed(farm.platform, names, limit=50), "another name")
    assert (again["taken"], rows(food, "SELECT count(*) FROM mark WHERE gates <> ''")) == (0, [(1,)])


def test_a_draft_of_a_foreign_event_is_told_what_the_statement_would_be_told(food, clock) -> None:
    """Drafts look up what statements look up: here the lots that a foreign event speaks of."""
    clock.advance(timedelta(days=15))
    mill = Signer(made.MILL, "processor")
    food.register(mill)
    first = milled_abroad()
    food.log(mill.state("epcis.event", "urn:record:1", first, at=NOON))
    bags = [{"epcClass": "urn:epc:class:lgtin:4012345.088888.B1", "quantity": 500, "uom": "KGM"}]
    again = milled_abroad(inputQuantityList=first["event"]["outputQuantityList"], outputQuantityList=bags)
    draft = DraftRecord("epcis.event", "urn:record:2", NOON, again)
    (tried,) = check_drafts(food.transactions, mill.iss, [draft])
    (logged,) = food.accept(mill.state("epcis.event", "urn:record:2", again, at=NOON))
    assert isinstance(tried, Tried)
    assert isinstance(logged, Receipt)
    assert tried.marks == logged.marks

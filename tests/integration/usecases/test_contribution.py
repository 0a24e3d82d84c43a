"""How much of a source is in every lot and at every consignee, out of the tables: the worked oracle d."""

from __future__ import annotations

import hashlib
from fractions import Fraction

import orjson
import pytest

from tests.builders.effects import EffectsOf, kg
from trace.errors import UnknownLot
from trace.ledger.disclosure import make_disclosure
from trace.parties import REGULATOR_MARKET, Actor
from trace.rules import load
from trace.store.chain.effects import write_effects
from trace.store.log.disclosures import put_disclosures
from trace.store.transaction import Transactions, open_database
from trace.usecases.analyses.contribution import find_contribution

LOG = "food.example/log"
BUREAU = Actor("bureau", "urn:uscc:B", frozenset({REGULATOR_MARKET}), region="CN")
SHIPPED = (("C1", "B1", "300"), ("C2", "B1", "100"), ("C2", "B2", "450"), ("C3", "B3", "475"))


def urn(name):
    return f"urn:lot:X:{name}"


@pytest.fixture
def transactions(database_url, clock):
    """R1, R2, R3 into B1 and B2; B1 is reworked into B3; all of it shipped to three consignees."""
    engine = open_database(database_url)
    transactions = Transactions(engine, clock, load(), LOG)
    lots: dict[str, int] = {}
    story: list[EffectsOf] = []
    told = []

    def made(name, amount, inputs, kind="product"):
        one = EffectsOf(LOG, len(story), "food.shipment" if kind == "consignment" else "food.production")
        lots[name] = one.lot(urn(name), kg(amount), kind, holder=None if kind == "consignment" else "")
        for source, part in inputs:
            one.link(
                lots[source], lots[name], kg(part), kg(part), "ship" if kind == "consignment" else "transform"
            )
        story.append(one)

    for name in ("R1", "R2", "R3"):
        made(name, "1000", (), "material")
    made("B1", "500", (("R1", "300"), ("R2", "200")))
    made("B2", "500", (("R1", "300"), ("R3", "200")))
    made("B3", "500", (("B1", "50"), ("R3", "450")))
    for at, (consignee, batch, amount) in enumerate(SHIPPED):
        made(f"D{at}", amount, ((batch, amount),), "consignment")
        said = make_disclosure("receiverName", consignee, bytes([at]) * 16)
        told.append((story[-1].entry.statement_id, said.digest, said.encoded))
    with transactions.begin("test") as tx:
        write_effects(tx.connection, [one.done() for one in story])
        put_disclosures(tx.connection, told)
    yield transactions
    engine.dispose()


def answer(transactions, lot, **options):
    kept = find_contribution(transactions, BUREAU, urn(lot), **options)
    assert hashlib.sha256(kept.document).hexdigest() == kept.hash
    return orjson.loads(kept.document)["answer"]


def test_every_consignee_has_its_exact_part_of_the_source(transactions):
    found = answer(transactions, "R1")
    parts = {one["name"]: (one["part"]["low"], one["part"]["high"]) for one in found["consignees"]}
    assert parts == {"C1": ("180", "180"), "C2": ("330", "330"), "C3": ("57/2", "57/2")}
    assert {one["name"]: one["sent"]["value"] for one in found["consignees"]}["C2"] == "550"
    picked = {one["name"]: (one["unmixed"]["low"], one["unmixed"]["high"]) for one in found["consignees"]}
    assert picked == {"C1": ("100", "300"), "C2": ("250", "400"), "C3": ("0", "50")}, "had it only lain there"
    shares = {one["lot"]: one["share"]["low"] for one in found["lots"]}
    assert [shares[urn(name)] for name in ("B1", "B2", "B3")] == ["3/5", "3/5", "3/50"]


def test_the_parts_of_all_sources_add_up_to_what_was_shipped(transactions):
    for consignee, shipped in (("C1", 300), ("C2", 550), ("C3", 475)):
        parts = [
            Fraction(one["part"]["low"])
            for source in ("R1", "R2", "R3")
            for one in answer(transactions, source)["consignees"]
            if one["name"] == consignee
        ]
        assert sum(parts) == shipped


def test_a_batch_is_told_what_it_was_made_of(transactions):
    found = answer(transactions, "B3")
    assert {one["lot"]: one["share"]["low"] for one in found["sources"]} == {
        urn("R1"): "3/50", urn("R2"): "1/25", urn("R3"): "9/10",
    }  # fmt: skip
    assert sum(Fraction(one["part"]["low"]) for one in found["sources"]) == 500


def test_beyond_its_work_nothing_is_guessed(transactions):
    found = answer(transactions, "B3", work=0)
    assert (found["sourcesKnown"], found["sources"]) == (False, [])


def test_a_lot_that_nobody_knows_is_refused(transactions):
    with pytest.raises(UnknownLot):
        find_contribution(transactions, BUREAU, urn("none"))

"""R07: what vouches for a material lot."""

from __future__ import annotations

from tests.builders import facts as made
from tests.builders.admission import R1, milling, refuses
from tests.builders.chain import Chain
from trace.errors import food as refused


def bare_receipt() -> Chain:
    chain = Chain()
    chain.farm("farm.harvest", made.a_harvest())
    chain.receive(made.a_receipt(proofs=[]))
    return chain


def test_r07_a_mixers_own_certificate_vouches_for_what_came_without_one():
    chain = bare_receipt()
    refuses(chain, refused.NoConformityProof, "food.production", milling())
    own = made.a_certificate(lot=R1, style="mixer", issuedAt="2026-10-06T19:00:00+08:00")
    chain.state("farm.certificate", own)
    assert chain.state("food.production", milling()).marks == ()


def test_the_suppliers_own_certificate_vouches_for_the_goods():
    chain = Chain()
    chain.farm("farm.harvest", made.a_harvest())
    chain.farm("farm.certificate", made.a_certificate())
    chain.receive(made.a_receipt(proofs=[]))
    assert chain.marks("R1") == []


def test_the_certificate_of_a_lot_that_is_only_claimed_vouches_for_nothing():
    chain = Chain()
    chain.farm("farm.harvest", made.a_harvest())
    chain.farm("farm.certificate", made.a_certificate())
    chain.state("food.receipt", made.a_receipt(proofs=[]))
    assert ("R07", "no-conformity-proof") in chain.marks("R1")
    refuses(chain, refused.NoConformityProof, "food.production", milling())

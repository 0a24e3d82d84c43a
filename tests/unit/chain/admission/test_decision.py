"""A decision as a whole: its row ids, its needs, and what it does where no rule speaks."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.builders import facts as made
from tests.builders.admission import NOON, chain_time, milling
from tests.builders.chain import Chain
from trace.chain.admission import needs_of
from trace.chain.facts import parse_fact
from trace.chain.ids import row_id
from trace.chain.needs import Needs
from trace.rules import Rules, load


def silent_rules() -> Rules:
    """The rules of the demo with an empty table: they say nothing about any record."""
    return replace(load("demo"), admissions=(), _cache={})


def test_where_the_table_says_nothing_facts_enter_unmarked_and_acts_go_on():
    chain = Chain(silent_rules())
    chain.farm("farm.operation", made.an_operation(usedOn="2026-10-01"))
    chain.farm("farm.harvest", made.a_harvest(quantity=made.kg("9000")))
    chain.farm("farm.certificate", made.a_certificate(basis="self_tested", report=made.ABSENT))
    chain.state("food.receipt", made.a_receipt(spec=made.ABSENT))
    chain.state("food.production", milling(outputs=milling()["outputs"], loss=made.ABSENT))
    chain.state("food.pack", made.a_pack(lbNo=made.ABSENT))
    chain.state("code.activate", made.an_activation(report=made.statement_id("none")))
    chain.state("food.shipment", made.a_shipment(quantity=made.kg("7000")))
    assert [mark for effects in chain.entries for mark in effects.marks] == []
    assert not chain.known.disputes


def test_a_statement_bears_as_many_marks_as_it_has_row_ids():
    chain = Chain()
    for number in range(300):
        spray = made.an_operation(usedOn="2026-10-01", target=f"第{number}次")
        chain.farm("farm.operation", spray)
    effects = chain.farm("farm.harvest", made.a_harvest())
    assert len(effects.marks) == 256
    assert {mark.rule for mark in effects.marks} == {"R08"}


def test_a_row_id_outside_its_bits_is_an_error_and_never_another_row():
    assert row_id("a", 1, 255) - row_id("a", 1) == 255
    for index, ordinal in ((-1, 0), (1 << 40, 0), (0, 256), (0, -1)):
        with pytest.raises(ValueError, match="no row id"):
            row_id("a", index, ordinal)


def test_the_needs_of_our_own_facts_are_their_own():
    fact = parse_fact("food.merge", made.a_merge(), made.lot(made.MILL, "S1"), NOON)
    assert needs_of(fact, "s") == fact.needs()


def test_needs_add_up():
    fact = parse_fact("food.receipt", made.a_receipt(), made.lot(made.MILL, "R1"), chain_time())
    other = Needs(lots=frozenset({"x"}))
    assert (fact.needs() | other) == Needs.all_of([fact.needs(), other])

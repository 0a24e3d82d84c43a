"""The common source of failing packs, out of the tables: classes, records, samples, and who may ask."""

from __future__ import annotations

import hashlib
from fractions import Fraction

import orjson
import pytest

from tests.builders.effects import EffectsOf, kg
from trace.chain import effects as made
from trace.chain.admission.gates import FAILED_REPORT
from trace.errors import AnalysisUnknown, BatchBothWays, LotOutOfSight, UnknownLot
from trace.parties import REGULATOR_MARKET, Actor
from trace.rules import load
from trace.store.bulk import insert_rows
from trace.store.chain.effects import write_effects
from trace.store.tables.master import party
from trace.store.transaction import Transactions, open_database
from trace.usecases.analyses.common_source import SourceReading, find_common_source
from trace.usecases.analyses.keep_analysis import read_analysis

LOG = "food.example/log"
BUREAU = Actor("bureau", "urn:uscc:B", frozenset({REGULATOR_MARKET}), region="CN")
FIRM = Actor("desk", "urn:uscc:X")
SALT, BERRY, WATER = "urn:lot:X:salt", "urn:lot:X:berry", "urn:lot:X:water"
CASES = [f"urn:lot:X:case-{at}" for at in range(4)]
CONTROLS = [f"urn:lot:X:control-{at}" for at in range(4)]


@pytest.fixture
def transactions(database_url, clock):
    """Four packs of berries, salt and water that failed, four of salt and water that passed."""
    engine = open_database(database_url)
    transactions = Transactions(engine, clock, load(), LOG)
    story, lots = [], {}
    for at, urn in enumerate((SALT, BERRY, WATER)):
        one = EffectsOf(LOG, at)
        lots[urn] = one.lot(urn, kg("100"), "material")
        story.append(one)
    for at, urn in enumerate([*CASES, *CONTROLS], 10):
        one = EffectsOf(LOG, at)
        pack = one.lot(urn, kg("10"), "pack")
        for source in (SALT, WATER, *([BERRY] if urn in CASES else [])):
            one.link(lots[source], pack, kg("3"), kg("3"))
        if urn == CASES[0]:
            one.keep(made.Mark(one.next_id(), "R28", FAILED_REPORT, pack, (), {}))
        story.append(one)
    with transactions.begin("test") as tx:
        write_effects(tx.connection, [one.done() for one in story])
        insert_rows(
            tx.connection, party, ("urn", "id", "data"), [("urn:uscc:X", 256 * 99, '{"region":"310120"}')]
        )
    yield transactions
    engine.dispose()


def answer(kept):
    return orjson.loads(kept.document)


def classes(document):
    return {tuple(lot["lot"] for lot in one["lots"]): one for one in document["answer"]["classes"]}


def test_the_berries_stand_out_and_what_is_in_everything_does_not(transactions):
    document = answer(find_common_source(transactions, BUREAU, CASES, CONTROLS))
    found = classes(document)
    assert set(found) == {(BERRY,), (SALT, WATER)}
    berry, common = found[(BERRY,)], found[(SALT, WATER)]
    assert (berry["coverage"], berry["specificity"], berry["lift"], berry["p"]) == ("1", "1", "2", "1/70")
    assert (berry["q"], berry["standing"]) == ("1/35", "stands-out")
    assert (common["coverage"], common["specificity"], common["p"], common["standing"]) == (
        "1",
        "0",
        "1",
        "everywhere",
    )
    assert {"controls-not-random", "inseparable", "coverage-is-common-use"} <= set(
        document["answer"]["caveats"]
    )
    assert document["answer"]["testFirst"][0]["lot"] == BERRY
    total = sum(
        (Fraction(one["posterior"]) for one in found.values()), Fraction(document["answer"]["unknownSource"])
    )
    assert abs(total - 1) < Fraction(1, 10**11)


def test_the_document_names_its_question_assumptions_and_records_and_is_kept_by_its_hash(transactions):
    first, again = (
        find_common_source(transactions, BUREAU, some, CONTROLS) for some in (CASES, CASES[::-1] * 2)
    )
    assert first == again == read_analysis(transactions, BUREAU, first.hash)
    assert hashlib.sha256(first.document).hexdigest() == first.hash
    document = answer(first)
    assert document["question"] == {"name": "common-source", "failing": CASES, "passing": CONTROLS}
    assert document["assumptions"]["priorUnknownSource"] == "1/2"
    assert len(document["records"]) == 11
    failed = document["answer"]["failedTests"]
    assert [len(failed[lot]) for lot in CASES] == [1, 0, 0, 0]
    with pytest.raises(AnalysisUnknown):
        read_analysis(transactions, FIRM, first.hash)


def test_two_cases_are_a_list_and_no_ranking(transactions):
    document = answer(find_common_source(transactions, BUREAU, CASES[:2], CONTROLS))
    assert document["answer"]["ranked"] is False
    assert document["answer"]["unknownSource"] is None
    assert {one["posterior"] for one in classes(document).values()} == {None}
    assert "few-cases" in document["answer"]["caveats"]


def test_a_kill_step_takes_its_lots_out_of_suspicion(transactions):
    reading = SourceReading(kill_steps=(BERRY,))
    document = answer(find_common_source(transactions, BUREAU, CASES, CONTROLS, reading))
    assert set(classes(document)) == {(SALT, WATER)}
    assert document["assumptions"]["killSteps"] == [BERRY]


def test_an_ingredient_that_was_tested_itself_counts_with_its_own_result(transactions):
    document = answer(find_common_source(transactions, BUREAU, [BERRY, *CASES], [SALT, *CONTROLS]))
    found = classes(document)
    assert set(found) == {(BERRY,), (SALT,), (WATER,)}
    assert (found[(BERRY,)]["coverage"], found[(BERRY,)]["specificity"]) == ("1", "1")
    assert found[(SALT,)]["controls"] == [*CONTROLS, SALT]
    assert found[(WATER,)]["controls"] == CONTROLS
    assert document["assumptions"]["testedBatchesAsTheirOwnSource"] == "where-in-others"


def test_a_batch_cannot_fail_and_pass(transactions):
    for failing, passing in ((CASES, [CASES[1]]), (CASES[1:], [CASES[0], *CONTROLS])):
        with pytest.raises(BatchBothWays):
            find_common_source(transactions, BUREAU, failing, passing)


def test_only_an_authority_of_the_area_is_answered(transactions):
    for other in (FIRM, Actor("bureau", "urn:uscc:C", frozenset({REGULATOR_MARKET}), region="42")):
        with pytest.raises((LotOutOfSight, UnknownLot)):
            find_common_source(transactions, other, CASES, CONTROLS)
    with pytest.raises(UnknownLot):
        find_common_source(transactions, BUREAU, ["urn:lot:X:none"], CONTROLS)

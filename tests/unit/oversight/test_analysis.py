"""An analysis as bytes: the same for the same, whatever the order in which it was put together."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import UTC, date, datetime

import orjson
import pytest

from trace.chain.lineage.report import used_record
from trace.oversight.analysis import Analysis, Known, hash_of, written_list
from trace.rules import load

KNOWN = Known("farm.example/log", 41, datetime(2026, 10, 12, 8, tzinfo=UTC))
ONE, TWO = used_record("a" * 43, "0" * 64, "signed"), used_record("b" * 43, "1" * 64, "disputed")
RULES = load("demo")
ANALYSIS = Analysis(
    question={"name": "balance", "firm": "urn:uscc:1", "from": "2026-10-01"},
    assumptions={"tolerance": "2 %"},
    known=KNOWN,
    rules=RULES.version,
    asked=(RULES.at("R18", date(2026, 10, 1)), RULES.at("R15", date(2026, 10, 1))),
    records=(TWO, ONE, TWO),
    answer={"rows": []},
)


def test_the_address_is_the_hash_of_the_bytes() -> None:
    assert hash_of(ANALYSIS.document()) == hashlib.sha256(ANALYSIS.document()).hexdigest()


def test_order_and_repetition_of_records_and_rules_carry_no_meaning() -> None:
    other = replace(ANALYSIS, records=(ONE, TWO), asked=ANALYSIS.asked[::-1])
    assert other.document() == ANALYSIS.document()


def test_all_that_the_answer_rests_on_stands_in_it() -> None:
    told = orjson.loads(ANALYSIS.document())
    assert (told["log"], told["arrival"], told["asOf"]) == (KNOWN.log, 41, "2026-10-12T08:00:00+00:00")
    assert [record["statement"][0] for record in told["records"]] == ["a", "b"]
    assert [rule["id"] for rule in told["rulesAsked"]] == ["R15", "R18"]
    assert {rule["confidence"] for rule in told["rulesAsked"]} <= {"exact", "derived", "memory", "2nd"}


def test_another_assumption_is_another_document() -> None:
    assert hash_of(replace(ANALYSIS, assumptions={}).document()) != hash_of(ANALYSIS.document())


@pytest.mark.parametrize("count", [0, 1, 1_000, 1_001])
def test_what_is_written_part_by_part_is_the_same_document(count: int) -> None:
    records = [used_record(f"r{number:05d}", "00" * 32, "signed") for number in range(count)]
    lines = [{"lot": f"批{number}", "in": {"value": str(number)}, "a": None} for number in range(count)]
    plain = replace(ANALYSIS, records=tuple(records), answer={"batches": lines, "b": {"c": [1], "a": 2}})
    parts = replace(
        plain, records=written_list(records), answer={**plain.answer, "batches": written_list(lines)}
    )
    assert parts.document() == plain.document()
    assert orjson.loads(parts.document())["answer"]["batches"] == lines

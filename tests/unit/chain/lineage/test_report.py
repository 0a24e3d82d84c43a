from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from datetime import UTC, datetime
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trace.chain.lineage.report import RunningDigest, TraceReport, percent, report_row, used_record
from trace.chain.lineage.shares import Share

SHARE = Share(1, Fraction(3, 50), Fraction(3, 50))
BARE: dict[str, Any] = {
    "holder": None,
    "place": None,
    "quantity": None,
    "when": None,
    "share": None,
    "path": [],
}
WEIGHT = {"value": "28.50", "unit": "kg"}
ROWS = (
    report_row(**BARE | {"lot": "urn:lot:a:1", "when": "2026-10-01T00:00:00+00:00"}),
    report_row(**BARE | {"lot": "urn:lot:a:2", "quantity": WEIGHT, "share": SHARE, "path": ["s1", "s2"]}),
)
RECORDS = (used_record("s1", "ee", "disputed"), used_record("s2", "ff", "signed"))
REPORT = TraceReport(
    query={"direction": "down"},
    start=("urn:lot:a:1",),
    assumptions={"ignoreTime": False},
    as_of=datetime(2026, 10, 2, tzinfo=UTC),
    rules="2026-10-01",
    truncated=False,
)


def passed(report=REPORT, records=RECORDS, rows=ROWS):
    """The report's members with records and rows, and its digest."""
    running = RunningDigest(report)
    members = report.members() | {"records": list(running.records(records)), "rows": list(running.rows(rows))}
    return members, running.hexdigest()


@pytest.mark.parametrize("records", [(), RECORDS[:1], RECORDS])
@pytest.mark.parametrize("rows", [(), ROWS[:1], ROWS])
def test_the_digest_is_the_hash_of_the_document_as_anyone_can_repeat_it(records, rows):
    members, digest = passed(records=records, rows=rows)
    text = json.dumps(members, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    assert digest == hashlib.sha256(text.encode()).hexdigest()
    assert json.loads(text) == members


@pytest.mark.unmeasured
@given(st.text(), st.text(alphabet=st.characters(codec="utf-8", max_codepoint=0x2FFF)))
def test_whatever_stands_in_it_the_hash_is_that_of_plain_json(name, holder):
    row = {**ROWS[0], "lot": name, "holder": holder, "place": name + holder}
    report = replace(REPORT, rules=holder, excluded=({"lot": name}, {"lot": holder}))
    members, digest = passed(report, rows=(row,))
    text = json.dumps(members, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    assert digest == hashlib.sha256(text.encode()).hexdigest()


@pytest.mark.parametrize(
    ("report", "records", "rows"),
    [
        (replace(REPORT, truncated=True), RECORDS, ROWS),
        (replace(REPORT, rules="2026-10-02"), RECORDS, ROWS),
        (REPORT, RECORDS, ROWS[:1]),
        (REPORT, RECORDS[:1], ROWS),
        (REPORT, ({**RECORDS[0], "sha256": "f0"}, RECORDS[1]), ROWS),
        (replace(REPORT, assumptions={"ignoreTime": True}), RECORDS, ROWS),
        (replace(REPORT, unexplored=("urn:lot:a:3",)), RECORDS, ROWS),
    ],
)
def test_every_difference_shows_in_the_digest(report, records, rows):
    assert passed(report, records, rows)[1] != passed()[1]


def test_rows_show_the_exact_share_and_its_percentage():
    assert ROWS[1]["share"] == {"low": "3/50", "high": "3/50", "lowPercent": "6.0", "highPercent": "6.0"}


@pytest.mark.parametrize(
    ("fraction", "written"),
    [("1/16", "6.3"), ("1/3", "33.3"), ("2/3", "66.7"), ("1", "100.0"), ("0", "0.0"), ("1/2000", "0.1")],
)
def test_percentages_round_half_up(fraction, written):
    assert percent(Fraction(fraction)) == written

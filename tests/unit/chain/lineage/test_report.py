from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from fractions import Fraction

import pytest

from trace.chain.lineage.report import Row, TraceReport, UsedRecord, percent
from trace.chain.lineage.shares import Share
from trace.quantities import Quantity

ROWS = (
    Row("urn:lot:a:2", "urn:uscc:b", None, Quantity(Decimal("28.50"), "kg"), None,
        Share(1, Fraction(3, 50), Fraction(3, 50)), ("s1", "s2")),
    Row("urn:lot:a:1", None, None, None, datetime(2026, 10, 1, tzinfo=UTC), None, ()),
)  # fmt: skip

REPORT = TraceReport(
    query={"direction": "down"},
    start=("urn:lot:a:1",),
    assumptions={"ignoreTime": False},
    as_of=datetime(2026, 10, 2, tzinfo=UTC),
    rules="2026-10-01",
    records=(UsedRecord("s2", "ff", "signed"), UsedRecord("s1", "ee", "disputed")),
    rows=ROWS,
    truncated=False,
)


def test_the_digest_is_the_hash_of_the_document_as_anyone_can_repeat_it():
    text = json.dumps(REPORT.as_dict(), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    assert REPORT.digest == hashlib.sha256(text.encode()).hexdigest()
    assert json.loads(text) == REPORT.as_dict()


def test_the_order_in_which_the_parts_were_found_does_not_matter():
    again = replace(REPORT, rows=ROWS[::-1], records=REPORT.records[::-1])
    assert again.digest == REPORT.digest


@pytest.mark.parametrize(
    "change",
    [
        {"truncated": True},
        {"rules": "2026-10-02"},
        {"rows": ROWS[:1]},
        {"records": (UsedRecord("s2", "f0", "signed"), UsedRecord("s1", "ee", "disputed"))},
        {"assumptions": {"ignoreTime": True}},
    ],
)
def test_every_difference_shows_in_the_digest(change):
    assert replace(REPORT, **change).digest != REPORT.digest


def test_rows_show_the_exact_share_and_its_percentage():
    row = REPORT.as_dict()["rows"][1]
    assert row["share"] == {"low": "3/50", "high": "3/50", "lowPercent": "6.0", "highPercent": "6.0"}
    assert row["quantity"] == {"value": "28.50", "unit": "kg"}


@pytest.mark.parametrize(
    ("fraction", "written"),
    [("1/16", "6.3"), ("1/3", "33.3"), ("2/3", "66.7"), ("1", "100.0"), ("0", "0.0"), ("1/2000", "0.1")],
)
def test_percentages_round_half_up(fraction, written):
    assert percent(Fraction(fraction)) == written

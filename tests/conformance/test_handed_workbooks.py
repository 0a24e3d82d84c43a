"""Workbooks that were handed in because they were once signed as something else than what people saw.

They are not kept here: `GREENTRACE_CASES` names the folder that holds `spreadsheets/`.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from tests.builders.workbooks import ISSUER
from tests.conftest import ROOT
from trace.errors.base import Refusal
from trace.exchange.farm import read_farm_file
from trace.exchange.workbook import annotate, read_workbook

FOLDER = Path(os.environ.get("GREENTRACE_CASES") or ROOT.parent / "shared" / "cases") / "spreadsheets"
GROWER = "urn:party:grower-0001"

REFUSED = {
    "A02": [("进货查验", 2, "B", "cell-shown-differs")],
    "A03": [("进货查验", 2, "G", "cell-units-differ")],
    "A06": [("出厂检验", 2, "H", "cell-raised")],
    "A07": [("进货查验", 2, "F", "cell-struck")],
    "A08": [("进货查验", 3, "", "row-struck")],
    "A09": [("进货查验", 3, "", "rows-hidden")],
    "A10": [("进货查验", 2, "A", "example-changed"), ("进货查验", 3, "A", "example-changed")],
    "A11": [("进货查验", 3, "C", "cell-placeholder"), ("进货查验", 3, "L", "cell-placeholder")],
    "A13": [("包装赋码", 2, "K", "times-contradict-in-row")],
    "A14": [("出厂检验", 2, "L", "conclusion-contradicts")],
    "A18": [("进货查验", 2, "F", "cell-number-malformed")],
    "A20": [("WpsReserved", 0, "", "sheet-hidden-deep")],
    "A21": [("投料与产出", 3, "E", "lot-is-its-batch")],
}


def handed(name: str) -> Path:
    if not FOLDER.is_dir():
        pytest.skip(f"the handed workbooks are not at {FOLDER}; set GREENTRACE_CASES")
    return next(FOLDER.glob(f"{name}-*"))


def only(name: str) -> dict[str, Any]:
    (draft,) = read_workbook(handed(name), ISSUER).drafts
    return {"sub": draft.sub, **draft.data}


@pytest.mark.parametrize("name", REFUSED)
def test_a_handed_workbook_is_refused_by_cell(name: str) -> None:
    book = read_workbook(handed(name), ISSUER)
    assert [(one.sheet, one.row, one.column, one.code) for one in book.errors] == REFUSED[name]
    assert not book.drafts


def test_handed_workbooks_that_are_read_say_what_is_seen() -> None:
    assert only("A01")["sub"].endswith(":001234")
    assert [(one["value"], one["limit"]) for one in only("A04")["items"]] == [("8.6", "15")]
    assert [(one["value"], one["limit"]) for one in only("A05")["items"]] == [("1.2×10³", "5×10⁴")]
    assert only("A15")["gtin"] == "09521234100010"
    assert only("A16")["receivedAt"] == "2026-10-24T00:00:00+08:00"


@pytest.mark.parametrize(("name", "code"), [("A17", "dates-from-1904"), ("A19", "cell-too-far")])
def test_a_handed_workbook_that_is_refused_whole_says_why(name: str, code: str) -> None:
    with pytest.raises(Refusal) as refused:
        read_workbook(handed(name), ISSUER)
    assert refused.value.code == code


def test_the_handed_table_gets_its_annotated_copy(tmp_path: Path) -> None:
    book = read_workbook(handed("A18"), ISSUER)
    assert annotate(handed("A18"), book.errors, tmp_path / "copy.xlsx") == 1


def test_handed_farm_tables_lose_no_row() -> None:
    drafts, errors = read_farm_file(handed("A22"), GROWER)
    assert not drafts
    assert [one.code for one in errors] == ["header-not-first"]
    drafts, errors = read_farm_file(handed("A23"), GROWER)
    assert [draft.typ for draft in drafts] == ["farm.harvest"]
    assert not errors

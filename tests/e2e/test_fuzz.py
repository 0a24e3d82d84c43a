"""Anything at all, uploaded: a problem or a receipt comes back, never a 500, and refusals leave no trace."""

from __future__ import annotations

import json
import random
import zipfile
from io import BytesIO
from pathlib import Path
from typing import Any

import orjson
import pytest
from openpyxl import load_workbook

from tests.builders import facts as made
from tests.builders.signers import Signer
from tests.builders.workbooks import PACK, RECEIPT, REPORT, SHIPMENT
from tests.e2e.conftest import Parties
from tests.servers.door import JOSE, LINES, Door
from trace.errors import Refusal
from trace.exchange.workbook import read_workbook, write_template
from trace.ledger.canonical import b64u, unb64u

ODD: list[object] = [
    None,
    True,
    -1,
    0,
    1.5,
    10**400,
    "",
    "\u0000",
    "e\u0301",
    "\ud800",
    [],
    {},
    [[]],
    "urn:lot:A:B",
    "9" * 5_000,
]


def _mangled(chance: random.Random, signer: Signer, good: dict[str, str]) -> bytes:
    """A statement with one thing wrong: bytes, members or values, often rightly signed again."""
    kind = chance.randrange(5)
    raw = orjson.dumps(good)
    if kind == 0:
        cut = chance.randrange(len(raw))
        return raw[:cut]
    if kind == 1:
        spot = chance.randrange(len(raw))
        return raw[:spot] + bytes([chance.randrange(256)]) + raw[spot + 1 :]
    if kind == 2:
        return chance.randbytes(chance.randrange(1, 400))
    if kind == 3:
        return _dumps(
            {**good, chance.choice(["payload", "protected", "signature", "header", "x"]): _odd(chance)}
        )
    claims = orjson.loads(unb64u(good["payload"]))
    where = claims if chance.random() < 0.5 else claims["data"]
    name = chance.choice([*where, "more"])
    if chance.random() < 0.3:
        where.pop(name, None)
    else:
        where[name] = _odd(chance)
    payload = b64u(_dumps(claims))
    signature = b64u(signer.key.sign(f"{good['protected']}.{payload}".encode()))
    return orjson.dumps({**good, "payload": payload, "signature": signature})


def _odd(chance: random.Random) -> object:
    return chance.choice(ODD)


def _dumps(value: object) -> bytes:
    return json.dumps(value, separators=(",", ":"), sort_keys=True).encode()


def _fuzz_statements(door: Door, parties: Parties, cases: int) -> None:
    chance = random.Random(20261001)
    good = dict(parties.farm.harvest("H9").flattened())
    taken = 0
    before = door.counts()
    for _ in range(cases):
        body = _mangled(chance, parties.farm, good)
        kind = chance.choice([JOSE, LINES])
        mode = chance.choice(["all", "each"])
        answer = door.post(f"/api/v1/statements?mode={mode}", body, kind=kind)
        assert answer.status_code < 500, (body, answer.text)
        assert "Traceback" not in answer.text
        if answer.status_code in {201, 202}:
            taken += 1
            before = door.counts()
        elif taken == 0 and chance.random() < 0.1:
            assert door.counts() == before, body
    assert taken <= 1  # the harvest itself, where the changed byte did not matter
    assert door.get("/readyz").status_code == 200


def test_two_hundred_mangled_statements_are_told_apart_from_good_ones(door: Door, parties: Parties) -> None:
    _fuzz_statements(door, parties, 200)


@pytest.mark.soak
def test_ten_thousand_mangled_statements(door: Door, parties: Parties) -> None:
    _fuzz_statements(door, parties, 10_000)


def _mangled_workbook(chance: random.Random, whole: bytes) -> bytes:
    kind = chance.randrange(4)
    if kind == 0:
        return whole[: chance.randrange(len(whole))]
    if kind == 1:
        spot = chance.randrange(len(whole) - 8)
        return whole[:spot] + chance.randbytes(8) + whole[spot + 8 :]
    if kind == 2:
        return chance.randbytes(2_000)
    source, out = zipfile.ZipFile(BytesIO(whole)), BytesIO()
    victim = chance.choice(source.namelist())
    with zipfile.ZipFile(out, "w") as made_:
        for name in source.namelist():
            content = source.read(name)
            if name == victim:
                spot = chance.randrange(max(1, len(content)))
                content = content[:spot] + chance.randbytes(4) + content[spot + 4 :]
            made_.writestr(name, content)
    return out.getvalue()


def _filled(tmp_path: Path) -> bytes:
    rows: dict[str, Any] = {
        "进货查验": RECEIPT,
        "出厂检验": REPORT,
        "包装赋码": PACK,
        "出货": SHIPMENT,
    }
    write_template(tmp_path / "f.xlsx")
    book = load_workbook(tmp_path / "f.xlsx")
    for name, row in rows.items():
        sheet = book[name]
        headers = {
            str(cell.value).rstrip("*").strip(): cell.column
            for cells in sheet.iter_rows(min_row=1, max_row=3)
            for cell in cells
            if cell.value
        }
        for header, value in row.items():
            sheet.cell(
                sheet.max_row if header != next(iter(row)) else sheet.max_row + 1, headers[header], value
            )
    book.save(tmp_path / "f.xlsx")
    return (tmp_path / "f.xlsx").read_bytes()


def _fuzz_workbooks(tmp_path: Path, cases: int) -> None:
    chance = random.Random(20261002)
    whole = _filled(tmp_path)
    refused = 0
    for number in range(cases):
        path = tmp_path / f"{number % 4}.xlsx"
        path.write_bytes(_mangled_workbook(chance, whole))
        try:
            book = read_workbook(path, issuer=made.uscc(made.MILL))
        except Refusal:
            refused += 1
            continue
        for error in book.errors:
            assert error.sheet
            assert error.code
    assert refused > cases // 4


def test_fifty_mangled_workbooks_are_refused_in_words(tmp_path: Path) -> None:
    _fuzz_workbooks(tmp_path, 50)


@pytest.mark.soak
def test_ten_thousand_mangled_workbooks(tmp_path: Path) -> None:
    _fuzz_workbooks(tmp_path, 10_000)

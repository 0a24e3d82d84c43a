"""Uploads: a workbook of rows from the file to drafts that are tried, and to receipts, against reading alone.

The peer, in the same run: the sheet read by openpyxl, and the same statements verified and inserted.
"""

from __future__ import annotations

import hashlib
import resource
import tempfile
from collections.abc import Mapping
from datetime import timedelta
from io import BytesIO
from pathlib import Path

import openpyxl
import orjson
import xlsxwriter
from sqlalchemy import Engine

from bench.figures import Figure, Report, Spent, spending
from tests.builders.signers import Signer
from tests.builders.workbooks import ISSUER
from tests.servers.databases import migrate
from tests.servers.door import Door
from trace.exchange.workbook.template import FORMS, GUIDE, VERSION
from trace.ledger.algorithms import PublicKey
from trace.ledger.disclosure import parse_disclosure
from trace.ledger.statement import Statement, parse_statements, sign_statement
from trace.parties import OWN, STATE, Actor
from trace.platform.jobs import jobs_of
from trace.store.base import metadata
from trace.store.bulk import insert_rows
from trace.store.log.keys import read_public_keys
from trace.store.transaction import open_database
from trace.usecases.intake.receipt import Receipt
from trace.usecases.intake.verify_signatures import verify_signatures
from trace.usecases.jobs.run_jobs import JobRunner
from trace.usecases.uploads.answers import state_of
from trace.usecases.uploads.receive import PART_BYTES, Announced, announce, take_part
from trace.usecases.uploads.sign_upload import WAVE, Signed, next_wave, submit

_LEFT = {"log_entry", "disclosure", "statement", "lot", "lot_statement", "link", "mark"}
"""Where a receipt leaves rows."""
_FIRM = Actor("bench", ISSUER, scopes=frozenset({STATE, OWN}))
_ROW = {
    "物料名称": "稻谷", "类别": "原料", "规格": "散装", "数量": 16900, "单位": "kg", "生产日期": "2026-10-05",
    "保质期": "12个月", "进货时间": "2026-10-06 09:30", "供货者名称（保密）": "（演示）乌有乡",
    "供货者地址（保密）": "（演示）外省某地", "供货者联系方式（保密）": "000-0000", "凭证种类": "纸质凭证",
    "凭证编号": "D-1",
}  # fmt: skip


def run(size: str) -> Report:
    report, rows = Report("uploads"), 2_000 if size == "quick" else 50_000
    body = workbook(rows)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder)
        url = f"sqlite:///{path / 'food.db'}"
        migrate(url)
        with Door(path, url) as door:
            door.clock.advance(timedelta(days=20))
            door.platform.start()
            signer = Signer(ISSUER.rsplit(":", 1)[1], "processor")
            for one in (door.registrar.register(door.registrar), door.registrar.register(signer)):
                door.platform.acceptance.accept([one.flattened()], each=False)
            before = _peak()
            upload, prepared = _prepared(door, body, rows)
            report.add(Figure(f"upload of {rows:,} rows: memory until tried", _peak() - before, "MB"))
            signing, signed = _signed(door, signer, upload, rows)
        reading, storing = _peer(path, body, signed)
    tried = rows / prepared.cpu
    report.add(
        Figure(
            f"upload of {rows:,} rows to tried drafts", tried, "rows/CPU-s", "the sheet read by openpyxl",
            rows / reading.cpu, reading.cpu / prepared.cpu,
        )
    )  # fmt: skip
    whole, bare = prepared.cpu + signing.cpu, reading.cpu + storing.cpu
    report.add(
        Figure(
            f"upload of {rows:,} rows to receipts", rows / whole, "rows/CPU-s",
            "read, verified and inserted", rows / bare, bare / whole,
        )
    )  # fmt: skip
    return report


def workbook(rows: int) -> bytes:
    """A filled sheet 进货查验."""
    packed = BytesIO()
    form = next(form for form in FORMS if form.name == "进货查验")
    with xlsxwriter.Workbook(packed, {"constant_memory": True}) as book:
        book.add_worksheet(GUIDE).write_row(0, 0, ["模板版本", VERSION])
        sheet = book.add_worksheet(form.name)
        places = {column.header: place for place, column in enumerate(form.columns)}
        sheet.write_row(0, 0, list(places))
        for number in range(1, rows + 1):
            sheet.write(number, places["批次号"], f"R{number:06d}")
            for header, value in sorted(_ROW.items(), key=lambda one: places[one[0]]):
                sheet.write(number, places[header], value)
    return packed.getvalue()


def _peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _prepared(door: Door, body: bytes, rows: int) -> tuple[str, Spent]:
    served = door.platform
    runner = JobRunner(served.transactions, jobs_of(served))
    with spending() as prepared:
        one = Announced("bench.xlsx", hashlib.sha256(body).hexdigest(), len(body), "xlsx")
        upload, _ = announce(served.transactions, _FIRM, one)
        for start in range(0, len(body), PART_BYTES):
            take_part(served.transactions, _FIRM, upload.id, start, body[start : start + PART_BYTES])
        while runner.run_one():
            pass
    state = state_of(served.transactions, _FIRM, upload.id)
    assert (state.state, state.fresh, state.faults) == ("done", rows, 0), state
    return upload.id, prepared


def _signed(door: Door, signer: Signer, upload: str, rows: int) -> tuple[Spent, list[Statement]]:
    served = door.platform
    signed: list[Statement] = []
    signing = Spent()
    while True:
        with spending() as preparing:
            wave = next_wave(served.transactions, served.codes, _FIRM, upload, "desk")
        if not wave.statements:
            break
        prev, made = wave.prev, []
        for each in wave.statements:  # the signer's own work, on the signer's machine
            claims = dict(each.claims) | ({} if prev is None else {"prev": prev})
            shown = [parse_disclosure(encoded) for encoded in each.disclosures]
            made.append(sign_statement(claims, signer.key).with_disclosures(shown))
            prev = made[-1].statement_id
        with spending() as taking:
            keys = [each.key for each in wave.statements]
            flat = [Signed(key, each.flattened()) for key, each in zip(keys, made, strict=True)]
            outcomes = submit(served.transactions, served.acceptance, _FIRM, upload, flat)
        assert all(isinstance(outcome, Receipt) for outcome in outcomes), outcomes
        signing.cpu += preparing.cpu + taking.cpu
        signed.extend(made)
    assert len(signed) == rows
    return signing, signed


def _peer(folder: Path, body: bytes, signed: list[Statement]) -> tuple[Spent, Spent]:
    with spending() as reading:
        book = openpyxl.load_workbook(BytesIO(body), read_only=True)
        count = sum(1 for _ in book["进货查验"].iter_rows(values_only=True))
    assert count == len(signed) + 1
    tables = [table for table in metadata.sorted_tables if table.name in _LEFT]
    ours, same = open_database(f"sqlite:///{folder / 'food.db'}"), f"sqlite:///{folder / 'same.db'}"
    migrate(same)
    twin = open_database(same)
    with ours.connect() as connection:
        left = [(table, [tuple(row) for row in connection.execute(table.select())]) for table in tables]
    bodies = [orjson.dumps(one.flattened()) for one in signed]
    keys = {signed[0].kid: PublicKey.from_jwk(_jwk(ours, signed[0].kid))}
    with spending() as storing:
        for start in range(0, len(bodies), WAVE):
            assert not any(verify_signatures(parse_statements(bodies[start : start + WAVE]), keys))
        for table, rows in left:
            for start in range(0, len(rows), WAVE):
                with twin.begin() as connection:
                    insert_rows(connection, table, table.columns.keys(), rows[start : start + WAVE])
    for engine in (ours, twin):
        engine.dispose()
    return reading, storing


def _jwk(engine: Engine, kid: str) -> Mapping[str, object]:
    with engine.connect() as connection:
        return read_public_keys(connection, {kid})[kid]

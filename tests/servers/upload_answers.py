"""What the routes of uploads answer about files of a mill of edition 1: an order of questions to them."""

from __future__ import annotations

import csv
import hashlib
import io
from typing import Any

from tests.builders import facts as made
from tests.builders.signers import Signer
from tests.builders.workbooks import RECEIPT
from tests.servers.api_answers import Questions
from trace.ledger.statement import sign_statement
from trace.platform.jobs import jobs_of
from trace.usecases.jobs.run_jobs import JobRunner

UPLOADS, MAPPINGS = "/api/v1/uploads", "/api/v1/upload-mappings"
FORM, STREAM, BY = "进货查验", "desk-1", "mill"
_SOUND = {
    **RECEIPT, "规格": "散装", "生产日期": "2026-10-05", "保质期": "12个月", "进货时间": "2026-10-16 08:00",
    "凭证种类": "纸质凭证", "凭证编号": "D-1",
}  # fmt: skip
"""A receipt without confidential members, so without salts."""
_DRAWN = {"key": "(key)", "jti": "(jti)", "root": "(root of the log)"}
_OWN = {"批号": "B1", "品名": "稻谷", "吨": "3", "日期": "05/10/2026 08:00", "备注": "无"}
_MAPPING: dict[str, Any] = {
    "form": FORM,
    "columns": {
        "批号": {"member": "lot"},
        "品名": {"member": "productName"},
        "吨": {"member": "quantity", "unit": "t"},
        "日期": {"member": "receivedAt", "days": "dd/mm/yyyy"},
    },
    "fixed": {"role": "原料"},
    "passedOver": ["备注"],
}


def ask_about_uploads(asked: Questions) -> None:
    """A file with faults, mended, signed, and corrected by a second one; then a table of the firm's own."""
    _mended_and_signed(asked)
    _corrected(asked)
    _own_table(asked)
    asked.ask(UPLOADS, BY)
    asked.ask(UPLOADS, "stranger")


def _mended_and_signed(asked: Questions) -> None:
    rows = [{"批次号": "U1"}, {"批次号": "U2", "数量": "十六吨"}, {"批次号": "U3", "类别": "主料"}]
    path = _sent(asked, "(first upload)", _table(*({**_SOUND, **row} for row in rows)), form=FORM)
    asked.ask(path, BY)
    asked.ask(path, "stranger")
    for part in ("faults", "faults?most=1&offset=1", "groups", "changed", "receipts"):
        asked.ask(f"{path}/{part}", BY)
    asked.ask(f"{path}/wave", BY, "POST", {"stream": STREAM})
    both = {one["column"]: one for one in asked.ask(f"{path}/groups", BY).json["groups"]}
    for column, read, text in (("D", "十六吨", "16000"), ("C", "主料", "原料")):
        one = {"sheet": 0, "column": column, "code": both[column]["code"], "read": read, "text": text}
        asked.ask(f"{path}/groups", BY, "POST", one)
    _work(asked)
    cell = {"sheet": 0, "row": 3, "column": "D", "text": "一车"}
    asked.ask(f"{path}/cells", BY, "POST", cell)
    _work(asked)
    for row in (3, 4):
        asked.ask(f"{path}/left-out", BY, "POST", {"sheet": 0, "row": row})
        _work(asked)
    _signed(asked, path)


def _corrected(asked: Questions) -> None:
    path = _sent(asked, "(second upload)", _table({**_SOUND, "批次号": "U1", "数量": "17000"}), form=FORM)
    asked.ask(f"{path}/changed", BY)
    asked.ask(f"{path}/corrections", BY, "POST", {"reason": "错"})
    asked.ask(f"{path}/corrections", BY, "POST", {"reason": "数量一栏误填了净重"})
    _work(asked)
    asked.ask(path, BY)
    asked.ask(path, BY, "DELETE")
    asked.ask(path, BY)


def _own_table(asked: Questions) -> None:
    body = _table(_OWN, {**_OWN, "批号": "B2", "日期": "31/02/2026"})
    path = _sent(asked, "(third upload)", body, form=FORM)
    asked.ask(f"{path}/tables", BY)
    asked.ask(f"{path}/preview", BY, "POST", _MAPPING)
    asked.ask(f"{path}/preview", BY, "POST", {**_MAPPING, "passedOver": []})
    named = {**_MAPPING, "name": "过磅单"}
    asked.ask(MAPPINGS, BY, "POST", named, drawn={"id": "(mapping)"})
    asked.ask(MAPPINGS, BY)
    asked.ask(f"{path}/tables", BY)


def _sent(asked: Questions, word: str, body: bytes, **how: str) -> str:
    """The address of a file that was announced, sent in two parts, read; `word` is recorded for its id."""
    wish = {"name": "a.csv", "sha256": hashlib.sha256(body).hexdigest(), "bytes": len(body), "format": "csv"}
    one = asked.ask(UPLOADS, BY, "POST", {**wish, **how}, drawn={"id": word}).json["id"]
    asked.ask(UPLOADS, BY, "POST", {**wish, **how})
    path, half = f"{UPLOADS}/{one}", len(body) // 2
    kind = {"Content_Type": "application/octet-stream"}
    asked.ask(f"{path}/tables", BY)
    asked.ask(f"{path}/parts/0", BY, "PUT", body[:half], **kind)
    asked.ask(f"{path}/parts/0", BY, "PUT", body[:half], **kind)
    asked.ask(f"{path}/parts/{half}", BY, "PUT", body[half:], **kind)
    _work(asked)
    return path


def _work(asked: Questions) -> None:
    runner = JobRunner(asked.platform.transactions, jobs_of(asked.platform))
    while runner.run_one():
        pass


def _signed(asked: Questions, path: str) -> None:
    """Sign what is left of an upload as a person's key does, and hand it in twice."""
    wave = asked.ask(f"{path}/wave", BY, "POST", {"stream": STREAM}, drawn=_DRAWN).json
    prev, key, signed = wave["prev"], Signer(made.MILL, "processor").key, []
    for one in wave["statements"]:
        statement = sign_statement(one["claims"] | ({} if prev is None else {"prev": prev}), key)
        prev = statement.statement_id
        signed.append({"key": one["key"], "jws": statement.flattened()})
    asked.ask(f"{path}/statements", BY, "POST", {"statements": signed}, drawn={"stmt": "(receipt)"})
    asked.ask(f"{path}/statements", BY, "POST", {"statements": signed})
    asked.ask(f"{path}/receipts", BY)
    asked.ask(path, BY)
    asked.ask(path, BY, "DELETE")


def _table(*rows: dict[str, Any]) -> bytes:
    written = io.StringIO()
    table = csv.DictWriter(written, list(rows[0]))
    table.writeheader()
    table.writerows(rows)
    return written.getvalue().encode()

"""Workbooks with something wrong in them somewhere: in a cell, in the XML of a part, in bytes.

One template serves for all of them: each change is taken back when its workbook is packed.
"""

from __future__ import annotations

import random
import re
import zipfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, datetime, time
from io import BytesIO
from pathlib import Path

from tests.builders.workbooks import ISSUER, FilledTemplate, milling
from trace.errors.base import Refusal
from trace.exchange.workbook import FORMS, Draft, read_workbook

ODD = [
    0, -1, 1e308, 1e-9, 3.14159265358979, True, "", " ", "　", "示例", "=1+1", "'", "\u202e", "😀", "e\u0301",
    "9" * 400, "2026-13-45", "2026-10-12 08:30", "1,2,3", "kg", "16900kg", "urn:lot:x:y", ":", "：", "a:b:c",
    "DROP TABLE lot", "<script>", "\ufeff", "𠮷", "Ⅳ", "½", "٣", "NaN", "inf", "1e5", "0x10", "R18", "TRUE",
    date(1900, 1, 1), datetime(9999, 12, 31), time(23, 59), "投料", "生产", "合并", "拆分", "损耗",  # noqa: DTZ001
]  # fmt: skip


def scrambled_cells(template: FilledTemplate, dice: random.Random) -> bytes:
    """The template with some cells of nonsense; it is left as it was."""
    former = []
    for _ in range(dice.randint(1, 12)):
        form = dice.choice(FORMS)
        row, column = dice.randint(1, 8), dice.randint(1, len(form.columns) + 2)
        cell = template.book[form.name].cell(row, column)
        former.append((cell, cell.value, cell.number_format))
        cell.value = dice.choice(ODD)  # type: ignore[assignment]
    merged = template.book[dice.choice(FORMS).name] if dice.random() < 0.1 else None
    if merged is not None:
        # As it stands in a file of another program: what lies under the merged cells is still there.
        merged.merged_cells.add("B2:C3")
    packed = template.bytes()
    if merged is not None:
        merged.merged_cells.remove("B2:C3")
    for cell, value, shown in reversed(former):
        cell.value, cell.number_format = value, shown
    return packed


def scrambled_xml(packed: bytes, dice: random.Random) -> bytes:
    """Cut, double, swap or overwrite pieces of one part, keeping the archive sound."""
    out = BytesIO()
    with zipfile.ZipFile(BytesIO(packed)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        victim = dice.choice(old.namelist())
        for name in old.namelist():
            body = old.read(name)
            new.writestr(name, _mangled(body, dice) if name == victim else body)
    return out.getvalue()


def _mangled(body: bytes, dice: random.Random) -> bytes:
    start = dice.randrange(max(1, len(body)))
    end = min(len(body), start + dice.choice([1, 5, 40, 400]))
    piece = body[start:end]
    choices = [
        b"",
        piece * 2,
        piece[::-1],
        bytes(dice.randrange(256) for _ in piece),
        b"&#0;",
        b"<c/>",
        b"-1",
        b"<row>",
    ]
    body = body[:start] + dice.choice(choices) + body[end:]
    if dice.random() < 0.3:
        body = re.sub(
            rb'"(\d+)"', lambda _: b'"%d"' % dice.choice([0, 7, 2**31, 2**63, 2**64]), body, count=3
        )
    return body


def scrambled_bytes(packed: bytes, dice: random.Random) -> bytes:
    body = bytearray(packed)
    for _ in range(dice.randint(1, 30)):
        body[dice.randrange(len(body))] = dice.randrange(256)
    return bytes(body)


def outcome(packed: bytes, use: Callable[[Sequence[Draft]], None] = lambda _: None) -> str:
    """What a workbook is read as; `use` gets its drafts."""
    try:
        book = read_workbook(packed, ISSUER)
    except Refusal as refusal:
        return refusal.code
    assert not (book.drafts and book.errors)
    for draft in book.drafts:
        assert isinstance(draft, Draft)
        assert len(draft.key) == 22
        assert len(draft.digest) == 43
    for error in book.errors:
        assert error.code
        assert error.row >= 0
    if book.drafts:
        use(book.drafts)
    return "faults" if book.errors else "drafts"


def spoilt_workbooks(folder: Path, cases: Iterable[int], seed: int) -> Iterator[bytes]:
    """A workbook of a mill for each case, spoilt in cells, in XML or in bytes."""
    dice = random.Random(seed)
    whole = FilledTemplate(folder)
    milling(whole)
    packed = whole.bytes()
    for number in cases:
        if number % 4 == 0:
            yield scrambled_cells(whole, dice)
        elif number % 4 == 3:
            yield scrambled_bytes(packed, dice)
        else:
            yield scrambled_xml(packed, dice)

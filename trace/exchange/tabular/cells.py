"""Cell readers: one cell to one exact value, or a refusal. What is signed is what a person sees in the cell.

Full-width digits and letters, thousands separators, units behind numbers, dates and written dates are read;
what can be read in two ways, or shows something else than it holds, is refused. Numbers are taken at the 15
digits that Excel keeps, times are Asia/Shanghai unless they carry an offset.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from trace.calendar.shanghai import in_zone
from trace.errors.base import Refusal
from trace.errors.tables import (
    CellChoiceUnknown,
    CellCodeMalformed,
    CellDateMalformed,
    CellDigitsLost,
    CellFormatUnknown,
    CellFormula,
    CellKindWrong,
    CellLookAlike,
    CellNumberMalformed,
    CellPlaceholder,
    CellShortened,
    CellShownDiffers,
    CellTextTooLong,
    CellTextUnclean,
    CellTimeMissing,
)
from trace.exchange.tabular import temperatures
from trace.exchange.tabular.barcodes import is_barcode, product_of, read_gtin
from trace.exchange.tabular.date_formats import SHANGHAI, SeenMoment
from trace.exchange.tabular.format_codes import GENERAL
from trace.exchange.tabular.forms import Column
from trace.exchange.tabular.placeholders import is_placeholder
from trace.exchange.tabular.seen import Cell, SeenNumber, Spoilt, plain
from trace.exchange.tabular.units import ALIASES, unit_of
from trace.exchange.tabular.written_days import read_written
from trace.identity.alike import of_another_alphabet
from trace.ledger.code_points import find_unknown

BATCH: Final = re.compile(r"[A-Za-z0-9._-]{1,40}")
OWNER: Final = re.compile(r"[A-Za-z0-9._-]{1,64}")

_AMOUNT: Final = re.compile(r"([0-9][0-9,]*(?:\.[0-9]+)?)\s*([^0-9.,\s].*)?")
_GROUPED: Final = re.compile(r"[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]+)?|[0-9]+(?:\.[0-9]+)?")
_WRITTEN: Final = re.compile(r"(?:0|[1-9][0-9]{0,14})(?:\.[0-9]{1,6})?")
_SHORTENED: Final = re.compile(r"[0-9](?:\.[0-9]+)?E\+[0-9]{2}")
_MONTHS: Final = "Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec"
_MADE_A_DATE: Final = re.compile(
    rf"[0-9]{{1,2}}-(?:{_MONTHS})|(?:{_MONTHS})-[0-9]{{2}}|[0-9]{{1,2}}月[0-9]{{1,2}}日"
)
_SPAN: Final = re.compile(r"([0-9]{1,4})\s*(天|日|个月|月|年)")
_UNSEEN: Final = dict.fromkeys(map(ord, "\u200b\u200c\u200d\ufeff\u2060"), None)
_WIDE: Final = {0xFF01 + place: 0x21 + place for place in range(94)} | {0x3000: " "}
"""Full-width forms as the plain ones. Superscripts, fractions and circled digits are no such forms: they say
something else than the digits that NFKC would make of them."""
_IDENTITY: Final = frozenset(
    {"batch", "lot", "code", "place", "places", "party", "product", "gtin", "rule", "sha256"}
)
_UNCLEAN: Final = frozenset({"Cc", "Cf", "Cs", "Co", "Zl", "Zp"})
_PLAIN: Final = frozenset({"choice", "unit", "amount", "count", "whole", "day", "moment", "names"})
"""Kinds whose own form refuses words such as 同上."""
NONE: Final = "无"
"""A list that says that it is empty, as labels do: 食品添加剂：无."""


@dataclass(frozen=True, slots=True)
class Amount:
    """A written decimal and the unit found in the same cell, if any."""

    value: str
    unit: str | None


@dataclass(frozen=True, slots=True)
class Reading:
    """The context of a cell: who writes (`owner`: the end of the party urn)."""

    owner: str


def clean(text: str) -> str:
    """NFC, without the signs nobody sees, outer blanks removed."""
    return unicodedata.normalize("NFC", text.translate(_UNSEEN)).replace("\u00a0", " ").strip()


def is_blank(cell: Cell | None) -> bool:
    if not isinstance(cell, str):
        return cell is None
    return not cell or (not cell[0].isalnum() and not clean(cell))


def read_cell(column: Column, cell: Cell, reading: Reading) -> object:
    """The value of a cell that is not blank; raises a `CellRefused` or an identity number's refusal."""
    return _READERS[column.kind](column, cell, reading)


def as_text(column: Column, cell: Cell) -> str:
    """The text that is seen in a cell; a day or a truth value is refused where text is wanted."""
    if isinstance(cell, SeenNumber):
        return _of_number(column, cell)
    if not isinstance(cell, str):
        raise _no_text(column, cell)
    text = clean(cell)
    if text.startswith("="):
        raise CellFormula(shown=text[:40])
    _check_signs(column, text)
    _check_damage(column, text)
    if column.kind not in _PLAIN and is_placeholder(text):
        raise CellPlaceholder(name=column.header, text=text[:20])
    if len(text) > column.limit:
        raise CellTextTooLong(name=column.header, length=len(text), limit=column.limit)
    return text


def _no_text(column: Column, cell: bool | SeenMoment | Spoilt) -> Refusal:
    if isinstance(cell, Spoilt):
        return cell.refusal
    if isinstance(cell, SeenMoment):
        return CellKindWrong(name=column.header, found="date", shown=cell.shown[:40])
    return CellKindWrong(name=column.header, found="truth", shown="TRUE" if cell else "FALSE")


def _check_damage(column: Column, text: str) -> None:
    """What a spreadsheet has made of a long number or of a code such as 1-2, and saved as text."""
    if _SHORTENED.fullmatch(text) and column.kind not in {"value", "product", "gtin"}:
        raise CellShortened(name=column.header, text=text)
    if column.kind in _IDENTITY and _MADE_A_DATE.fullmatch(text):
        raise CellKindWrong(name=column.header, found="date", shown=text)


def _check_signs(column: Column, text: str) -> None:
    unread = (one for one in text if one == "\ufffd" or unicodedata.category(one) in _UNCLEAN)
    unclean = find_unknown(text) or next(unread, None)
    if unclean:
        raise CellTextUnclean(name=column.header, sign=f"U+{ord(unclean[0]):04X}")


def _of_number(column: Column, cell: SeenNumber) -> str:
    """What a number shows, if that is what is stored; in a column of codes only plain digits are."""
    if abs(cell.stored) >= 10**15:
        raise CellDigitsLost(name=column.header)
    if cell.seen is None:
        raise CellFormatUnknown(shown=cell.written[:40], format=cell.code)
    shown = cell.seen.text.strip()
    digits = shown.isascii() and shown.isdigit()
    if cell.seen.exact and column.kind in _IDENTITY and shown == cell.written and not digits:
        raise CellKindWrong(name=column.header, found="number", shown=shown[:40])
    if not cell.seen.exact or (column.kind in _IDENTITY and not digits):
        raise CellShownDiffers(shown=shown[:40], stored=cell.written[:40])
    return shown if digits else (cell.seen.before + plain(cell.seen.number) + cell.seen.after).strip()


def _narrow(column: Column, cell: Cell) -> str:
    """Codes and numbers: full-width forms become the plain ones."""
    return as_text(column, cell).translate(_WIDE).strip()


def _text(column: Column, cell: Cell, _: Reading) -> object:
    return as_text(column, cell)


def _names(column: Column, cell: Cell, _: Reading) -> object:
    listed = [name for part in re.split(r"[、,，;；]", as_text(column, cell)) if (name := part.strip())]
    for name in listed:
        if is_placeholder(name) and listed != [NONE]:
            raise CellPlaceholder(name=column.header, text=name[:20])
    return listed


def _choice(column: Column, cell: Cell, _: Reading) -> object:
    text = as_text(column, cell)
    if text not in column.choices:
        raise CellChoiceUnknown(name=column.header, text=text[:40], choices="、".join(column.choices))
    return column.choices[text]


def _amount(column: Column, cell: Cell, _: Reading) -> object:
    text = _narrow(column, cell)
    if isinstance(cell, SeenNumber) and "E" in text:
        raise CellShownDiffers(shown=text[:40], stored=cell.written[:40])
    found = _AMOUNT.fullmatch(text)
    number = found[1] if found else ""
    if _GROUPED.fullmatch(number) is None:
        raise CellNumberMalformed(name=column.header, text=text[:40])
    try:
        unit = unit_of(column, found[2]) if found and found[2] else None
    except CellNumberMalformed:
        raise CellNumberMalformed(name=column.header, text=text[:40]) from None
    return Amount(_written(column, number.replace(",", "")), unit)


def _written(column: Column, number: str) -> str:
    whole, point, fraction = number.partition(".")
    number = (whole.lstrip("0") or "0") + point + fraction
    if _WRITTEN.fullmatch(number) is None or not number.strip("0."):
        raise CellNumberMalformed(name=column.header, text=number[:40])
    return number


def _count(column: Column, cell: Cell, reading: Reading) -> object:
    amount = _amount(column, cell, reading)
    if not isinstance(amount, Amount) or "." in amount.value:
        raise CellNumberMalformed(name=column.header, text=str(cell)[:40])
    return amount


def _whole(column: Column, cell: Cell, _: Reading) -> object:
    text = _narrow(column, cell)
    if re.fullmatch(r"[0-9]{1,9}", text) is None:
        raise CellNumberMalformed(name=column.header, text=text[:40])
    return int(text)


def _unit(column: Column, cell: Cell, _: Reading) -> object:
    text = as_text(column, cell)
    return unit_of(column, text if text in ALIASES else _narrow(column, cell))


def _number(column: Column, cell: Cell, _: Reading) -> object:
    """A number of a paper, a report or a licence, as people read it out."""
    text = _narrow(column, cell)
    sign = of_another_alphabet(text)
    if sign is not None:
        raise CellLookAlike(name=column.header, text=text[:40], sign=f"U+{ord(sign):04X}")
    return text


def _value(column: Column, cell: Cell, _: Reading) -> object:
    """A measured value is quoted, not calculated with: "0.27", "<0.05", "未检出"."""
    return _narrow(column, cell)


def _day(column: Column, cell: Cell, reading: Reading) -> object:
    moment, _ = _when(column, cell)
    return in_zone(moment, SHANGHAI).date().isoformat()


def _moment(column: Column, cell: Cell, reading: Reading) -> object:
    moment, timed = _when(column, cell)
    if not timed:
        raise CellTimeMissing(name=column.header, text=moment.date().isoformat())
    return moment


def _when(column: Column, cell: Cell) -> tuple[datetime, bool]:
    """The moment and whether the time of day was given."""
    if isinstance(cell, SeenMoment):
        return _seen(column, cell)
    text = _narrow(column, cell)
    found = read_written(text)
    if found is None:
        raise CellDateMalformed(name=column.header, text=text[:40])
    return _checked(column, found[0]), found[1]


def _seen(column: Column, cell: SeenMoment) -> tuple[datetime, bool]:
    """A day of Excel's own: year, month and day must be shown, and an hour that counts too."""
    unseen = column.kind == "moment" and not cell.has_time and not cell.whole_day
    if not cell.has_day or unseen:
        stored = cell.at.strftime("%Y-%m-%d" if cell.whole_day else "%Y-%m-%d %H:%M")
        raise CellShownDiffers(shown=cell.shown[:40], stored=stored)
    return cell.at, cell.has_time


def _checked(column: Column, moment: datetime) -> datetime:
    if not 2000 <= moment.year < 2100:
        raise CellDateMalformed(name=column.header, text=moment.isoformat()[:40])
    return moment


def _batch(column: Column, cell: Cell, _: Reading) -> object:
    text = _narrow(column, cell)
    if BATCH.fullmatch(text) is None:
        raise CellCodeMalformed(name=column.header, text=text[:60], expected="batch")
    return text


def _lot(column: Column, cell: Cell, reading: Reading) -> object:
    """A bare batch is ours; `code:batch` or a whole urn is anybody's."""
    text = _narrow(column, cell)
    owner, colon, batch = text.removeprefix("urn:lot:").rpartition(":")
    owner = owner if colon else reading.owner
    if BATCH.fullmatch(batch) is None or OWNER.fullmatch(owner) is None:
        raise CellCodeMalformed(name=column.header, text=text[:60], expected="lot")
    return f"urn:lot:{owner}:{batch}"


def _code(column: Column, cell: Cell, _: Reading) -> object:
    text = _narrow(column, cell)
    if re.fullmatch(r"[A-Za-z0-9._-]+", text) is None or len(text) > column.limit:
        raise CellCodeMalformed(name=column.header, text=text[:60], expected="code")
    return text


def _place(column: Column, cell: Cell, _: Reading) -> object:
    text = _narrow(column, cell).removeprefix("urn:place:")
    if OWNER.fullmatch(text) is None:
        raise CellCodeMalformed(name=column.header, text=text[:60], expected="place")
    return f"urn:place:{text}"


def _places(column: Column, cell: Cell, reading: Reading) -> object:
    listed = re.split(r"[、,;\s]+", _narrow(column, cell))
    return [_place(column, one, reading) for one in listed if one]


def _party(column: Column, cell: Cell, _: Reading) -> object:
    """Check digits of a 统一社会信用代码 only warn, and that is admission's business."""
    text = _narrow(column, cell)
    if re.fullmatch(r"urn:(?:uscc|party):[A-Za-z0-9._-]{1,64}", text):
        return text
    if re.fullmatch(r"[0-9A-Z]{18}", text):
        return f"urn:uscc:{text}"
    if text.startswith("party:") and OWNER.fullmatch(text[6:]):
        return f"urn:{text}"
    raise CellCodeMalformed(name=column.header, text=text[:60], expected="party")


def _product(column: Column, cell: Cell, reading: Reading) -> object:
    text = _barcode(column, cell)
    if text.startswith("urn:gtin:"):
        return read_gtin(text[9:]).urn
    found = product_of(column.header, text)
    if found is not None:
        return found
    owner, _, code = text.removeprefix("urn:product:").rpartition(":")
    if BATCH.fullmatch(code) is None or OWNER.fullmatch(owner or reading.owner) is None:
        raise CellCodeMalformed(name=column.header, text=text[:60], expected="product")
    return f"urn:product:{owner or reading.owner}:{code}"


def _gtin(column: Column, cell: Cell, _: Reading) -> object:
    return read_gtin(_barcode(column, cell)).text


def _barcode(column: Column, cell: Cell) -> str:
    """The text of a cell that may hold a bar code. A bare number of 12 or more digits is shown shortened
    (9.52E+12); it is taken all the same where its check digit proves that all digits are there."""
    if isinstance(cell, SeenNumber) and cell.seen is not None and not cell.seen.before + cell.seen.after:
        text = cell.written
        if "E+" in cell.seen.number and cell.code in {GENERAL, "@"} and is_barcode(text):
            return text
    return _narrow(column, cell)


def _span(column: Column, cell: Cell, _: Reading) -> object:
    text = _narrow(column, cell)
    found = _SPAN.fullmatch(text)
    if found is None or not int(found[1]):
        raise CellCodeMalformed(name=column.header, text=text[:60], expected="span")
    number, unit = int(found[1]), found[2]
    if unit in {"天", "日"}:
        return {"value": number, "unit": "day"}
    return {"value": number * (12 if unit == "年" else 1), "unit": "month"}


def _temperature(column: Column, cell: Cell, _: Reading) -> object:
    return temperatures.read_written(column.header, _narrow(column, cell))


def _rule(column: Column, cell: Cell, _: Reading) -> object:
    text = _narrow(column, cell).upper()
    if re.fullmatch(r"[RP][0-9]{2}", text) is None:
        raise CellCodeMalformed(name=column.header, text=text[:60], expected="rule")
    return text


def _as_seen(column: Column, cell: Cell, _: Reading) -> object:
    """A content whose column is named beside it: kept as seen, and read when that column is known."""
    if isinstance(cell, Spoilt):
        raise cell.refusal
    return cell


def _sha256(column: Column, cell: Cell, _: Reading) -> object:
    text = _narrow(column, cell).lower()
    if re.fullmatch(r"[0-9a-f]{64}", text) is None:
        raise CellCodeMalformed(name=column.header, text=text[:60], expected="sha256")
    return text


_READERS: Final[dict[str, Callable[[Column, Cell, Reading], object]]] = {
    "text": _text, "number": _number, "names": _names, "choice": _choice, "amount": _amount, "count": _count,
    "unit": _unit, "value": _value, "day": _day, "moment": _moment, "batch": _batch, "lot": _lot,
    "code": _code, "place": _place, "party": _party, "product": _product, "gtin": _gtin, "span": _span,
    "rule": _rule, "sha256": _sha256, "temperature": _temperature, "whole": _whole, "places": _places,
    "as_seen": _as_seen,
}  # fmt: skip

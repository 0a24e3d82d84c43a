"""Cell readers: one cell to one exact value, or a refusal. What people type in many ways comes out in one.

Full-width digits and letters, thousands separators, units behind numbers, Excel's own dates, serial numbers
and written dates are read; what can be read in two ways is refused. Numbers are taken at the 15 digits that
Excel shows, times are Asia/Shanghai unless they carry an offset.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, timezone
from typing import Final

from trace.errors.exchange import (
    CellChoiceUnknown,
    CellCodeMalformed,
    CellDateMalformed,
    CellDigitsLost,
    CellKindWrong,
    CellNumberMalformed,
    CellTextTooLong,
    CellTextUnclean,
    CellTimeMissing,
    CellUnitUnknown,
)
from trace.exchange.tabular.forms import Column
from trace.identity import gtin
from trace.ledger.code_points import find_unknown
from trace.quantities import UNITS

Cell = str | int | float | bool | date | datetime | time | timedelta
"""What a reader of workbooks or CSV gives for one cell; "" is an empty cell."""

SHANGHAI: Final = timezone(timedelta(hours=8))
BATCH: Final = re.compile(r"[A-Za-z0-9._-]{1,40}")
OWNER: Final = re.compile(r"[A-Za-z0-9._-]{1,64}")

_ALIASES: Final = {
    "公斤": "kg", "千克": "kg", "KG": "kg", "Kg": "kg", "吨": "t", "T": "t", "克": "g",
    "G": "g", "毫克": "mg", "市斤": "斤", "升": "L", "l": "L", "毫升": "mL", "ml": "mL", "ML": "mL",
    "公顷": "ha", "平方米": "m2", "m²": "m2",
}  # fmt: skip
_AMOUNT: Final = re.compile(r"([0-9][0-9,]*(?:\.[0-9]+)?)\s*([^0-9.,\s].*)?")
_GROUPED: Final = re.compile(r"[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]+)?|[0-9]+(?:\.[0-9]+)?")
_WRITTEN: Final = re.compile(r"(?:0|[1-9][0-9]{0,14})(?:\.[0-9]{1,6})?")
_DATE: Final = re.compile(
    r"(?P<y>[0-9]{4})(?:(?P<s>[-/.])(?P<m>[0-9]{1,2})(?P=s)(?P<d>[0-9]{1,2})"
    r"|年(?P<m2>[0-9]{1,2})月(?P<d2>[0-9]{1,2})日|(?P<m3>[0-9]{2})(?P<d3>[0-9]{2}))"
    r"(?:[T ]*(?P<t>[0-9]{1,2}:[0-9]{2}(?::[0-9]{2})?)\s*(?P<o>Z|[+-][0-9]{2}:[0-9]{2})?)?"
)
_SPAN: Final = re.compile(r"([0-9]{1,4})\s*(天|日|个月|月|年)")
_EPOCH_1900: Final = datetime(1899, 12, 30, tzinfo=SHANGHAI)
_SERIALS: Final = range(36_526, 73_051)  # 2000-01-01 to 2100-01-01; anything else is no date of ours
_UNSEEN: Final = dict.fromkeys(map(ord, "\u200b\u200c\u200d\ufeff\u2060"), None)


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
    return cell is None or (isinstance(cell, str) and not clean(cell))


def read_cell(column: Column, cell: Cell, reading: Reading) -> object:
    """The value of a cell that is not blank; raises a `CellRefused` or an identity number's refusal."""
    return _READERS[column.kind](column, cell, reading)


def as_text(column: Column, cell: Cell) -> str:
    """Text of a cell: a whole number loses its ".0", a day is written out, a truth value is refused."""
    if isinstance(cell, bool):
        raise CellKindWrong(name=column.header, found="truth")
    if isinstance(cell, (int, float)):
        return _digits(column, cell)
    if isinstance(cell, (date, time, timedelta)):
        raise CellKindWrong(name=column.header, found="date")
    text = clean(cell)
    if find_unknown(text) or any(unicodedata.category(sign) in {"Cc", "Cs", "Co"} for sign in text):
        raise CellTextUnclean(name=column.header)
    if len(text) > column.limit:
        raise CellTextTooLong(name=column.header, length=len(text), limit=column.limit)
    return text


def _digits(column: Column, number: float) -> str:
    if not abs(number) < 1e15:
        raise CellDigitsLost(name=column.header)
    written = f"{number:.15g}"
    if "e" in written:
        written = f"{number:.20f}".rstrip("0")
    return written.removesuffix(".")


def _narrow(column: Column, cell: Cell) -> str:
    """Codes and numbers: full-width forms become the plain ones."""
    return unicodedata.normalize("NFKC", as_text(column, cell)).strip()


def _text(column: Column, cell: Cell, _: Reading) -> object:
    return as_text(column, cell)


def _names(column: Column, cell: Cell, _: Reading) -> object:
    return [name for part in re.split(r"[、,，;；]", as_text(column, cell)) if (name := part.strip())]


def _choice(column: Column, cell: Cell, _: Reading) -> object:
    text = as_text(column, cell)
    if text not in column.choices:
        raise CellChoiceUnknown(name=column.header, text=text[:40], choices="、".join(column.choices))
    return column.choices[text]


def _amount(column: Column, cell: Cell, _: Reading) -> object:
    text = _narrow(column, cell)
    found = _AMOUNT.fullmatch(text)
    number = found[1] if found else ""
    if _GROUPED.fullmatch(number) is None:
        raise CellNumberMalformed(name=column.header, text=text[:40])
    unit = _unit_of(column, found[2]) if found and found[2] else None
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


def _unit_of(column: Column, text: str) -> str:
    unit = _ALIASES.get(text.strip(), text.strip())
    if unit not in UNITS:
        raise CellUnitUnknown(name=column.header, unit=unit[:20])
    return unit


def _unit(column: Column, cell: Cell, _: Reading) -> object:
    text = as_text(column, cell)
    return _unit_of(column, text if text in _ALIASES else _narrow(column, cell))


def _value(column: Column, cell: Cell, _: Reading) -> object:
    """A measured value is quoted, not calculated with: "0.27", "<0.05", "未检出"."""
    return _narrow(column, cell)


def _day(column: Column, cell: Cell, reading: Reading) -> object:
    moment, _ = _when(column, cell)
    return moment.astimezone(SHANGHAI).date().isoformat()


def _moment(column: Column, cell: Cell, reading: Reading) -> object:
    moment, timed = _when(column, cell)
    if not timed:
        raise CellTimeMissing(name=column.header, text=moment.date().isoformat())
    return moment


def _when(column: Column, cell: Cell) -> tuple[datetime, bool]:
    """The moment and whether the time of day was given."""
    if isinstance(cell, datetime):
        return _checked(column, _whole_second(cell.replace(tzinfo=cell.tzinfo or SHANGHAI))), True
    if isinstance(cell, date):
        return _checked(column, datetime(cell.year, cell.month, cell.day, tzinfo=SHANGHAI)), False
    if isinstance(cell, (int, float)) and not isinstance(cell, bool) and int(cell) in _SERIALS:
        return _whole_second(_EPOCH_1900 + timedelta(days=cell)), cell != int(cell)
    text = _narrow(column, cell)
    found = _DATE.fullmatch(text)
    if found is None:
        raise CellDateMalformed(name=column.header, text=text[:40])
    try:
        return _checked(column, _written_date(found)), found["t"] is not None
    except ValueError:
        raise CellDateMalformed(name=column.header, text=text[:40]) from None


def _written_date(found: re.Match[str]) -> datetime:
    month, day = found["m"] or found["m2"] or found["m3"], found["d"] or found["d2"] or found["d3"]
    hour, minute, second = ([int(part) for part in (found["t"] or "0:0").split(":")] + [0])[:3]
    zone = (
        SHANGHAI if found["o"] is None else datetime.fromisoformat(f"2000-01-01T00:00:00{found['o']}").tzinfo
    )
    return datetime(int(found["y"]), int(month), int(day), hour, minute, second, tzinfo=zone)


def _checked(column: Column, moment: datetime) -> datetime:
    if not 2000 <= moment.year < 2100:
        raise CellDateMalformed(name=column.header, text=moment.isoformat()[:40])
    return moment


def _whole_second(moment: datetime) -> datetime:
    """Excel keeps a time as a fraction of a day and is a few microseconds off; the second is meant."""
    return (moment + timedelta(microseconds=500_000)).replace(microsecond=0)


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
    text = _narrow(column, cell)
    if text.isascii() and text.isdigit() and len(text) in {8, 12, 13, 14}:
        return gtin.parse(text).urn
    if text.startswith("urn:gtin:"):
        return gtin.parse(text[9:]).urn
    owner, _, code = text.removeprefix("urn:product:").rpartition(":")
    if BATCH.fullmatch(code) is None or OWNER.fullmatch(owner or reading.owner) is None:
        raise CellCodeMalformed(name=column.header, text=text[:60], expected="product")
    return f"urn:product:{owner or reading.owner}:{code}"


def _gtin(column: Column, cell: Cell, _: Reading) -> object:
    return gtin.parse(_narrow(column, cell)).text


def _span(column: Column, cell: Cell, _: Reading) -> object:
    text = _narrow(column, cell)
    found = _SPAN.fullmatch(text)
    if found is None or not int(found[1]):
        raise CellCodeMalformed(name=column.header, text=text[:60], expected="span")
    number, unit = int(found[1]), found[2]
    if unit in {"天", "日"}:
        return {"value": number, "unit": "day"}
    return {"value": number * (12 if unit == "年" else 1), "unit": "month"}


def _rule(column: Column, cell: Cell, _: Reading) -> object:
    text = _narrow(column, cell).upper()
    if re.fullmatch(r"[RP][0-9]{2}", text) is None:
        raise CellCodeMalformed(name=column.header, text=text[:60], expected="rule")
    return text


def _sha256(column: Column, cell: Cell, _: Reading) -> object:
    text = _narrow(column, cell).lower()
    if re.fullmatch(r"[0-9a-f]{64}", text) is None:
        raise CellCodeMalformed(name=column.header, text=text[:60], expected="sha256")
    return text


_READERS: Final[dict[str, Callable[[Column, Cell, Reading], object]]] = {
    "text": _text, "names": _names, "choice": _choice, "amount": _amount, "count": _count, "unit": _unit,
    "value": _value, "day": _day, "moment": _moment, "batch": _batch, "lot": _lot, "code": _code,
    "place": _place, "party": _party, "product": _product, "gtin": _gtin, "span": _span, "rule": _rule,
    "sha256": _sha256, "whole": _whole, "places": _places,
}  # fmt: skip

"""Measured values against their limits, as laboratories write both: 0.27, >0.05, 1.2×10³, ≤0.2 mg/kg."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

_FIGURE: Final = (
    r"-?(?:[0-9]{1,3}(?:,[0-9]{3}){1,4}|[0-9]{1,15})(?:\.[0-9]{1,15})?"
    r"(?:\s*[×xX*]\s*10\^-?[0-9]{1,2}|[eE][-+]?[0-9]{1,2})?"
)
_AT_MOST: Final = frozenset(
    {
        *(
            "",
            "≤",
            "≦",
            "⩽",
            "<=",
            "<",
            "﹤",
            "≯",
            "不得超过",
            "不超过",
            "不得大于",
            "不大于",
            "不得高于",
            "不高于",
        ),
        *("不得多于", "不多于", "小于等于", "小于或等于", "小于", "低于", "至多", "最大", "最高"),
    }
)
_AT_LEAST: Final = frozenset(
    {
        *(
            "≥",
            "≧",
            "⩾",
            ">=",
            ">",
            "﹥",
            "≮",
            "不得低于",
            "不低于",
            "不得少于",
            "不少于",
            "不得小于",
            "不小于",
        ),
        *("大于等于", "大于或等于", "大于", "高于", "至少", "最小", "最低"),
    }
)
_STRICT: Final = frozenset({"<", ">", "﹤", "﹥", "小于", "低于", "大于", "高于"})
_SIGNS: Final = "|".join(sorted((_AT_MOST | _AT_LEAST) - {""}, key=len, reverse=True))
_STATED: Final = re.compile(rf"({_SIGNS})?\s*({_FIGURE})\s*([%‰°℃A-Za-zμµ].*?)?\s*(以下|以内|以上)?")
_RANGE: Final = re.compile(rf"({_FIGURE})\s*(?:[-~～–—]|至|到)\s*({_FIGURE})\s*([%‰°℃A-Za-zμµ].*)?")
_ASIDE: Final = re.compile(r"\s*[(（][^()（）0-9]*[)）]$")
"""A remark behind a figure: 0.2（以Cd计）."""
_RAISED: Final = re.compile("10\\s*([⁻⁰¹²³⁴-⁹]+)")
_AS_LOWERED: Final = str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789")
_PLAIN: Final = {0xFF01 + place: 0x21 + place for place in range(94)} | {ord("−"): "-"}
_POWER: Final = re.compile(r"(?:\s*[×xX*]\s*10\^|[eE])([-+]?[0-9]{1,2})$")
_LONGEST: Final = 120
_BELOW_DETECTION: Final = "L"
"""0.005L: below the limit of detection, as water is reported (HJ/T 91)."""
_FOUND: Final = frozenset({"检出", "阳性", "+", "阳性(+)", "阳性（+）"})
_NONE_ALLOWED: Final = frozenset({"不得检出", "未检出", "阴性", "不应检出"})
_TIMES: Final = {
    f"{part}/{whole}": Decimal(size)
    for whole in ("kg", "l")
    for part, size in (("g", 1000), ("mg", 1), ("μg", "0.001"), ("ug", "0.001"), ("ng", "0.000001"))
}
"""Units of one kind by how many mg/kg (mg/L) they are."""
_SAME: Final = {
    "ppm": "mg/kg",
    "ppb": "μg/kg",
    "毫克/千克": "mg/kg",
    "毫克/公斤": "mg/kg",
    "微克/千克": "μg/kg",
}


@dataclass(frozen=True, slots=True)
class _Figure:
    """A figure with the sign before it and the unit behind it, as it is written; "" where there is none."""

    sign: str
    number: Decimal
    unit: str


def is_detected(value: str, unit: str | None = None) -> bool:
    """Whether a value says that something was found: a figure above zero, or the word for it.

    What is below a limit of detection (<0.01, 0.005L, 未检出) is nothing found.
    """
    plain = _plain(value)
    if plain in _FOUND:
        return True
    found = _figure(plain.removesuffix(_plain(unit or "")).strip() if unit else plain)
    if found is None or found.unit == _BELOW_DETECTION:
        return False
    return found.number > 0 and (not found.sign or found.sign in _AT_LEAST)


def is_within(value: str, limit: str | None, unit: str | None = None) -> bool | None:
    """Whether a value keeps its limit (without a sign: the most); None where words say it, or nothing can.

    `unit` is that of both where none stands behind the figure.
    """
    said, bound = _plain(value), _plain(limit or "")
    if said in _FOUND and bound in _NONE_ALLOWED:
        return False
    measured = _figure(said)
    if measured is None or measured.unit == _BELOW_DETECTION:
        return None
    span = _RANGE.fullmatch(bound)
    if span is not None:
        ends = [_Figure("", _number(end), span[3] or "") for end in span.group(1, 2)]
        pair = [_comparable(measured, end, unit) for end in ends]
        if measured.sign or None in pair:
            return None
        return all(
            (one[0] >= one[1]) if place == 0 else (one[0] <= one[1])
            for place, one in enumerate(pair)
            if one is not None
        )
    allowed = _figure(bound)
    sides = None if allowed is None else _comparable(measured, allowed, unit)
    return None if allowed is None or sides is None else _keeps(measured.sign, sides, allowed.sign)


def times_of_limit(value: str, limit: str | None, unit: str | None = None) -> Decimal | None:
    """How many times its limit a value is; None where one of both is no figure, or their units are unlike."""
    measured, allowed = _figure(_plain(value)), _figure(_plain(limit or ""))
    if measured is None or allowed is None or allowed.number <= 0:
        return None
    sides = _comparable(measured, allowed, unit)
    return None if sides is None else sides[0] / sides[1]


def _keeps(said: str, sides: tuple[Decimal, Decimal], sign: str) -> bool | None:
    """Whether a figure, or what is said to be more or less than it, keeps a limit of this sign."""
    measured, allowed = sides
    least, strict = sign in _AT_LEAST, sign in _STRICT
    if not said:
        return not strict if measured == allowed else (measured > allowed) == least
    if (said in _AT_LEAST) == least:
        return None  # more than 5 where at least 6 is wanted: it may be anything
    beyond = measured < allowed if least else measured > allowed
    return False if beyond or (measured == allowed and (strict or said in _STRICT)) else None


def _comparable(measured: _Figure, allowed: _Figure, unit: str | None) -> tuple[Decimal, Decimal] | None:
    """Both figures in one unit; None where theirs are two that nobody can compare."""
    one, other = (_unit(each.unit or unit or "") for each in (measured, allowed))
    if one == other or not one or not other:
        return measured.number, allowed.number
    if one not in _TIMES or other not in _TIMES or one[-1] != other[-1]:
        return None
    return measured.number * _TIMES[one], allowed.number * _TIMES[other]


def _unit(text: str) -> str:
    plain = text.replace(" ", "").replace("µ", "μ")
    plain = _SAME.get(plain, plain)
    return plain.replace("/L", "/l")


def _plain(text: str) -> str:
    """Full-width signs as the plain ones, raised powers behind ^, no remark behind; "" for what is no figure
    by its length alone."""
    if len(text) > _LONGEST:
        return ""
    plain = " ".join(text.translate(_PLAIN).split())
    return _ASIDE.sub("", _RAISED.sub(lambda found: "10^" + found[1].translate(_AS_LOWERED), plain)).strip()


def _figure(text: str) -> _Figure | None:
    found = _STATED.fullmatch(text)
    if found is None:
        return None
    sign = found[1] or {"以上": "≥"}.get(found[4] or "", "")
    return _Figure(sign, _number(found[2]), found[3] or "")


def _number(text: str) -> Decimal:
    power = _POWER.search(text)
    plain = Decimal((text[: power.start()] if power is not None else text).replace(",", ""))
    return plain.scaleb(int(power[1])) if power is not None else plain

"""Measured values against their limits, as laboratories write both: 0.27, >0.05, 1.2×10³, ≤0.2 mg/kg."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Final

_FIGURE: Final = (
    r"[-+]?(?:10\^-?[0-9]{1,2}(?![0-9])"
    r"|(?:[0-9]{1,3}(?:,[0-9]{3}){1,4}|[0-9]{1,15})?(?:(?<=[0-9])|(?=\.[0-9]))(?:\.[0-9]{1,15})?"
    r"(?:\s*[×xX*·]\s*10\^-?[0-9]{1,2}|[eE][-+]?[0-9]{1,2})?)"
)
_UNIT: Final = r"(?!\s*[eE][-+]?[0-9]|\s*[xX]\s*10)[%‰°℃A-Za-zμµ毫微纳克个].*"
"""What may stand behind a figure. A power that lost its raising (1.2x103) or is too great (1e400) is none."""
_AT_MOST: Final = frozenset(
    [
        *["", "≤", "≦", "⩽", "<=", "<", "﹤", "≯", "不得超过", "不超过", "不得大于", "不大于", "不得高于"],
        *["不高于", "不得多于", "不多于", "小于等于", "小于或等于", "小于", "低于", "少于", "至多", "最大"],
        *["最高", "上限", "限量", "限值", "最大限量", "最高限量", "标准值", "max", "MAX", "Max"],
    ]
)
_AT_LEAST: Final = frozenset(
    [
        *[
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
        ],
        *["大于等于", "大于或等于", "大于", "高于", "超过", "多于", "至少", "最小", "最低", "下限", "min"],
    ]
)
_STRICT: Final = frozenset({"<", ">", "﹤", "﹥", "小于", "低于", "少于", "大于", "高于", "超过", "多于"})
_SIGNS: Final = "|".join(sorted((_AT_MOST | _AT_LEAST) - {""}, key=len, reverse=True))
_STATED: Final = re.compile(rf"(?:({_SIGNS})\s*:?)?\s*({_FIGURE})\s*({_UNIT}?)?\s*(以下|以内|以上)?")
_RANGE: Final = re.compile(rf"({_FIGURE})\s*(?:[-~～–—]|至|到)\s*({_FIGURE})\s*({_UNIT})?")
_SPREAD: Final = re.compile(rf"({_FIGURE})\s*(?:±|\+/-)\s*({_FIGURE})\s*({_UNIT})?")
_SEVERAL: Final = re.compile(rf"{_FIGURE}(?:\s*[/、;,，；]\s*{_FIGURE})+")
_SAID_BEFORE: Final = re.compile(r"(?:约|平均值?|均值|检出值?|实测值?|测得|结果)\s*:?\s*(?=[0-9.(])|=\s*")
_IN_BRACKETS: Final = re.compile(r"\(([^()]*)\)")
_ASIDE: Final = re.compile(
    r"\s*\((?:[^()0-9]*|(?:GB|NY|SB|DB|SN|HJ|n\s*=|依据|按)[^()]*|[0-9]+(?:次平均|\s*(?:g|mL|ml)))\)$"
)
"""A remark behind a figure: 0.2（以Cd计）, 0.27（n=3）, 0.2（GB 2762）."""
_NOTED: Final = "*#↑↓†‡"
"""Signs by which a report points to a note."""
_RAISED: Final = re.compile("10\\s*([⁻⁰¹²³⁴-⁹]+)")
_AS_LOWERED: Final = str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789")
_PLAIN: Final = {0xFF01 + place: 0x21 + place for place in range(94)} | {ord("−"): "-"}
_POWER: Final = re.compile(r"(?:\s*[×xX*·]\s*10\^|[eE])([-+]?[0-9]{1,2})$")
_LONGEST: Final = 120
_BELOW_DETECTION: Final = "L"
"""0.005L: below the limit of detection, as water is reported (HJ/T 91)."""
_FOUND: Final = re.compile(
    r"(?:弱|强|疑似)?(?:阳性|检出(?!限))(?:\s*\([^()]*\))?|\(?\++\)?|[1-4]\+|痕量|微量|超标|多不可计|TNTC"
    r"|positive|detected|trace",
    re.IGNORECASE,
)
_NONE_ALLOWED: Final = frozenset({"不得检出", "未检出", "阴性", "不应检出"})
_PORTION: Final = re.compile(r"\s*/\s*[0-9]+\s*(?:g|mL|ml)$")
"""不得检出/25g, 0/25g: so much was looked at."""
_NOTHING_WORD: Final = (
    r"(?:未检出|未检测出|阴性|N\.?\s*D\.?|not detected|negative|\(?-\)?"
    r"|(?:<|低于|小于)\s*(?:LO[DQ]|(?:方法)?(?:检出限|定量限)))"
)
_NOTHING: Final = re.compile(_NOTHING_WORD, re.IGNORECASE)
_BELOW: Final = re.compile(
    rf"{_NOTHING_WORD}\s*\(?\s*(?:<|LO[DQ]|(?:方法)?(?:检出限|定量限))\s*[:=<]?\s*"
    rf"({_FIGURE})\s*({_UNIT}?)?\)?",
    re.IGNORECASE,
)
"""未检出（检出限 0.05）: as much could have been found."""
_MASS: Final = "kg"
_VOLUME: Final = "l"
_PARTS: Final = {"g": "1000000", "mg": "1000", "μg": "1", "ug": "1", "ng": "0.001"}
_WHOLES: Final = {
    "kg": (_MASS, 1_000), "g": (_MASS, 1), "100g": (_MASS, 100),
    "l": (_VOLUME, 1_000), "ml": (_VOLUME, 1), "100ml": (_VOLUME, 100),
}  # fmt: skip
_SIZES: Final = {
    f"{part}/{whole}": (dimension, Decimal(size) / many)
    for part, size in _PARTS.items()
    for whole, (dimension, many) in _WHOLES.items()
}
"""Units by what they are a part of, and by how many mg/kg (mg/L) they are."""
_SAME: Final = {"ppm": "mg/kg", "ppb": "μg/kg"}
_WORDS: Final = (
    ("毫克", "mg"), ("微克", "μg"), ("纳克", "ng"), ("千克", "kg"), ("公斤", "kg"), ("毫升", "ml"),
    ("升", "l"), ("克", "g"), ("菌落形成单位", "cfu"), ("个", "cfu"),
)  # fmt: skip
_PER: Final = re.compile(r"(?:[·.]|(?<=g))(kg|g|l|ml)\^?(?:-1|⁻¹)$")
"""mg·kg⁻¹ for mg/kg."""
KEPT, BROKEN, UNCLEAR = "kept", "broken", "unclear"


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
    plain = _PORTION.sub("", _plain(value))
    if _FOUND.fullmatch(plain):
        return True
    if unit:
        plain = plain.removesuffix(_plain(unit)).strip()
    if _SEVERAL.fullmatch(plain):
        return any(_number(one) > 0 for one in re.findall(_FIGURE, plain) if one)
    found = _span(plain) or _one(_figure(plain))
    return any(
        one.number > 0 and one.unit != _BELOW_DETECTION and (not one.sign or one.sign in _AT_LEAST)
        for one in found
    )


def is_within(value: str, limit: str | None, unit: str | None = None) -> bool | None:
    """Whether a value keeps its limit (without a sign: the most); None where words say it, or nothing can.

    `unit` is that of both where none stands behind the figure. Of a value from one figure to another both
    ends must say the same.
    """
    said, bound = _plain(value), _plain(limit or "")
    if _allows_nothing(bound) and _FOUND.fullmatch(_PORTION.sub("", said)):
        return False
    measured = _span(said) or _one(_figure(said))
    told = {_keeps_bound(one, bound, unit) for one in measured if one.unit != _BELOW_DETECTION}
    return told.pop() if len(told) == 1 else None


def standing_of(value: str, limit: str | None, unit: str | None = None) -> str:
    """ "kept", "broken", or "unclear" where the limit is a figure and the value cannot be held against it.

    "" where there is no limit, or words on both sides. What was not detected keeps the most that is allowed,
    unless what could have been detected is more.
    """
    within = is_within(value, limit, unit)
    if within is not None:
        return KEPT if within else BROKEN
    said, bound = _plain(value), _plain(limit or "")
    nothing = _NOTHING.fullmatch(_PORTION.sub("", said)) is not None
    if _allows_nothing(bound):
        return KEPT if nothing else UNCLEAR if said else ""
    allowed = _figure(bound)
    if nothing and (allowed is None or allowed.sign in _AT_MOST):
        return KEPT if allowed is not None else ""
    if not any(one.isdigit() for one in limit or ""):
        return ""
    below = _could_be_found(said)
    if below is None or allowed is None or allowed.sign in _AT_LEAST:
        return UNCLEAR
    sides = _comparable(below, allowed, unit)
    return KEPT if sides is not None and sides[0] <= sides[1] else UNCLEAR


def _allows_nothing(bound: str) -> bool:
    word = _PORTION.sub("", bound)
    named = word in _NONE_ALLOWED or (word[-1:].isalpha() and _NOTHING.fullmatch(word) is not None)
    return named or (word == "0" and word != bound)


def _could_be_found(said: str) -> _Figure | None:
    """How much a value that was not found may be at the most: <0.05, 0.005L, 未检出（检出限 0.05）."""
    told = _BELOW.fullmatch(said)
    if told is not None:
        return _Figure("<", _number(told[1]), (told[2] or "").strip())
    found = _figure(said)
    if found is not None and found.unit == _BELOW_DETECTION:
        return _Figure("<", found.number, "")
    return found if found is not None and found.sign in _AT_MOST - {""} else None


def times_of_limit(value: str, limit: str | None, unit: str | None = None) -> Decimal | None:
    """How many times its limit a value is; None where one of both is no figure, or their units are unlike."""
    measured, allowed = _figure(_plain(value)), _figure(_plain(limit or ""))
    if measured is None or allowed is None or allowed.number <= 0:
        return None
    sides = _comparable(measured, allowed, unit)
    return None if sides is None else sides[0] / sides[1]


def _keeps_bound(measured: _Figure, bound: str, unit: str | None) -> bool | None:
    """Whether one figure keeps a limit that is a figure or a span."""
    span = _span(bound)
    if not span:
        allowed = _figure(bound)
        sides = None if allowed is None else _comparable(measured, allowed, unit)
        return None if allowed is None or sides is None else _keeps(measured.sign, sides, allowed.sign)
    least, most = (_comparable(measured, end, unit) for end in span)
    if measured.sign or least is None or most is None:
        return None
    return least[0] >= least[1] and most[0] <= most[1]


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
    if {one, other} == {"%", "g/100g"}:
        return measured.number, allowed.number
    mine, others = _SIZES.get(one), _SIZES.get(other)
    if mine is None or others is None or mine[0] != others[0]:
        return None
    return measured.number * mine[1], allowed.number * others[1]


@lru_cache(maxsize=4096)
def _unit(text: str) -> str:
    plain = text.replace(" ", "").replace("µ", "μ").lower()
    for word, sign in _WORDS:
        plain = plain.replace(word, sign)
    return _SAME.get(plain, _PER.sub(r"/\1", plain))


@lru_cache(maxsize=4096)
def _plain(text: str) -> str:
    """Full-width signs as the plain ones, raised powers behind ^, no remark behind; "" for what is no figure
    by its length alone."""
    if len(text) > _LONGEST:
        return ""
    plain = " ".join(text.translate(_PLAIN).split())
    plain = _RAISED.sub(lambda found: "10^" + found[1].translate(_AS_LOWERED), plain)
    plain = _ASIDE.sub("", plain).strip() or plain
    return plain.rstrip(_NOTED).rstrip() or plain


def _figure(text: str) -> _Figure | None:
    begun = _SAID_BEFORE.match(text)
    if begun is not None:
        text = _IN_BRACKETS.sub(r"\1", text[begun.end() :])
    found = _STATED.fullmatch(text)
    if found is None:
        return None
    sign = found[1] or {"以上": "≥"}.get(found[4] or "", "")
    return _Figure(sign, _number(found[2]), (found[3] or "").strip())


def _one(figure: _Figure | None) -> tuple[_Figure, ...]:
    return () if figure is None else (figure,)


def _span(text: str) -> tuple[_Figure, ...]:
    """Least and most of what is written as 6.5–8.5 or 0.27±0.02; () for anything else."""
    found, spread = _RANGE.fullmatch(text), _SPREAD.fullmatch(text)
    either = found or spread
    if either is None:
        return ()
    first, second, unit = _number(either[1]), _number(either[2]), (either[3] or "").strip()
    ends = (first, second) if found is not None else (first - second, first + second)
    return tuple(_Figure("", end, unit) for end in sorted(ends))


def _number(text: str) -> Decimal:
    """The number of a figure as it was matched."""
    if text.lstrip("+-").startswith("10^"):
        return Decimal(1).scaleb(int(text.partition("^")[2])) * (-1 if text.startswith("-") else 1)
    power = _POWER.search(text)
    plain = Decimal((text[: power.start()] if power is not None else text).replace(",", ""))
    return plain.scaleb(int(power[1])) if power is not None else plain

"""Words that stand for a content instead of being one: 同上, 待定, nan, #N/A, a lone dash."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

_WORDS: Final = frozenset(
    {
        "无", "没有", "暂无", "空", "空白", "不详", "未知", "待定", "待补", "待填", "待查", "略", "省略",
        "不适用", "不填", "nan", "nil", "null", "none", "undefined", "n/a", "n.a.", "<na>", "nat", "tbd",
        "tbc", "todo", "ditto", "do.", "same as above", "as above", "unknown", "xxx", "inf", "-inf",
        "（无）", "(无)", "【无】", "(blank)", "（空白）", "(空白)", "示例",
    }
)  # fmt: skip
_AS_ABOVE: Final = re.compile(
    r"(?:同|如|见)(?:上|左|前|右|下|上面|前面)(?:述|一?[行条批格列项个])?[。.]?|上同"
)
_UNITS: Final = frozenset("%‰°℃")
"""Signs that are a content by themselves."""
_ERROR: Final = re.compile(r"#[A-Z0-9_/]+[!?]?|#{2,}|Err:[0-9]+", re.IGNORECASE)


def is_placeholder(text: str) -> bool:
    """Whether a text says nothing of its own: a word that points elsewhere, an error value, signs alone."""
    said = text.strip().casefold()
    if said in _WORDS or _AS_ABOVE.fullmatch(said) or _is_error(said):
        return True
    return bool(said) and not any(
        unicodedata.category(sign)[0] not in "PSZ" or sign in _UNITS for sign in said
    )


def _is_error(said: str) -> bool:
    """What a spreadsheet writes where a formula failed; a code such as #12 is none."""
    ends = said.endswith(("!", "?", "#")) or said.startswith(("#n", "#calc", "#spill", "err:"))
    return _ERROR.fullmatch(said) is not None and ends

"""What somebody looked at, in words: looks keep what was opened as it is named inside, figures too."""

from __future__ import annotations

import re
from typing import Final

from scanner_web.frame.reader import Reader, bare
from trace.rules.assessment import assessment_form
from trace.wording import has

_RECORD: Final = re.compile(r"[A-Za-z0-9_-]{43}")
_ASSESSED: Final = "考核表 "
_FAMILIES: Final = ("office.looks.of", "figures.short", "office.scorecard.short")


def looked_at(of: Reader, text: str) -> str:
    """The subject or purpose of a look: a record, a lot or page by number or name, a figure by its own."""
    if _RECORD.fullmatch(text):
        return of.say("office.looks.record", number=text[:8])
    head, _, last = text.rpartition(" ")
    return f"{head} {_figure(of, last, assessed=text.startswith(_ASSESSED))}".strip()


def _figure(of: Reader, name: str, *, assessed: bool) -> str:
    key = next((found for one in _FAMILIES if has(of.locale, found := f"{one}.{name}")), "")
    item = next((one for one in assessment_form().items if one.counts == name), None)
    if item is not None and (assessed or not key):
        return item.en if of.english else item.zh
    return of.say(key) if key else str(bare(name))

"""Answers to a form, read strictly: yes, no, not applicable, a decimal number, a text; and what was found.

An item answered "no" is a finding and needs its words. Photographs are named by the digest of their bytes.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from trace.errors import VisitAnswerUnfit, VisitIncomplete
from trace.ledger.canonical import encode
from trace.rules.forms import CHOICE, NUMBER, Form, Item
from trace.typed_texts import whole_text

YES: Final = "yes"
NO: Final = "no"
NOT_APPLICABLE: Final = "na"
CHOICES: Final = (YES, NO, NOT_APPLICABLE)
LONGEST: Final = 500
_NUMBER: Final = re.compile(r"(?:0|[1-9][0-9]{0,11})(?:\.[0-9]{1,6})?")
_DIGEST: Final = re.compile(r"[0-9a-f]{64}")
_WORDS_FOR_NO: Final = "words"


@dataclass(frozen=True, slots=True)
class Answer:
    """What was filled in at an item: `note` says what was found, `photos` are its evidence by digest."""

    item: str
    value: str
    note: str = ""
    photos: tuple[str, ...] = ()

    def as_data(self) -> dict[str, Any]:
        """As it is kept and hashed."""
        return {"item": self.item, "value": self.value, "note": self.note, "photos": list(self.photos)}

    @classmethod
    def from_data(cls, stored: Mapping[str, Any]) -> Answer:
        """As it was kept."""
        return cls(stored["item"], stored["value"], stored["note"], tuple(stored["photos"]))


def read_answers(form: Form, given: Iterable[Answer]) -> tuple[Answer, ...]:
    """The answers in the order of the form; what was left open is left out.

    Raises `VisitAnswerUnfit` for an item that the form has not, an item twice, a value that does not fit.
    """
    found: dict[str, Answer] = {}
    for one in given:
        item = form.item(one.item)
        if item is None or one.item in found:
            raise VisitAnswerUnfit(item=one.item[:40], expected="an item of the form")
        answer = _read(item, one)
        if answer is not None:
            found[item.id] = answer
    return tuple(found[item.id] for item in form.items if item.id in found)


def _read(item: Item, one: Answer) -> Answer | None:
    value, note = one.value.strip(), one.note.strip()
    whole_text(item.id, _finding(item, note), LONGEST)
    whole_text(item.id, value, LONGEST)
    if any(_DIGEST.fullmatch(photo) is None for photo in one.photos):
        raise VisitAnswerUnfit(item=item.zh, expected="SHA-256")
    if not value:
        if note or one.photos:
            raise VisitAnswerUnfit(item=item.zh, expected=expected_of(item))
        return None
    fits = {CHOICE: value in CHOICES, NUMBER: _NUMBER.fullmatch(value) is not None}.get(item.answer, True)
    if not fits:
        raise VisitAnswerUnfit(item=item.zh, expected=expected_of(item))
    if item.answer == CHOICE and value == NO and not note:
        raise VisitAnswerUnfit(item=item.zh, expected=_WORDS_FOR_NO)
    return Answer(item.id, value, note, one.photos)


def expected_of(item: Item) -> str:
    """What an item takes, in the words of a form."""
    if item.answer == CHOICE:
        return " / ".join(CHOICES)
    return f"0.0 {item.unit}".strip() if item.answer == NUMBER else "text"


def require_complete(form: Form, answers: Iterable[Answer]) -> None:
    """Return where every item that must be has an answer; raises `VisitIncomplete`."""
    given = {one.item for one in answers}
    missing = [one.zh for one in form.items if not one.optional and one.id not in given]
    if missing:
        raise VisitIncomplete(missing=missing)


def findings_of(form: Form, answers: Iterable[Answer]) -> tuple[str, ...]:
    """What was found, a line an item: its words in the form, and those of the inspectors."""
    found = []
    for one in answers:
        item = form.item(one.item)
        if item is not None and item.answer == CHOICE and one.value == NO:
            found.append(whole_text(item.id, _finding(item, one.note), LONGEST))
    return tuple(found)


def _finding(item: Item, note: str) -> str:
    return f"{item.zh}：{note}"


def digest_of_answers(form: str, answers: Iterable[Answer]) -> str:
    """SHA-256 of the answers with the hash of their form, in hex: what a signature covers."""
    return hashlib.sha256(encode({"form": form, "answers": [one.as_data() for one in answers]})).hexdigest()

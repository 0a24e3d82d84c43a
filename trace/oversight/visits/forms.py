"""Versions of forms: which is in force on a day, the hash of its text, and a new version made of lines.

A visit names form, version and hash, and keeps them: what is edited later changes no visit of before.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from trace.errors import VisitFormOther, VisitFormUnfit
from trace.ledger.canonical import encode
from trace.rules.forms import ANSWERS, CHOICE, NUMBER, OURS, Form, Item

_ID: Final = re.compile(r"[a-z][a-z0-9-]{0,39}")
_OPTIONAL: Final = "optional"
_PARTS: Final = 4
_MOST_ITEMS: Final = 200
_LONGEST: Final = 400


@dataclass(frozen=True, slots=True)
class Dated:
    """A version of a form and the first day on which visits are made by it."""

    form: Form
    since: date


def digest_of(form: Form) -> str:
    """SHA-256 of the form's canonical JSON, in hex."""
    return hashlib.sha256(encode(form.as_data())).hexdigest()


def in_force(versions: Iterable[Dated], day: date) -> Form | None:
    """The newest version that had begun on the day; None before the first."""
    begun = [one for one in versions if one.since <= day]
    return max(begun, key=lambda one: one.form.version).form if begun else None


def require_version(form: Form, given: str) -> None:
    """Return where `given` is the hash of this version; raises `VisitFormOther`."""
    wanted = digest_of(form)
    if given != wanted:
        raise VisitFormOther(form=form.id, given=given[:12], wanted=wanted[:12])


def edited(form: Form, text: str) -> Form:
    """The next version of a form, its items from lines `id | answer | Chinese | English | unit | optional`.

    Its items are ours from then on, whatever they were: an edited text is no document's.
    Raises `VisitFormUnfit`.
    """
    lines = [line for line in (one.strip() for one in text.splitlines()) if line]
    if not 1 <= len(lines) <= _MOST_ITEMS:
        raise VisitFormUnfit(line=len(lines), expected=f"1-{_MOST_ITEMS}")
    items = tuple(_item(number, line) for number, line in enumerate(lines, 1))
    known: set[str] = set()
    for number, one in enumerate(items, 1):
        if one.id in known:
            raise VisitFormUnfit(line=number, expected="another id")
        known.add(one.id)
    return replace(form, version=form.version + 1, origin=OURS, items=items)


def lines_of(form: Form) -> str:
    """The items of a form as `edited` reads them."""
    return "\n".join(
        " | ".join((one.id, one.answer, one.zh, one.en, one.unit, _OPTIONAL if one.optional else "")).rstrip(
            " |"
        )
        for one in form.items
    )


def _item(number: int, line: str) -> Item:
    parts = [one.strip() for one in line.split("|")]
    name, answer, zh, en, unit, optional = (*parts, *([""] * 6))[:6]
    if len(parts) < _PARTS or not zh or not en or len(line) > _LONGEST:
        raise VisitFormUnfit(line=number, expected="id | answer | Chinese | English | unit | optional")
    if _ID.fullmatch(name) is None:
        raise VisitFormUnfit(line=number, expected="an id of letters, digits and hyphens")
    if answer not in ANSWERS:
        raise VisitFormUnfit(line=number, expected=" / ".join(ANSWERS))
    if optional not in {"", _OPTIONAL}:
        raise VisitFormUnfit(line=number, expected=_OPTIONAL)
    if unit and answer != NUMBER:
        raise VisitFormUnfit(line=number, expected=NUMBER)
    return Item(name, zh, en, answer or CHOICE, unit, bool(optional))

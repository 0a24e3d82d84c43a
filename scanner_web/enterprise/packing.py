"""Cases packed by scanning: a case, the codes of what goes in or comes out, and one record to be signed."""

from __future__ import annotations

from contextlib import suppress
from typing import Final

from flask import Blueprint, Response, jsonify, request
from werkzeug.wrappers import Response as AnyResponse

from scanner_web.enterprise.redirects import to
from scanner_web.frame.csrf import KEY
from scanner_web.frame.door import current_actor, signed_in
from scanner_web.frame.reader import reader_of
from scanner_web.frame.typed_code import address_for
from scanner_web.frame.workspace import desk_page
from trace.chain.facts.code import AGGREGATE
from trace.errors import Refusal
from trace.identity.typed import typed, ungrouped
from trace.platform.opening import Platform
from trace.usecases.printing.pack_case import (
    ACTIONS,
    ADD,
    GOOD,
    MOST_CODES,
    MOST_PARTS,
    CasePacking,
    CaseWish,
    judge_packing,
    propose_packing,
    sscc_of,
)
from trace.usecases.printing.propose_codes import Proposing
from trace.usecases.signing.waiting import waiting_about

_LONGEST: Final = 400
_SSCC: Final = 18
_SAID: Final = ("waits", "again", "off", "input-method")
"""What the script says by itself."""


def register(pages: Blueprint, platform: Platform) -> None:
    """The routes of cases."""

    @pages.get("/desk/packing")
    def packing() -> Response:
        """The case and the field for codes."""
        return _page(platform, _wish(), None)

    @pages.get("/desk/packing/look")
    def look_at_code() -> Response:
        """One code, or the case alone, for who is scanning: what it is, in a sentence."""
        wish, of = _wish(), reader_of(request)
        found = judge_packing(platform.transactions, platform.codes, current_actor(), wish)
        case = of.say(f"work.packing.case.{found.standing}", count=found.inside)
        code = found.codes[0] if found.codes else None
        held = code.held.rpartition(":")[2] if code is not None else ""
        return jsonify(
            case=case,
            caseGood=found.standing == GOOD,
            good=code is not None and code.standing == GOOD,
            readable=code.readable if code is not None else "",
            told=of.say(f"work.packing.code.{code.standing}", held=held) if code is not None else "",
            note=of.say(f"work.packing.note.{code.note}") if code is not None and code.note else "",
        )

    @pages.post("/desk/packing")
    def pack() -> AnyResponse:
        """Check what was scanned; with `sign`, prepare the record where all of it is good."""
        wish, actor = _wish(), current_actor()
        if "good" in request.form:
            judged = judge_packing(platform.transactions, platform.codes, actor, wish)
            wish = CaseWish(wish.container, wish.action, [(one.text, _path(one.text)) for one in judged.good])
        if "sign" in request.form:
            title = reader_of(request).say(f"work.packing.batch-{wish.action}")
            who = Proposing(actor, signed_in().person.id, request.form.get(KEY, ""), title)
            address = propose_packing(platform.transactions, platform.codes, who, wish)
            if address is not None:
                return to(address)
        return _page(platform, wish, judge_packing(platform.transactions, platform.codes, actor, wish))


def _wish() -> CaseWish:
    """What the form or the address says: a case, add or remove, one code a line."""
    said = request.values
    action = said.get("action", ADD)
    lines = [line.strip()[:_LONGEST] for line in said.get("codes", "").splitlines()]
    codes = [(line, _path(line)) for line in lines if line][: MOST_CODES + 1]
    return CaseWish(_case(said.get("case", "")[:_LONGEST]), action if action in ACTIONS else ADD, codes)


def _case(text: str) -> str:
    """The container that was scanned or typed, its 18 digits alone too; "" for what is none."""
    digits = ungrouped(typed(text))
    if len(digits) == _SSCC and digits.isascii() and digits.isdecimal():
        text = f"(00){digits}"
    return sscc_of(_path(text))


def _path(text: str) -> str:
    """The path that a scanned text stands for; "" where it is no code at all."""
    with suppress(Refusal):
        return address_for(text)
    return ""


def _page(platform: Platform, wish: CaseWish, judged: CasePacking | None) -> Response:
    of = reader_of(request)
    return desk_page(
        "enterprise/packing.html",
        packed=waiting_about(
            platform.transactions,
            current_actor(),
            {wish.container} if wish.container else None,
            {AGGREGATE.typ},
        ),
        at="packing",
        status=200 if judged is None or judged.ready else 422,
        icons=("tick", "cross", "warn", "pen", "search", "camera", "clock"),
        sheets=("packing.css", "scan_field.css"),
        camera=True,
        wish=wish,
        actions=ACTIONS,
        judged=judged,
        case=request.values.get("case", "")[:_LONGEST],
        lines="\n".join(text for text, _ in wish.codes),
        most=MOST_CODES,
        parts=MOST_PARTS,
        said={word: of.say(f"work.packing.script.{word}") for word in _SAID},
    )

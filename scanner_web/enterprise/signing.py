"""What waits for a signature: seen whole, signed at once, answered by receipts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import orjson
from flask import Blueprint, Response, request
from werkzeug.wrappers import Response as AnyResponse

from scanner_web.enterprise.keys import signer
from scanner_web.enterprise.next_steps import NextStep, back_to_cases, next_steps
from scanner_web.enterprise.redirects import to
from scanner_web.enterprise.scripted import answer, each, for_scripts, sent
from scanner_web.frame.door import current_actor, signed_in
from scanner_web.frame.reader import reader_of
from scanner_web.frame.told import kind_name, member_names, told
from scanner_web.frame.workspace import desk_page
from trace.access.record_kinds import signers_of
from trace.access.rights import ACTS, APPLICATIONS, CASES, PREPARE, SIGN
from trace.chain.facts.goods import SHIPMENT
from trace.errors import BodyUnreadable, GroupRefused, Refusal
from trace.ledger.statement import parse_statement
from trace.parties import PRINT
from trace.platform.opening import Platform
from trace.usecases.controls.own_controls import require_signer
from trace.usecases.intake.check_drafts import Tried
from trace.usecases.intake.receipt import Outcome, Receipt, Refused
from trace.usecases.signing.batches import (
    Batch,
    DraftRow,
    Signer,
    for_signing,
    open_batch,
    take_signed,
    waiting_batches,
)
from trace.usecases.signing.held_keys import HeldSigning, held_keys
from trace.usecases.signing.key_requests import own_keys
from trace.usecases.uploads.delivery_notes import upload_of_batch
from trace.usecases.visits.known_as import KnownAs, known_as
from trace.wording import has

_ICONS: Final = ("pen", "doc", "tick", "warn", "stop", "key", "shield", "print")
_SHEETS: Final = ("signing.css",)


@dataclass(frozen=True, slots=True)
class Finding:
    """What a rule says of one draft: blocked or a warning, in words, with its clause."""

    place: int
    blocks: bool
    title: str
    detail: str


def register(pages: Blueprint, platform: Platform) -> None:
    """The routes of signing."""

    @pages.get("/desk/sign")
    def batches_to_sign() -> Response:
        """The batches that wait."""
        rows = waiting_batches(platform.transactions, signer().iss)
        return desk_page("enterprise/to_sign.html", at="sign", icons=_ICONS, rows=rows)

    @pages.get("/desk/sign/<string:number>")
    def batch_to_sign(number: str) -> Response:
        """One batch before it is signed, or its receipts."""
        return _page(platform, number)

    @pages.get("/desk/sign/<string:number>/drafts")
    @for_scripts
    def batch_drafts(number: str) -> Response:
        """The very bytes that a key of this device is to sign."""
        require_signer(platform.transactions, number, _roles())
        work = for_signing(platform.transactions, signer(), number, request.args.get("key", ""))
        head = work.head
        end = head and {"seq": head.seq, "stmt": head.statement_id, "compact": work.head_compact}
        listed = [{"bytes": one.text, "disclosures": list(one.disclosures)} for one in work.drafts]
        return answer({"head": end, "drafts": listed, "cited": dict(work.cited)})

    @pages.post("/desk/sign/<string:number>/signed")
    @for_scripts
    def batch_signed(number: str) -> Response:
        """Take what a device signed."""
        statements = [parse_statement(_statement(one)) for one in each(sent().get("statements"))]
        require_signer(platform.transactions, number, _roles())
        platform.start()
        outcomes = take_signed(platform.transactions, platform.acceptance, signer(), number, statements)
        _require_taken(outcomes)
        return answer({"receipts": [_receipt(one) for one in outcomes if isinstance(one, Receipt)]}, 201)

    _register_forms(pages, platform)


def _register_forms(pages: Blueprint, platform: Platform) -> None:
    @pages.post("/desk/sign/<string:number>/held")
    def batch_held(number: str) -> AnyResponse:
        """Sign with a key that the service holds."""
        if request.form.get("agreed") != "yes":
            return _page(platform, number, unagreed=True)
        platform.start()
        signing = HeldSigning(platform.transactions, platform.acceptance, platform.master_key)
        shown = request.form.get("shown", "").split()
        try:
            require_signer(platform.transactions, number, _roles())
            outcomes = signing.sign(signer(), number, request.form.get("key", ""), shown)
            _require_taken(outcomes)
        except Refusal as refusal:
            return _page(platform, number, refusal=refusal)
        return to(f"/desk/sign/{number}")

    @pages.get("/desk/sign/<string:number>/notes")
    def batch_notes(number: str) -> AnyResponse:
        """To the delivery notes of what a batch shipped."""
        return to(f"/desk/uploads/{upload_of_batch(platform.transactions, current_actor(), number)}/notes")

    @pages.get("/desk/sign/<string:number>/receipts")
    def batch_receipts(number: str) -> Response:
        """The receipts of a batch as a file."""
        batch = open_batch(platform.transactions, signer().iss, number)
        custody = {one.kid: one.custody for one in own_keys(platform.transactions, signer().iss)}
        rows = [_receipt_of(one, custody, batch.names) for one in batch.drafts if one.stmt is not None]
        found = Response(orjson.dumps(rows, option=orjson.OPT_INDENT_2), content_type="application/json")
        found.headers["Content-Disposition"] = f'attachment; filename="receipts-{number}.json"'
        return found


def _roles() -> tuple[str, ...]:
    """The roles of whoever is signed in: some records are signed as what one is."""
    return tuple(sorted(signed_in().actor.duties))


def _page(
    platform: Platform, number: str, *, refusal: Refusal | None = None, unagreed: bool = False
) -> Response:
    who, of = signer(), reader_of(request)
    batch = open_batch(platform.transactions, who.iss, number)
    keys = own_keys(platform.transactions, who.iss)
    ours = set(held_keys(platform.transactions, who.iss)) if platform.master_key is not None else set()
    live = [one for one in keys if one.state == "live"]
    mine, withheld = batch.signable_by(who), batch.withheld(who)
    known = known_as(platform.transactions, batch)
    names = {code: _name(code, one, english=of.english) for code, one in known.items()}
    lines = [(row, *_lines(of.locale, row, names)) for row in mine]
    taken = [one for one in batch.drafts if one.stmt is not None]
    return desk_page(
        "enterprise/sign.html",
        at="sign",
        icons=_ICONS,
        sheets=_SHEETS,
        batch=batch,
        lines=lines,
        kinds={row.place: kind_name(of.locale, str(row.content["typ"])) for row in batch.drafts},
        findings=_findings(batch),
        taken=taken,
        steps=_next(taken, who.iss) if not batch.signable else [],
        custody={one.kid: one.custody for one in keys},
        browser=" ".join(one.kid for one in live if one.custody == "browser"),
        held=[one for one in live if one.kid in ours],
        others=[
            (row, reason, *_lines(of.locale, row, names), signers_of(who.of_kind, batch.kinds[row.place]))
            for row in batch.signable
            if (reason := withheld.get(row.place))
        ],
        stands_in_for=_givers(batch, mine, who),
        jtis=" ".join(str(one.content["jti"]) for one in mine),
        may_sign=any(signed_in().may(one) for one in (SIGN, APPLICATIONS, ACTS)),
        account=signed_in().person.id,
        iss=who.iss,
        refusal=refusal,
        unagreed=unagreed,
        shipped=signed_in().may(PREPARE) and any(one.content["typ"] == SHIPMENT.typ for one in taken),
    )


def _givers(batch: Batch, rows: Sequence[DraftRow], who: Signer) -> list[str]:
    """In whose place something of it would be signed."""
    found = (who.instead_of(batch.kinds[row.place]) for row in rows)
    return list(dict.fromkeys(one.name for one in found if one is not None))


def _next(taken: Sequence[DraftRow], iss: str) -> list[NextStep]:
    """What comes next for who may prepare it."""
    if signed_in().may(CASES):
        return back_to_cases(one.content for one in taken)
    if not signed_in().may(PREPARE):
        return []
    return next_steps([one.content for one in taken], iss, prints=signed_in().may(PRINT))


def _lines(locale: str, row: DraftRow, names: Mapping[str, str]) -> tuple[str, list[tuple[str, str]]]:
    typ, data = str(row.content["typ"]), row.content["data"]
    return kind_name(locale, typ), list(told(locale, typ, data, names))


def _name(code: str, known: KnownAs, *, english: bool) -> str:
    """A party by its name and number, for both are signed; an item of a checklist by its words."""
    said = known.en if english else known.zh
    return f"{said} · {code.rsplit(':', 1)[-1]}" if code.startswith("urn:") else said


def _findings(batch: Batch) -> list[Finding]:
    found = []
    for row, outcome in zip(batch.waiting, batch.checks, strict=True):
        if isinstance(outcome, Refused):
            found.append(_finding(row, f"problem.{outcome.refusal.code}", outcome.refusal.params))
        elif isinstance(outcome, Tried):
            found += [
                _finding(row, f"mark.{one.code}", {"rule": one.rule, **one.params}) for one in outcome.noted
            ]
    return sorted(found, key=lambda one: (not one.blocks, one.place))


def _finding(row: DraftRow, key: str, params: Any) -> Finding:
    of = reader_of(request)
    if isinstance(params.get("missing"), list | tuple):
        params = {**params, "missing": member_names(of.locale, str(row.content["typ"]), params["missing"])}
    refusal = f"problem.{params.get('refusal', '')}.title"
    if has(of.locale, refusal):
        params = {**params, "refusal": of.say(refusal)}
    return Finding(
        row.place,
        key.startswith("problem."),
        of.say(f"{key}.title", **params),
        of.say(f"{key}.detail", **params),
    )


def _require_taken(outcomes: list[Outcome]) -> None:
    """Raise the reason why a group was not taken: the first that is one of its own."""
    refused = [one.refusal for one in outcomes if isinstance(one, Refused)]
    for refusal in (*(one for one in refused if not isinstance(one, GroupRefused)), *refused):
        raise refusal


def _statement(one: object) -> str | dict[str, Any]:
    """A statement as a script sends it; raises `BodyUnreadable` for what is none from the outside."""
    if not isinstance(one, str | dict):
        raise BodyUnreadable(expected="JSON", line=1)
    return one


def _receipt(one: Receipt) -> dict[str, Any]:
    return {"stmt": one.statement_id, "log": one.log, "index": one.index, "marks": list(one.marks)}


def _receipt_of(row: DraftRow, custody: Mapping[str, str], names: Mapping[str, str]) -> dict[str, Any]:
    return {
        "place": row.place,
        "typ": row.content["typ"],
        "sub": row.content["sub"],
        "stmt": row.stmt,
        "log": row.log,
        "index": row.index,
        "marks": list(row.marks),
        "kid": row.kid,
        "custody": custody.get(row.kid or ""),
        "takenAt": row.taken_at.isoformat() if row.taken_at else None,
        "signedBy": names.get(row.person or ""),
        **({"insteadOf": names.get(row.instead_of, "")} if row.instead_of else {}),
    }

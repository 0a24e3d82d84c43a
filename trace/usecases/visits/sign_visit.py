"""A department's part made into the draft of its signed record: what it says, by whose hand it was confirmed.

The record names the form with version and hash, the hash of the answers, the inspectors by their cards, and
the findings in words. A part that was signed before is drafted as the record that replaces it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from trace.chain.facts.oversight import INSPECTION
from trace.errors import ActUnfit, CertificatesUnverified, VisitIncomplete, VisitMoved, VisitStepUnfit
from trace.exchange.draft import Draft, RowOrigin
from trace.oversight.visits.answers import digest_of_answers, findings_of, require_complete
from trace.oversight.visits.checked import items_looked_at
from trace.oversight.visits.states import DROPPED
from trace.oversight.visits.verified import unverified
from trace.parties import Actor
from trace.rules.duty_list import duty_list
from trace.rules.forms import Form
from trace.store.transaction import Transactions, Tx
from trace.store.visits.draws import draw_of_visit
from trace.store.visits.visits import PartRow, VisitEvent, VisitRow, events_of_visit
from trace.usecases.accounts.forms import once
from trace.usecases.signing.batches import Signer, keep_in
from trace.usecases.signing.content import content_of
from trace.usecases.supervision.verified import certificates_on
from trace.usecases.visits.agree_visit import require_agreed
from trace.usecases.visits.fill_visit import MENDED, Happening, happened
from trace.usecases.visits.form_asked import form_asked
from trace.usecases.visits.parts_beside import AGREED
from trace.usecases.visits.photos import photos_to_come
from trace.usecases.visits.placed import signed_place
from trace.usecases.visits.standing import require_part, require_visit

SIGN: Final = "/desk/sign/{}"
_NOWHERE: Final = RowOrigin("", ())
_FORM: Final = 2
_REFUSED: Final = "refused"
_CONFORMS: Final = "conforms"
_TO_RECTIFY: Final = "to_rectify"


def sign_visit(transactions: Transactions, actor: Actor, key: str, number: str, seen: int, title: str) -> str:
    """Draft the record of the caller's part; the address at which it waits to be signed.

    `seen`: the version of the part. Raises `VisitUnknown`, `VisitOutOfArea`, `VisitNotYours`, `VisitMoved`,
    `VisitStepUnfit`, `VisitToAgree`, `VisitIncomplete`, `CertificatesUnverified`, `ActUnfit`.
    """
    with transactions.begin(actor.subject) as tx:
        done = once(tx, key, actor.person)
        if done.before:
            return done.leads_to
        row = require_visit(tx, actor, number)
        part = require_part(tx, actor, row)
        events = events_of_visit(tx.connection, number)
        require_agreed(events, part)
        mended = _mended(part, events)
        if row.state == DROPPED or (part.record and mended is None):
            raise VisitStepUnfit(number=number, step="sign")
        if part.version != seen:
            raise VisitMoved(number=number)
        form = form_asked(tx, row, part)
        require_complete(form, part.answers)
        held = certificates_on(tx, row.party, row.day)
        unseen = unverified(form, part.answers, certified=bool(held))
        if unseen:
            raise CertificatesUnverified(items=unseen)
        missing = _missing(form, part) + photos_to_come(tx, part)
        if missing:
            raise VisitIncomplete(missing=missing)
        data = said(row, part, form, mended) | _behind(tx, part, form) | signed_place(tx, row, part)
        fact = INSPECTION(data, number, tx.now)
        if fact.unfit is not None:
            raise ActUnfit.at("sign", str(fact.unfit.params["path"]))
        draft = Draft(INSPECTION.typ, number, tx.now, data, (), (), _NOWHERE, "")
        signer = Signer(actor.party or "", actor.person)
        batch = keep_in(tx, signer, title, [content_of(draft, data)])
        happened(tx, row, actor, Happening("drafted", part.department, None, detail={"batch": batch}))
        return done.to(SIGN.format(batch))


def _behind(tx: Tx, part: PartRow, form: Form) -> dict[str, Any]:
    """The draw that the visit comes from, and the items that were looked at."""
    of = draw_of_visit(tx.connection, part.number)
    items = list(items_looked_at(form, duty_list().duties, part.answers))
    return {"items": items, **({"draw": of.draw} if of is not None else {})}


def _mended(part: PartRow, events: Sequence[VisitEvent]) -> VisitEvent | None:
    """The mending that is not signed yet, of a part that was signed before."""
    for one in reversed(events):
        if one.department == part.department and one.event in {"signed", "replaced"}:
            return None
        if one.department == part.department and (one.event == MENDED or (one.event == AGREED and one.why)):
            return one
    return None


def _missing(form: Form, part: PartRow) -> list[str]:
    """What a record cannot do without: a result that fits its findings, a last day, how it was confirmed."""
    found = findings_of(form, part.answers)
    missing = []
    if not part.result or (part.result == _CONFORMS) == bool(found):
        missing.append("result")
    if part.result == _TO_RECTIFY and part.rectify_by is None:
        missing.append("rectifyBy")
    if not part.signature:
        missing.append("signature")
    if part.signature == _REFUSED:
        missing += [name for name in ("refusal", "witness") if not getattr(part, name)]
    return missing


def said(row: VisitRow, part: PartRow, form: Form, mended: VisitEvent | None) -> dict[str, Any]:
    """What the record says."""
    data: dict[str, Any] = {
        "form": _FORM,
        "matter": row.number,
        "party": row.party,
        "officers": sorted({one.card for one in row.inspectors}),
        "result": part.result,
        "findings": list(findings_of(form, part.answers)),
        "visit": row.kind,
        "day": row.day.isoformat(),
        "checklist": {"name": form.id, "version": form.version, "sha256": part.form_digest},
        "answers": digest_of_answers(part.form_digest, part.answers),
        "signature": part.signature,
    }
    if row.place:
        data["place"] = row.place
    if part.lots:
        data["lots"] = list(part.lots)
    if part.rectify_by is not None:
        data["rectifyBy"] = part.rectify_by.isoformat()
    if part.record and mended is not None:
        data |= {"replaces": part.record, "reason": mended.why}
    return data

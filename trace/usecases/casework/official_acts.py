"""Drafts of official acts on a case, as strict oversight records: kept to be signed, with the case's number.

The number of the case is their matter: what is signed comes back to the case by it. A draft says what the
form said and what the case holds; what the rules think of it is told where it is signed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from trace.calendar.shanghai import day_in_shanghai
from trace.calendar.typed_days import DUE
from trace.chain.facts.oversight import CLOSING, HOLD, NOTICE, PENALTY, RECALL, RETEST, SAMPLING
from trace.errors import ActUnfit, FactMalformed, Refusal, UnknownLot
from trace.exchange.draft import Draft, RowOrigin
from trace.oversight.casework.decide import Act, proved
from trace.oversight.casework.table import PROOFS
from trace.parties import Actor, party_named
from trace.store.casework.cases import CaseRow, events_of
from trace.store.casework.orders import standing_holds
from trace.store.lots.details import read_lots
from trace.store.transaction import Tx
from trace.usecases.casework.consignees import consignees_of, notified_in
from trace.usecases.casework.standing import standing_of
from trace.usecases.signing.content import Content, content_of

_NOWHERE: Final = RowOrigin("", ())
_SHA256: Final = "sha256:"
EVERYBODY: Final = "prepare-notices"
"""The event that drafts a notice for every consignee at once."""


@dataclass(frozen=True, slots=True)
class Drafted:
    """Drafts to be signed together, and what of them the history tells."""

    contents: Sequence[Content]
    told: Mapping[str, str] = field(default_factory=dict)


def draft_act(tx: Tx, row: CaseRow, actor: Actor, act: Act) -> Drafted:
    """The draft of the act that the event prepares; raises `ActUnfit`, `UnknownLot`."""
    if act.event == EVERYBODY:
        notices = _notices(tx, row, act)
        contents = [_content(NOTICE, row, tx, act, data, sub) for sub, data in notices]
        return Drafted(contents, {"typ": NOTICE.typ, "count": str(len(contents))})
    kind, make = PREPARED[act.event]
    data = make(tx, row, actor, act)
    told = {"typ": kind.typ, "lots": " ".join(data.get("lots", ()))}
    return Drafted([_content(kind, row, tx, act, data, row.lot or row.party)], told)


def says_again(waiting: Mapping[str, Any], new: Mapping[str, Any]) -> bool:
    """Whether a draft of a case says again what one that waits does: the same decision, sheet or goods. Of
    notices to one firm only the very same, for it may be sent another."""
    if "text" in new:
        return all(waiting.get(one) == new.get(one) for one in ("to", "text"))
    return all(waiting.get(one) == new.get(one) for one in ("documentNo", "sheetNo", "report", "lots"))


def _content(kind: Any, row: CaseRow, tx: Tx, act: Act, data: dict[str, Any], sub: str) -> Content:
    """One draft; raises `ActUnfit`."""
    try:
        kind(data, sub, tx.now)
    except FactMalformed as refusal:
        raise ActUnfit.at(act.event, str(refusal.params["path"])) from None
    unfit = getattr(kind(data, sub, tx.now), "unfit", None)
    if unfit is not None:
        raise ActUnfit.at(act.event, str(unfit.params["path"]))
    draft = Draft(kind.typ, sub, tx.now, data, references=(), private=(), origin=_NOWHERE, key="")
    return content_of(draft, data)


def _lots(tx: Tx, row: CaseRow, act: Act) -> list[str]:
    """The goods of the act: those of the case, and the lots that the form names; raises `ActUnfit` where a
    case about a firm names none for an act that is about goods."""
    named = [*([row.lot] if row.lot else []), *act.detail.get("lots", "").split()]
    if not named and act.event != "prepare-notice":
        raise ActUnfit.at(act.event, "$.data.lots")
    known = {lot.urn for lot in read_lots(tx.connection, named)}
    for urn in named:
        if urn not in known:
            raise UnknownLot(lot=urn)
    return list(dict.fromkeys(named))


def _hold(tx: Tx, row: CaseRow, _actor: Actor, act: Act) -> dict[str, Any]:
    return {"matter": row.number, "reason": act.why.strip(), "lots": _lots(tx, row, act)}


def _recall(tx: Tx, row: CaseRow, _actor: Actor, act: Act) -> dict[str, Any]:
    data: dict[str, Any] = {
        "matter": row.number,
        "level": act.detail.get("level", ""),
        "reason": act.why.strip(),
        "lots": _lots(tx, row, act),
        "foundOn": day_in_shanghai(row.result_at).isoformat(),
    }
    if advice := act.detail.get("advice"):
        data["advice"] = advice
    if phone := act.detail.get("phone"):
        data["contact"] = {"function": act.detail.get("function", ""), "phone": phone}
    return data


def _retest(_tx: Tx, row: CaseRow, _actor: Actor, act: Act) -> dict[str, Any]:
    return {"report": row.report, "lab": _party(act, "lab"), "reason": act.why.strip()}


def _sampling(tx: Tx, row: CaseRow, _actor: Actor, act: Act) -> dict[str, Any]:
    data: dict[str, Any] = {
        "form": 1,
        "matter": row.number,
        "lots": _lots(tx, row, act),
        "sheetNo": act.detail.get("sheetNo", ""),
        "officers": act.detail.get("officers", "").split(),
        "note": act.why.strip(),
    }
    if act.detail.get("lab"):
        data["lab"] = _party(act, "lab")
    return data


def _notice(tx: Tx, row: CaseRow, _actor: Actor, act: Act) -> dict[str, Any]:
    data: dict[str, Any] = {
        "matter": row.number,
        "to": act.detail.get("to", row.party).split(),
        "text": act.detail.get("text", "") or act.why.strip(),
        "lots": _lots(tx, row, act),
    }
    if due := act.detail.get("dueBy"):
        data["dueBy"] = _day(tx, act.event, due)
    return data


def _penalty(_tx: Tx, row: CaseRow, _actor: Actor, act: Act) -> dict[str, Any]:
    """The decision as its document says it; which goods it is about follows from the case.

    A fine of nothing is none; what was signed of nought elsewhere stays readable. Raises `ActUnfit`.
    """
    data: dict[str, Any] = {
        "form": 1,
        "matter": row.number,
        "party": row.party,
        "documentNo": act.detail.get("documentNo", ""),
        "kinds": act.detail.get("kinds", "").split(),
        "basis": [line for one in act.detail.get("basis", "").splitlines() if (line := one.strip())],
    }
    if amount := act.detail.get("amount", "").strip():
        if not amount.strip("0."):
            raise ActUnfit.at(act.event, "$.data.amount")
        data["amount"] = amount
    return data


def _notices(tx: Tx, row: CaseRow, act: Act) -> list[tuple[str, dict[str, Any]]]:
    """One notice for each consignee that signs here and has none yet; its subject is the consignee.

    It names no lot as its own: what stands on the time line of a coded lot anybody may read, and who
    bought the goods is not for everybody. Raises `ActUnfit` where nobody is left to be told.
    """
    told = notified_in(events_of(tx.connection, row.number))
    found = []
    for one in consignees_of(tx, row).values():
        if not one.party or (one.party in told and told[one.party].statement):
            continue
        batches = "、".join(sorted(urn.rsplit(":", 1)[-1] for urn in one.batches))
        text = f"{act.detail.get('text', '') or act.why.strip()}（{batches}）"
        data: dict[str, Any] = {"matter": row.number, "to": [one.party], "text": text}
        if due := act.detail.get("dueBy"):
            data["dueBy"] = _day(tx, act.event, due)
        found.append((one.party, data))
    if not found:
        raise ActUnfit.at(act.event, "$.data.to")
    return found


def _closing(tx: Tx, row: CaseRow, actor: Actor, act: Act) -> dict[str, Any]:
    """The holds of the matter end with it; each of the five 到位 is named with what proves it."""
    standing, _ = standing_of(tx, row, actor)
    shown = proved(standing.past)
    steps = standing_of(tx, row, actor)[1]
    evidence = {one.detail["proof"]: one.evidence for one in steps if one.event == "prove"}
    proofs = [_proof(name, found) for name in PROOFS if name in shown for found in evidence[name]]
    return {
        "matter": row.number,
        "orders": standing_holds(tx.connection, actor.party or "", row.number),
        "proofs": proofs,
        "lots": [row.lot] if row.lot else [],
        "reason": act.why.strip(),
    }


def _proof(name: str, evidence: str) -> dict[str, str]:
    if evidence.startswith(_SHA256):
        return {"kind": "paper", "ref": name, "sha256": evidence.removeprefix(_SHA256)}
    return {"kind": "report", "ref": f"{name} {evidence}"}


def _party(act: Act, member: str) -> str:
    try:
        return party_named(act.detail.get(member, ""))
    except Refusal:
        raise ActUnfit.at(act.event, f"$.data.{member}") from None


def _day(tx: Tx, event: str, text: str) -> str:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise ActUnfit.at(event, "$.data.dueBy") from None
    if day > DUE.last(day_in_shanghai(tx.now)):
        raise ActUnfit.at(event, "$.data.dueBy")
    return day.isoformat()


PREPARED: Final[Mapping[str, tuple[Any, Callable[[Tx, CaseRow, Actor, Act], dict[str, Any]]]]] = {
    "prepare-hold": (HOLD, _hold),
    "prepare-retest": (RETEST, _retest),
    "prepare-sampling": (SAMPLING, _sampling),
    "prepare-recall": (RECALL, _recall),
    "prepare-notice": (NOTICE, _notice),
    "prepare-penalty": (PENALTY, _penalty),
    "prepare-closing": (CLOSING, _closing),
}
"""Event -> the kind of record that it drafts, and what it says."""
DRAFTS: Final = frozenset({*PREPARED, EVERYBODY})
"""Events that lead to a signature."""

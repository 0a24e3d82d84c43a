"""Proposals of a firm's recall: its start and its steps, prepared from what was signed, kept to be signed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

from trace.calendar.shanghai import SHANGHAI_TIME, day_in_shanghai
from trace.chain.facts import recall as kinds
from trace.chain.facts.oversight_forms import LEVELS
from trace.errors import RecallLacks, RecallNothingNew, RecallTextTooLong, UnknownLot
from trace.exchange.draft import Draft, RowOrigin
from trace.ledger.claims import timestamp
from trace.oversight.deadlines import deadline
from trace.oversight.recall_clocks import FINISH
from trace.parties import Actor
from trace.store.lots.details import LotRow, read_lots, read_packs
from trace.store.lots.recall_steps import find_firm_recall
from trace.store.lots.scope import master_data
from trace.store.transaction import Connection, Transactions, Tx
from trace.typed_texts import whole_text
from trace.usecases.accounts.forms import once
from trace.usecases.recalls import recall_texts
from trace.usecases.recalls.own_recalls import OwnRecall, open_own_recall
from trace.usecases.recalls.recall_texts import GoodsTold, Telling, Told, Words, told, too_long
from trace.usecases.signing.batches import Signer
from trace.usecases.signing.content import Content, content_of
from trace.usecases.signing.waiting import keep_instead

SIGNING: Final = "/desk/sign/{}"
MOST_LOTS: Final = 200
NOTICES_AT_ONCE: Final = 500
"""In one batch to be signed; who has more consignees is asked again for the rest."""
_NOWHERE: Final = RowOrigin("", ())
_ABOUT: Final = "about"
_TEXTS: Final = {
    recall_texts.PLAN: kinds.PLAN.typ,
    recall_texts.NOTICE: kinds.NOTICE.typ,
    recall_texts.ANNOUNCEMENT: kinds.ANNOUNCEMENT.typ,
}
TREATMENTS: Final = ("destroyed", "rendered_harmless", "remedied", "returned", "mixed")
STEPS: Final = (*_TEXTS, "progress", "completion")


@dataclass(frozen=True, slots=True)
class Proposing:
    """Who proposes: the caller, as the signing page names people, the key of the form, and its words."""

    actor: Actor
    person: str
    form: str
    title: str
    words: Words


@dataclass(frozen=True, slots=True)
class Starting:
    """A recall about to be begun, as the form has it; `found_at` is local time in Shanghai."""

    lots: Sequence[str]
    level: str
    reason: str
    found_at: str
    return_to: str = ""
    function: str = ""
    phone: str = ""
    advice: str = ""


def propose_start(transactions: Transactions, who: Proposing, start: Starting) -> str:
    """The address where the recall waits for a signature.

    Raises `UnknownLot` for what is not the caller's, `RecallLacks` for what the form does not say.
    """
    found = _moment(start.found_at)
    lacking = [
        name
        for name, given in (
            ("lots", bool(start.lots)),
            ("level", start.level in LEVELS),
            ("reason", len(start.reason.strip()) > 3),
            ("found-at", found is not None),
        )
        if not given
    ]
    if lacking or found is None:
        raise RecallLacks(lacks=lacking)
    with transactions.begin(who.actor.subject) as tx:
        done = once(tx, who.form, who.actor.person)
        if done.before:
            return done.leads_to
        lots = own_lots(tx.connection, who.actor, start.lots)
        data: dict[str, Any] = {
            "lots": [one.urn for one in lots],
            "level": start.level,
            "reason": start.reason.strip(),
            "foundAt": timestamp(found),
        }
        data |= _given(returnTo=start.return_to, advice=start.advice)
        if start.function.strip() and start.phone.strip():
            data["contact"] = {"function": start.function.strip(), "phone": start.phone.strip()}
        content = content_of(_draft(tx, kinds.RECALL.typ, lots[0].urn, data), data)
        return done.to(_kept(tx, who, [content]))


def own_lots(connection: Connection, actor: Actor, urns: Sequence[str]) -> list[LotRow]:
    """The lots that the caller holds; raises `UnknownLot` for any other."""
    found = {one.urn: one for one in read_lots(connection, list(dict.fromkeys(urns))[:MOST_LOTS])}
    for urn in urns:
        if urn not in found or found[urn].holder != actor.party:
            raise UnknownLot(lot=urn[:100])
    return list(found.values())


def show_with_texts(
    transactions: Transactions,
    actor: Actor,
    statement: str,
    typed: Mapping[str, Mapping[str, str]],
    words: Words,
) -> tuple[OwnRecall, dict[str, Told]]:
    """A recall of the caller's firm, and the texts of its papers as they would stand now, with what was typed
    for each; raises `OrderUnknown`."""
    with transactions.look(actor.subject) as tx:
        seen = open_own_recall(tx, actor, statement)
        return seen, {what: _told(tx, seen, what, typed.get(what, {}), words) for what in _TEXTS}


def propose_step(
    transactions: Transactions, who: Proposing, statement: str, step: str, typed: Mapping[str, str]
) -> str:
    """The address where a step of the recall waits for a signature; one notice a consignee.

    Raises `OrderUnknown`, `RecallLacks` (what the text in force asks for and nobody has stated),
    `RecallTextTooLong`, `RecallNothingNew` (nobody is left to be told).
    """
    with transactions.begin(who.actor.subject) as tx:
        done = once(tx, who.form, who.actor.person)
        if done.before:
            return done.leads_to
        seen = open_own_recall(tx, who.actor, statement)
        if step == recall_texts.NOTICE:
            contents = _notices(tx, who, seen, typed)
        else:
            contents = [_content(tx, seen, *_said(tx, who, seen, step, typed))]
        return done.to(_kept(tx, who, contents))


def _said(
    tx: Tx, who: Proposing, seen: OwnRecall, step: str, typed: Mapping[str, str]
) -> tuple[str, dict[str, Any]]:
    figures = [{"what": what, "quantity": amount.as_json()} for what, amount in seen.scope.figures]
    if step == "progress":
        return kinds.PROGRESS.typ, {"figures": figures} | _given(note=typed.get("note", ""))
    if step == "completion":
        lacking = [] if typed.get("treatment") in TREATMENTS else ["treatment"]
        lacking += [] if len(typed.get("reason", "").strip()) > 3 else ["reason"]
        if lacking:
            raise RecallLacks(lacks=lacking)
        return kinds.COMPLETION.typ, {
            "figures": figures,
            "reason": typed["reason"].strip(),
            "treatment": typed["treatment"],
        }
    text = _whole(tx, seen, step, typed, who.words)
    if step == recall_texts.PLAN:
        finish = finish_of(tx, seen)
        return kinds.PLAN.typ, {"measures": text, "finishBy": finish.isoformat(), "figures": figures}
    published = typed.get("channels", "").strip()
    if not published:
        raise RecallLacks(lacks=["channels"])
    return kinds.ANNOUNCEMENT.typ, {"text": text, "publishedAt": whole_text("channels", published, 500)}


def _notices(tx: Tx, who: Proposing, seen: OwnRecall, typed: Mapping[str, str]) -> list[Content]:
    """A notice each for whoever has goods by the scope and was not told, its name concealed."""
    text = _whole(tx, seen, recall_texts.NOTICE, typed, who.words)
    if not seen.untold and seen.notified:
        raise RecallNothingNew
    if not seen.untold:
        return [_content(tx, seen, kinds.NOTICE.typ, {"text": text})]
    return [
        _content(tx, seen, kinds.NOTICE.typ, {"text": text, "to": [one]}, ("to",))
        for one in seen.untold[:NOTICES_AT_ONCE]
    ]


def _whole(tx: Tx, seen: OwnRecall, what: str, typed: Mapping[str, str], words: Words) -> str:
    found = _told(tx, seen, what, typed, words)
    if found.lacks:
        raise RecallLacks(lacks=list(found.lacks))
    if too_long(found.text):
        raise RecallTextTooLong(count=too_long(found.text))
    return found.text


def _told(tx: Tx, seen: OwnRecall, what: str, typed: Mapping[str, str], words: Words) -> Told:
    return told(tx.rules, seen.found_on, what, _telling(tx, seen, typed, words), words)


def _telling(tx: Tx, seen: OwnRecall, typed: Mapping[str, str], words: Words) -> Telling:
    party = master_data(tx.connection, "party", [seen.order.iss]).get(seen.order.iss, {})
    contact = seen.order.data.get("contact")
    reached: Mapping[str, Any] = contact if isinstance(contact, Mapping) else {}
    recalled = [str(amount) for what, amount in seen.scope.figures if what == "to_recall"]
    stated = {
        "name": str(party.get("name") or ""),
        "address": str(party.get("address") or ""),
        "licence": str(party.get("scNo") or party.get("licenceNo") or ""),
        "manager": str(reached.get("function") or ""),
        "phone": str(reached.get("phone") or ""),
        "reason": str(seen.order.data.get("reason") or ""),
        "treatment": str(seen.order.data.get("returnTo") or ""),
        "level": words(f"recall-text.level.{seen.order.level}") if seen.order.level in LEVELS else "",
        "limit": finish_of(tx, seen).isoformat(),
        "amount": words("recall-text.between").join(recalled),
    }
    return Telling(stated, _goods_told(tx.connection, seen), typed)


def finish_of(tx: Tx, seen: OwnRecall) -> date:
    """The day by which the recall is to be over: of its running clock, or as if its steps were done now."""
    ends = next((one.last_day for one in seen.clocks if one.step == FINISH and one.last_day), None)
    rule = tx.rules.find("R33", seen.found_on, level=seen.order.level or "")
    if ends is not None:
        return ends
    return (
        deadline(rule, tx.now).last_day if rule is not None else day_in_shanghai(tx.now) + timedelta(days=1)
    )


def _goods_told(connection: Connection, seen: OwnRecall) -> list[GoodsTold]:
    """The packs among the firm's own goods; what has no pack by its lot."""
    rows = {one.id: one for one in seen.names}
    rows |= {one.lot.id: one.lot for one in seen.scope.goods if one.certain}
    packs = {pack.lot: pack for pack, _ in read_packs(connection, "lot", rows)}
    found = []
    for number, row in rows.items():
        pack = packs.get(number)
        if pack is None:
            continue
        label = pack.data.get("label")
        product = label.get("product") if isinstance(label, Mapping) else None
        said: Mapping[str, Any] = product if isinstance(product, Mapping) else {}
        found.append(
            GoodsTold(
                row.product_name,
                pack.batch_no,
                _text(said.get("spec")) or _text(pack.data.get("packSize")),
                _text(pack.data.get("productionDate")),
                _text(pack.data.get("expiryDate")),
            )
        )
    return found or [GoodsTold(one.product_name, one.batch_no) for one in seen.names]


def _text(value: object) -> str | None:
    return value if isinstance(value, str) and value else None


def _content(
    tx: Tx, seen: OwnRecall, typ: str, data: Mapping[str, Any], private: tuple[str, ...] = ()
) -> Content:
    said = {"recall": seen.order.statement, **data}
    row = find_firm_recall(tx.connection, seen.order.statement)
    inputs: list[Mapping[str, Any]] = []
    if row is not None:
        inputs.append({"stmt": row.statement, "log": row.origin, "index": row.index, "role": _ABOUT})
    subject = seen.names[0].urn if seen.names else seen.order.statement
    draft = Draft(typ, subject, tx.now, said, references=(), private=private, origin=_NOWHERE, key="")
    return content_of(draft, said, inputs)


def _draft(tx: Tx, typ: str, sub: str, data: Mapping[str, Any]) -> Draft:
    return Draft(typ, sub, tx.now, data, references=(), private=(), origin=_NOWHERE, key="")


def _kept(tx: Tx, who: Proposing, contents: Sequence[Content]) -> str:
    number = keep_instead(tx, Signer(who.actor.party or "", who.person), who.title, contents)
    return SIGNING.format(number)


def _given(**texts: str) -> dict[str, str]:
    return {name: whole_text(name, text, 500) for name, text in texts.items() if text.strip()}


def _moment(local: str) -> datetime | None:
    try:
        found = datetime.fromisoformat(local.strip())
    except ValueError:
        return None
    return found.replace(tzinfo=SHANGHAI_TIME, microsecond=0) if found.tzinfo is None else found


__all__ = ["STEPS", "TREATMENTS", "Proposing", "Starting", "propose_start", "propose_step", "show_with_texts"]

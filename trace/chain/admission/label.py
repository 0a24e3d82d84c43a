"""Label checks: what a label must say (R20: 《预包装食品追溯二维码赋码工作指引》), its changes (R53)."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from functools import lru_cache
from typing import Final

from trace.chain import facts
from trace.chain.admission.deciding import decides
from trace.chain.admission.decision import Decision
from trace.chain.admission.lots import listed
from trace.chain.chain_state import KnownLot
from trace.chain.effects import LotMentioned, RecordKept
from trace.chain.facts import GoodsPacked, LabelChanged
from trace.chain.facts.reading import attribute
from trace.chain.label_text import Text, change_texts, label_texts, text_of
from trace.errors.food import LabelChangeEmpty, LabelChangeFalse, LabelFieldFixed, NoLabelOfYours

_OF_THE_PACK: Final = {"productionDate", "batchNo"}
_CHANGEABLE: Final = "P18"
MENTIONED: Final = "label"
"""The role of a change on the time line of the lot that it is about."""


def check_label(decision: Decision, fact: GoodsPacked, lot: int) -> None:
    """Mark the pack when a group lacks a field; the gate of the code stays closed until it is corrected."""
    groups = decision.rules.find("R20", decision.day)
    if groups is None:
        return
    missing: list[str] = []
    for group in groups.items:
        wanted = decision.rule("R20", group=group).items
        missing.extend(f"{group}.{field}" for field in wanted if not _filled(fact, group, field))
    if missing:
        lacking = len({name.split(".")[0] for name in missing})
        decision.mark("R20", lot, missing=missing, value=len(groups.items) - lacking, limit=len(groups.items))


def _filled(fact: GoodsPacked, group: str, field: str) -> bool:
    if group == "product" and not _OF_THE_PACK.isdisjoint(field.split("|")):
        return True
    part = getattr(fact.label, group)
    if isinstance(part, tuple):
        return bool(part)
    return any(getattr(part, name, None) for name in _attributes(field))


@lru_cache(maxsize=256)
def _attributes(field: str) -> tuple[str, ...]:
    """The attributes of "a|b", either of which will do."""
    return tuple(attribute(name) for name in field.split("|"))


@decides(facts.label.LABEL_CHANGE)
def change(decision: Decision, fact: LabelChanged) -> None:
    """R53: what the page says is changed by a record that says truly what it said before.

    Raises `LabelFieldFixed`, `LabelChangeEmpty`, `LabelChangeFalse`, `LotUnknown`, `LotNotHeld`,
    `NoLabelOfYours`. The pack record stays as it was signed.
    """
    allowed = decision.rule(_CHANGEABLE)
    clause = allowed.cited
    if fact.field not in allowed.items:
        decision.refuse(
            LabelFieldFixed(rule="R53", clause=clause, field=fact.field, allowed=list(allowed.items))
        )
    stated, after = text_of(fact.before), text_of(fact.after)
    if stated == after:
        decision.refuse(LabelChangeEmpty(rule="R53", clause=clause, field=fact.field, value=shown(after)))
    for subject, said in _said_now(decision, fact):
        if said != stated:
            decision.refuse(
                LabelChangeFalse(
                    rule="R53",
                    clause=clause,
                    field=fact.field,
                    subject=subject,
                    value=shown(stated),
                    limit=shown(said),
                )
            )
    decision.add(RecordKept(decision.next_id("record"), fact.sub, decision.public))
    if fact.about_lot:
        decision.add(LotMentioned(decision.lot(fact.sub).id, MENTIONED))


def shown(text: Text) -> str:
    """A text as figures show it; "—" where nothing is said."""
    return "、".join(text) if isinstance(text, tuple) else text or "—"


def _said_now(decision: Decision, fact: LabelChanged) -> list[tuple[str, Text]]:
    """(urn, what its page says in that field) of the product, or of every pack that the lot became."""
    if not fact.about_lot:
        product = decision.known.master.product(fact.sub, decision.claims.iss)
        if not product:
            decision.refuse(NoLabelOfYours(subject=fact.sub, iss=decision.claims.iss))
            return []
        texts = label_texts({}, product, {})
        change_texts(texts, _changes(decision, {fact.sub}))
        return [(fact.sub, texts[fact.field])]
    packs = _packs(decision, decision.acted_lot(fact.sub))
    if not packs:
        decision.refuse(NoLabelOfYours(subject=fact.sub, iss=decision.claims.iss))
    return [(lot.urn, _text_of_pack(decision, lot, fact.field)) for lot in packs]


def _packs(decision: Decision, lot: KnownLot) -> list[KnownLot]:
    """The lot itself, or the packs of the issuer that are the same goods below it."""
    if lot.pack is not None:
        return [lot]
    iss = decision.claims.iss
    below = [
        one
        for one in decision.known.lots.values()
        if one.pack is not None and one.holder == iss and lot.urn in listed(one, "goods")
    ]
    return sorted(below, key=lambda one: one.id)


def _text_of_pack(decision: Decision, lot: KnownLot, field: str) -> Text:
    data = lot.pack.data if lot.pack is not None else {}
    label, known = data.get("label"), decision.known
    product = known.master.product(str(data.get("product")), decision.claims.iss)
    party = known.parties.get(decision.claims.iss, {})
    texts = label_texts(label if isinstance(label, Mapping) else {}, product, party)
    change_texts(texts, _changes(decision, {lot.urn, str(data.get("product")), *listed(lot, "goods")}))
    return texts[field]


def _changes(decision: Decision, subjects: Collection[str]) -> list[Mapping[str, object]]:
    """What the issuer changed about these subjects before, in order of arrival."""
    earlier = sorted(decision.known.label_changes.items())
    return [one.data for _, one in earlier if one.subject in subjects and one.iss == decision.claims.iss]

"""What a revoked key signed: void from the index that a registrar names, back to what is logged already.

Rows stay. The goods that a void statement made or spoke of, in its signer's name, bear a mark that closes
their gates; what it proved for anybody (a certificate, a passed test) proves nothing any more. Its bad news
stays: nobody sheds a failed test by revoking a key. The mark belongs to the void statement, so that a
correction of it under a valid key takes it away.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Final

from trace.chain.chain_state import ChainState
from trace.chain.effects import CertificateNoted, Effect, Effects, EntryRef, Mark, NewLot, RecordSuperseded
from trace.chain.facts.keys import KEY_REVOKE
from trace.chain.ids import row_id
from trace.chain.known_states import KnownLot, KnownStatement
from trace.chain.report_effects import ReportNoted
from trace.parties import REGISTRAR
from trace.rules import Rules

KEY_INVALID: Final = "key-invalid"
_RULE: Final = "P32"
_LAST = 255
"""Marks of void statements count down from their last row id, the marks that they made up from the first."""


def taken_back(
    effects: Effects,
    data: Mapping[str, object],
    known: ChainState,
    rules: Rules,
    *,
    roles: frozenset[str] | tuple[str, ...],
) -> Effects:
    """The effects of a statement, with what a revocation takes back of what was signed before it.

    Only a registrar dates a revocation back.
    """
    kid, since = data.get("kid"), data.get("invalidFromIndex")
    if effects.typ != KEY_REVOKE.typ or REGISTRAR not in roles or type(since) is not int:
        return effects
    entry = effects.entry
    more: list[Effect] = []
    for origin, index, name in sorted(known.signatures.get(str(kid), ())):
        stated = known.statements.get(name)
        if origin != entry.origin or not since <= index < entry.index:
            continue
        # What was refused with its group is known no more, or has another place by now.
        if stated is not None and stated.index == index and stated.amended_by is None:
            more += _voided(stated, known, rules, entry)
    return replace(effects, changes=(*effects.changes, *more))


def void_at_once(effects: Effects, known: ChainState, rules: Rules) -> Effects:
    """The effects of carried evidence whose key was revoked back to before it, when that is known already."""
    entry = effects.entry
    stated = KnownStatement(
        entry.statement_id,
        effects.typ,
        entry.iss,
        effects.sub,
        entry.origin,
        entry.index,
        effects.occurred_at,
    )
    made = [change for change in effects.changes if isinstance(change, NewLot)]
    about = known.lots.get(effects.sub)
    ids = [one.id for one in made]
    if about is not None and about.holder == entry.iss:
        ids.append(about.id)
    more: list[Effect] = list(_marks(stated, ids, rules, entry))
    noted = [change for change in effects.changes if isinstance(change, CertificateNoted | ReportNoted)]
    more += [_superseded(change) for change in noted if _proves(change)]
    return replace(effects, changes=(*effects.changes, *more))


def _voided(stated: KnownStatement, known: ChainState, rules: Rules, entry: EntryRef) -> Iterator[Effect]:
    made = known.made.get(stated.statement)
    lots = [lot for id_ in (made.lots if made is not None else ()) if (lot := known.lot_of(id_)) is not None]
    about = known.lots.get(stated.sub)
    if about is not None and about.id not in {lot.id for lot in lots} and about.holder == stated.iss:
        lots.append(about)
    bare = [lot.id for lot in lots if not _is_marked(lot, stated)]
    yield from _marks(stated, bare, rules, entry)
    # What it proved is taken from whoever holds the goods: such a word is credit to nobody.
    for lot in [*lots, *([about] if about is not None and about not in lots else [])]:
        proofs: list[CertificateNoted | ReportNoted] = [*lot.certificates, *lot.reports]
        for noted in proofs:
            if noted.id & ~_LAST == row_id(stated.origin, stated.index) and _proves(noted):
                yield _superseded(noted)


def _marks(stated: KnownStatement, lots: list[int], rules: Rules, entry: EntryRef) -> Iterator[Effect]:
    day = entry.logged_at.date()
    admission = rules.admission(_RULE, KEY_REVOKE.typ, day)
    if admission is None:
        return
    rule = rules.at(_RULE, day)
    params = {"clause": rule.cited, "statement": stated.statement}
    for number, lot in enumerate(lots[: _LAST + 1]):
        mark = row_id(stated.origin, stated.index, _LAST - number)
        yield Mark(mark, rule.id, admission.code, lot, admission.gates, params, None)


def _is_marked(lot: KnownLot, stated: KnownStatement) -> bool:
    return any(
        mark.code == KEY_INVALID and mark.params.get("statement") == stated.statement for mark in lot.marks
    )


def _proves(noted: CertificateNoted | ReportNoted) -> bool:
    return isinstance(noted, CertificateNoted) or noted.conclusion == "pass"


def _superseded(noted: CertificateNoted | ReportNoted) -> RecordSuperseded:
    kind = "report" if isinstance(noted, ReportNoted) else "certificate"
    return RecordSuperseded(kind, noted.id, noted.lot, None)

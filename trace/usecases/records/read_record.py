"""One record in words: who signed what and when, what corrected it, which lots it touches.

A reader sees of it what `show_statement` shows, and no more: of a record that is not theirs its place alone.
Where an authority opens a record of a firm, it says what for, and the firm sees that it looked.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from trace.chain.facts import KINDS
from trace.chain.facts.corrections import CORRECTION
from trace.chain.facts.exchange import SENT
from trace.chain.sight import Sight
from trace.ledger.statement import Statement, parse_statement
from trace.parties import AUTHORITIES, Actor
from trace.store.casework.asked import firm_names
from trace.store.casework.cases import find_case
from trace.store.chain.own_records import later_corrections, later_revisions
from trace.store.log.entries import find_entries
from trace.store.lots.details import LotRow, read_lots
from trace.store.transaction import Transactions, Tx
from trace.usecases.casework.look import Purpose, Seen, note_look
from trace.usecases.casework.standing import hold_on
from trace.usecases.lots.sight import sight
from trace.usecases.proof.show_statement import LoggedStatement, PlacedStatement, shown_in
from trace.usecases.stated.record_bars import Asked, lots_of_records

_DIGESTS: Final = "_sd"
_LOT, _FIRM = "urn:lot:", "urn:uscc:"
_AMENDS, _REPLACEMENT, _REASON = "amends", "replacement", "reason"
_REPLACES: Final = "replaces"
_REVISED: Final = frozenset(one.typ for one in SENT)


@dataclass(frozen=True, slots=True)
class Said:
    """What a statement says, as far as its reader may see it; `data` is None where a record is taken back.

    `typ`: the kind that the data are of, of a correction that of the corrected record; `concealed`: how many
    members are for its sides and the authority alone.
    """

    typ: str
    sub: str
    iss: str
    kid: str
    occurred_at: datetime
    signed_at: datetime
    data: Mapping[str, Any] | None
    concealed: int
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Version:
    """A statement by its place; `said` is None where its reader may see the place alone."""

    place: PlacedStatement
    said: Said | None


@dataclass(frozen=True, slots=True)
class LotTouched:
    """A lot that the record is about; `own`: held by the reader, `seen`: something of it may be seen."""

    urn: str
    kind: str
    product: str
    batch_no: str
    own: bool
    seen: bool


@dataclass(frozen=True, slots=True)
class ReadRecord:
    """A record, its corrections in their order, and its lots. `amends`: what it corrects, "" for nothing;
    `names`: the registered names of firms that it shows to its reader."""

    version: Version
    signer: str
    amends: str
    corrections: Sequence[Version]
    lots: Sequence[LotTouched]
    purpose: str
    names: Mapping[str, str]

    @property
    def standing(self) -> Version:
        """What counts now: the last correction, the record itself where there is none."""
        return self.corrections[-1] if self.corrections else self.version


def read_record(transactions: Transactions, stmt: str, reader: Actor, purpose: str = "") -> ReadRecord:
    """The record of that id; raises `UnknownStatement`, or `PurposeMissing` to an authority without one."""
    with transactions.look(reader.subject) as tx:
        version = _version(tx, stmt, reader)
        said = version.said
        if said is None:
            return ReadRecord(version, "", "", (), (), "", {})
        why = _purpose(tx, reader, purpose) if _asks_purpose(reader, said) else None
        if why is not None:
            why.required()
        corrections = tuple(_corrections(tx, stmt, reader))
        shown = [one.said.data for one in (version, *corrections) if one.said is not None]
        names = firm_names(tx.connection, [said.iss, *_named(shown, _FIRM)])
        record = ReadRecord(
            version,
            names.get(said.iss, ""),
            _amended(version),
            corrections,
            [_touched(tx, reader, lot) for lot in _lots(tx, stmt, said)],
            "" if why is None else why.text,
            names,
        )
    if why is not None:
        note_look(transactions, reader, {said.iss}, Seen("page", stmt, 1 + len(record.corrections)), why)
    return record


def _asks_purpose(reader: Actor, said: Said) -> bool:
    """A firm's own record, of a kind that not everybody may read, before an authority."""
    kind = KINDS.get(said.typ)
    of_authorities = kind is not None and (kind.stated_by <= AUTHORITIES or kind.open_to_all)
    return reader.oversees and not reader.acts_for(said.iss) and not of_authorities


def _purpose(tx: Tx, reader: Actor, text: str) -> Purpose:
    """The purpose; the number of a case that the reader's office has in hand makes it the case's."""
    case = find_case(tx.connection, text.strip().upper())
    bound = case is not None and hold_on(tx, reader, case) is not None
    return Purpose(text, case.number if case is not None and bound else "")


def _version(tx: Tx, stmt: str, reader: Actor) -> Version:
    place = shown_in(tx, stmt, reader)
    return Version(
        place, _said(tx, parse_statement(place.jws)) if isinstance(place, LoggedStatement) else None
    )


def _said(tx: Tx, signed: Statement) -> Said:
    claims, data = signed.claims, signed.revealed_data()
    typ, reason = claims.typ, ""
    shown: Mapping[str, Any] | None = data
    if claims.typ == CORRECTION.typ:
        amended = find_entries(tx.connection, [str(data.get(_AMENDS))]).get(str(data.get(_AMENDS)))
        typ, reason = amended.typ if amended else claims.typ, str(data.get(_REASON, ""))
        replaced: Any = data.get(_REPLACEMENT)
        shown = replaced if isinstance(replaced, Mapping) else None
    concealed = _digests(claims.data) - len(signed.disclosures)
    return Said(
        typ,
        claims.sub,
        claims.iss,
        signed.kid,
        claims.occurred_at,
        claims.signed_at,
        shown,
        concealed,
        reason,
    )


def _digests(value: Any) -> int:
    if isinstance(value, Mapping):
        return sum(len(one) if name == _DIGESTS else _digests(one) for name, one in value.items())
    return sum(map(_digests, value)) if isinstance(value, list | tuple) else 0


def _amended(version: Version) -> str:
    place = version.place
    if not isinstance(place, LoggedStatement):
        return ""
    return _named_first(parse_statement(place.jws))


def _named_first(signed: Statement) -> str:
    """What a correction amends or the revision of a message replaces; "" of any other statement."""
    claims = signed.claims
    if claims.typ == CORRECTION.typ:
        return str(claims.data.get(_AMENDS, ""))
    return str(claims.data.get(_REPLACES, "")) if claims.typ in _REVISED else ""


def _corrections(tx: Tx, stmt: str, reader: Actor) -> list[Version]:
    """Every correction or revision of the record, those that the reader may not read by their places."""
    names = [*later_corrections(tx.connection, stmt), *later_revisions(tx.connection, stmt)]
    later = find_entries(tx.connection, names)
    found = [one for one in later.values() if _named_first(parse_statement(one.jws)) == stmt]
    return [_version(tx, one.statement_id, reader) for one in sorted(found, key=lambda each: each.index)]


def _lots(tx: Tx, stmt: str, said: Said) -> list[LotRow]:
    """The lots that it made, then those that it names where its reader can read it."""
    made, _ = lots_of_records(tx.connection, [Asked(stmt, said.typ, said.sub)])[stmt]
    named = read_lots(tx.connection, sorted(set(_named(said.data or {}, _LOT))))
    return list({**made, **{lot.id: lot for lot in named}}.values())


def _named(value: Any, start: str) -> Iterator[str]:
    if isinstance(value, Mapping):
        value = list(value.values())
    if isinstance(value, list | tuple):
        for one in value:
            yield from _named(one, start)
    elif isinstance(value, str) and value.startswith(start):
        yield value


def _touched(tx: Tx, reader: Actor, lot: LotRow) -> LotTouched:
    seen = sight(tx.connection, reader, lot).sight is not Sight.NONE
    return LotTouched(
        lot.urn, lot.kind, lot.product_name or "", lot.batch_no or "", lot.holder == reader.party, seen
    )

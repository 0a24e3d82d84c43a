"""The loader of the words that hand-overs hang on: statements as signed, and whatever answers them.

Statements are taken by the projection, so that replay sees what had arrived by then; their bytes come from
the log or from the evidence. The walk goes on until nothing new is named: two or three rounds.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from sqlalchemy import Connection

from trace.chain.admission.disputes import UNAGREED
from trace.chain.chain_state import ChainState, KnownDispute, KnownStatement
from trace.chain.facts.corrections import CORRECTION
from trace.chain.known_words import WordBook, about_of, is_word, names_of, sent_lots, stated_data
from trace.chain.needs import Needs
from trace.chain.pair_names import PAIR_NAMES
from trace.ledger.pairing import Place, Signed
from trace.ledger.statement import parse_statement
from trace.store.base import from_micros
from trace.store.chain import rows
from trace.store.chain.handovers import load_handovers
from trace.store.chain.lots import add_lots, read_lots_by_id, read_lots_by_urn
from trace.store.columns import json_list
from trace.store.query import rows_where

_STATED: Final = (
    "SELECT stmt, typ, iss, sub, origin, idx, occurred_at, logged_at, id FROM statement WHERE {by}"
)
_BY_STMT: Final = _STATED.format(by="stmt {among}")
_BY_ID: Final = _STATED.format(by="id {among}")
_ANSWERS: Final = (
    "SELECT statement.stmt, statement.iss, statement.typ, answer.about FROM answer "
    "JOIN statement ON statement.id = (answer.id & -256) WHERE answer.about {among}"
)
_OWN: Final = "SELECT stmt, jws, kid FROM log_entry WHERE stmt {among}"
_CARRIED: Final = "SELECT stmt, jws, kid, origin FROM evidence_entry WHERE stmt {among}"
_VOID: Final = (
    "SELECT origin, kid, invalid_from FROM signing_key WHERE kid {among} AND invalid_from IS NOT NULL"
)
_FALLEN: Final = (
    "SELECT stmt FROM log_entry WHERE kid {among} UNION SELECT stmt FROM evidence_entry WHERE kid {among}"
)
_DISPUTES: Final = (
    "SELECT statement.stmt, statement.typ, iss, sub, origin, idx, occurred_at, dispute.id, dispute.lot, "  # noqa: S608
    "dispute.statements, dispute.outcome FROM dispute "
    "JOIN statement ON statement.id = (dispute.id & -256) WHERE dispute.lot {among} "
    f"AND (dispute.outcome IS NULL OR dispute.outcome NOT IN ({', '.join(map(repr, sorted(UNAGREED)))}))"
)
_LINKS: Final = f"SELECT {rows.LINK.columns} FROM link WHERE id {{among}} AND kind = 'receive'"  # noqa: S608
_LOTS: Final = "SELECT id FROM lot WHERE urn {among}"
_ROUNDS: Final = 8
Answer = tuple[str, str, str, str]
"""A statement, its signer and kind, and what it answers."""


def load_words(connection: Connection, needs: Needs, known: ChainState) -> None:
    """Fill in what bears on the hand-overs and claims that `needs` names."""
    kids = {kid for kid, _ in needs.fallen}
    fallen = frozenset(stmt for (stmt,) in rows_where(connection, _FALLEN, kids, kids))
    settled = (known.disputes[name] for name in needs.disputes if name in known.disputes)
    fallen |= {statement for dispute in settled for statement in dispute.statements}
    wanted = Needs(handovers=needs.handovers | fallen, claims=needs.claims | fallen)
    names: set[str] = set()
    asked: set[str] = set()
    waiting: list[Answer] = []
    for _ in range(_ROUNDS):
        new = names - asked or wanted.handovers | wanted.claims
        if new <= asked:
            break
        asked |= new
        load_handovers(connection, wanted, known)
        claims = {claim.id for claim in known.claims.values()}
        stated = _signed(connection, _BY_ID, claims, known)
        stated += _signed(connection, _BY_STMT, new | {one.stmt for one in known.handovers.values()}, known)
        waiting += [tuple(row) for row in rows_where(connection, _ANSWERS, {one.id for one in stated} | new)]
        answers = {one[0] for one in waiting if _counts(known.words, one)}
        waiting = [one for one in waiting if one[0] not in answers]
        stated += _signed(connection, _BY_STMT, answers, known, answering=True)
        names |= answers
        for one in stated:
            names.add(one.id)
            names.update(about_of(one), names_of(stated_data(one)), sent_lots(one))
        more = frozenset(names - asked)
        wanted = Needs(handovers=more, claims=frozenset(name for name in more if ":" not in name))
    _load_goods(connection, known)


def _counts(words: WordBook, answer: Answer) -> bool:
    """Whether an answer is worth reading: what a stranger says of a receipt, or corrects, never is."""
    _, iss, typ, about = answer
    named = words.signed.get(about)
    if named is None or named.iss == iss:
        return True
    if typ == CORRECTION.typ:
        return False
    return named.typ != PAIR_NAMES.receipt or iss in words.sides_of(named)


def load_disputes_about(connection: Connection, statements: Iterable[str], known: ChainState) -> None:
    """The open disputes about the goods of these statements, and those on whose end there is agreement."""
    stated = [one for name in statements if (one := known.statements.get(name)) is not None]
    subjects = {one.sub for one in stated if one.sub.startswith("urn:lot:")}
    lots = {row[0] for row in rows_where(connection, _LOTS, subjects)}
    _load_disputes(connection, lots, known)


def _load_disputes(connection: Connection, lots: Iterable[int], known: ChainState) -> None:
    for row in rows_where(connection, _DISPUTES, lots):
        opener, typ, iss, sub, origin, index, occurred_at, dispute, lot, about, outcome = row
        statements = tuple(json_list(about))
        if outcome is None:
            known.disputes.setdefault(opener, KnownDispute(dispute, lot, statements))
            opened = KnownStatement(opener, typ, iss, sub, origin, index, from_micros(occurred_at))
            known.statements.setdefault(opener, opened)  # a party's, or one that arose by itself
        else:
            known.words.agreed.update(dict.fromkeys((opener, *statements), True))


def _signed(
    connection: Connection, text: str, wanted: Iterable[object], known: ChainState, *, answering: bool = False
) -> list[Signed]:
    """The statements as signed, those that matter and are not here yet, in the order of their arrival."""
    found = [row for row in rows_where(connection, text, wanted) if row[0] not in known.words.signed]
    names = {row[0] for row in found}
    bytes_of = {stmt: (jws, kid) for stmt, jws, kid, *_ in rows_where(connection, _CARRIED, names)}
    bytes_of.update({stmt: (jws, kid) for stmt, jws, kid in rows_where(connection, _OWN, names)})
    void = {
        (origin, kid): since
        for origin, kid, since in rows_where(connection, _VOID, {kid for _, kid in bytes_of.values()})
    }
    made: list[Signed] = []
    for stmt, typ, iss, sub, origin, index, occurred_at, logged_at, _ in sorted(
        found, key=lambda row: row[8]
    ):
        if stmt not in bytes_of:
            continue
        jws, kid = bytes_of[stmt]
        data = parse_statement(jws).claims.data
        if not is_word(typ, data) and not (answering and typ == CORRECTION.typ):
            continue
        place = Place.at(from_micros(logged_at), origin, index)
        valid = index < void.get((origin, kid), index + 1)
        one = Signed(stmt, typ, iss, data, place, valid)
        known.keep_word(one, kid)
        known.statements.setdefault(
            stmt, KnownStatement(stmt, typ, iss, sub, origin, index, from_micros(occurred_at))
        )
        made.append(one)
    return made


def _load_goods(connection: Connection, known: ChainState) -> None:
    """The lots of the hand-overs and claims, their links, and the disputes about them."""
    lots = {claim.lot for claim in known.claims.values()}
    lots |= {lot for one in known.handovers.values() for lot in (one.lot, one.from_lot)}
    add_lots(connection, known, read_lots_by_id(connection, lots - known.lot_urns.keys()))
    named = {name for one in known.words.signed.values() for name in names_of(stated_data(one))}
    urns = {name for name in named if name.startswith("urn:lot:")} - known.lots.keys()
    add_lots(connection, known, read_lots_by_urn(connection, urns))
    for row in rows_where(connection, _LINKS, set(known.claims)):
        link = rows.LINK_SET.read(row)
        before = known.links.get(link.id)
        if before is None or link.state != "superseded":
            known.links[link.id] = link
    _load_disputes(connection, lots, known)

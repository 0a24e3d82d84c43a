"""The bytes of a batch for one key: claims in the order of its chain, each but for what only signing brings.

From the second on `prev` is left to the signer, and statements of the same batch stand under stand-ins
(`draft_id`), as drafts that are checked do. What was signed already is named as what it is.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import orjson

from trace.ledger.algorithms import PrivateKey
from trace.ledger.canonical import encode
from trace.ledger.claims import timestamp
from trace.ledger.disclosure import DIGESTS
from trace.ledger.statement import Statement, parse_disclosed, sign_statement
from trace.store.log.entries import ChainHead
from trace.store.signing.batches import BatchRow, DraftRow
from trace.usecases.intake.check_drafts import draft_id
from trace.usecases.signing.content import Content

_NOWHERE: Final = ""
_YET: Final = "yet-to-be-logged"
"""In place of the log of a draft of the same batch, until it was signed; readers of claims want a name."""
_NEVER: Final = 10**9
"""Numbers of drafts that are not signed now: no other draft has one of them."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """One draft as the signer gets it: its place in the batch, the claims, the disclosures beside them."""

    place: int
    claims: Mapping[str, Any]
    disclosures: tuple[str, ...]

    @property
    def text(self) -> str:
        """The very bytes, as text."""
        return encode(dict(self.claims)).decode()


@dataclass(frozen=True, slots=True)
class Place:
    """A statement that stands: its id and where."""

    stmt: str
    log: str
    index: int


def prepare(
    batch: BatchRow,
    rows: Sequence[DraftRow],
    stream: str,
    head: ChainHead | None,
    blocked: Collection[int] = (),
) -> tuple[Prepared, ...]:
    """What of a batch is still to be signed, behind the head of that chain, without the places `blocked`."""
    waiting = [row for row in rows if row.stmt is None and row.place not in blocked]
    names = _names(rows, waiting)
    seq = head.seq if head is not None else 0
    found = []
    for number, row in enumerate(waiting, 1):
        content = Content.from_data(row.content)
        claims, disclosures = _claims(batch, content, names)
        claims |= {"stream": stream, "seq": seq + number}
        if number == 1 and head is not None:
            claims["prev"] = head.statement_id
        found.append(Prepared(row.place, claims, disclosures))
    return tuple(found)


def _names(rows: Sequence[DraftRow], waiting: Sequence[DraftRow]) -> dict[str, Place | str]:
    """What the stand-ins of a batch mean now: another number, or the statement that a draft became."""
    names: dict[str, Place | str] = {draft_id(row.place): draft_id(_NEVER + row.place) for row in rows}
    names |= {draft_id(row.place): draft_id(number) for number, row in enumerate(waiting, 1)}
    for row in rows:
        if row.stmt is not None:
            names[draft_id(row.place)] = Place(row.stmt, row.log or _NOWHERE, row.index or 0)
    return names


def _claims(
    batch: BatchRow, content: Content, names: Mapping[str, Place | str]
) -> tuple[dict[str, Any], tuple[str, ...]]:
    """The claims of a draft but for its place in a chain, and the disclosures beside them."""
    sealed, disclosures = content.sealed()
    claims: dict[str, Any] = {
        "v": 1,
        "typ": content.typ,
        "iss": batch.iss,
        "jti": content.jti,
        "sub": content.sub,
        "occurredAt": content.occurred_at,
        "signedAt": timestamp(batch.signed_at),
        "data": named(sealed, names),
    }
    if content.inputs:
        inputs = [named(one, names) for one in content.inputs]
        claims["inputs"] = [{**one, "log": one["log"] or _YET} for one in inputs]
    if disclosures:
        claims["_sd_alg"] = "sha-256"
    if batch.anchor:
        claims["anchor"] = orjson.loads(batch.anchor)
    return claims, disclosures


def says(row: DraftRow, statement: Statement, names: Mapping[str, Place | str]) -> bool:
    """Whether a statement says what the draft says, `names` being what the stand-ins of its batch became.

    Of an input its place in the log is left out: only signing brings it.
    """
    claims, content = statement.claims, Content.from_data(row.content)
    sealed, _ = content.sealed()
    cited = {(named(str(one["stmt"]), names), str(one["role"])) for one in content.inputs}
    return (
        (claims.typ, claims.sub, claims.jti) == (content.typ, content.sub, content.jti)
        and claims.raw["occurredAt"] == content.occurred_at
        and claims.data == named(sealed, names)
        and {(one.stmt, one.role) for one in claims.inputs} == cited
    )


def named(value: Any, names: Mapping[str, Place | str]) -> Any:
    """A value with stand-ins as what they stand for; of an input its place in the log too."""
    if isinstance(value, str):
        stands = names.get(value, value)
        return stands.stmt if isinstance(stands, Place) else stands
    if isinstance(value, Mapping):
        found = {name: inner if name == DIGESTS else named(inner, names) for name, inner in value.items()}
        place = names.get(str(value.get("stmt"))) if "role" in value and "index" in value else None
        return {**found, "log": place.log, "index": place.index} if isinstance(place, Place) else found
    return [named(one, names) for one in value] if isinstance(value, list | tuple) else value


def sign_wave(
    drafts: Sequence[Prepared], key: PrivateKey, done: dict[str, Place | str], prev: str | None, first: int
) -> list[tuple[Prepared, Statement]]:
    """Sign the longest run of drafts in which no input names one of the run itself: its place must be known.

    `first` is the number of the first among all that were prepared. `done` grows by the ids that were signed.
    """
    signed: list[tuple[Prepared, Statement]] = []
    fresh: set[str] = set()
    for number, draft in enumerate(drafts, first):
        if any(one["stmt"] in fresh for one in draft.claims.get("inputs", ())):
            break
        claims = named(draft.claims, done)
        if claims["seq"] > 1:
            claims["prev"] = prev
        statement = sign_statement(claims, key)
        statement = parse_disclosed(statement.compact, draft.disclosures)
        prev = statement.statement_id
        fresh.add(draft_id(number))
        done[draft_id(number)] = prev
        signed.append((draft, statement))
    return signed

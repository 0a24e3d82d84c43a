"""Drafts of single forms that wait already: shown where the form is, and replaced when it is sent again.

One form about one thing has one draft. Whoever fills it in a second time before the first was signed mends
it; two batches would say it twice.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from trace.chain.facts.oversight import ACKNOWLEDGEMENT
from trace.parties import Actor
from trace.store.signing.batches import drop_waiting, list_waiting_drafts
from trace.store.transaction import Transactions, Tx
from trace.usecases.signing.batches import Signer, keep_in
from trace.usecases.signing.content import Content

_MOST: Final = 1_000
_CITED: Final = ("about", "amends", "recall", "receipt", "handover", "matter", "lot")
"""Members that say which thing a form is about, beside its subject."""
Key = tuple[object, ...]
Same = Callable[[Mapping[str, Any], Mapping[str, Any]], bool]


@dataclass(frozen=True, slots=True)
class WaitingDraft:
    """A draft that waits: its batch, the title of that, its kind and what it is about."""

    batch: str
    title: str
    typ: str
    names: frozenset[str]


def keep_instead(
    tx: Tx, who: Signer, title: str, contents: Sequence[Content], same: Same = lambda _waiting, _new: True
) -> str:
    """Keep drafts of a form in place of those of the same form that wait; the name of the batch.

    `same`: whether new data say again what waiting ones do, where two may stand side by side.
    """
    new = {_key(one.typ, one.sub, one.data): one.data for one in contents}
    waiting: dict[str, list[bool]] = {}
    for batch, _, said in list_waiting_drafts(tx.connection, who.iss, _MOST):
        again = new.get(_key(said["typ"], said["sub"], said["data"]))
        waiting.setdefault(batch, []).append(again is not None and same(said["data"], again))
    for batch, replaced in waiting.items():
        if all(replaced):
            drop_waiting(tx.connection, batch)
    return keep_in(tx, who, title, contents)


def waiting_about(
    transactions: Transactions, actor: Actor, names: Collection[str] | None, typs: Collection[str] = ()
) -> list[WaitingDraft]:
    """What of the caller's organisation waits for a signature and is about one of these names (None:
    whatever it is about), of one of these kinds where any are named; one a batch, the newest first."""
    found: dict[str, WaitingDraft] = {}
    with transactions.look(actor.subject) as tx:
        rows = list_waiting_drafts(tx.connection, actor.party or "", _MOST)
    for batch, title, said in rows:
        cited = (str(said["data"][one]) for one in _CITED if one in said["data"])
        about = frozenset({str(said["sub"]), *cited})
        if (names is None or not about.isdisjoint(names)) and (not typs or said["typ"] in typs):
            found.setdefault(batch, WaitingDraft(batch, title, str(said["typ"]), about))
    return list(found.values())


def _key(typ: str, sub: str, data: Mapping[str, Any]) -> Key:
    """An answer to a letter is another form than the receipt for it, of one kind of record."""
    answers = typ == ACKNOWLEDGEMENT.typ and "note" in data
    return (typ, sub, answers, *(str(data.get(one, "")) for one in _CITED))

"""A place's outline, said beside what stands of it: exact corners concealed, the shape for everybody."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from trace.chain.facts.master import PLACE
from trace.chain.privacy import exposed
from trace.chain.sketch import north_in_sketch, sketch_of
from trace.errors import PlaceUnstated
from trace.exchange.draft import Draft, RowOrigin
from trace.exchange.outlines import Corner
from trace.parties import Actor
from trace.store.transaction import Transactions
from trace.usecases.accounts.forms import once
from trace.usecases.signing.batches import Signer
from trace.usecases.signing.content import content_of
from trace.usecases.signing.waiting import keep_instead
from trace.usecases.stated.own_records import newest_data

SIGNING: Final = "/desk/sign/{}"
_ORIGIN: Final = RowOrigin("outline", ())


@dataclass(frozen=True, slots=True)
class Outlining:
    """Who states it, the form's key, and the title under which it waits."""

    actor: Actor
    form: str
    title: str


def own_place(transactions: Transactions, actor: Actor, place: str) -> Mapping[str, Any]:
    """What one's own organisation stated last of a place; raises `PlaceUnstated`."""
    with transactions.look(actor.subject) as tx:
        found = newest_data(tx.connection, actor.party or "", tx.origin, PLACE.typ, place)
    if not found:
        raise PlaceUnstated(place=place[:60])
    return found


def outline_place(
    transactions: Transactions,
    who: Outlining,
    place: str,
    *,
    outline: Sequence[Corner] = (),
    corners: Sequence[tuple[int, int]] = (),
) -> str:
    """Where the place with its outline waits to be signed: `outline` in degrees, or `corners` of a drawing,
    which has no place. Raises `PlaceUnstated`."""
    stands = dict(own_place(transactions, who.actor, place))
    for name in ("outline", "sketch", "north"):
        stands.pop(name, None)
    if outline:
        stands |= {
            "outline": [list(one) for one in outline],
            "sketch": sketch_of([list(one) for one in outline]),
        }
        stands["north"] = north_in_sketch([list(one) for one in outline])
    else:
        stands["sketch"] = [list(one) for one in corners]
    with transactions.begin(who.actor.subject) as tx:
        done = once(tx, who.form, who.actor.person)
        if done.before:
            return done.leads_to
        now = tx.now.replace(microsecond=0)
        draft = Draft(PLACE.typ, place, now, stands, (), exposed(PLACE.typ, stands), _ORIGIN, "")
        signer = Signer(who.actor.party or "", who.actor.person)
        return done.to(SIGNING.format(keep_instead(tx, signer, who.title, [content_of(draft)])))

"""A visit that comes from a draw: held to its result, kept with it, and asked for where it is not named."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from trace.errors import DrawUnnamed, VisitNotDrawn
from trace.oversight.draws_in_log import DRAWN
from trace.oversight.visits.drawn import drawn_firms, require_drawn, require_not_recused, urn_of_object
from trace.oversight.visits.states import DROPPED
from trace.parties import Actor
from trace.store.casework.draws import find_plan
from trace.store.transaction import Transactions, Tx
from trace.store.visits.draws import VisitDraw, add_visit_draw, draw_of_visit, visits_of_draw
from trace.store.visits.visits import VisitRow
from trace.typed_texts import whole_text
from trace.usecases.supervision.draws import draws_of_area, plan_of_draw, result_of_draw

_WAITS: Final = timedelta(days=366)
"""How long a draw asks to be named. Our own measure, of no text."""
_TEXT: Final = 500


def keep_draw(tx: Tx, actor: Actor, draw: str, row: VisitRow, why: str) -> None:
    """Keep a visit under its draw; `why`: where others go than were drawn.

    Raises `NamedStatementUnknown`, `VisitNotDrawn`, `InspectorRecused`, `InspectorNotDrawn`.
    """
    seen, result = result_of_draw(tx, actor, draw)
    if result is None:
        raise VisitNotDrawn(party=row.party)
    require_drawn(result, row.party, row.inspectors, why)
    said = whole_text("why", why, _TEXT)
    add_visit_draw(tx.connection, VisitDraw(row.number, seen.statement, row.party, said))


def require_named(tx: Tx, actor: Actor, party: str) -> None:
    """Raises `DrawUnnamed` where a draw of the caller's area drew the firm, and no visit carried that out."""
    for seen in draws_of_area(tx, actor):
        if seen.state != DRAWN or seen.at < tx.now - _WAITS:
            continue
        plan = find_plan(tx.connection, seen.plan_hash) or {}
        if party not in {urn_of_object(str(one)) for one in plan.get("objects", ())}:
            continue
        if any(
            one.party == party and one.state != DROPPED
            for one in visits_of_draw(tx.connection, seen.statement)
        ):
            continue
        _, result = result_of_draw(tx, actor, seen.statement)
        if result is not None and (cards := drawn_firms(result).get(party)) is not None:
            raise DrawUnnamed(
                draw=seen.statement, matter=seen.matter, cards=[cards[one] for one in sorted(cards)]
            )


def require_still_drawn(tx: Tx, number: str, card: str) -> None:
    """Raises `InspectorRecused` where who comes instead stands aside for the firm by the visit's draw."""
    of = draw_of_visit(tx.connection, number)
    if of is not None and (plan := plan_of_draw(tx, of.draw)) is not None:
        require_not_recused(plan, of.party, {card})


def visits_drawn(transactions: Transactions, actor: Actor, draw: str) -> dict[str, VisitDraw]:
    """Firm -> the last visit that carries a draw out, those that were given up left out."""
    with transactions.look(actor.subject) as tx:
        return {one.party: one for one in visits_of_draw(tx.connection, draw) if one.state != DROPPED}

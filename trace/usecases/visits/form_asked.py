"""The form of a department's part as it is asked: the document's, and beside it the item of our own."""

from __future__ import annotations

from trace.oversight.competence import AGRICULTURE, competent_department
from trace.oversight.visits.verified import answered, asks_beside, with_own
from trace.rules.forms import Form, Item
from trace.store.log.keys import read_holder_roles
from trace.store.transaction import Tx
from trace.store.visits.visits import PartRow, VisitRow, parts_of
from trace.usecases.forms.versions import form_kept
from trace.usecases.supervision.verified import certificates_on


def form_asked(tx: Tx, row: VisitRow, part: PartRow) -> Form:
    """The form of a part as it is asked: with the item of our own where certificates have to be verified."""
    form = form_kept(tx, part.form, part.form_version)
    farm = competent_department(read_holder_roles(tx.connection, row.party)) == AGRICULTURE
    departments = {one.department for one in parts_of(tx.connection, row.number)}
    certified = bool(certificates_on(tx, row.party, row.day))
    return with_own(form) if asks_beside(form, departments, certified=certified, farm=farm) else form


def own_items_of(tx: Tx, row: VisitRow, part: PartRow, form: Form) -> list[Item]:
    """The items of our own beside a part's form: as they are asked, or were answered when it was signed."""
    said = answered(part.answers) is not None
    if part.record and not said:
        return []  # signed before it was asked, or where it was not
    asked = with_own(form) if said else form_asked(tx, row, part)
    return [one for one in asked.items if form.item(one.id) is None]

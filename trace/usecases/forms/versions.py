"""Versions of a form: every one with its first day, which one holds on a day, one by its number.

The first version of each comes with the program, in force from the first day on; it is kept as a row the
first time that something is made by it, so that a later program cannot change what an old visit says.
"""

from __future__ import annotations

from datetime import date
from typing import Final

from trace.errors import VisitFormUnknown
from trace.oversight.visits.forms import Dated, in_force
from trace.rules.forms import Form, first_forms
from trace.store.transaction import Connection, Tx
from trace.store.visits.forms import add_form, find_form, list_forms

_FIRST_DAY: Final = date(2000, 1, 1)


def versions_of(tx: Tx, form: str) -> list[Dated]:
    """Every version of a form, the oldest first; [] for a name that is none."""
    return versions_in(tx.connection, form)


def form_in(connection: Connection, form: str, day: date) -> Form | None:
    """The version that holds on a day; None for a name that is none."""
    return in_force(versions_in(connection, form), day)


def versions_in(connection: Connection, form: str) -> list[Dated]:
    """As `versions_of`."""
    rows = [one.dated for one in list_forms(connection)]
    kept = {one.form.version: one for one in rows if one.form.id == form}
    shipped = {one.version: Dated(one, _FIRST_DAY) for one in first_forms() if one.id == form}
    return [one for _, one in sorted({**shipped, **kept}.items())]


def form_of(tx: Tx, form: str, day: date) -> Form:
    """The version that holds on a day; raises `VisitFormUnknown`."""
    found = form_in(tx.connection, form, day)
    if found is None:
        raise VisitFormUnknown(form=form[:40])
    return found


def form_kept(tx: Tx, form: str, version: int) -> Form:
    """A version by its number, whichever holds today; raises `VisitFormUnknown`."""
    for one in versions_of(tx, form):
        if one.form.version == version:
            return one.form
    raise VisitFormUnknown(form=form[:40])


def keep_version(tx: Tx, form: Form) -> None:
    """Keep the version that a visit begins with, where it is not yet."""
    if find_form(tx.connection, form.id, form.version) is None:
        add_form(tx.connection, Dated(form, _FIRST_DAY), "", "", tx.now)

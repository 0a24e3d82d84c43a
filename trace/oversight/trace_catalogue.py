"""The city's catalogue of traced goods: a form of lines of text, empty until its text is entered.

Which of them a firm produces is an authority's word, entered on the register with its evidence; no name of a
product is matched with a line of the catalogue by itself.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from trace.errors import RegisterEntryUnfit, VisitFormUnfit
from trace.oversight.visits.forms import digest_of
from trace.rules.forms import TEXT, Form

CATALOGUE: Final = "trace-catalogue"
_NONE: Final = "none"


def require_kinds(form: Form) -> None:
    """Return where each line is a kind of goods; raises `VisitFormUnfit` with its line."""
    for line, one in enumerate(form.items, 1):
        if one.answer != TEXT or one.id == _NONE:
            raise VisitFormUnfit(line=line, expected=f"id | {TEXT} | …")


def kinds_of(form: Form) -> frozenset[str]:
    """The ids of the kinds of goods that a version names."""
    return frozenset(one.id for one in form.items)


def chosen(form: Form, items: Iterable[str]) -> dict[str, Any]:
    """What an entry says: the kinds that a firm produces, with the version that they are of; "none" for none.

    Raises `RegisterEntryUnfit` where the catalogue is empty, or nothing or something else was chosen.
    """
    wanted = list(dict.fromkeys(items))
    known = {one.id: one.zh for one in form.items}
    if not known or not wanted or (wanted != [_NONE] and not known.keys() >= set(wanted)):
        raise RegisterEntryUnfit(member="kinds")
    kinds = [one for one in known if one in wanted]
    table = {"version": form.version, "sha256": digest_of(form)}
    return {"kinds": kinds, "names": "、".join(known[one] for one in kinds) or "—", "table": table}

"""The fact of a label change (GB 7718-2025, 公告2025年第5号): which field, from what, to what, and why.

Who and when are the signature's: its issuer, key and `occurredAt`, and the log's own time. The person who
changed it may stand in `by`, concealed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from trace.chain.facts import urns
from trace.chain.facts.base import Fact, Kind
from trace.chain.facts.reading import Unfit, many, one_of
from trace.chain.label_text import LIST_FIELDS, PACK_FIELDS, PRODUCT_FIELDS, TEXT_FIELDS, Text
from trace.chain.needs import Needs
from trace.parties import OPERATORS

FIELDS: Final = (*TEXT_FIELDS, *LIST_FIELDS, "release.report", *PACK_FIELDS)
"""Everything that a label page says; which of it may be changed so is data (P18)."""
_LOT: Final = "urn:lot:"
_names = many(urns.name, high=100)


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelChanged(Fact):
    """`before` and `after`: a text, a list of names, or None where the page said nothing."""

    field: str
    before: Text
    after: Text
    reason: str
    by: str | None = None

    def __post_init__(self) -> None:
        listed = self.field in LIST_FIELDS
        for member, value in (("from", self.before), ("to", self.after)):
            if isinstance(value, tuple) != listed and value is not None:
                raise Unfit("list of names" if listed else "text of 1 to 500 characters").under("." + member)
        if self.after is None or (self.field == "ingredients" and not self.after):
            raise Unfit("what the label says now").under(".to")
        if not self.about_lot and self.field not in PRODUCT_FIELDS:
            raise Unfit("field that a product has, one of " + ", ".join(sorted(PRODUCT_FIELDS))).under(
                ".field"
            )

    @property
    def about_lot(self) -> bool:
        return self.sub.startswith(_LOT)

    def needs(self) -> Needs:
        """The lot's packer by the lot's own name: its master data speak where the label does not."""
        subject = frozenset((self.sub,))
        if not self.about_lot:
            return Needs(products=subject, labels=subject)
        owner = urns.lot_owner(self.sub)
        parties = frozenset((f"urn:uscc:{owner}", f"urn:party:{owner}"))
        return Needs(lots=subject, labels=subject, parties=parties)


def _said(value: object) -> Text:
    if value is None:
        return None
    return _names(value) if type(value) is list else urns.line(value)


def _subject(value: object) -> str:
    if type(value) is str and value.startswith(_LOT):
        return urns.lot_urn(value)
    try:
        return urns.product_urn(value)
    except Unfit:
        raise Unfit("urn of a lot or a product") from None


LABEL_CHANGE = Kind(
    "label.change",
    LabelChanged,
    {"field": one_of(*FIELDS), "from": _said, "to": _said, "reason": urns.reason},
    {"by": urns.name},
    subject=_subject,
    private=frozenset({"by"}),
    open_to_all=True,
    renamed={"from": "before", "to": "after"},
    stated_by=OPERATORS,
    timeline="label",
)

"""Answers about item codes: a range to state, the codes of a lot, the contents of a container."""

from __future__ import annotations

from itertools import islice
from typing import Any, Final

from marshmallow import fields

from api.documents.document import Counters, Document, said, texts
from trace.codes.intervals import Intervals

_LISTED: Final = 500


class CodeRange(Document):
    """The counters that the next pack is to state."""

    scope = fields.String()
    epoch = fields.String()
    first = fields.Integer()
    count = fields.Integer()


class CodeSet(Document):
    """A set of counters as intervals, at most 500 of them."""

    total = fields.Integer()
    intervals = fields.List(fields.Nested(Counters))
    truncated = fields.Boolean()

    def get_attribute(self, obj: Intervals, attr: str, default: Any) -> Any:
        """The set is its intervals."""
        if attr == "intervals":
            return tuple(islice(obj, _LISTED))
        return len(obj) > _LISTED if attr == "truncated" else super().get_attribute(obj, attr, default)


class LotCodes(Document):
    """The serials of a pack lot: its range, and what became of which part of it."""

    sometimes = frozenset({"code"})

    lot = fields.String()
    scope = fields.String(attribute="codes.scope")
    epoch = fields.String(attribute="codes.epoch")
    first = fields.Integer(attribute="codes.interval.first")
    count = fields.Integer(attribute="codes.interval.count")
    active = fields.Nested(CodeSet, attribute="codes.active")
    recalled = fields.Nested(CodeSet, attribute="codes.recalled")
    void = fields.Nested(CodeSet, attribute="codes.void")
    live = fields.Integer(metadata=said("codes that answer: active, neither recalled nor void"))
    code = fields.String(metadata=said("the one code of goods without a GTIN"))


class ContainedItems(Document):
    """An interval of a lot's codes, in the form of `serials` of an oversight.recall."""

    lot = fields.String()
    first = fields.Integer()
    count = fields.Integer()


class Container(Document):
    """What is in a case or on a pallet, at any depth."""

    container = fields.String()
    outward = fields.List(fields.String(), metadata=said("what it stands in, from the inside out"))
    containers = texts()
    items = fields.List(fields.Nested(ContainedItems))
    total = fields.Integer()

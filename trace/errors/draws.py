"""Refusals of random draws: a plan that is none, a result that its plan does not give, a visit unlike it."""

from __future__ import annotations

from trace.errors.base import Conflict, Inadmissible, Malformed

__all__ = [
    "DrawNotAsPlanned",
    "DrawOmissionUnexplained",
    "DrawPlanMalformed",
    "DrawUnnamed",
    "InspectorNotDrawn",
    "InspectorRecused",
    "NobodyLeftToDraw",
    "VisitNotDrawn",
]


class DrawPlanMalformed(Malformed):
    """A plan of a draw lacks a member, or names something twice or unknown; params: member."""

    code = "draw-plan-malformed"


class DrawNotAsPlanned(Conflict):
    """A half of the seed, a list or a result is not what was committed to; params: member."""

    code = "draw-not-as-planned"


class NobodyLeftToDraw(Inadmissible):
    """All inspectors of a department stand aside for an object; params: department, object."""

    code = "nobody-left-to-draw"


class VisitNotDrawn(Conflict):
    """The draw that a visit names has not drawn the firm, or nobody yet; params: party."""

    code = "visit-not-drawn"


class InspectorNotDrawn(Conflict):
    """Others go than were drawn for the firm, without a reason; params: given, drawn."""

    code = "inspector-not-drawn"


class InspectorRecused(Conflict):
    """Inspectors who stand aside for a firm do not visit it; params: cards, party."""

    code = "inspector-recused"


class DrawUnnamed(Conflict):
    """The firm was drawn and is to be visited as drawn; params: draw, matter, cards."""

    code = "draw-unnamed"


class DrawOmissionUnexplained(Inadmissible):
    """Firms of the register are on no list of the plan, and nobody says why; params: count, objects."""

    code = "draw-omission-unexplained"

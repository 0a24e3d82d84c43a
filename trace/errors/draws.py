"""Refusals of random draws: a plan that is none, a result that its plan does not give."""

from __future__ import annotations

from trace.errors.base import Conflict, Inadmissible, Malformed

__all__ = ["DrawNotAsPlanned", "DrawPlanMalformed", "NobodyLeftToDraw"]


class DrawPlanMalformed(Malformed):
    """A plan of a draw lacks a member, or names something twice or unknown; params: member."""

    code = "draw-plan-malformed"


class DrawNotAsPlanned(Conflict):
    """A half of the seed, a list or a result is not what was committed to; params: member."""

    code = "draw-not-as-planned"


class NobodyLeftToDraw(Inadmissible):
    """All inspectors of a department stand aside for an object; params: department, object."""

    code = "nobody-left-to-draw"

"""Refusals around the register of farms and its grid; nothing changes by them.

Forbidden
├── AreaForeign    the village lies in another authority's area          given, area
└── GridForeign    another department keeps the grid                     —
Inadmissible
└── CellUnfit      a village's code, name or officer is no such thing    given
"""

from __future__ import annotations

from trace.errors.base import Forbidden, Inadmissible

__all__ = ["AreaForeign", "CellUnfit", "GridForeign"]


class AreaForeign(Forbidden):
    code = "area-foreign"


class GridForeign(Forbidden):
    code = "grid-foreign"


class CellUnfit(Inadmissible):
    code = "cell-unfit"

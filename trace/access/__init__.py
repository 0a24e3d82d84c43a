"""Who may do what: the rights of each role, and which of them open each call and each page.

`API` and `PAGES` are the table of access. The application admits by it, docs/access.md and the interface
description are made from it, and tests try every token and every role on every line.
"""

from __future__ import annotations

from typing import Final

from trace.access.api_lines import CALLS
from trace.access.line import AREA, Access, line_of, path_of, require_lines
from trace.access.page_lines import VIEWS

API: Final = CALLS
PAGES: Final = VIEWS

__all__ = ["API", "AREA", "PAGES", "Access", "line_of", "path_of", "require_lines"]

"""Faults of a file told to its writer: sheet, row and column, and columns by their headers."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from cli.client.http import Problem
from trace.errors import Refusal
from trace.exchange.draft import FIND_REPORT, Draft
from trace.exchange.farm import FARM_FORMS
from trace.exchange.links import LINK_FORM
from trace.exchange.workbook import FORMS, Amendment, CellError
from trace.wording import say

_PATH: Final = re.compile(r"\$\.data((?:\.[A-Za-z]+|\[[0-9]+\])+)")
_UNSTATED: Final = "report-unstated"


def place_of(error: CellError, lang: str) -> str:
    """Where a fault stands, as precisely as it is known; "" for the file as a whole."""
    if not error.sheet:
        return ""
    told = {"sheet": error.sheet, "row": error.row, "column": error.column}
    if not error.row:
        return say(lang, "import.sheet", **told)
    return say(lang, "import.cell" if error.column else "import.line", **told)


def told(draft: Draft, problem: Mapping[str, Any], lang: str) -> str:
    """What a platform would not have of a draft: its rows, and the columns instead of our members."""
    place = {"sheet": draft.origin.sheet, "rows": ", ".join(str(row) for row in draft.origin.rows)}
    if problem.get("code") == _UNSTATED:
        header = _report_header(draft)
        where = say(lang, "import.row-at", header=header, **place)
        params = {"number": problem["number"], "lot": str(problem["lot"] or "").rsplit(":", 1)[-1]}
        said = [say(lang, f"import.report-unstated.{part}", **params) for part in ("detail", "action")]
        return f"{where}: {' '.join(said)}"
    where = say(lang, "import.row", **place)
    said = [str(problem.get(part, "")) for part in ("title", "detail", "action")]
    text = " ".join(part for part in said if part) or str(problem.get("code", ""))
    return f"{where}: {_PATH.sub(lambda found: _header_at(draft, found), text)}"


def _report_header(draft: Draft) -> str:
    wanted = any(one.find == FIND_REPORT for one in draft.references)
    return _header(draft.origin.sheet, "reportNo") if wanted else "reportNo"


def _header_at(draft: Draft, found: re.Match[str]) -> str:
    """The column of a member's path, where the sheet has one; else the path as it is."""
    names = re.findall(r"[A-Za-z]+", found[1])
    for member in (".".join(names), *reversed(names)):
        header = _header(draft.origin.sheet, member, otherwise="")
        if header:
            return f"“{header}”"
    return found[0]


def _header(sheet: str, member: str, otherwise: str | None = None) -> str:
    for form in (*FORMS, *FARM_FORMS, LINK_FORM):
        if form.name == sheet:
            for column in form.columns:
                if column.member == member:
                    return column.header
    return member if otherwise is None else otherwise


def unfound(one: Amendment, failure: Problem | Refusal, lang: str) -> str:
    """Why a row of 更正 cannot be followed."""
    rows = ", ".join(str(row) for row in one.origin.rows)
    where = say(lang, "import.row", sheet=one.origin.sheet, rows=rows)
    if isinstance(failure, Refusal):
        said = [
            say(lang, f"problem.{failure.code}.{part}", **failure.params) for part in ("detail", "action")
        ]
        return f"{where}: {' '.join(said)}"
    if not failure.status:
        return f"{where}: {failure}"
    return f"{where}: " + say(lang, "import.record-unfound", sheet=one.sheet, record=one.record)

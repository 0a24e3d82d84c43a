"""A visit on A4 and for a spreadsheet: its items with what was found, its results, who signed."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from flask import Blueprint, Response, request

from scanner_web.frame.door import current_actor
from scanner_web.frame.reader import Reader, reader_of
from scanner_web.frame.rendering import moment
from scanner_web.regulator.visit_page import sent
from trace.exchange.written_sheets import Cell, Heading, Sheet, write_sheets
from trace.labels.typesetting import MONO, drawable, font_names, set_page
from trace.oversight.visits.answers import CHOICES
from trace.platform.opening import Platform
from trace.usecases.visits.read_visit import PartSeen, VisitSeen, read_visit

_XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_TEMPLATE: Final = Path(__file__).parent / "visit.typ"
_ITEMS: Final = (("department", 20), ("item", 60), ("answer", 14), ("found", 50), ("evidence", 70))


def register(pages: Blueprint, platform: Platform) -> None:
    """The routes of a visit's files."""

    @pages.get("/office/visits/<string:number>/visit.pdf")
    def visit_print(number: str) -> Response:
        """The visit on paper, A4."""
        seen = read_visit(platform.transactions, current_actor(), number)
        return sent(visit_pdf(reader_of(request), seen), "application/pdf", number)

    @pages.get("/office/visits/<string:number>/visit.xlsx")
    def visit_sheet(number: str) -> Response:
        """The visit for a spreadsheet."""
        seen = read_visit(platform.transactions, current_actor(), number)
        response = sent(visit_xlsx(reader_of(request), seen), _XLSX, number)
        response.headers["Content-Disposition"] = f'attachment; filename="{number}.xlsx"'
        return response


def visit_xlsx(of: Reader, seen: VisitSeen) -> bytes:
    """A line an item of both departments, and what stands above and below them."""
    target = io.BytesIO()
    headings = [Heading(of.say(f"office.visits.file.{name}"), width) for name, width in _ITEMS]
    rows: list[Sequence[Cell]] = [
        (_department(of, one), *line) for one in seen.parts for line in item_lines(of, one)
    ]
    about: list[Sequence[Cell]] = [*facts(of, seen)]
    for one in seen.parts:
        about += [(f"{_department(of, one)} · {label}", text) for label, text in ends(of, seen, one)]
    write_sheets(
        target,
        [
            Sheet(of.say("office.visits.file.items"), headings, rows),
            Sheet(of.say("office.file.about"), [Heading("", 36), Heading("", 80)], about),
        ],
    )
    return target.getvalue()


def visit_pdf(of: Reader, seen: VisitSeen) -> bytes:
    """The A4 pages: one table a department, and room for what is signed by hand."""
    said: dict[str, object] = {
        "fonts": font_names(),
        "mono": MONO,
        "title": f"{seen.row.number} {of.say(f'visit.kind.{seen.row.kind}')}",
        "facts": [f"{label}: {text}" for label, text in facts(of, seen)],
        "columns": [of.say(f"office.visits.file.{name}") for name in ("item", "answer", "found")],
        "byHand": of.say("office.visits.file.by-hand"),
        "parts": [
            {
                "name": _department(of, one),
                "form": one.form.zh if of.locale == "zh-CN" else one.form.en,
                "rows": [list(line[:3]) for line in item_lines(of, one)],
                "ends": [f"{label}: {text}" for label, text in ends(of, seen, one)],
            }
            for one in seen.parts
        ],
    }
    return set_page(drawable(said), "pdf", template=_TEMPLATE)[0]


def facts(of: Reader, seen: VisitSeen) -> list[tuple[str, str]]:
    """What the visit is: where, when, why, who went, how it stands."""
    row, named = seen.row, seen.cards
    who = [f"{one.card} {named.get(one.card, '')}".strip() for one in row.inspectors]
    found = [
        (
            of.say("office.visits.file.firm"),
            f"{seen.names.get(row.party, '')} {row.party.rpartition(':')[2]}",
        ),
        (of.say("office.visits.file.day"), row.day.isoformat()),
        (of.say("office.visits.file.why"), " · ".join(one for one in (row.plan, row.cause) if one)),
        (of.say("office.visits.inspectors"), "、".join(who)),
        (of.say("office.visits.file.state"), of.say(f"visit.state.{row.state}")),
    ]
    if row.published_at is not None:
        published = of.say("office.visits.published", at=moment(row.published_at.isoformat()))
        found.append((of.say("office.visits.file.publication"), published))
    return found


def item_lines(of: Reader, seen: PartSeen) -> Iterator[tuple[str, str, str, str]]:
    """Each item that is asked, its answer, what was found, the digests of its photographs."""
    given = {one.item: one for one in seen.part.answers}
    for item in seen.items:
        text = item.zh if of.locale == "zh-CN" else item.en
        answer = given.get(item.id)
        if answer is None:
            yield text, of.say("office.visits.file.open"), "", ""
            continue
        value = of.say(f"visit.answer.{answer.value}") if answer.value in CHOICES else answer.value
        yield text, f"{value} {item.unit}".strip(), answer.note, " ".join(answer.photos)


def ends(of: Reader, seen: VisitSeen, one: PartSeen) -> list[tuple[str, str]]:
    """How a department's part ends: result, order, the firm's signature, its own, with the record."""
    part = one.part
    signed = of.say("visit.signed" if part.record else "visit.unsigned")
    if part.signed_at is not None:
        signed = f"{signed} {moment(part.signed_at.isoformat())} {part.record}"
    found = [
        (of.say("office.visits.file.authority"), seen.names.get(part.authority, part.authority)),
        (of.say("office.visits.result"), of.say(f"visit.result.{part.result}") if part.result else "—"),
        (of.say("office.visits.file.record"), signed),
    ]
    if part.rectify_by is not None:
        found.append((of.say("office.visits.file.rectify"), part.rectify_by.isoformat()))
    if part.signature:
        words = [of.say(f"visit.signature.{part.signature}"), part.refusal, part.witness]
        found.append((of.say("office.visits.signature"), " · ".join(one for one in words if one)))
    return found


def _department(of: Reader, one: PartSeen) -> str:
    return of.say(f"work.duty-list.department.{one.part.department}")

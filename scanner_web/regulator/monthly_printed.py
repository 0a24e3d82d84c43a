"""The monthly form for a spreadsheet with its lists, and on A4 as its document prints it."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from scanner_web.frame.reader import Reader
from scanner_web.frame.rendering import moment
from trace.exchange.written_sheets import Cell, Heading, Sheet, write_sheets
from trace.identity.region import district_of
from trace.labels.typesetting import MONO, drawable, font_names, set_page
from trace.oversight.monthly.figures import Figure
from trace.rules.monthly_form import WHETHER, monthly_form
from trace.usecases.supervision.read_form import FormSeen

_TEMPLATE: Final = Path(__file__).parent / "monthly.typ"


def monthly_xlsx(of: Reader, seen: FormSeen, names: Mapping[str, str]) -> bytes:
    """The form, its definitions with the hash of each list, and every line of every list."""
    form, target = monthly_form(), io.BytesIO()
    sections = {one.number: one.zh for one in form.sections}
    rows: list[Sequence[Cell]] = [
        (row.section, sections[row.section], row.zh, _value(of, seen.frozen.figures, row.figures))
        for row in form.rows
    ]
    rows.append((4, form.sections[3].zh, form.sections[3].note, seen.frozen.header.highlights))
    defined: list[Sequence[Cell]] = [
        (name, shown_number(of, one), one.defined.unit, one.defined.zh, one.defined.source, one.hash)
        for name, one in seen.frozen.figures.items()
    ]
    lines: list[Sequence[Cell]] = [
        (name, line.label, names.get(line.party, line.party), line.party, line.amount, " ".join(line.records))
        for name, one in seen.frozen.figures.items()
        for line in one.lines or ()
    ]
    lines.append((of.say("office.file.end", count=len(lines)),))
    about: list[Sequence[Cell]] = [(label, text) for label, text in facts(of, seen)]
    widths = (8, 40, 70, 16)
    write_sheets(
        target,
        [
            Sheet(
                of.say("office.monthly.year-sheet") if seen.yearly else form.annex,
                [Heading(name, width) for name, width in zip(form.columns, widths, strict=True)],
                rows,
            ),
            *_by_month(of, seen),
            Sheet(of.say("office.monthly.lists"), _headings(of, _LINES), lines),
            Sheet(of.say("office.monthly.definitions"), _headings(of, _DEFINED), defined),
            Sheet(of.say("office.file.about"), [Heading("", 24), Heading("", 80)], about),
        ],
    )
    return target.getvalue()


def monthly_pdf(of: Reader, seen: FormSeen) -> bytes:
    """The A4 page, in the words of the document whatever the reader's language is."""
    form, head = monthly_form(), seen.frozen.header
    said: dict[str, object] = {
        "fonts": font_names(),
        "mono": MONO,
        "annex": "" if seen.yearly else form.annex,
        "title": f"{form.title[: -len(_MONTHLY)]}{head.month}{_YEARLY}" if seen.yearly else form.title,
        "header": [f"{label}：{text}" for label, text in zip(form.header, _header(seen), strict=True)],
        "columns": list(form.columns),
        "sections": [
            {
                "number": str(section.number),
                "name": section.zh,
                "note": section.note,
                "rows": [
                    {"text": row.zh, "value": _value(of, seen.frozen.figures, row.figures)}
                    for row in form.rows
                    if row.section == section.number
                ],
            }
            for section in form.sections
        ],
        "highlights": seen.frozen.header.highlights,
        "facts": [f"{label}：{text}" for label, text in facts(of, seen)],
    }
    return set_page(drawable(said), "pdf", template=_TEMPLATE)[0]


def facts(of: Reader, seen: FormSeen) -> list[tuple[str, str]]:
    """What stands under a form: revision, state, as of when, hash, and what it lacks."""
    head = seen.frozen.header
    found = [
        (
            of.say("office.monthly.revision"),
            str(head.revision) if seen.row else of.say("office.monthly.live"),
        ),
        (of.say("office.monthly.as-of"), moment(head.as_of.isoformat())),
    ]
    if seen.row is not None:
        found += [
            (of.say("office.monthly.state"), of.say(f"office.monthly.states.{seen.state}")),
            (of.say("office.monthly.hash"), seen.row.hash),
        ]
    if seen.signature is not None:
        found.append((of.say("office.monthly.signature"), seen.signature.statement))
    if head.replaces:
        found.append((of.say("office.monthly.replaces"), head.replaces))
    if seen.months:
        found.append((of.say("office.monthly.year-months"), "、".join(one.month for one in seen.months)))
    if head.missing:
        wording = "office.monthly.year-missing" if seen.yearly else "office.monthly.missing"
        named = [one if seen.yearly else of.place(district_of(one)) for one in head.missing]
        found.append((of.say(wording), "、".join(named)))
    if head.unplaced:
        found.append((of.say("office.monthly.unplaced"), str(len(head.unplaced))))
    return found


def shown_number(of: Reader, figure: Figure) -> str:
    """A figure as it stands in the form: a number, 是 or 否, or that nothing counts it yet."""
    if figure.number is None:
        return of.say("office.monthly.no-source")
    if figure.defined.sort == WHETHER:
        return of.say(f"office.monthly.{'yes' if figure.number else 'no'}")
    return format(figure.number, "f") if not isinstance(figure.number, int) else str(figure.number)


_MONTHLY: Final = "月统计报表"
_YEARLY: Final = "年度工作总结"
_LINES: Final = (("figure", 14), ("line", 34), ("firm", 34), ("code", 28), ("yuan", 14), ("records", 90))
_DEFINED: Final = (
    ("figure", 14),
    ("number", 16),
    ("unit", 8),
    ("counts", 90),
    ("source", 34),
    ("list-hash", 66),
)


def _by_month(of: Reader, seen: FormSeen) -> list[Sheet]:
    """The number of each row in each month of a year's summary, and what was written of the month."""
    if not seen.months:
        return []
    form = monthly_form()
    rows: list[Sequence[Cell]] = [
        (row.zh, *(_value(of, one.frozen.figures, row.figures) for one in seen.months)) for row in form.rows
    ]
    rows.append((form.sections[3].zh, *(one.frozen.header.highlights for one in seen.months)))
    headings = [Heading(form.columns[2], 70), *(Heading(one.month, 14) for one in seen.months)]
    return [Sheet(of.say("office.monthly.by-month"), headings, rows)]


def _headings(of: Reader, columns: Sequence[tuple[str, int]]) -> list[Heading]:
    return [Heading(of.say(f"office.monthly.column.{name}"), width) for name, width in columns]


def _value(of: Reader, counted: Mapping[str, Figure], figures: Sequence[str]) -> str:
    """The last column: one value, or two in brackets as the document prints them."""
    values = [shown_number(of, counted[name]) for name in figures]
    return values[0] if len(values) == 1 else "/".join(f"（{value}）" for value in values)


def _header(seen: FormSeen) -> tuple[str, str, str]:
    """填报单位, 填报时间, 联系人: who built it answers for it."""
    built = seen.steps[0] if seen.steps else None
    return (
        seen.authority,
        moment(seen.frozen.header.as_of.isoformat()),
        built.name if built is not None else "",
    )
